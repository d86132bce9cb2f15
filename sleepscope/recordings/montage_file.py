"""Montages as small JSON files that laboratories can share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, cast

from sleepscope.errors import MontageError
from sleepscope.recordings.montage import Corners, Montage, MontageRow

FORMAT: Final = "sleepscope montage 1"
SUFFIX: Final = ".json"
# Larger is no montage: it is not read.
MOST_BYTES: Final = 1 << 20
_CORNERS: Final = ("high_pass", "low_pass", "notch")
_TEXTS: Final = ("channel", "title", "group", "colour")
_NUMBERS: Final = ("gain", "sensitivity", "most")
_FLAGS: Final = ("inverted", "shown")
_KNOWN: Final = frozenset((*_TEXTS, *_NUMBERS, *_FLAGS, "filters", "otherwise"))


def montage_json(montage: Montage) -> str:
    """The montage as JSON; what is as usual is left out."""
    head: dict[str, Any] = {"format": FORMAT, "name": montage.name}
    if montage.needs:
        head["needs"] = list(montage.needs)
    rows = [json.dumps(_row_object(row), ensure_ascii=False) for row in montage.rows]
    text = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    return f'{text},\n "rows": [\n  ' + ",\n  ".join(rows) + "\n ]\n}\n"


def _row_object(row: MontageRow) -> dict[str, Any]:
    usual = MontageRow(row.channel)
    made: dict[str, Any] = {"channel": row.channel}
    for name in (*_TEXTS[1:], *_NUMBERS, *_FLAGS):
        if getattr(row, name) != getattr(usual, name):
            made[name] = getattr(row, name)
    if row.otherwise:
        made["otherwise"] = list(row.otherwise)
    if row.filters is not None:
        made["filters"] = dict(zip(_CORNERS, row.filters, strict=True))
    return made


def montage_from_json(text: str, name: str) -> Montage:
    """Read a montage.

    Parameters
    ----------
    text : str
    name : str
        What the file is called, for the sentence.

    Raises
    ------
    MontageError
        If it is no montage; the sentence says what is wrong with which row.
    """
    try:
        read = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise MontageError(f"{name} is no JSON{where}; choose a montage file.") from error
    if not isinstance(read, dict) or read.get("format") != FORMAT:
        raise MontageError(f'{name} is no montage: it does not say "format": "{FORMAT}".')
    title, rows, needs = read.get("name"), read.get("rows"), read.get("needs", [])
    if not isinstance(title, str) or not isinstance(rows, list) or not _texts(needs):
        raise MontageError(f"{name} is no montage: it needs a name and a list of rows.")
    made = []
    for number, row in enumerate(rows, start=1):
        try:
            made.append(_row(row))
        except MontageError as error:
            raise MontageError(f"Row {number} of {name}: {error}") from error
    try:
        return Montage(title, tuple(made), tuple(needs))
    except MontageError as error:
        raise MontageError(f"{name}: {error}") from error


def _row(read: object) -> MontageRow:
    if not isinstance(read, dict) or not isinstance(read.get("channel"), str):
        raise MontageError('a row needs a "channel".')
    unknown = sorted(str(key) for key in read.keys() - _KNOWN)
    if unknown:
        known = ", ".join(sorted(_KNOWN))
        raise MontageError(f"'{unknown[0]}' is unknown; a row has {known}.")
    for name in _TEXTS:
        if not isinstance(read.get(name, ""), str):
            raise MontageError(f"{name} must be text, not {read[name]!r}.")
    for name in _FLAGS:
        if not isinstance(read.get(name, True), bool):
            raise MontageError(f"{name} must be true or false, not {read[name]!r}.")
    values = {name: read[name] for name in (*_TEXTS, *_FLAGS) if name in read}
    most = read.get("most")
    if most is not None and (isinstance(most, bool) or not isinstance(most, int)):
        raise MontageError(f"most must be a whole number, not {most!r}.")
    otherwise = read.get("otherwise", [])
    if not _texts(otherwise):
        raise MontageError(f"otherwise must be a list of channels, not {otherwise!r}.")
    return MontageRow(
        **values,
        most=most,
        otherwise=tuple(otherwise),
        gain=_number(read.get("gain"), "gain"),
        sensitivity=_number(read.get("sensitivity"), "sensitivity"),
        filters=_corners(read.get("filters")),
    )


def _corners(read: object) -> Corners | None:
    if read is None:
        return None
    if not isinstance(read, dict) or read.keys() - set(_CORNERS):
        raise MontageError(f"filters must have {', '.join(_CORNERS)} in Hz, not {read!r}.")
    return cast("Corners", tuple(_number(read.get(name), name) for name in _CORNERS))


def _number(read: object, name: str) -> float | None:
    if read is None:
        return None
    if isinstance(read, bool) or not isinstance(read, int | float):
        raise MontageError(f"{name} must be a number, not {read!r}.")
    try:
        return float(read)
    except OverflowError as error:
        raise MontageError(f"{name} is too large.") from error


def _texts(read: object) -> bool:
    return isinstance(read, list) and all(isinstance(one, str) for one in read)


def read_montage(path: Path) -> Montage:
    """Read a montage file.

    Raises
    ------
    MontageError
        If it cannot be read or is no montage.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise MontageError(f"{path.name} is too large for a montage; choose a montage file.")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        why = error.strerror or error
        raise MontageError(f"{path.name} cannot be read: {why}.") from error
    except UnicodeDecodeError as error:
        raise MontageError(f"{path.name} is no text; choose a montage file.") from error
    return montage_from_json(text, path.name)


def write_montage(montage: Montage, path: Path) -> None:
    """Write a montage file; what stood there is replaced as a whole.

    Raises
    ------
    MontageError
        If it cannot be written.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(montage_json(montage), encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        why = error.strerror or error
        raise MontageError(
            f"The montage '{montage.name}' could not be written to {path.parent}: {why}."
        ) from error

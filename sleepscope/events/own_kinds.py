"""A person's own names of events: a table that adds to the one of this program.

The file is ``event-kinds.csv`` in the person's folder of settings: a first line ``label,kind``,
then what a file calls an event and the kind that it is. Lines that begin with # are remarks.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sleepscope.errors import SettingsError
from sleepscope.events.kinds import own_key

FILE_NAME = "event-kinds.csv"
_HEADER = ("label", "kind")
_MOST_BYTES = 1024 * 1024
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class OwnKinds:
    """What a person's table says.

    Attributes
    ----------
    kinds : mapping of str to str
        Kind by label, as written.
    notices : tuple of str
        What of the table could not be read; one sentence, or none.
    """

    kinds: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    @property
    def by_key(self) -> dict[str, str]:
        """Kind by the label as :func:`~sleepscope.events.kinds.kind_of` looks it up."""
        return {own_key(label): kind for label, kind in self.kinds.items()}


def own_kinds_path() -> Path:
    """Where the table lies; it need not be there."""
    import platformdirs

    return platformdirs.user_config_path("sleepscope", appauthor=False) / FILE_NAME


def read_own_kinds(path: Path | None = None) -> OwnKinds:
    """Read the table; what is wrong in it becomes one notice, the rest counts.

    Parameters
    ----------
    path : Path, optional
        By default :func:`own_kinds_path`.
    """
    path = own_kinds_path() if path is None else path
    try:
        if not path.is_file():
            return OwnKinds()
        if path.stat().st_size > _MOST_BYTES:
            raise ValueError("it is too large")
        text = path.read_text(encoding="utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except (OSError, ValueError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no table of text"
        return OwnKinds(
            notices=(f"Your names of events in {path} could not be read: {reason}; none is used.",)
        )
    kinds: dict[str, str] = {}
    wrong: list[int] = []
    for number, row in enumerate(rows, start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or cells[0].startswith("#"):
            continue
        if tuple(cell.casefold() for cell in cells) == _HEADER:
            continue
        if len(cells) != 2 or not all(0 < len(cell) <= _LONGEST for cell in cells):
            wrong.append(number)
            continue
        kinds[cells[0]] = cells[1]
    return OwnKinds(kinds, (_sentence(path, wrong),) if wrong else ())


def _sentence(path: Path, wrong: list[int]) -> str:
    shown = ", ".join(map(str, wrong[:5])) + (" and others" if len(wrong) > 5 else "")
    lines = f"line {shown}" if len(wrong) == 1 else f"lines {shown}"
    return (
        f"In your names of events ({path}) {lines} cannot be used; a line is a name in files, a "
        "comma and a kind, such as 'Spindel,spindle'."
    )


def write_own_kinds(kinds: Mapping[str, str], path: Path | None = None) -> Path:
    """Write the table, whole or not at all; returns where.

    Raises
    ------
    SettingsError
        If it cannot be written.
    """
    path = own_kinds_path() if path is None else path
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(_HEADER)
    table.writerows(kinds.items())
    beside = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text.getvalue(), encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise SettingsError(
            f"Your names of events could not be written to {path}: {error.strerror or error}."
        ) from error
    return path

"""Events as a CSV that any program reads, with a JSON beside it that says where they come from."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from sleepscope.errors import ExportError
from sleepscope.events.csv_text import defuse, join_note
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.events.sleepscope_csv import EVENT_COLUMNS, STAGE_COLUMNS
from sleepscope.export.atomic_write import write_whole
from sleepscope.export.marked_event import MarkedEvent
from sleepscope.export.sidecar import FORMAT, Sidecar

# An export must never take the place of a recording or a review.
_NEVER_WRITTEN: Final = (".edf", ".bdf", ".rec", ".sleepscope", ".json")
_MOST_JSON_BYTES: Final = 8_000_000


def write_events_csv(
    path: Path,
    marked: Iterable[MarkedEvent],
    sidecar: Sidecar,
    hypnogram: Hypnogram | None = None,
) -> None:
    """Write NAME.csv and NAME.json.

    The columns are onset, duration (s, to the millisecond), kind, channel (empty: all), scorer,
    confidence (empty: none), status, stage (at the event's midpoint), start_time (clock) and note
    (``[unsure]`` in front where the scorer was in doubt). Text that a spreadsheet would run as a
    formula gets an apostrophe in front.

    Parameters
    ----------
    path : Path
        Of the CSV.
    marked : iterable of MarkedEvent
        In the order of the rows.
    sidecar : Sidecar
        Its ``start`` gives the clock times.
    hypnogram : Hypnogram or None
        Gives the stages; without one they stay empty.

    Raises
    ------
    ExportError
        If the files cannot be written or are something else's; nothing is changed then.
    """
    beside = path.with_suffix(".json")
    check_target(path)
    _check_sidecar(beside)
    start = None if sidecar.start is None else datetime.datetime.fromisoformat(sidecar.start)
    rows = (_row(one, start, hypnogram) for one in marked)
    write_whole(
        {beside: _utf8([sidecar.to_json()]), path: _utf8(map(_line, (EVENT_COLUMNS, *rows)))}
    )


def write_hypnogram_csv(path: Path, hypnogram: Hypnogram) -> None:
    """Write stages, one row an epoch: onset, duration (s), stage, scorer.

    Raises
    ------
    ExportError
        If the file cannot be written; nothing is changed then.
    """
    check_target(path)
    length = hypnogram.epoch_seconds
    rows = [
        (_ms(hypnogram.start + index * length), _ms(length), stage, defuse(hypnogram.scorer))
        for index, stage in enumerate(hypnogram.stages)
    ]
    write_whole({path: _utf8(map(_line, [(*STAGE_COLUMNS, "scorer"), *rows]))})


def _line(cells: Sequence[str]) -> str:
    # With CR LF as its own line end, csv quotes cells that hold either; files end lines with LF.
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().removesuffix("\r\n") + "\n"


def _utf8(parts: Iterable[str]) -> bytes:
    return "".join(parts).encode("utf-8", "replace")


def _row(
    marked: MarkedEvent, start: datetime.datetime | None, hypnogram: Hypnogram | None
) -> tuple[str, ...]:
    event = marked.event
    return (
        _ms(event.onset),
        _ms(event.duration),
        defuse(event.kind),
        defuse(event.channel or ""),
        defuse(marked.scorer),
        "" if event.confidence is None else f"{event.confidence:.4f}",
        marked.status,
        "" if hypnogram is None else hypnogram.stage_at(event.midpoint),
        _clock(start, event.onset),
        defuse(join_note(event.note, event.unsure)),
    )


def _ms(seconds: float) -> str:
    text = f"{seconds:.3f}"
    return "0.000" if text == "-0.000" else text


def _clock(start: datetime.datetime | None, onset: float) -> str:
    if start is None:
        return ""
    # Milliseconds are rounded first: isoformat would cut them off.
    moment = start + datetime.timedelta(milliseconds=round(onset * 1000))
    return moment.replace(tzinfo=None).isoformat(sep=" ", timespec="milliseconds")


def check_target(path: Path) -> None:
    """Refuse a name under which no events are written; for asking before the work begins.

    Raises
    ------
    ExportError
        If the name belongs to a recording, a review or a folder, or its folder is missing.
    """
    if path.suffix.lower() in _NEVER_WRITTEN:
        raise ExportError(
            f"Events are not written to {path.name}, because '{path.suffix}' is for other files; "
            "choose a name that ends in .csv."
        )
    if path.is_dir():
        raise ExportError(f"{path.name} is a folder; choose a file name that ends in .csv.")
    if not path.absolute().parent.is_dir():
        raise ExportError(
            f"There is no folder {path.parent} for {path.name}; make it, or choose another one."
        )


def _check_sidecar(path: Path) -> None:
    """Refuse to write over a JSON file that is none of ours (the sidecar of a BIDS table, say)."""
    if not path.exists():
        return
    try:
        ours = path.stat().st_size <= _MOST_JSON_BYTES and (
            json.loads(path.read_text(encoding="utf-8"))["format"] == FORMAT
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        ours = False
    if not ours:
        raise ExportError(
            f"{path.name} is there already and was not written by SleepScope; choose another name "
            "for the CSV, so that its facts do not take that file's place."
        )

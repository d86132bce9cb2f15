"""Events as a CSV that any program reads, with a JSON beside it that says where they come from."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from sleepscope.events.csv_text import defuse, join_note
from sleepscope.events.event import Event
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.events.sleepscope_csv import EVENT_COLUMNS
from sleepscope.export.csv_lines import csv_bytes
from sleepscope.export.export_format import ExportFormat, Rendered, Written
from sleepscope.export.losses import counted
from sleepscope.export.marked_event import MarkedEvent
from sleepscope.export.plain_rows import seconds_text
from sleepscope.export.sidecar import Sidecar


def write_events_csv(
    path: Path,
    marked: Iterable[MarkedEvent],
    sidecar: Sidecar,
    hypnogram: Hypnogram | None = None,
) -> Written:
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

    Returns
    -------
    Written

    Raises
    ------
    ExportError
        If the files cannot be written or are something else's; nothing is changed then.
    """
    return EVENTS_CSV.write(path, marked, sidecar, hypnogram)


def _render(
    path: Path, marked: tuple[MarkedEvent, ...], sidecar: Sidecar, hypnogram: Hypnogram | None
) -> Rendered:
    start = None if sidecar.start is None else datetime.datetime.fromisoformat(sidecar.start)
    rows = (_row(one, start, hypnogram) for one in marked)
    facts = sidecar.to_json().encode("utf-8", "replace")
    return Rendered(
        {path.with_suffix(".json"): facts, path: csv_bytes([EVENT_COLUMNS, *rows])},
        _losses(marked),
    )


def _losses(marked: tuple[MarkedEvent, ...]) -> tuple[str, ...]:
    """What no text file holds, or no reader takes for a kind."""
    changed = sum(
        any("\0" in text or not _is_text(text) for text in _texts(one.event)) for one in marked
    )
    nameless = sum(not one.event.kind.replace("\0", "").strip() for one in marked)
    sentences = []
    if changed:
        sentences.append(
            f"CSV holds text alone: characters that are none are left out or written as '?' in "
            f"{counted(changed, 'event')}."
        )
    if nameless:
        sentences.append(f"{counted(nameless, 'event')} without a kind: written as 'other'.")
    return tuple(sentences)


def _texts(event: Event) -> tuple[str, str, str]:
    return event.kind, event.channel or "", event.note


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a character
        return False
    return True


def _row(
    marked: MarkedEvent, start: datetime.datetime | None, hypnogram: Hypnogram | None
) -> tuple[str, ...]:
    event = marked.event
    return (
        seconds_text(round(event.onset * 1000)),
        seconds_text(round(event.duration * 1000)),
        defuse(event.kind) if event.kind.replace("\0", "").strip() else "other",
        defuse(event.channel or ""),
        defuse(marked.scorer),
        "" if event.confidence is None else f"{event.confidence:.4f}",
        marked.status,
        "" if hypnogram is None else hypnogram.stage_at(event.midpoint),
        _clock(start, event.onset),
        defuse(join_note(event.note, event.unsure)),
    )


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
        If the name belongs to a recording, a review or a folder, its folder is missing, or the
        JSON beside it is another program's.
    """
    EVENTS_CSV.check(path)


EVENTS_CSV: Final = ExportFormat(
    "csv",
    "CSV",
    "-events.csv",
    frozenset(
        {
            "events",
            "channel",
            "confidence",
            "scorer",
            "status",
            "note",
            "spans",
            "models",
            "stage of each event",
        }
    ),
    _render,
    beside="csv",
)

"""SleepScope's own CSV of events and of stages, with the sidecar that says what was scored."""

from __future__ import annotations

from sleepscope.errors import EventFileError
from sleepscope.events.csv_table import Row, header_of, rows
from sleepscope.events.csv_text import restore, split_note
from sleepscope.events.event import STATUSES, Event, Status
from sleepscope.events.event_file import EventFile, Source, in_order
from sleepscope.events.event_set import EventSet
from sleepscope.events.scored_beside import scored_beside, with_spans
from sleepscope.events.stages import on_grid, stage_of

NAME = "SleepScope CSV (events or stages)"

# The columns in the order in which they are written; stage and start_time are for the eye.
EVENT_COLUMNS = (
    "onset",
    "duration",
    "kind",
    "channel",
    "scorer",
    "confidence",
    "status",
    "stage",
    "start_time",
    "note",
)
STAGE_COLUMNS = ("onset", "duration", "stage")


def sniff(head: bytes) -> bool:
    """Whether the first line names the columns of SleepScope's CSV of events or stages."""
    columns = set(header_of(head))
    events = {"onset", "duration", "kind", "scorer"} <= columns
    return events or ({*STAGE_COLUMNS} <= columns and "kind" not in columns)


def read(source: Source) -> EventFile:
    """Read events with their decisions, or stages.

    Raises
    ------
    EventFileError
        If a cell does not hold what its column says; names the line.
    """
    text, notices = source.text()
    if "kind" in header_of(source.head):
        return _read_events(text, source, notices)
    return _read_stages(text, source, notices)


def _read_events(text: str, source: Source, notices: tuple[str, ...]) -> EventFile:
    by_scorer: dict[str, list[Event]] = {}
    statuses: dict[str, Status] = {}
    mended: list[str] = []
    for row in rows(text, source):
        onset, duration, notice = in_order(
            row.seconds("onset"), row.seconds("duration"), source, row.line
        )
        if notice:
            mended.append(notice)
        note, unsure = split_note(restore(row.cells.get("note", "")))
        event = Event(
            onset,
            duration,
            _filled(row, "kind"),
            restore(row.cells.get("channel", "")) or None,
            _confidence(row),
            note,
            unsure,
        )
        by_scorer.setdefault(_scorer(row), []).append(event)
        status = _status(row)
        if status is not None:
            statuses[event.id] = status
    spans, more = scored_beside(source)
    sets = (EventSet.of(scorer, events) for scorer, events in by_scorer.items())
    event_sets = with_spans(sets, spans)
    return EventFile(
        source.path,
        "SleepScope events",
        event_sets,
        None,
        (*notices, *mended, *more),
        statuses,
    )


def _read_stages(text: str, source: Source, notices: tuple[str, ...]) -> EventFile:
    stretches = []
    scorer = ""
    for row in rows(text, source):
        stage = stage_of(row.get("stage"))
        duration = row.seconds("duration")
        if stage is None or duration <= 0:
            raise EventFileError(
                f"Line {row.line} of {source.name} has the stage '{row.get('stage')[:40]}' for "
                f"{duration:g} s; it must be W, N1, N2, N3, R or ? for more than 0 s."
            )
        stretches.append((row.seconds("onset"), duration, stage))
        scorer = scorer or restore(row.get("scorer"))
    if not stretches:
        raise EventFileError(f"{source.name} holds no stages below its first line.")
    hypnogram, more = on_grid(stretches, scorer=scorer or source.scorer, name=source.name)
    return EventFile(source.path, "SleepScope stages", (), hypnogram, (*notices, *more))


def _filled(row: Row, column: str) -> str:
    cell = row.cells.get(column, "")
    if not cell.strip():
        raise EventFileError(f"Line {row.line} of {row.source.name} has an empty {column}.")
    return restore(cell)


def _scorer(row: Row) -> str:
    return restore(row.cells.get("scorer", "")).strip() or row.source.scorer


def _confidence(row: Row) -> float | None:
    if not row.get("confidence"):
        return None
    value = row.seconds("confidence")
    if not 0 <= value <= 1:
        raise EventFileError(
            f"Line {row.line} of {row.source.name} has the confidence {value:g}; it must lie from "
            "0 to 1."
        )
    return value


def _status(row: Row) -> Status | None:
    cell = row.get("status")
    if not cell:
        return None
    for status in STATUSES:
        if status == cell.casefold():
            return status
    raise EventFileError(
        f"Line {row.line} of {row.source.name} has the status '{cell[:40]}'; it must be one of "
        f"{', '.join(STATUSES)}."
    )

"""Events of the Brain Imaging Data Structure: tab-separated onset, duration, trial_type.

Pernet et al. 2019, doi:10.1038/s41597-019-0104-8.
"""

from __future__ import annotations

from dataclasses import replace

from sleepscope.events.csv_table import Row, header_of, rows
from sleepscope.events.csv_text import split_note
from sleepscope.events.event import STATUSES, Status
from sleepscope.events.event_file import EventFile, Source, first_line, in_order
from sleepscope.events.marks import Mark, file_of_marks
from sleepscope.events.scored_beside import scored_beside, with_spans

NAME = "BIDS events"

_LABELS = ("trial_type", "event_type", "value", "stage")


def sniff(head: bytes) -> bool:
    """Whether the first line names onset, duration and a column of labels."""
    columns = header_of(head)
    # A column of stages between commas is SleepScope's own.
    labels = _LABELS if "\t" in first_line(head) else _LABELS[:-1]
    return {"onset", "duration"} <= set(columns) and any(label in columns for label in labels)


def read(source: Source) -> EventFile:
    """Read stages into a hypnogram, the rest into events.

    The columns scorer, confidence, status and note that SleepScope writes are read where they
    hold what SleepScope writes there; other programs mean other things by these names.

    Raises
    ------
    EventFileError
        If a time is no number; names the line.
    """
    text, notices = source.text()
    columns = header_of(source.head)
    label = next(name for name in _LABELS if name in columns)
    marks: list[Mark] = []
    mended: list[str] = []
    for row in rows(text, source):
        length = 0.0 if row.get("duration") in {"", "n/a"} else row.seconds("duration")
        onset, length, notice = in_order(row.seconds("onset"), length, source, row.line)
        if notice:
            mended.append(notice)
        note, unsure = split_note(_filled(row, "note"))
        marks.append(
            Mark(
                onset,
                length,
                _filled(row, label) or "other",
                _filled(row, "channel") or None,
                note,
                unsure,
                _confidence(row),
                _filled(row, "scorer"),
                _status(row),
            )
        )
    spans, more = scored_beside(source, "SleepScope")
    found = file_of_marks(marks, source, NAME, (*notices, *mended, *more))
    if not spans:
        return found
    there = [one for one in found.event_sets if one.events or one.scorer in spans]
    return replace(found, event_sets=with_spans(there, spans))


def _filled(row: Row, column: str) -> str:
    """The cell, "" where it holds nothing."""
    cell = row.get(column)
    return "" if cell == "n/a" else cell


def _confidence(row: Row) -> float | None:
    try:
        value = float(row.get("confidence"))
    except ValueError:
        return None
    return value if 0 <= value <= 1 else None


def _status(row: Row) -> Status | None:
    return next((status for status in STATUSES if status == row.get("status")), None)

"""Detections of YASA (Vallat & Walker 2021, doi:10.7554/eLife.70092) saved as CSV."""

from __future__ import annotations

from sleepscope.constants import REM, SPINDLE
from sleepscope.events.csv_table import header_of, rows
from sleepscope.events.event_file import EventFile, Source
from sleepscope.events.marks import Mark, file_of_marks

NAME = "YASA detections"


def sniff(head: bytes) -> bool:
    """Whether the first line names YASA's columns."""
    columns = set(header_of(head))
    return {"start", "end", "duration"} <= columns and _kind(columns) is not None


def _kind(columns: set[str]) -> str | None:
    """The kind of event, which the table does not name, from the columns only that kind has."""
    if "locabsvalpeak" in columns:
        return REM
    if "negpeak" in columns:
        return "slow_wave"
    if "oscillations" in columns or {"peak", "relpower"} <= columns:
        return SPINDLE
    return None


def read(source: Source) -> EventFile:
    """Read one event per line.

    Raises
    ------
    EventFileError
        If a time is no number; names the line.
    """
    text, notices = source.text()
    kind = _kind(set(header_of(source.head))) or "other"
    marks = [
        Mark(start, row.seconds("end") - start, kind, row.get("channel"))
        for row in rows(text, source)
        for start in [row.seconds("start")]
    ]
    return file_of_marks(marks, source, NAME, notices)

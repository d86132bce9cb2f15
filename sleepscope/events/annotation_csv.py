"""Annotations exported as CSV by EDFbrowser and by MNE-Python."""

from __future__ import annotations

import datetime

from sleepscope.events.clock import dates_and_times, onsets_of, time_of_day
from sleepscope.events.csv_table import Row, header_of, rows
from sleepscope.events.event_file import EventFile, Source
from sleepscope.events.marks import Mark, file_of_marks
from sleepscope.events.mne_text import names_of

NAME = "EDFbrowser or MNE annotations"

_NO_DATE = datetime.datetime(1970, 1, 1)  # noqa: DTZ001
_LABELS = ("annotation", "description")


def sniff(head: bytes) -> bool:
    """Whether the first line names onset and annotation (EDFbrowser) or description (MNE)."""
    columns = header_of(head)
    return "onset" in columns and any(label in columns for label in _LABELS)


def read(source: Source) -> EventFile:
    """Read stages into a hypnogram, the rest into events; onsets are seconds or clock times.

    Raises
    ------
    EventFileError
        If a time cannot be read; names the line.
    """
    text, notices = source.text()
    table = list(rows(text, source))
    label = next(name for name in _LABELS if name in header_of(source.head))
    onsets, more = _onsets(table, source)
    marks = []
    for row, onset in zip(table, onsets, strict=True):
        length = row.seconds("duration") if row.get("duration") else None
        named, _, channel = row.get(label).partition("@@")
        channels = (channel,) if channel else names_of(row.get("ch_names"))
        marks += [Mark(onset, length, named or "other", name) for name in channels or (None,)]
    return file_of_marks(marks, source, NAME, (*notices, *more))


def _onsets(table: list[Row], source: Source) -> tuple[list[float], tuple[str, ...]]:
    cells = [row.get("onset") for row in table]
    if not cells or ":" not in cells[0]:
        return [row.seconds("onset") for row in table], ()
    times = [time_of_day(cell) for cell in cells]
    given = [time for time in times if time is not None]
    if len(given) == len(cells):
        return onsets_of(given, source)
    moments = dates_and_times(cells, source)
    if min(moments).date() == _NO_DATE.date():
        # MNE counts from there where it knows no clock time.
        return [(moment - _NO_DATE).total_seconds() for moment in moments], ()
    return onsets_of(moments, source)

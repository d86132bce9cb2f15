"""Events of the Brain Imaging Data Structure: tab-separated onset, duration, trial_type.

Pernet et al. 2019, doi:10.1038/s41597-019-0104-8.
"""

from __future__ import annotations

from sleepscope.events.csv_table import header_of, rows
from sleepscope.events.event_file import EventFile, Source, in_order
from sleepscope.events.marks import Mark, file_of_marks

NAME = "BIDS events"

_LABELS = ("trial_type", "event_type", "value", "stage")


def sniff(head: bytes) -> bool:
    """Whether the first line names onset, duration and a column of labels."""
    columns = header_of(head)
    return {"onset", "duration"} <= set(columns) and any(label in columns for label in _LABELS)


def read(source: Source) -> EventFile:
    """Read stages into a hypnogram, the rest into events.

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
        named = row.get(label)
        marks.append(
            Mark(
                onset,
                length,
                "other" if named in {"", "n/a"} else named,
                _channel(row.get("channel")),
            )
        )
    return file_of_marks(marks, source, NAME, (*notices, *mended))


def _channel(cell: str) -> str | None:
    return None if cell in {"", "n/a"} else cell

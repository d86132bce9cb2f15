"""Event export of Noxturnal: a table in the user's language, with dates and times."""

from __future__ import annotations

import re

from sleepscope.errors import EventFileError
from sleepscope.events.clock import dates_and_times, onsets_of
from sleepscope.events.event_file import HEAD_BYTES, EventFile, Source, head_text, seconds
from sleepscope.events.marks import Mark, file_of_marks

NAME = "Noxturnal events"

# The columns are start, end, event and duration; their names depend on the language, the line of
# units below them does not.
_UNITS = re.compile(r"\[\]([,;\t])\[\]\1\[\]\1\[s\]")


def sniff(head: bytes) -> bool:
    """Whether the second line holds Noxturnal's units."""
    return _delimiter(head_text(head) or "") is not None


def _delimiter(text: str) -> str | None:
    """What stands between the cells: a comma, a semicolon or a tab; None in other files."""
    lines = text[:HEAD_BYTES].splitlines()
    found = _UNITS.match(lines[1].replace(" ", "")) if len(lines) > 1 else None
    return None if found is None else found[1]


def read(source: Source) -> EventFile:
    """Read stages into a hypnogram, the rest into events.

    Raises
    ------
    EventFileError
        If a line lacks columns or holds no time.
    """
    text, notices = source.text()
    delimiter = _delimiter(text) or ","
    found = []
    for number, line in enumerate(text.splitlines()[2:], start=3):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.split(delimiter)]
        if len(cells) < 4:
            raise EventFileError(
                f"Line {number} of {source.name} has {len(cells)} columns; it must have start, "
                "end, event and duration."
            )
        length = cells[3] if delimiter == "," else cells[3].replace(",", ".")
        found.append((cells[0], seconds(length, "duration", source, number), cells[2]))
    if not found:
        return file_of_marks([], source, NAME, notices)
    onsets, more = onsets_of(dates_and_times([start for start, *_ in found], source), source)
    marks = [
        Mark(onset, length, label or "other")
        for onset, (_, length, label) in zip(onsets, found, strict=True)
    ]
    return file_of_marks(marks, source, NAME, (*notices, *more))

"""Annotations that MNE-Python saved as text: remarks, then onset, duration, description."""

from __future__ import annotations

import datetime
import re

from sleepscope.errors import EventFileError
from sleepscope.events.clock import shift_of
from sleepscope.events.event_file import EventFile, Source, first_line, seconds
from sleepscope.events.marks import Mark, file_of_marks

NAME = "MNE annotations (text)"

_TITLE = "# MNE-Annotations"
_ORIGIN = re.compile(r"^#\s*orig_time\s*:\s*(.+?)\s*$")
_COLUMNS = re.compile(r"^#\s*(onset\s*,.*)$")
_FIRST = ("onset", "duration", "description")


def sniff(head: bytes) -> bool:
    """Whether the first line says so."""
    return first_line(head).startswith(_TITLE)


def read(source: Source) -> EventFile:
    """Read stages into a hypnogram, the rest into events, one for each of their channels.

    Raises
    ------
    EventFileError
        If a line lacks columns or holds no time; names the line.
    """
    text, notices = source.text()
    columns: list[str] = [*_FIRST]
    origin = None
    marks: list[Mark] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("#"):
            origin = _origin(line) or origin
            named = _COLUMNS.match(line)
            columns = [cell.strip() for cell in named[1].split(",")] if named else columns
        elif line.strip():
            marks += _marks(line, columns, source, number)
    shift, notice = shift_of(origin, source)
    moved = [
        Mark(mark.onset + shift, mark.duration, mark.label, mark.channel, mark.note)
        for mark in marks
    ]
    return file_of_marks(moved, source, NAME, (*notices, notice) if notice else notices)


def _origin(line: str) -> datetime.datetime | None:
    found = _ORIGIN.match(line)
    try:
        return datetime.datetime.fromisoformat(found[1]).replace(tzinfo=None) if found else None
    except ValueError:
        return None


def _marks(line: str, columns: list[str], source: Source, number: int) -> list[Mark]:
    """One mark for each channel of a line."""
    # MNE quotes nothing: commas beyond the columns stand in the description.
    behind = len(columns) - len(_FIRST)
    cells = line.split(",", 2)
    if len(cells) < 3 or columns[:3] != [*_FIRST]:
        raise EventFileError(
            f"Line {number} of {source.name} is '{line[:40]}'; it must be onset, duration and "
            "description with commas between."
        )
    label, *more = cells[2].rsplit(",", behind) if behind else [cells[2]]
    named = dict(zip(columns[3:], more, strict=False)).get("ch_names", "")
    onset = seconds(cells[0], "onset", source, number)
    length = seconds(cells[1], "duration", source, number)
    return [
        Mark(onset, length, label.strip() or "other", channel)
        for channel in names_of(named) or (None,)
    ]


def names_of(cell: str) -> tuple[str, ...]:
    """Channels as MNE joins them: "C3:C4", with {COLON} for a colon in a label."""
    names = (name.replace("{COLON}", ":").strip() for name in cell.split(":"))
    return tuple(name for name in names if name)

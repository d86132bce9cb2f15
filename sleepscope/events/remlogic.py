"""Event export of RemLogic (Embla): a preface, then a table with clock times."""

from __future__ import annotations

from sleepscope.errors import EventFileError
from sleepscope.events.clock import onsets_of, time_of_day
from sleepscope.events.event_file import EventFile, Source, first_line, seconds
from sleepscope.events.marks import Mark, file_of_marks

NAME = "RemLogic events"

_TIME, _EVENT, _DURATION, _PLACE = "Time [hh:mm:ss]", "Event", "Duration[s]", "Location"


def sniff(head: bytes) -> bool:
    """Whether the first line says so."""
    return first_line(head).startswith("RemLogic Event Export")


def read(source: Source) -> EventFile:
    """Read stages into a hypnogram, the rest into events.

    Raises
    ------
    EventFileError
        If the table is missing or a time cannot be read; names the line.
    """
    text, notices = source.text()
    columns: list[str] = []
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        cells = [cell.strip() for cell in line.split("\t")]
        if not columns:
            if {_TIME, _EVENT, _DURATION} <= set(cells):
                columns = cells
            continue
        row = dict(zip(columns, cells, strict=False))
        if not row.get(_EVENT):
            continue
        time = time_of_day(row.get(_TIME, ""))
        if time is None:
            raise EventFileError(
                f"Line {number} of {source.name} has the time '{row.get(_TIME, '')[:40]}'; it must "
                "be hh:mm:ss."
            )
        length = seconds(row.get(_DURATION, ""), _DURATION, source, number)
        found.append((time, length, row[_EVENT], row.get(_PLACE, "")))
    if not columns:
        raise EventFileError(f"{source.name} holds no table with the columns {_TIME} and {_EVENT}.")
    onsets, more = onsets_of([time for time, *_ in found], source)
    marks = [
        # Stages name a channel too, but are of the whole night.
        Mark(onset, length, label, place)
        for onset, (_, length, label, place) in zip(onsets, found, strict=True)
    ]
    return file_of_marks(marks, source, NAME, (*notices, *more))

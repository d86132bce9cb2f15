"""Event export of RemLogic (Embla): a preface, then a table with clock times.

The names of the columns are in the user's language ("Schlafstadium", "Ereignis", "Dauer[s]"); the
units in them are not, and the event always follows the time, the place the duration.
"""

from __future__ import annotations

from dataclasses import dataclass

from sleepscope.errors import EventFileError
from sleepscope.events.clock import dates_and_times, onsets_of, time_of_day
from sleepscope.events.event_file import EventFile, Source, first_line, head_text, seconds
from sleepscope.events.marks import Mark, file_of_marks

NAME = "RemLogic events"

_MOST_COLUMNS = 20
_TIME_UNIT, _DURATION_UNIT = "[hh:mm:ss", "[s]"


@dataclass(frozen=True, slots=True)
class _Columns:
    time: int
    duration: int

    @property
    def event(self) -> int:
        return self.time + 1

    @property
    def place(self) -> int:
        return self.duration + 1


def _columns(line: str) -> _Columns | None:
    """Where the columns are, or None where the line is not the table's header."""
    cells = line.split("\t", _MOST_COLUMNS)
    times = [k for k, cell in enumerate(cells) if _TIME_UNIT in cell.casefold()]
    durations = [k for k, cell in enumerate(cells) if _DURATION_UNIT in cell.casefold()]
    if len(times) != 1 or len(durations) != 1 or durations[0] <= times[0] + 1:
        return None
    return _Columns(times[0], durations[0])


def sniff(head: bytes) -> bool:
    """Whether the first line says so, or the head of the table follows."""
    if first_line(head).startswith("RemLogic"):
        return True
    return any(_columns(line) for line in (head_text(head) or "").splitlines())


def read(source: Source) -> EventFile:
    """Read stages into a hypnogram, the rest into events.

    Raises
    ------
    EventFileError
        If the table is missing or a time cannot be read; names the line.
    """
    text, notices = source.text()
    columns: _Columns | None = None
    found: list[tuple[int, str, float, str, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if columns is None:
            columns = _columns(line)
            continue
        cells = [cell.strip() for cell in line.split("\t", _MOST_COLUMNS)]
        if len(cells) <= columns.event or not cells[columns.event]:
            continue
        cell = cells[columns.duration] if len(cells) > columns.duration else ""
        length = seconds(cell.replace(",", "."), "duration", source, number)
        place = cells[columns.place] if len(cells) > columns.place else ""
        found.append((number, cells[columns.time], length, cells[columns.event], place))
    if columns is None:
        raise EventFileError(
            f"{source.name} holds no table with a time {_TIME_UNIT}] and a duration "
            f"{_DURATION_UNIT}."
        )
    onsets, more = _onsets([(number, time) for number, time, *_ in found], source)
    marks = [
        Mark(onset, length, label, place)
        for onset, (_, _, length, label, place) in zip(onsets, found, strict=True)
    ]
    return file_of_marks(marks, source, NAME, (*notices, *more))


def _onsets(times: list[tuple[int, str]], source: Source) -> tuple[list[float], tuple[str, ...]]:
    """Seconds from the start of the recording; some versions write a date before the time."""
    if times and "-" in times[0][1]:
        return onsets_of(dates_and_times([cell for _, cell in times], source), source)
    moments = []
    for number, cell in times:
        moment = time_of_day(cell)
        if moment is None:
            raise EventFileError(
                f"Line {number} of {source.name} has the time '{cell[:40]}'; it must be hh:mm:ss."
            )
        moments.append(moment)
    return onsets_of(moments, source)

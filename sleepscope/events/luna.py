"""Annotations of Luna: tab-separated class, instance, channel, start, stop, meta."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace

from sleepscope.constants import STAGES, UNSCORED
from sleepscope.errors import EventFileError
from sleepscope.events.clock import Moment, onsets_of, time_of_day
from sleepscope.events.csv_text import split_note
from sleepscope.events.event_file import (
    HEAD_BYTES,
    EventFile,
    Source,
    head_text,
    in_order,
    seconds,
)
from sleepscope.events.marks import Mark, file_of_marks

NAME = "Luna annotations"

_HEADER = ("class", "instance", "channel", "start", "stop")
_ELAPSED = re.compile(r"^0\+(\d+):(\d{2}):(\d{2}(?:\.\d+)?)$")
_UNTIL_NEXT = "..."
# Day first, as Luna writes dates: 24-04-19-22:14:00.
_DATED = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{2,4})[- ](\d{1,2}[:.]\d{2}[:.]\d{2}.*)$")
_TIME = r"(?:\d+(?:\.\d+)?|(?:0\+)?\d{1,2}:\d{2}:\d{2}(?:\.\d+)?)"
_START = re.compile(rf"^{_TIME}$")
_STOP = re.compile(rf"^(?:\+?{_TIME}|\.|\.\.\.)$")


def sniff(head: bytes) -> bool:
    """Whether the first line that is no remark is Luna's header, or all lines are its entries."""
    text = head_text(head) or ""
    if len(head) >= HEAD_BYTES:
        text = text.rpartition("\n")[0]  # cut in the middle
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if lines and tuple(lines[0].split("\t")[:5]) == _HEADER:
        return True
    return bool(lines) and all(_is_entry(line.split("\t")) for line in lines)


def _is_entry(cells: list[str]) -> bool:
    """Whether a line has the columns and the times of Luna, as files without a header do."""
    fits = len(cells) in (5, 6) and _START.match(cells[3]) and _STOP.match(cells[4])
    return bool(fits)


def read(source: Source) -> EventFile:
    """Read stages into a hypnogram, the rest into events.

    Times are seconds, "0+hh:mm:ss" from the start, or clock times, with a date or without; an
    end may be "+seconds" or "...", until the next mark.

    Raises
    ------
    EventFileError
        If a line lacks columns or holds no time; names the line.
    """
    text, notices = source.text()
    found: list[tuple[str, str, str, float, float | None]] = []
    more: list[str] = []
    source = _with_a_start(text, source, more)
    for number, line in enumerate(text.splitlines(), start=1):
        cells = line.split("\t")
        if not line.strip() or line.startswith("#") or tuple(cells[:5]) == _HEADER:
            continue
        if len(cells) < 5:
            raise EventFileError(
                f"Line {number} of {source.name} has {len(cells)} columns; Luna's annotations have "
                "class, instance, channel, start and stop."
            )
        start = _time(cells[3], "start", source, number, more)
        stop = None
        if cells[4].startswith("+"):
            stop = start + seconds(cells[4], "stop", source, number)
        elif cells[4] == ".":
            stop = start
        elif cells[4] != _UNTIL_NEXT:
            stop = _time(cells[4], "stop", source, number, more)
            start, length, notice = in_order(start, stop - start, source, number)
            stop = start + length
            if notice:
                more.append(notice)
        note = cells[5] if len(cells) > 5 and cells[5] != "." else ""
        found.append((cells[0].strip(), cells[2], note, start, stop))
    starts = [entry[3] for entry in found]
    marks = []
    for index, (label, channel, note, start, stop) in enumerate(found):
        following = starts[index + 1] if index + 1 < len(starts) else start
        length = max(0.0, following - start) if stop is None else stop - start
        marks.append(Mark(start, length, _label(label), channel, *split_note(note)))
    return file_of_marks(marks, source, NAME, (*notices, *dict.fromkeys(more)))


def _label(name: str) -> str:
    # R is REM sleep in Luna and never an eye movement, however short the epochs are.
    return f"Sleep stage {name}" if name in (*STAGES, UNSCORED) else name or "other"


def _time(cell: str, what: str, source: Source, line: int, notices: list[str]) -> float:
    elapsed = _ELAPSED.match(cell)
    if elapsed:
        return int(elapsed[1]) * 3600 + int(elapsed[2]) * 60 + float(elapsed[3])
    moment = _moment(cell)
    if moment is None:
        return seconds(cell, what, source, line)
    (onset,), more = onsets_of([moment], source)
    notices.extend(more)
    return onset


def _moment(cell: str) -> Moment | None:
    """A clock time, with or without a date; None for other times."""
    dated = _DATED.match(cell.strip())
    if dated is None:
        return time_of_day(cell) if ":" in cell else None
    clock = time_of_day(dated[4])
    year = int(dated[3])
    try:
        date = datetime.date(year if year > 99 else year + 2000, int(dated[2]), int(dated[1]))
    except ValueError:
        return None
    return None if clock is None else datetime.datetime.combine(date, clock)


def _with_a_start(text: str, source: Source, notices: list[str]) -> Source:
    """The source with its first clock time for the recording's start, where that is not known."""
    if source.recording_start is not None:
        return source
    for line in text.splitlines():
        cells = line.split("\t")
        moment = _moment(cells[3]) if len(cells) > 4 and not line.startswith("#") else None
        if moment is None:
            continue
        if isinstance(moment, datetime.time):
            moment = datetime.datetime.combine(datetime.date(2000, 1, 1), moment)
        notices.append(
            f"{source.name} holds clock times and the start of the recording is not known: its "
            "first mark with one was taken for the first sample."
        )
        return replace(source, recording_start=moment)
    return source

"""Annotations of Luna: tab-separated class, instance, channel, start, stop, meta."""

from __future__ import annotations

import re

from sleepscope.constants import STAGES, UNSCORED
from sleepscope.errors import EventFileError
from sleepscope.events.clock import onsets_of, time_of_day
from sleepscope.events.csv_text import split_note
from sleepscope.events.event_file import EventFile, Source, head_text, in_order, seconds
from sleepscope.events.marks import Mark, file_of_marks

NAME = "Luna annotations"

_HEADER = ("class", "instance", "channel", "start", "stop")
_ELAPSED = re.compile(r"^0\+(\d+):(\d{2}):(\d{2}(?:\.\d+)?)$")
_UNTIL_NEXT = "..."


def sniff(head: bytes) -> bool:
    """Whether the first line that is no remark is Luna's header."""
    text = head_text(head) or ""
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return tuple(next(lines, "").split("\t")[:5]) == _HEADER


def read(source: Source) -> EventFile:
    """Read stages into a hypnogram, the rest into events.

    Times are seconds, "0+hh:mm:ss" from the start, or clock times; an end may be "+seconds" or
    "...", until the next mark.

    Raises
    ------
    EventFileError
        If a line lacks columns or holds no time; names the line.
    """
    text, notices = source.text()
    found: list[tuple[str, str, str, float, float | None]] = []
    more: list[str] = []
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
    clock = time_of_day(cell) if ":" in cell else None
    if clock is None:
        return seconds(cell, what, source, line)
    if source.recording_start is None:
        raise EventFileError(
            f"Line {line} of {source.name} has the clock time {cell}, and the start of the "
            "recording is not known."
        )
    (onset,), more = onsets_of([clock], source)
    notices.extend(more)
    return onset

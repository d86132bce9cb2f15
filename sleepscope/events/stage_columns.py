"""Stages as text in columns: a stage with a flag per epoch, or a latency with a stage.

The first is the export of SchlafAus ("2 0": stage 2, no artefact), the second a table headed
"latency type" (``30  Stage1``).
"""

from __future__ import annotations

import re

from sleepscope.constants import EPOCH_SECONDS, UNSCORED
from sleepscope.errors import EventFileError
from sleepscope.events.event_file import HEAD_BYTES, EventFile, Source, head_text, seconds
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.events.marks import Mark, event_of, file_of_marks
from sleepscope.events.stages import stage_of

NAME = "stages as text, in columns"

_FLAGGED = re.compile(r"^\s*(-?\d)[ \t]+(\d)\s*$", re.ASCII)
_LATENCY_HEADER = re.compile(r"^\s*latency\s+(?:type|stage)\s*$", re.IGNORECASE)
# Fewer lines of two digits could be anything.
_FEWEST_LINES = 5


def sniff(head: bytes) -> bool:
    """Whether the first line heads latencies, or all lines are a stage and a flag."""
    lines = [line for line in (head_text(head) or "").splitlines() if line.strip()]
    if len(head) >= HEAD_BYTES:
        lines = lines[:-1]  # cut in the middle
    if lines and _LATENCY_HEADER.match(lines[0]):
        return True
    return len(lines) >= _FEWEST_LINES and all(_FLAGGED.match(line) for line in lines)


def read(source: Source) -> EventFile:
    """Read the stages, and flags as artefacts of their epochs.

    Raises
    ------
    EventFileError
        If a line is none of the table; names the line.
    """
    text, notices = source.text()
    lines = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if _LATENCY_HEADER.match(lines[0][1]):
        return _read_latencies(lines[1:], source, notices)
    return _read_flagged(lines, source, notices)


def _read_latencies(
    lines: list[tuple[int, str]], source: Source, notices: tuple[str, ...]
) -> EventFile:
    marks = []
    for number, line in lines:
        cells = line.split(None, 1)
        stage = stage_of(cells[1]) if len(cells) == 2 else None
        if stage is None:
            raise EventFileError(
                f"Line {number} of {source.name} is '{line.strip()[:40]}'; it must be seconds and "
                "a stage such as Stage1, REM or Wake."
            )
        onset = seconds(cells[0], "latency", source, number)
        marks.append(Mark(onset, None, f"Sleep stage {stage}"))
    if not marks:
        raise EventFileError(f"{source.name} holds no stages below its first line.")
    return file_of_marks(marks, source, "stages as text", notices)


def _read_flagged(
    lines: list[tuple[int, str]], source: Source, notices: tuple[str, ...]
) -> EventFile:
    stages: list[str] = []
    flagged: list[Mark] = []
    for number, line in lines:
        found = _FLAGGED.match(line)
        if found is None:
            raise EventFileError(
                f"Line {number} of {source.name} is '{line.strip()[:40]}'; it must be a stage from "
                "0 to 9 and a flag."
            )
        if found[2] != "0":
            onset = len(stages) * EPOCH_SECONDS
            flagged.append(Mark(onset, EPOCH_SECONDS, "artifact", None, f"flag {found[2]}"))
        stages.append(stage_of(found[1]) or UNSCORED)
    events = EventSet.of(source.scorer, (event_of(mark, source) for mark in flagged))
    return EventFile(
        source.path,
        "stages as text",
        (events,),
        Hypnogram(tuple(stages), EPOCH_SECONDS, 0.0, source.scorer),
        (*notices, f"{source.name} does not say how long an epoch is: 30 s were taken."),
    )

"""Hypnograms as plain text whose digits are those of the AASM, as YASA writes: 4 is REM."""

from __future__ import annotations

import re

from sleepscope.constants import UNSCORED
from sleepscope.events.event_file import EventFile, Source
from sleepscope.events.hypnogram_text import read_stages, words_of_head

NAME = "stages as text, one per line (digits: 4 is REM, as in YASA)"

_STAGES = {"0": "W", "1": "N1", "2": "N2", "3": "N3", "4": "R", "-1": UNSCORED, "-2": UNSCORED}
_WHOLE = re.compile(r"(-?\d)(?:\.0*)?", re.ASCII)


def sniff(head: bytes) -> bool:
    """Whether the first lines are digits up to 4; with a 5 they are Rechtschaffen & Kales'."""
    stages = {_stage(one.word) for one in words_of_head(head)}
    return None not in stages and bool(stages - {UNSCORED})


def read(source: Source) -> EventFile:
    """Read the stages.

    Raises
    ------
    EventFileError
        If a line is no stage; names the line.
    """
    return read_stages(source, _stage, "0 to 4")


def _stage(word: str) -> str | None:
    found = _WHOLE.fullmatch(word)
    return _STAGES.get(found[1]) if found else None

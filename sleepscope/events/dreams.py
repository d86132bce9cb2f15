"""DREAMS databases: marks of experts and detectors, and hypnograms of 5-s epochs, as text.

Devuyst et al., The DREAMS databases and assessment algorithm, doi:10.5281/zenodo.2650142.
"""

from __future__ import annotations

import re

from sleepscope.constants import SPINDLE, UNSCORED
from sleepscope.errors import EventFileError
from sleepscope.events.channels import channel_or_none
from sleepscope.events.event import Event
from sleepscope.events.event_file import EventFile, Source, first_line, in_order, seconds
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.events.kinds import kind_of

NAME = "DREAMS marks or hypnogram"

_HYPNOGRAM = "[hypnogram]"
# Such as "[vis1_Spindles/C3-A1]" or "[REMs/EOGs]".
_MARKS = re.compile(r"^\[(?:(?P<expert>vis\d+)_)?(?P<kind>[^/\[\]]+)/(?P<channel>[^\[\]]+)\]$")
_FILE = re.compile(
    r"^(?P<scorer>(?:Visual_scoring|Automatic_detection)\w*?)_excerpt\d+$", re.IGNORECASE
)

_EPOCH_SECONDS = 5.0
# Rechtschaffen & Kales, coded from deep to awake; negatives are movement or unknown.
_STAGE_OF_CODE = {5: "W", 4: "R", 3: "N1", 2: "N2", 1: "N3", 0: "N3"}

# The first expert scored the spindles of the first 1000 s of each excerpt only.
_FIRST_EXPERT_SPAN = (0.0, 1000.0)


def sniff(head: bytes) -> bool:
    """Whether the first line is a DREAMS header of marks or of a hypnogram."""
    line = first_line(head)
    return line.casefold() == _HYPNOGRAM or _MARKS.match(line) is not None


def read(source: Source) -> EventFile:
    """Read marks or a hypnogram.

    Raises
    ------
    EventFileError
        If a line holds something else than numbers; names the line.
    """
    text, notices = source.text()
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    filled = [(number, line) for number, line in lines if line]
    # As it was recognised: a broken byte further down may have changed how the text is decoded.
    header = first_line(source.head)
    if header.casefold() == _HYPNOGRAM:
        hypnogram = _read_hypnogram(filled[1:], source)
        return EventFile(source.path, "DREAMS hypnogram", (), hypnogram, notices)
    events, more = _read_marks(header, filled[1:], source)
    return EventFile(source.path, "DREAMS marks", (events,), None, (*notices, *more))


def _read_marks(
    header: str, lines: list[tuple[int, str]], source: Source
) -> tuple[EventSet, list[str]]:
    parts = _MARKS.match(header)
    assert parts is not None  # sniffed
    kind = kind_of(parts["kind"])
    channel = channel_or_none(parts["channel"])
    events: list[Event] = []
    notices: list[str] = []
    for number, line in lines:
        cells = line.split()
        if len(cells) != 2:
            raise EventFileError(
                f"Line {number} of {source.name} is '{line[:40]}'; it must hold an onset and a "
                "duration in seconds."
            )
        onset, duration, notice = in_order(
            seconds(cells[0], "onset", source, number),
            seconds(cells[1], "duration", source, number),
            source,
            number,
        )
        if notice:
            notices.append(notice)
        events.append(Event(onset, duration, kind, channel))
    spans = None
    first_expert = (parts["expert"] or "").casefold() == "vis1"
    if first_expert and kind == SPINDLE and all(e.onset < _FIRST_EXPERT_SPAN[1] for e in events):
        spans = (_FIRST_EXPERT_SPAN,)
        notices.append(
            "The first expert of the DREAMS spindles stopped at 1000 s: only 0 to 1000 s count as "
            "scored."
        )
    return EventSet.of(_scorer(source), events, spans), notices


def _scorer(source: Source) -> str:
    named = _FILE.match(source.path.stem)
    return f"file:{named['scorer']}" if named else source.scorer


def _read_hypnogram(lines: list[tuple[int, str]], source: Source) -> Hypnogram:
    stages = []
    for number, line in lines:
        try:
            code = int(line)
        except ValueError:
            raise EventFileError(
                f"Line {number} of {source.name} is '{line[:40]}'; it must be a stage from 0 to 5, "
                "or a negative number."
            ) from None
        if code > max(_STAGE_OF_CODE):
            raise EventFileError(
                f"Line {number} of {source.name} has the stage {code}; it must be 0 to 5, or "
                "negative."
            )
        stages.append(_STAGE_OF_CODE.get(code, UNSCORED))
    if not stages:
        raise EventFileError(f"{source.name} is a hypnogram without a single stage.")
    return Hypnogram(tuple(stages), _EPOCH_SECONDS, 0.0, source.scorer)

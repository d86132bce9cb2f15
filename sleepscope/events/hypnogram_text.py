"""Hypnograms as plain text: one stage per line, 30 s each."""

from __future__ import annotations

from sleepscope.constants import EPOCH_SECONDS, UNSCORED
from sleepscope.errors import EventFileError
from sleepscope.events.event_file import EventFile, Source, head_text
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.events.stages import stage_of

NAME = "stages as text, one per line"

_HEADINGS = {"stage", "stages", "hypnogram", "sleep stage", "sleep_stage", "stade", "values"}


def sniff(head: bytes) -> bool:
    """Whether the first lines are stages and nothing else."""
    text = head_text(head)
    if text is None:
        return False
    lines = [line.strip() for line in text.splitlines()]
    if len(head) >= 4096:
        lines = lines[:-1]  # cut in the middle
    filled = [line for line in lines if line]
    if filled and filled[0].casefold() in _HEADINGS:
        filled = filled[1:]
    stages = {stage_of(line) for line in filled}
    return None not in stages and bool(stages - {UNSCORED})


def read(source: Source) -> EventFile:
    """Read the stages.

    Raises
    ------
    EventFileError
        If a line is no stage; names the line.
    """
    text, notices = source.text()
    stages: list[str] = []
    words: set[str] = set()
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or (not stages and line.casefold() in _HEADINGS):
            continue
        stage = stage_of(line)
        if stage is None:
            raise EventFileError(
                f"Line {number} of {source.name} is '{line[:40]}'; it must be a stage such as W, "
                "N1, N2, N3, R or 0 to 5."
            )
        stages.append(stage)
        words.add(line)
    hypnogram = Hypnogram(tuple(stages), EPOCH_SECONDS, 0.0, source.scorer)
    more = [f"{source.name} does not say how long an epoch is: 30 s were taken."]
    if words & {"4", "4.0"} and not words & {"5", "5.0"}:
        more.append(
            f"{source.name} holds stage 4 but no stage 5: 4 was read as stage 4 of Rechtschaffen "
            "and Kales (N3); some programs write REM sleep as 4."
        )
    return EventFile(source.path, "stages as text", (), hypnogram, (*notices, *more))

"""Hypnograms as plain text, a line per epoch; digits are those of Rechtschaffen & Kales."""

from __future__ import annotations

from collections.abc import Callable

from sleepscope.constants import EPOCH_SECONDS, UNSCORED
from sleepscope.errors import EventFileError
from sleepscope.events.clock import dates_and_times, onsets_of
from sleepscope.events.event_file import HEAD_BYTES, EventFile, Source, head_text
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.events.marks import Mark, file_of_marks
from sleepscope.events.stage_words import StageWord, stage_words
from sleepscope.events.stages import stage_of

NAME = "stages as text, one per line (digits: 4 is N3, 5 is REM)"


def sniff(head: bytes) -> bool:
    """Whether the first lines are stages and nothing else."""
    stages = {stage_of(one.word) for one in words_of_head(head)}
    return None not in stages and bool(stages - {UNSCORED})


def words_of_head(head: bytes) -> list[StageWord]:
    """The stages in the whole lines of the first bytes of a file."""
    text = head_text(head)
    if text is None:
        return []
    if len(head) >= HEAD_BYTES:
        text = text.rpartition("\n")[0]  # cut in the middle
    return list(stage_words(text))


def read(source: Source) -> EventFile:
    """Read the stages.

    Raises
    ------
    EventFileError
        If a line is no stage; names the line.
    """
    return read_stages(source, stage_of, "W, N1, N2, N3, R or 0 to 5")


def read_stages(source: Source, meaning: Callable[[str], str | None], choices: str) -> EventFile:
    """Read a file of stages by what its words mean.

    Parameters
    ----------
    source : Source
    meaning : callable
        The stage that a word stands for, None for a word that is no stage.
    choices : str
        What the words may be, for sentences.

    Raises
    ------
    EventFileError
        If a line is no stage; names the line.
    """
    text, notices = source.text()
    found = list(stage_words(text))
    stages: list[str] = []
    for one in found:
        stage = meaning(one.word)
        if stage is None:
            raise EventFileError(
                f"Line {one.line} of {source.name} is '{one.word[:40]}'; it must be a stage such "
                f"as {choices}."
            )
        stages.append(stage)
    if found and all(one.time for one in found):
        onsets, more = onsets_of(dates_and_times([one.time for one in found], source), source)
        marks = [
            Mark(onset, None, f"Sleep stage {stage}")
            for onset, stage in zip(onsets, stages, strict=True)
        ]
        return file_of_marks(marks, source, "stages as text", (*notices, *more))
    hypnogram = Hypnogram(tuple(stages), EPOCH_SECONDS, 0.0, source.scorer)
    notice = f"{source.name} does not say how long an epoch is: 30 s were taken."
    return EventFile(source.path, "stages as text", (), hypnogram, (*notices, notice))

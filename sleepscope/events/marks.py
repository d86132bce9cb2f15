"""Labelled stretches of time, as most formats hold them, parted into stages and events."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sleepscope.constants import EPOCH_SECONDS
from sleepscope.events.channels import channel_or_none
from sleepscope.events.event import Event, Status
from sleepscope.events.event_file import EventFile, Source
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.events.kinds import kind_of
from sleepscope.events.stages import is_named_stage, on_grid, stage_of

# A bare "R" or "REM" that lasts less than half an epoch is an eye movement, not a stage.
_SHORTEST_STAGE_SECONDS = EPOCH_SECONDS / 2
_STAGE_OR_EVENT = {"r", "rem", "?"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A labelled stretch.

    Attributes
    ----------
    onset : float, s
    duration : float or None, s
        None where the file gives none.
    label : str
        As in the file.
    channel : str or None
    note : str
    unsure : bool
        The scorer's own mark of doubt.
    confidence : float or None
        0 to 1.
    scorer : str
        "" where the file names none.
    status : str or None
        What a person decided, where the file says it.
    is_event : bool
        An event whatever its label: a trigger called "S2" is no stage of sleep.
    """

    onset: float
    duration: float | None
    label: str
    channel: str | None = None
    note: str = ""
    unsure: bool = False
    confidence: float | None = None
    scorer: str = ""
    status: Status | None = None
    is_event: bool = False


def file_of_marks(
    marks: Sequence[Mark],
    source: Source,
    format_name: str,
    notices: Sequence[str] = (),
    *,
    scorer: str | None = None,
    duration: float | None = None,
) -> EventFile:
    """Part marks into a hypnogram and one event set for each scorer.

    Parameters
    ----------
    marks : sequence of Mark
        In any order.
    source : Source
        The file.
    format_name : str
        What it was read as.
    notices : sequence of str
        What is known to be odd already.
    scorer : str, optional
        Of marks that name none; by default the file's name.
    duration : float or None, s
        Length of the recording, where the file itself says so.
    """
    scorer = scorer or source.scorer
    marks, turned = forwards(marks, source)
    if duration is None:
        duration = source.recording_duration
    staged = any(is_named_stage(mark.label) for mark in marks)
    stages = [mark for mark in marks if _is_stage(mark, staged)]
    events = [mark for mark in marks if not _is_stage(mark, staged)]
    scored_by = Counter(mark.scorer or scorer for mark in stages).most_common(1)
    hypnogram, more = _hypnogram(stages, source, scored_by[0][0] if scored_by else scorer, duration)
    by_scorer: dict[str, list[Event]] = {}
    statuses: dict[str, Status] = {}
    for mark in events:
        event = event_of(mark, source)
        by_scorer.setdefault(mark.scorer or scorer, []).append(event)
        if mark.status is not None:
            statuses[event.id] = mark.status
    if not stages and not by_scorer:
        # A file of stages alone says nothing about events; one without either is a scorer who
        # found nothing.
        by_scorer[scorer] = []
    sets = tuple(EventSet.of(name, found) for name, found in by_scorer.items())
    return EventFile(
        source.path, format_name, sets, hypnogram, (*notices, *turned, *more), statuses
    )


def forwards(marks: Sequence[Mark], source: Source) -> tuple[list[Mark], tuple[str, ...]]:
    """Turn marks that end before they begin, so that they cover the same stretch; and notices."""
    straight: list[Mark] = []
    for mark in marks:
        length = mark.duration or 0.0
        if length < 0:
            straight.append(replace(mark, onset=mark.onset + length, duration=-length))
        else:
            straight.append(mark)
    turned = sum((mark.duration or 0.0) < 0 for mark in marks)
    if not turned:
        return straight, ()
    return straight, (
        f"{turned} of {len(marks)} marks in {source.name} end before they begin; start and end "
        "were exchanged.",
    )


def _is_stage(mark: Mark, staged: bool) -> bool:
    if mark.is_event:
        return False
    if is_named_stage(mark.label):
        return True
    if mark.label.strip().casefold() not in _STAGE_OR_EVENT:
        return False
    if not mark.duration:
        return staged
    return mark.duration >= _SHORTEST_STAGE_SECONDS


def _hypnogram(
    stages: list[Mark], source: Source, scorer: str, duration: float | None
) -> tuple[Hypnogram | None, tuple[str, ...]]:
    if not stages:
        return None, ()
    ordered = sorted(stages, key=lambda mark: mark.onset)
    stretches = []
    for index, mark in enumerate(ordered):
        length = mark.duration
        if not length:
            # A stage without a duration lasts until the next one begins.
            following = ordered[index + 1].onset if index + 1 < len(ordered) else math.inf
            gap = following - mark.onset
            length = gap if 0 < gap < math.inf else EPOCH_SECONDS
        stretches.append((mark.onset, length, stage_of(mark.label) or "?"))
    return on_grid(stretches, scorer=scorer, name=source.name, duration=duration)


def event_of(mark: Mark, source: Source) -> Event:
    """The event that a mark of a file stands for, whatever its label."""
    return Event(
        mark.onset,
        mark.duration or 0.0,
        kind_of(mark.label, source.own_kinds) or "other",
        channel_or_none(mark.channel),
        mark.confidence,
        mark.note,
        mark.unsure,
    )

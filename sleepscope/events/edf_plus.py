"""Annotations of EDF+ and BDF+, inside a recording or in a file of their own (Sleep-EDF)."""

from __future__ import annotations

import datetime
import math

from sleepscope.constants import EPOCH_SECONDS
from sleepscope.errors import EventFileError
from sleepscope.events.channels import channel_or_none
from sleepscope.events.edf_tal import Annotation, is_edf, read_annotation_lists
from sleepscope.events.event import Event
from sleepscope.events.event_file import EventFile, Source
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.events.kinds import kind_of
from sleepscope.events.stages import is_named_stage, on_grid, stage_of

NAME = "EDF+ or BDF+ annotations"

# A bare "R" or "REM" that lasts less than half an epoch is an eye movement, not a stage.
_SHORTEST_STAGE_SECONDS = EPOCH_SECONDS / 2
# Files whose clocks differ by more belong to different dates, as after anonymisation.
_MOST_SHIFT_SECONDS = 86400.0


def sniff(head: bytes) -> bool:
    """Whether the file begins like EDF or BDF."""
    return is_edf(head)


def read(source: Source) -> EventFile:
    """Read stages into a hypnogram, everything else into one event set.

    Raises
    ------
    EventFileError
        If the file holds no annotations or its header is broken.
    """
    lists = read_annotation_lists(source.path)
    if any(not math.isfinite(a.onset) or abs(a.onset) > 1e9 for a in lists.annotations):
        raise EventFileError(f"{source.name} has an annotation at a time that cannot be.")
    notices = []
    if lists.latin1:
        notices.append(
            f"Annotations in {source.name} are not UTF-8 as EDF+ asks; they were read as Latin-1."
        )
    shift, notice = _shift(lists.start, source)
    if notice:
        notices.append(notice)
    annotations = [Annotation(a.onset + shift, a.duration, a.text) for a in lists.annotations]
    stages, events = _sort(annotations)
    duration = source.recording_duration if lists.duration is None else lists.duration
    hypnogram, more = _hypnogram(stages, source, duration)
    sets = (EventSet.of(source.scorer, (_event(a) for a in events)),) if events else ()
    if not annotations:
        notices.append(f"{source.name} holds no annotation but the times of its records.")
    return EventFile(source.path, "EDF+ annotations", sets, hypnogram, (*notices, *more))


def _shift(start: datetime.datetime | None, source: Source) -> tuple[float, str]:
    """Seconds from the recording's first sample to the file's, and what to tell the person."""
    if start is None or source.recording_start is None:
        return 0.0, ""
    shift = (start - source.recording_start.replace(tzinfo=None)).total_seconds()
    if abs(shift) < 0.001:
        return 0.0, ""
    if abs(shift) >= _MOST_SHIFT_SECONDS:
        return 0.0, (
            f"{source.name} starts on {start:%Y-%m-%d %H:%M:%S} and the recording on "
            f"{source.recording_start:%Y-%m-%d %H:%M:%S}: the dates do not fit, so times were "
            "taken from the recording's first sample."
        )
    return shift, (
        f"{source.name} starts {abs(shift):g} s {'after' if shift > 0 else 'before'} the "
        "recording: its times were moved by that."
    )


def _sort(annotations: list[Annotation]) -> tuple[list[Annotation], list[Annotation]]:
    """Part the stages from the events."""
    staged = any(is_named_stage(a.text) for a in annotations)
    stages: list[Annotation] = []
    events: list[Annotation] = []
    for annotation in annotations:
        (stages if _is_stage(annotation, staged) else events).append(annotation)
    return stages, events


def _is_stage(annotation: Annotation, staged: bool) -> bool:
    if is_named_stage(annotation.text):
        return True
    if annotation.text.casefold() not in {"r", "rem", "?"}:
        return False
    if annotation.duration is None:
        return staged
    return annotation.duration >= _SHORTEST_STAGE_SECONDS


def _hypnogram(
    stages: list[Annotation], source: Source, duration: float | None
) -> tuple[Hypnogram | None, tuple[str, ...]]:
    if not stages:
        return None, ()
    ordered = sorted(stages, key=lambda a: a.onset)
    stretches = []
    for index, annotation in enumerate(ordered):
        length = annotation.duration
        if not length:
            # A stage without a duration lasts until the next one begins.
            following = ordered[index + 1].onset if index + 1 < len(ordered) else math.inf
            gap = following - annotation.onset
            length = gap if 0 < gap < math.inf else EPOCH_SECONDS
        stage = stage_of(annotation.text)
        assert stage is not None  # sorted out before
        stretches.append((annotation.onset, length, stage))
    return on_grid(stretches, scorer=source.scorer, name=source.name, duration=duration)


def _event(annotation: Annotation) -> Event:
    # "Spindle@@C3" is an annotation of one channel, as EDFbrowser and Polyman write it.
    text, _, channel = annotation.text.partition("@@")
    return Event(
        annotation.onset, annotation.duration or 0.0, kind_of(text), channel_or_none(channel)
    )

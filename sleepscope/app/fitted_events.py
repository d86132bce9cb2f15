"""Events of a file brought onto the channels and the time line of the open recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sleepscope.app.language import tr
from sleepscope.events.channels import find_channel
from sleepscope.events.event_file import EventFile
from sleepscope.events.event_set import EventSet
from sleepscope.recordings.combined_recording import CombinedRecording
from sleepscope.recordings.recording import Recording


def with_known_channels(event_set: EventSet, labels: Sequence[str]) -> EventSet:
    """The set with its channels named as in the recording, where it is clear which are meant."""
    # Thousands of events lie on a few channels: each is looked for once.
    named = {event.channel for event in event_set.events if event.channel}
    known = {channel: find_channel(channel, labels) or channel for channel in named}
    if all(channel == found for channel, found in known.items()):
        return event_set
    return event_set.with_events(
        event if event.channel is None else replace(event, channel=known[event.channel])
        for event in event_set.events
    )


def fitted(found: EventFile, recording: Recording) -> EventFile:
    """All sets of a file with their channels named as in the recording."""
    labels = [channel.label for channel in recording.channels]
    sets = tuple(with_known_channels(one, labels) for one in found.event_sets)
    return replace(found, event_sets=sets)


def unknown_channels_sentence(name: str, event_set: EventSet, recording: Recording) -> str:
    """Say which channels of a file's events the recording does not have; "" if it has all."""
    there = {channel.label for channel in recording.channels}
    lost = [e.channel for e in event_set.events if e.channel and e.channel not in there]
    if not lost:
        return ""
    return tr(
        "{n} events of {name} lie on {channels}, which {recording} does not have: they are drawn "
        "below the traces, each with its channel's name.",
        n=len(lost), name=name, recording=recording.path.name,
        channels=", ".join(dict.fromkeys(lost)),
    )  # fmt: skip


def shifted(found: EventFile, seconds: float) -> EventFile:
    """Events and stages of a file that begins ``seconds`` after the common beginning."""
    if not seconds:
        return found
    sets = tuple(
        replace(
            one,
            events=tuple(replace(event, onset=event.onset + seconds) for event in one.events),
            scored_spans=None
            if one.scored_spans is None
            else tuple((start + seconds, stop + seconds) for start, stop in one.scored_spans),
        )
        for one in found.event_sets
    )
    stages = found.hypnogram
    if stages is not None:
        stages = replace(stages, start=stages.start + seconds)
    return replace(found, event_sets=sets, hypnogram=stages)


def placed_sentence(recording: CombinedRecording) -> str:
    """Say how several files of one night lie on the common time line."""
    placed = list(zip(recording.recordings, recording.offsets, strict=True))
    names = ", ".join(one.path.name for one, _ in placed)
    later = [
        tr("{name} begins {seconds:.1f} s in", name=one.path.name, seconds=offset)
        for one, offset in placed
        if offset
    ]
    where = ", ".join(later) or tr("they begin together")
    return tr("{n} files are shown as one recording: {names}; {where}.",
              n=len(placed), names=names, where=where)  # fmt: skip

"""Say what is in recordings and event files: channels, rates, stages, events, oddities."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sleepscope.cli.values import clock
from sleepscope.errors import EventFileError, RecordingError, SleepScopeError

if TYPE_CHECKING:
    from sleepscope.events.event_file import EventFile
    from sleepscope.recordings.recording import Recording

SUMMARY: Final = "say what is in recordings and event files"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``sleepscope info``."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a recording or an event file")


def run(arguments: argparse.Namespace) -> int:
    """Describe each file; one that cannot be read does not keep the others from being read."""
    from sleepscope.cli.command_line import complain

    status = 0
    for number, name in enumerate(arguments.files):
        try:
            lines = list(_describe(Path(name)))
        except SleepScopeError as error:
            status = complain(error)
            continue
        print("\n".join(["", *lines] if number else lines), flush=True)
    return status


def _describe(path: Path) -> Iterator[str]:
    from sleepscope.events.reading import read_events
    from sleepscope.recordings.opening import open_recording

    try:
        recording = open_recording(path)
    except RecordingError as not_a_recording:
        try:
            found = read_events(path)
        except EventFileError:
            raise not_a_recording from None
        yield from _describe_events(found)
        return
    try:
        yield from _describe_recording(recording)
    finally:
        recording.close()
    if not recording.channels:  # a hypnogram in EDF+ holds annotations alone
        yield from _describe_events(read_events(path))


def _describe_recording(recording: Recording) -> Iterator[str]:
    from sleepscope.recordings.companion_files import companions

    yield recording.path.name
    start = "unknown" if recording.start is None else recording.start.isoformat(" ", "seconds")
    yield f"  start     {start}"
    yield f"  duration  {clock(recording.duration)} ({recording.duration:g} s)"
    if recording.subject_code:
        yield f"  subject   {recording.subject_code}"
    yield f"  channels  {len(recording.channels)}"
    width = max((len(channel.label) for channel in recording.channels), default=0)
    for channel in recording.channels:
        rate = f"{channel.sfreq:g} Hz"
        yield f"    {channel.label:{width}}  {channel.kind:5}  {rate:>9}  {channel.unit}".rstrip()
    for start_s, stop_s in recording.gaps:
        yield f"  gap       {start_s:.3f} to {stop_s:.3f} s"
    for companion in companions(recording.path):
        yield f"  beside    {companion.name}"
    yield from (f"  note      {notice}" for notice in recording.notices)


def _describe_events(found: EventFile) -> Iterator[str]:
    yield found.path.name
    yield f"  format    {found.format}"
    for event_set in found.event_sets:
        kinds = Counter(event.kind for event in event_set.events)
        listed = ", ".join(f"{n} {kind}" for kind, n in kinds.most_common()) or "no events"
        yield f"  events    {event_set.scorer}: {listed}"
        for start, stop in event_set.scored_spans or ():
            yield f"  scored    {event_set.scorer}: {start:g} to {stop:g} s"
    if found.hypnogram is not None:
        hypnogram = found.hypnogram
        counts = Counter(hypnogram.stages)
        listed = ", ".join(f"{n} {stage}" for stage, n in counts.most_common())
        epochs = f"{len(hypnogram.stages)} epochs of {hypnogram.epoch_seconds:g} s"
        yield f"  stages    {epochs}: {listed}"
    yield from (f"  note      {notice}" for notice in found.notices)

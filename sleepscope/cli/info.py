"""Say what is in recordings and event files: channels, rates, stages, events, oddities."""

from __future__ import annotations

import argparse
import datetime
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sleepscope.cli.values import add_rate, add_read_as, clock, printable
from sleepscope.errors import SleepScopeError

if TYPE_CHECKING:
    from sleepscope.cli.found_file import FoundFile
    from sleepscope.events.event_file import EventFile
    from sleepscope.events.event_set import EventSet
    from sleepscope.recordings.channel import Channel
    from sleepscope.recordings.recording import Recording

SUMMARY: Final = "say what is in recordings and event files"
_MOST_KINDS: Final = 8
_MOST_GAPS: Final = 10
# An event marker's text can be of any length.
_LONGEST_CELL: Final = 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``sleepscope info``."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a recording or an event file")
    add_rate(parser)
    add_read_as(parser)


def run(arguments: argparse.Namespace) -> int:
    """Describe each file; one that cannot be read does not keep the others from being read."""
    from sleepscope.cli.command_line import complain
    from sleepscope.cli.found_file import found_file

    status = 0
    for number, name in enumerate(arguments.files):
        try:
            with found_file(Path(name), arguments.rate, arguments.read_as) as found:
                lines = [printable(line).rstrip() for line in _describe(found)]
        except SleepScopeError as error:
            status = complain(error)
            continue
        print("\n".join(["", *lines] if number else lines), flush=True)
    return status


def _describe(found: FoundFile) -> Iterator[str]:
    if found.recording is not None:
        yield from _describe_recording(found.recording)
    elif found.events is not None:
        yield found.events.path.name
        yield f"  format    {found.events.format}"
        if found.start is not None:
            yield f"  start     {_moment(found.start)}"
    if found.events is not None:
        yield from _describe_events(found.events)
    notices = [
        *(found.recording.notices if found.recording is not None else ()),
        *(found.events.notices if found.events is not None else ()),
        *found.notices,
    ]
    yield from (f"  note      {notice}" for notice in dict.fromkeys(notices))


def _describe_recording(recording: Recording) -> Iterator[str]:
    from sleepscope.recordings.companion_files import companions

    yield recording.path.name
    yield f"  start     {'unknown' if recording.start is None else _moment(recording.start)}"
    yield f"  duration  {clock(recording.duration)} ({recording.duration:.10g} s)"
    if recording.subject_code:
        yield f"  subject   {recording.subject_code}"
    kinds = Counter(channel.kind for channel in recording.channels)
    yield f"  channels  {len(recording.channels)}: {_counts(kinds)}"
    yield from (f"    {line}" for line in _table(recording.channels))
    yield from _describe_gaps(recording.gaps)
    for companion in companions(recording.path):
        yield f"  beside    {companion.name}"


def _describe_gaps(gaps: Sequence[tuple[float, float]]) -> Iterator[str]:
    if not gaps:
        return
    missing = sum(stop - start for start, stop in gaps)
    yield f"  gaps      {len(gaps)}, {missing:.3f} s in which nothing was recorded"
    yield from (f"    {start:.3f} to {stop:.3f} s" for start, stop in gaps[:_MOST_GAPS])
    if len(gaps) > _MOST_GAPS:
        yield f"    and {len(gaps) - _MOST_GAPS} more"


def _table(channels: Sequence[Channel]) -> list[str]:
    """The channels in columns; a column that is empty for all of them is left out."""
    head = ("label", "kind", "rate", "unit", "range", "filter")
    rows = [
        (
            channel.label,
            channel.kind,
            f"{channel.sfreq:.6g} Hz",
            channel.unit,
            _range(channel.physical_range),
            channel.prefiltering,
        )
        for channel in channels
    ]
    columns = [
        [printable(cell)[:_LONGEST_CELL] for cell in column]
        for column in zip(head, *rows, strict=True)
        if any(column[1:])
    ]
    padded = []
    for column in columns:
        width = max(map(len, column))
        # Numbers stand right, so that the rates can be compared at a glance.
        right = column[0] in ("rate", "range")
        padded.append([cell.rjust(width) if right else cell.ljust(width) for cell in column])
    return ["  ".join(line) for line in zip(*padded, strict=True)]


def _range(limits: tuple[float, float] | None) -> str:
    return "" if limits is None else f"{limits[0]:.6g} to {limits[1]:.6g}"


def _describe_events(found: EventFile) -> Iterator[str]:
    if not found.event_sets and found.hypnogram is None:
        yield "  events    none"
    for event_set in found.event_sets:
        yield f"  events    {_summary(event_set)}"
        for start, stop in event_set.scored_spans or ():
            yield f"  scored    {event_set.scorer}: {start:g} to {stop:g} s"
    if found.hypnogram is not None:
        hypnogram = found.hypnogram
        epochs = f"{len(hypnogram.stages)} epochs of {hypnogram.epoch_seconds:g} s"
        where = f" from {hypnogram.start:g} s" if hypnogram.start else ""
        yield f"  stages    {epochs}{where}: {_counts(Counter(hypnogram.stages))}"


def _summary(event_set: EventSet) -> str:
    kinds = Counter(event.kind for event in event_set.events)
    listed = f"{len(event_set.events)} ({_counts(kinds)})" if kinds else "no events"
    return f"{event_set.scorer}: {listed}"


def _counts(counted: Counter[str]) -> str:
    """The most frequent with their numbers, and how many kinds there are besides."""
    kinds = counted.most_common()
    # A last one is shown rather than counted.
    shown = kinds if len(kinds) <= _MOST_KINDS + 1 else kinds[:_MOST_KINDS]
    text = ", ".join(f"{n} {name[:_LONGEST_CELL]}" for name, n in shown)
    left = len(kinds) - len(shown)
    return f"{text} and {left} other kinds" if left else text


def _moment(start: datetime.datetime) -> str:
    from sleepscope.recordings.header_fields import ANONYMOUS_DATE

    if start.date() == ANONYMOUS_DATE:
        # It stands for a date that must not be told, or is not known.
        return f"{start.time().isoformat('milliseconds').removesuffix('.000')}, without a date"
    text = start.isoformat(" ", "milliseconds")
    return text.removesuffix(".000")

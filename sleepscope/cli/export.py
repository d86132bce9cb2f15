"""Write the events of a recording's review, or of an event file, in another format.

FILE is a recording that was reviewed; or a file of events and stages, which is brought into the
other format without a review (--recording says which recording it belongs to). What the format
cannot say is told. Beside a CSV or a BIDS table, NAME.json says where the events come from.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sleepscope.cli.values import add_rate, add_read_as, keep_inputs
from sleepscope.errors import EventFileError, SettingsError

if TYPE_CHECKING:
    from sleepscope.events.event_file import EventFile
    from sleepscope.events.hypnogram import Hypnogram
    from sleepscope.export import MarkedEvent, Sidecar, Written
    from sleepscope.recordings.recording import Recording
    from sleepscope.review import ReviewFile

SUMMARY: Final = "write events and stages in another format"
# The names in sleepscope.export.FORMATS, which the parser must not load.
FORMAT_NAMES: Final = ("csv", "edf+", "bids", "nsrr", "luna", "hypnogram", "hypnogram-edf+")


@dataclass(frozen=True, slots=True)
class _Content:
    """What is to be written, and what to tell of it."""

    marked: tuple[MarkedEvent, ...]
    sidecar: Sidecar
    hypnogram: Hypnogram | None
    notices: tuple[str, ...] = ()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``sleepscope export``."""
    parser.add_argument(
        "file", metavar="FILE", help="a recording that was reviewed, or a file of events"
    )
    parser.add_argument("--out", required=True, metavar="FILE", help="where the events go")
    parser.add_argument("--format", choices=FORMAT_NAMES, default="csv", help="default: csv")
    parser.add_argument(
        "--recording", metavar="FILE", help="the recording that a file of events belongs to"
    )
    add_rate(parser)
    add_read_as(parser)
    parser.add_argument(
        "--accepted",
        action="store_true",
        help="only what people stand for: accepted, changed and added events",
    )
    parser.add_argument("--scorer", action="append", metavar="NAME", help="only this scorer's set")
    parser.add_argument(
        "--person",
        metavar="AB",
        help="whose decisions in the review count; default: the latest of anybody",
    )
    parser.add_argument(
        "--hypnogram", metavar="SCORER", help="whose stages in the review are written"
    )


def run(arguments: argparse.Namespace) -> int:
    """Export and say how much, and what was lost."""
    from sleepscope.export import FORMATS

    target = Path(arguments.out)
    form = FORMATS[arguments.format]
    # Before anything is read: a mistake in a name must not wait for that.
    keep_inputs(target, arguments.file, arguments.recording)
    form.check(target)
    content = _content(arguments)
    if "events" not in form.says and content.hypnogram is None:
        raise EventFileError(f"There are no stages in {Path(arguments.file).name} to be written.")
    written = form.write(target, content.marked, content.sidecar, content.hypnogram)
    print(_said(written))
    for notice in (*content.notices, *written.losses):
        print(f"note: {notice}")
    return 0


def _said(written: Written) -> str:
    from sleepscope.export.losses import counted

    numbers = [counted(written.n_epochs, "epoch")] if written.n_epochs else []
    if written.n_events or not numbers:
        numbers.insert(0, counted(written.n_events, "event"))
    path, *beside = written.paths
    return (
        f"{' and '.join(numbers)} written to {' and '.join([str(path), *(b.name for b in beside)])}"
    )


def _content(arguments: argparse.Namespace) -> _Content:
    from sleepscope.cli.found_file import found_file
    from sleepscope.events.reading import read_events
    from sleepscope.export import Sidecar
    from sleepscope.recordings.opening import open_recording

    path = Path(arguments.file)
    if arguments.recording is None:
        with found_file(path, arguments.rate, arguments.read_as) as found:
            if found.recording is not None:
                return _of_review(found.recording, arguments)
            # A hypnogram in EDF+ says itself when its recording began.
            start = None if found.start is None else found.start.isoformat()
            return _of_events(
                found.events or read_events(path, read_as=arguments.read_as),
                Sidecar("", None, start),
                arguments,
            )
    recording = open_recording(Path(arguments.recording), sfreq=arguments.rate)
    try:
        events = read_events(
            path,
            recording_duration=recording.duration,
            recording_start=recording.start,
            read_as=arguments.read_as,
        )
        return _of_events(events, Sidecar.of(recording, events.event_sets), arguments)
    finally:
        recording.close()


def _of_review(recording: Recording, arguments: argparse.Namespace) -> _Content:
    from sleepscope.export import Sidecar, marked_events, models_of_runs
    from sleepscope.recordings.identity import recording_identity
    from sleepscope.review import ReviewFile

    with ReviewFile.open_existing(recording.path, recording_identity(recording)) as review:
        person = arguments.person
        marked = marked_events(
            review,
            "accepted" if arguments.accepted else "all",
            scorers=arguments.scorer,
            person=None if person is None else f"human:{person.removeprefix('human:')}",
        )
        named = {one.scorer for one in marked} | set(arguments.scorer or ())
        sets = [s for s in review.event_sets() if not arguments.scorer or s.scorer in named]
        sidecar = Sidecar.of(recording, sets, models_of_runs(review.detection_runs()))
        return _Content(marked, sidecar, _hypnogram(review, arguments.hypnogram))


def _of_events(events: EventFile, sidecar: Sidecar, arguments: argparse.Namespace) -> _Content:
    from dataclasses import replace

    from sleepscope.export.marked_event import marked_sets, stands

    for option in ("person", "hypnogram"):
        if getattr(arguments, option) is not None:
            raise SettingsError(
                f"--{option} chooses in a review, and {events.path.name} is a file of events; "
                "leave it out."
            )
    there = {event_set.scorer: event_set for event_set in events.event_sets}
    for scorer in arguments.scorer or ():
        if scorer not in there:
            raise SettingsError(
                f"There is no scorer '{scorer}' in {events.path.name}; there are "
                f"{', '.join(there) or 'none'}."
            )
    sets = [s for s in there.values() if not arguments.scorer or s.scorer in arguments.scorer]
    marked = marked_sets(sets, events.statuses)
    if arguments.accepted:
        if not events.statuses:
            raise SettingsError(
                f"--accepted needs decisions, and {events.path.name} holds none; leave it out."
            )
        people = {scorer for scorer in there if scorer.startswith("human:")}
        marked = tuple(one for one in marked if stands(one, people))
    spans = {event_set.scorer: event_set.scored_spans for event_set in sets}
    return _Content(marked, replace(sidecar, scored_spans=spans), events.hypnogram, events.notices)


def _hypnogram(review: ReviewFile, scorer: str | None) -> Hypnogram | None:
    """The named hypnogram; else the only one, else a person's before a file's."""
    found = review.hypnograms()
    if scorer is None:
        return min(
            found.values(),
            key=lambda h: (not h.scorer.startswith("human:"), h.scorer),
            default=None,
        )
    if scorer not in found:
        raise SettingsError(
            f"There are no stages by '{scorer}' in the review; there are "
            f"{', '.join(found) or 'none'}."
        )
    return found[scorer]

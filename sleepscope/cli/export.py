"""Write the events of a recording's review to a CSV, without opening the window.

Beside NAME.csv, NAME.json says where the events come from.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sleepscope.errors import SettingsError

if TYPE_CHECKING:
    from sleepscope.events.hypnogram import Hypnogram
    from sleepscope.review import ReviewFile

SUMMARY: Final = "write the events of a review to a CSV"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``sleepscope export``."""
    parser.add_argument("recording", metavar="RECORDING", help="a recording that was reviewed")
    parser.add_argument("--out", required=True, metavar="CSV", help="where the events go")
    parser.add_argument(
        "--accepted",
        action="store_true",
        help="only what people stand for: accepted, changed and added events",
    )
    parser.add_argument("--scorer", action="append", metavar="NAME", help="only this scorer's set")
    parser.add_argument(
        "--person", metavar="AB", help="whose decisions count; default: the latest of anybody"
    )
    parser.add_argument("--hypnogram", metavar="SCORER", help="whose stages fill the column stage")


def run(arguments: argparse.Namespace) -> int:
    """Export and say how much."""
    from sleepscope.export import (
        Sidecar,
        check_target,
        marked_events,
        models_of_runs,
        write_events_csv,
    )
    from sleepscope.recordings.identity import recording_identity
    from sleepscope.recordings.opening import open_recording
    from sleepscope.review import ReviewFile

    target = Path(arguments.out)
    check_target(target)
    recording = open_recording(Path(arguments.recording))
    try:
        if target.exists() and target.samefile(recording.path):
            raise SettingsError(
                f"--out {target.name} is the recording itself; choose another name."
            )
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
            write_events_csv(target, marked, sidecar, _hypnogram(review, arguments.hypnogram))
    finally:
        recording.close()
    print(f"{len(marked)} events written to {target} and {target.with_suffix('.json').name}")
    return 0


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

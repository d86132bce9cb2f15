"""Find sleep spindles or rapid eye movements with a model and write them to a CSV.

Beside NAME.csv, NAME.json says which model with which settings found them.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sleepscope.cli.progress_bar import run_with_bar
from sleepscope.cli.values import add_rate, add_read_as, keep_inputs, read_hypnogram, stage_list
from sleepscope.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sleepscope.detection.detection import Detection
    from sleepscope.events.hypnogram import Hypnogram
    from sleepscope.recordings.recording import Recording

SUMMARY: Final = "find spindles or rapid eye movements, write a CSV"
DEFAULT_MODELS: Final = {"spindle": "spindle-1d", "rem": "rem-1d"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``sleepscope detect``."""
    parser.add_argument("recording", metavar="FILE", help="a recording")
    parser.add_argument("--task", choices=tuple(DEFAULT_MODELS), required=True)
    parser.add_argument(
        "--model", metavar="NAME|PATH", help="a model by name or card; default: the task's own"
    )
    parser.add_argument(
        "--channel",
        action="append",
        default=[],
        metavar="LABEL",
        help="repeat for more (for rem: left eye, then right eye); default: chosen by label",
    )
    parser.add_argument("--stages", metavar="N2,N3", help="keep only events in these stages")
    parser.add_argument("--hypnogram", metavar="FILE", help="stages of the recording")
    parser.add_argument("--threshold", type=float, metavar="X", help="probability 0..1")
    parser.add_argument("--min-duration", type=float, metavar="S", help="shortest event, seconds")
    parser.add_argument("--max-gap", type=float, metavar="S", help="gap that is bridged, seconds")
    parser.add_argument(
        "--bursts",
        action="store_true",
        help="for rem: one event (rem_burst) for movements that follow each other within 0.3 s",
    )
    parser.add_argument(
        "--leave-out-muscle",
        action="store_true",
        help="for rem: nothing in seconds in which an eye channel has over 12 µV RMS at 20-40 Hz",
    )
    add_rate(parser)
    add_read_as(parser)
    parser.add_argument("--out", required=True, metavar="CSV", help="where the events go")


def run(arguments: argparse.Namespace) -> int:
    """Detect, write, and say what was found."""
    from sleepscope.detection.settings import DetectSettings
    from sleepscope.export.events_csv import check_target
    from sleepscope.recordings.opening import open_recording

    target, path = Path(arguments.out), Path(arguments.recording)
    if arguments.stages is not None and arguments.hypnogram is None:
        raise SettingsError("--stages needs to know the stages: add --hypnogram FILE.")
    settings = DetectSettings(
        task=arguments.task,
        model=arguments.model or DEFAULT_MODELS[arguments.task],
        channels=tuple(arguments.channel),
        stages=None if arguments.stages is None else stage_list(arguments.stages),
        threshold=arguments.threshold,
        min_duration=arguments.min_duration,
        max_gap=arguments.max_gap,
        bursts=arguments.bursts,
        leave_out_muscle=arguments.leave_out_muscle,
    )
    check_target(target)
    keep_inputs(target, path, arguments.hypnogram)
    hypnogram = None
    if arguments.hypnogram is not None:
        hypnogram = read_hypnogram(arguments.hypnogram, arguments.read_as)
    recording = open_recording(path, sfreq=arguments.rate)
    try:
        # Only now: the sentences above must not wait for torch.
        from sleepscope.detection.detect import detect

        detections = run_with_bar(detect(recording, settings, hypnogram))
        _write(target, recording, detections, hypnogram, settings.stages)
    finally:
        recording.close()
    _report(target, recording, detections)
    return 0


def _write(
    target: Path,
    recording: Recording,
    detections: Sequence[Detection],
    hypnogram: Hypnogram | None,
    stages: tuple[str, ...] | None,
) -> None:
    from sleepscope.events.event_set import EventSet
    from sleepscope.export import Sidecar, marked_sets, models_of_detections, write_events_csv

    # Where the model was told not to look, it says nothing about.
    spans = None if stages is None or hypnogram is None else hypnogram.spans_of(set(stages))
    events = [event for detection in detections for event in detection.events]
    event_set = EventSet.of(detections[0].card.scorer, events, spans)
    sidecar = Sidecar.of(recording, [event_set], models_of_detections(detections))
    write_events_csv(target, marked_sets([event_set]), sidecar, hypnogram)


def _report(target: Path, recording: Recording, detections: Sequence[Detection]) -> None:
    for detection in detections:
        card, kind = detection.card, detection.settings.kind
        print(
            f"{len(detection.events)} {kind} events on {', '.join(detection.channels)} by "
            f"{card.name} {card.version} at threshold {detection.threshold:g}"
        )
        for notice in detection.notices:
            print(f"note: {notice}")
    if any(detection.trained_on for detection in detections):
        name = detections[0].card.name
        print(
            f"note: {name} was trained on this recording ({recording.path.name}): how well it "
            "does here says nothing about other recordings."
        )
    print(f"written to {target} and {target.with_suffix('.json').name}")

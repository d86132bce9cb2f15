"""Say why a model found events, or what it saw where people marked some: maps as arrays, figures.

The arrays of --out are told in the help page 'commands'. Relevance is in units of the logit.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sleepscope.cli.detect import DEFAULT_MODELS
from sleepscope.cli.progress_bar import run_with_bar
from sleepscope.cli.values import add_rate, add_read_as, keep_inputs
from sleepscope.errors import EventFileError, ExportError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sleepscope.events.event import Event
    from sleepscope.explain.explanation import Explanation
    from sleepscope.networks.model_card import ModelCard
    from sleepscope.recordings.recording import Recording

SUMMARY: Final = "say why a model found events: maps as arrays, figures"
MOST_FIGURES: Final = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``sleepscope explain``."""
    parser.add_argument("recording", metavar="FILE", help="a recording")
    parser.add_argument(
        "--events", action="append", required=True, metavar="FILE",
        help="events to explain; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--task", choices=tuple(DEFAULT_MODELS), help="default: what the events are"
    )
    parser.add_argument(
        "--model", metavar="NAME|PATH", help="a model by name or card; default: the task's own"
    )
    parser.add_argument(
        "--channel", action="append", default=[], metavar="LABEL",
        help="what the model reads (for rem: left eye, then right eye); default: the event's own",
    )  # fmt: skip
    parser.add_argument("--out", required=True, metavar="NPZ", help="where the arrays go")
    parser.add_argument("--figures", metavar="FOLDER", help="draw each event into this folder")
    parser.add_argument("--format", choices=("png", "svg"), default="png", help="of the figures")
    parser.add_argument(
        "--truth", action="append", default=[], metavar="FILE",
        help="experts' events, drawn as boxes and named in the caption; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--most", type=int, default=MOST_FIGURES, metavar="N",
        help=f"at most so many figures, evenly spread (default {MOST_FIGURES})",
    )  # fmt: skip
    add_rate(parser)
    add_read_as(parser)


def run(arguments: argparse.Namespace) -> int:
    """Explain, write, and say what was written."""
    from sleepscope.export.atomic_write import write_whole
    from sleepscope.networks.model_folder import find_model
    from sleepscope.recordings.opening import open_recording

    target = Path(arguments.out)
    if target.suffix.lower() != ".npz":
        raise ExportError(f"{target.name} must end in .npz.")
    keep_inputs(target, arguments.recording, *arguments.events, *arguments.truth)
    if arguments.most < 1:
        raise SettingsError(f"--most {arguments.most} is no number of figures; give 1 or more.")
    events = _read(arguments.events, arguments.read_as)
    marks = _read(arguments.truth, arguments.read_as)
    task = arguments.task or _task_of(events)
    asked = [event for event in events if event.kind == task]
    if not asked:
        kinds = ", ".join(sorted({event.kind for event in events})) or "nothing"
        raise EventFileError(f"There is no {task} to explain; the files hold {kinds}.")
    card = find_model(arguments.model or DEFAULT_MODELS[task])
    recording = open_recording(Path(arguments.recording), sfreq=arguments.rate)
    try:
        from sleepscope.explain.relevance_scale import relevance_scale
        from sleepscope.export.maps_npz import maps_npz

        found = _explained(recording, card, asked, tuple(arguments.channel))
        by_id = {event.id: event for event in asked}
        write_whole({target: maps_npz(by_id, found, card, relevance_scale(card))})
        print(f"{len(found)} of {len(asked)} events explained by {card.name}; written to {target}")
        if len(found) < len(asked):
            print(
                f"note: {len(asked) - len(found)} could not be explained: nothing usable was "
                "recorded there, they lie outside the recording, or they are too long."
            )
        if arguments.figures is not None:
            _draw(arguments, recording, card, found, by_id, marks)
    finally:
        recording.close()
    return 0


def _read(names: Sequence[str], read_as: str | None) -> list[Event]:
    from sleepscope.events.reading import read_events

    sets = [one for name in names for one in read_events(Path(name), read_as=read_as).event_sets]
    return sorted((e for one in sets for e in one.events), key=lambda e: (e.onset, e.duration))


def _task_of(events: Sequence[Event]) -> str:
    """The one class of the events that a model is there for.

    Raises
    ------
    SettingsError
        If there are several, or none.
    """
    there = [task for task in DEFAULT_MODELS if any(event.kind == task for event in events)]
    if len(there) != 1:
        found = " and ".join(there) or "neither spindles nor rapid eye movements"
        raise SettingsError(f"The events are {found}; say which with --task.")
    return there[0]


def _explained(
    recording: Recording, card: ModelCard, events: Sequence[Event], labels: tuple[str, ...]
) -> list[Explanation]:
    """Explanations by onset; events of each channel together."""
    from sleepscope.detection.channels import chosen_channels, why_unusable
    from sleepscope.explain.explain_events import explain_events

    if len(labels) > len(card.channels):
        raise SettingsError(
            f"{card.name} reads {', '.join(card.channels)}, and {', '.join(labels)} are more than "
            "that; leave --channel out, and each event is explained on its own."
        )
    groups: dict[tuple[str, ...], list[Event]] = defaultdict(list)
    there = {channel.label: channel for channel in recording.channels}
    missing: set[str] = set()
    for event in events:
        own = there.get(event.channel or "")
        if not labels and own is not None and len(card.channels) == 1:
            why = why_unusable(own, card.channels[0], card)
            if why is not None:
                raise SettingsError(f"{why} Name what it is to read with --channel.")
            groups[(own.label,)].append(event)
        else:
            groups[chosen_channels(recording, card, labels)[0]].append(event)
            if not labels and len(card.channels) == 1 and event.channel is not None:
                missing.add(event.channel)
    found = [
        explanation
        for channels, own_events in groups.items()
        for explanation in run_with_bar(explain_events(recording, card, channels, own_events))
    ]
    for label in sorted(missing):
        used = ", ".join(chosen_channels(recording, card, labels)[0])
        print(f"note: the recording has no {label}; its events were explained on {used}.")
    order = {event.id: k for k, event in enumerate(events)}
    return sorted(found, key=lambda one: order[one.event_id or ""])


def _draw(
    arguments: argparse.Namespace,
    recording: Recording,
    card: ModelCard,
    found: Sequence[Explanation],
    events: dict[str, Event],
    marks: Sequence[Event],
) -> None:
    from sleepscope.explain.pictured_stretch import map_read, signals_around
    from sleepscope.explain.relevance_scale import map_scale, relevance_scale
    from sleepscope.export.atomic_write import write_whole
    from sleepscope.export.explanation_figure import Pictured, ReadMap, explanation_figure

    folder = Path(arguments.figures)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(f"{folder} cannot be made: {error.strerror}.") from error
    chosen = found[:: max(1, -(-len(found) // arguments.most))]
    threshold = float(card.settings.get("threshold", 0.5))
    for number, explanation in enumerate(chosen, start=1):
        event = events[explanation.event_id or ""]
        # What an expert marked on another channel is not about this one.
        own = [m for m in marks if m.channel in (None, event.channel, *explanation.channels)]
        times, signals = signals_around(recording, explanation.channels, event.onset, event.stop)
        grid = map_read(recording, card, explanation, event.onset, event.stop)
        name = "coherence" if len(explanation.channels) == 2 else "log wavelet power"
        shown = Pictured(
            event,
            explanation,
            times,
            signals,
            [m for m in own if m.stop > times[0] and m.onset < times[-1]],
            _truth(event, own, bool(arguments.truth)),
            _prediction(explanation, event, threshold),
            relevance_scale(card) if grid is None else map_scale(card),
            None if grid is None else ReadMap(name, *grid),
        )
        path = folder / f"{number:04d}-{event.kind}-{event.onset:.2f}s.{arguments.format}"
        write_whole({path: explanation_figure(shown, arguments.format)})
    print(f"{len(chosen)} figures drawn in {folder}")


def _truth(event: Event, marks: Sequence[Event], is_known: bool) -> str:
    if not is_known:
        return "no experts' events given"
    same = [m for m in marks if m.kind == event.kind and m.onset < event.stop]
    same = [m for m in same if m.stop > event.onset]
    kind = _named(event)
    if not same:
        return f"no expert marked a {kind} here"
    return f"{kind} {same[0].onset:.2f}-{same[0].stop:.2f} s"


def _prediction(explanation: Explanation, event: Event, threshold: float) -> str:
    import numpy as np

    times, probability = explanation.probability_times, explanation.probability
    own = probability[(times >= event.onset) & (times < event.stop) & np.isfinite(probability)]
    if not own.size:
        return "none"
    said = _named(event) if own.max() >= threshold else "nothing"
    return f"{said}, p at most {own.max():.2f} (threshold {threshold:g})"


def _named(event: Event) -> str:
    return "REM" if event.kind == "rem" else event.kind.replace("_", " ")

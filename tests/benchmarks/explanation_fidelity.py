"""Whether the maps of the spindle models are about the event and about the model.

python -m tests.benchmarks.explanation_fidelity --data DIR [--model NAME] [--cards] [--events 20]

On DREAMS, and on simulated nights. Windows of 5 s on a fixed grid that hold the middle of an
expert's spindle (union of both, N2 and N3, excerpts 1-6), each read by the shipped network that
never saw the excerpt. The target is the window: the mean logit over it, or the log odds of the
windows over its middle. It holds no word of where the event lies, unlike the map that the program
shows, whose target is the event itself. Windows of false detections (of that network, by its own
rule, in the same stages, without a mark) are judged by deletion and fresh weights alone.

pointing: the highest value of the map lies in an expert's spindle. iou: of where the map has at
least half of its highest value with the expert's spindles in the window. Beside them the same of
the 11-16 Hz envelope (baseline_), of the window's middle (centre_: 1 s around it for the IoU), and
of the probability track (track_), which is the answer itself and explains nothing.
deletion_beats_random: share of windows in which the logit falls faster when tenths of the window
are replaced in the order of the map than in random orders (area under the logit, mean of the random
orders), with zero and with the quietest stretch of the minute before; insertion the other way
round. randomised_: rank correlation of the map with those of networks with fresh weights; flat
maps are counted apart. cascade: median size of that correlation where only the blocks from the
head down to the one named are fresh. mislabelled_: with a network trained for 60 steps on marks
moved along the recording. found_, missed_, false_: the same for windows of spindles whose
probability passes the model's threshold or does not, and of false detections. simulated: planted
spindles of N2 on one of the electrodes, read by the shipped model. The last line is JSON; --cards
writes the figures into the model cards.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sleepscope.agreement import union
from sleepscope.constants import SPINDLE
from sleepscope.detection.detect import detect
from sleepscope.detection.settings import DetectSettings
from sleepscope.errors import GapError, ModelError
from sleepscope.events.event import Event
from sleepscope.explain.fidelity import FIDELITY
from sleepscope.explain.occlusion import BASELINES
from sleepscope.networks.checkpoint import load_network
from sleepscope.networks.dense import DenseNetwork
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.model_folder import find_model, held_out_model
from sleepscope.progress import finish
from sleepscope.recordings.recording import Recording
from sleepscope.simulate import NightSettings, simulate_night
from sleepscope.training.dreams_spindles import SLEEP, Excerpt, read_excerpts
from tests.benchmarks.fidelity_maps import (
    WINDOW,
    Window,
    correlation,
    judged,
    map_of,
    middle,
    read_window,
    removal,
    sigma,
)
from tests.benchmarks.fidelity_randomised import cascade, mislabelled, randomised
from tests.conftest import real_data_folder

MODELS = ("spindle-1d", "spindle-window-1d", "spindle-1d-ensemble", "spindle-2d")
NETWORKS = 3
SIMULATED_MINUTES = 20.0
SIMULATED_SEEDS = (101, 102)
SIMULATED_LABEL = "C3"
# The bar: pointing, IoU, deletion, |mean rho|, median |rho|.
BAR = {"pointing": 0.89, "iou": 0.60, "deletion_beats_random": 0.95}
# Lines of the table and how their keys begin.
LINES = (
    ("map", ""),
    ("sigma envelope", "baseline_"),
    ("window's middle", "centre_"),
    ("probability track", "track_"),
)
RULE = (
    "DREAMS excerpts 1-6, networks that never saw the excerpt, windows of 5 s that hold the middle "
    "of a spindle of the union of both experts (N2, N3); the target is the window, not the event. "
    "baseline: 11-16 Hz envelope; centre: the window's middle; track: the probability, which "
    "explains nothing; false: windows of false detections; simulated: planted spindles, read by "
    "this model. Bar: pointing 0.89, IoU 0.60, deletion 0.95, |mean rho| 0.1, median |rho| 0.3."
)
Row = dict[str, float]


@dataclass(frozen=True, slots=True)
class Asked:
    """A network, those that know less, and what they are asked about."""

    network: DenseNetwork
    fresh: Sequence[DenseNetwork]
    stages: dict[str, DenseNetwork]
    mislabelled: DenseNetwork | None
    threshold: float
    rng: np.random.Generator

    @classmethod
    def of(cls, card: ModelCard, seed: int, training: Sequence[Excerpt] = ()) -> Asked:
        """The network of a card; with excerpts, also one that was trained on wrong labels."""
        network = load_network(card)
        blocks = cascade(network)
        return cls(
            network,
            [randomised(network, k) for k in range(NETWORKS)],
            {one: randomised(network, 0, blocks[: k + 1]) for k, one in enumerate(blocks)},
            mislabelled(network, training, seed) if training else None,
            float(card.settings.get("threshold", 0.5)),
            np.random.default_rng(seed),
        )


def window_row(
    asked: Asked,
    recording: Recording,
    label: str,
    spindles: Sequence[Event],
    event: Event,
    *,
    with_removal: bool,
) -> Row | None:
    """Everything about the window of an event; None where it cannot be used.

    Without a spindle in it the window is that of a false detection.
    """
    start = math.floor(event.midpoint / WINDOW) * WINDOW
    if start + WINDOW > recording.duration:
        return None
    try:
        window = read_window(asked.network, recording, label, start)
    except GapError:
        return None
    if window is None:
        return None
    grid, heat = window.grid, map_of(asked.network, window)
    truth = np.zeros(grid.size, dtype=bool)
    for one in spindles:
        truth |= (grid >= one.onset) & (grid < one.stop)
    row: Row = {}
    if truth.any():
        own = (grid >= event.onset) & (grid < event.stop)
        row["found"] = float((window.track[own] >= asked.threshold).any())
        maps = (heat, sigma(window), middle(window), window.track)
        for (_, head), one in zip(LINES, maps, strict=True):
            row[f"{head}pointing"], row[f"{head}iou"] = judged(one, truth)
    row |= _compared(asked, window, heat)
    for baseline in BASELINES if with_removal else ():
        try:
            better = removal(asked.network, window, heat, baseline, asked.rng)
        except GapError:
            continue
        row[f"deletion {baseline}"], row[f"insertion {baseline}"] = better
    return row


def _compared(asked: Asked, window: Window, heat: np.ndarray) -> Row:
    """Rank correlations with the maps of networks that know less."""
    rhos = [correlation(heat, map_of(one, window)) for one in asked.fresh]
    row = {f"rho {k}": rho for k, rho in enumerate(rhos) if rho is not None}
    row["flat maps"] = float(sum(rho is None for rho in rhos))
    for name, network in asked.stages.items():
        rho = correlation(heat, map_of(network, window))
        row |= {} if rho is None else {f"cascade {name}": rho}
    if asked.mislabelled is not None:
        rho = correlation(heat, map_of(asked.mislabelled, window))
        row |= {} if rho is None else {"mislabelled": rho}
    return row


def false_detections(card: ModelCard, excerpt: Excerpt, spindles: Sequence[Event]) -> list[Event]:
    """What a network found in N2 and N3 where both experts looked, in windows without a mark."""
    found = finish(detect(excerpt.recording, DetectSettings(SPINDLE, card.name, (excerpt.label,)),
                          excerpt.hypnogram))[0]  # fmt: skip
    whole = ((0.0, excerpt.recording.duration),)
    kept = []
    for event in found.events:
        start = math.floor(event.midpoint / WINDOW) * WINDOW
        looked = all(
            any(low <= start and start + WINDOW <= high for low, high in one.scored_spans or whole)
            for one in excerpt.experts
        )
        marked = any(one.onset < start + WINDOW and one.stop > start for one in spindles)
        asleep = excerpt.hypnogram.stage_at(event.midpoint) in SLEEP
        kept += [event] if looked and asleep and not marked else []
    return kept


def dreams_rows(name: str, data: Path, n_events: int, n_removed: int) -> list[Row]:
    """The windows of one model over the excerpts that both experts scored."""
    card, rows = find_model(name), list[Row]()
    excerpts = [one for one in read_excerpts(data) if len(one.experts) == 2]
    for excerpt in excerpts:
        unseen = held_out_model(card, frozenset({excerpt.hash}))
        if unseen is None:
            raise ModelError(f"There is no network of {name} that never saw {excerpt.subject}.")
        others = [one for one in excerpts if one.number != excerpt.number]
        asked = Asked.of(unseen, excerpt.number, others)
        spindles = list(union(excerpt.experts).events)
        asleep = [e for e in spindles if excerpt.hypnogram.stage_at(e.midpoint) in SLEEP]
        wrong = false_detections(unseen, excerpt, spindles)
        for events in (asleep, wrong):
            chosen = events[:: max(1, math.ceil(len(events) / n_events))]
            for k, event in enumerate(_spread(chosen, n_removed)):
                row = window_row(asked, excerpt.recording, excerpt.label, spindles, event[0],
                                 with_removal=event[1])  # fmt: skip
                rows += [] if row is None else [row]
                if k % 20 == 19:
                    print(f"{name} {excerpt.subject}: {len(rows)} windows", flush=True)
    return rows


def _spread(chosen: Sequence[Event], n_removed: int) -> Iterator[tuple[Event, bool]]:
    """Events, and for so many of them, evenly spread, that they take part in deletion."""
    every = max(1, math.ceil(len(chosen) / max(n_removed, 1)))
    for k, event in enumerate(chosen):
        yield event, n_removed > 0 and k % every == 0


def simulated_rows(name: str, n_events: int, n_removed: int) -> list[Row]:
    """Planted spindles of simulated nights of N2, read by the shipped model."""
    asked, rows = Asked.of(find_model(name), 0), list[Row]()
    for seed in SIMULATED_SEEDS:
        stages = ("N2",) * round(SIMULATED_MINUTES * 2)
        night = simulate_night(NightSettings(seed=seed, minutes=SIMULATED_MINUTES, stages=stages))
        planted = [e for e in night.truth.events if e.kind == SPINDLE]
        planted = [e for e in planted if e.channel == SIMULATED_LABEL]
        chosen = planted[:: max(1, math.ceil(len(planted) / n_events))]
        for event, with_removal in _spread(chosen, n_removed):
            row = window_row(asked, night.recording, SIMULATED_LABEL, planted, event,
                             with_removal=with_removal)  # fmt: skip
            rows += [] if row is None else [row]
    return rows


def _mean(rows: Sequence[Row], *keys: str) -> float | None:
    values = [row[key] for row in rows for key in keys if key in row]
    return round(float(np.mean(values)), 3) if values else None


def _group(rows: Sequence[Row], head: str) -> dict[str, Any]:
    """What is told of found, missed and false windows apart."""
    rhos = [row[key] for row in rows for key in row if key.startswith("rho ")]
    found = {
        "windows": len(rows),
        "pointing": _mean(rows, "pointing"),
        "iou": _mean(rows, "iou"),
        "deletion": _mean(rows, *(f"deletion {one}" for one in BASELINES)),
        "insertion": _mean(rows, *(f"insertion {one}" for one in BASELINES)),
        "randomised_median_abs_rho": round(float(np.median(np.abs(rhos))), 3) if rhos else None,
    }
    return {f"{head}{key}": value for key, value in found.items() if value is not None}


def figures_of(rows: Sequence[Row]) -> dict[str, Any]:
    """Means over the windows, by the keys of the JSON line."""
    marked = [row for row in rows if "pointing" in row]
    false = [row for row in rows if "pointing" not in row]
    rhos = [row[key] for row in marked for key in row if key.startswith("rho ")]
    wrong = [row["mislabelled"] for row in marked if "mislabelled" in row]
    stages = dict.fromkeys(key for row in marked for key in row if key.startswith("cascade "))

    def size(values: Sequence[float]) -> float | None:
        return round(float(np.median(np.abs(values))), 3) if values else None

    return {
        "windows": len(marked),
        **{
            f"{head}{what}": _mean(marked, f"{head}{what}")
            for _, head in LINES
            for what in ("pointing", "iou")
        },
        "removed_windows": sum("deletion zero" in row for row in marked),
        "deletion_beats_random": _mean(marked, *(f"deletion {one}" for one in BASELINES)),
        "insertion_beats_random": _mean(marked, *(f"insertion {one}" for one in BASELINES)),
        **{f"deletion_{one}": _mean(marked, f"deletion {one}") for one in BASELINES},
        **{f"insertion_{one}": _mean(marked, f"insertion {one}") for one in BASELINES},
        "randomised_mean_rho": round(float(np.mean(rhos)), 3) if rhos else None,
        "randomised_median_abs_rho": size(rhos),
        "flat_maps": sum(int(row["flat maps"]) for row in marked),
        "cascade": {
            key.removeprefix("cascade "): size([row[key] for row in marked if key in row])
            for key in stages
        },
        **({"mislabelled_mean_rho": round(float(np.mean(wrong)), 3),
            "mislabelled_median_abs_rho": size(wrong)} if wrong else {}),
        **_group([row for row in marked if row["found"]], "found_"),
        **_group([row for row in marked if not row["found"]], "missed_"),
        **_group(false, "false_"),
    }  # fmt: skip


def shortfalls(figures: dict[str, Any]) -> list[str]:
    """What does not reach the bar, in words."""
    found = []
    for key, least in BAR.items():
        value = figures[key]
        if value is None or value < least:
            found.append(f"{key} {value} is under {least}")
    found += [
        f"{key} is not above {figures[f'{head}{key}']} of the {words}"
        for key in ("pointing", "iou")
        for words, head in LINES[1:3]
        if (figures[key] or 0.0) <= figures[f"{head}{key}"]
    ]
    if abs(figures["randomised_mean_rho"] or 0.0) > 0.1:
        found.append(f"randomised networks: mean rho {figures['randomised_mean_rho']}, over 0.1")
    if (figures["randomised_median_abs_rho"] or 0.0) > 0.3:
        value = figures["randomised_median_abs_rho"]
        found.append(f"randomised networks: median |rho| {value}, over 0.3")
    return found


def show(name: str, figures: dict[str, Any]) -> None:
    """Print a table of one model."""
    print(f"\n{name}: {figures['windows']} windows, {figures['removed_windows']} with deletion")
    print(f"{'':22} {'pointing':>9} {'IoU':>6}")
    for words, head in LINES:
        pair = figures[f"{head}pointing"], figures[f"{head}iou"]
        print(f"{words:22} {pair[0]:9.3f} {pair[1]:6.3f}")
    for key in list(figures)[9:]:
        print(f"{key:32} {figures[key]}")
    for words in shortfalls(figures):
        print(f"falls short: {words}")


def keep(name: str, figures: dict[str, Any], command: str) -> None:
    """Write the figures into the model's card."""
    card = find_model(name)
    assert card.path is not None
    told = {"command": command, "rule": RULE, **figures, "falls short": shortfalls(figures)}
    replace(card, results={**card.results, FIDELITY: told}).write(card.path)


def main() -> None:
    """Measure, print, and keep where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    real = real_data_folder()
    parser.add_argument(
        "--data", type=Path, required=real is None, default=real and real / "dreams_spindles"
    )
    parser.add_argument("--model", choices=MODELS, action="append", help="this one; repeatable")
    parser.add_argument("--events", type=int, default=100, help="windows an excerpt, at most")
    parser.add_argument("--removed", type=int, default=100, help="of these with deletion")
    parser.add_argument("--cards", action="store_true", help="write into the model cards")
    arguments = parser.parse_args()
    began, printed = time.perf_counter(), dict[str, Any]()
    for name in arguments.model or MODELS:
        try:
            find_model(name)
        except ModelError:
            print(f"{name} is not here; left out.")
            continue
        figures = figures_of(dreams_rows(name, arguments.data, arguments.events, arguments.removed))
        made = figures_of(simulated_rows(name, arguments.events, min(arguments.removed, 10)))
        figures["simulated"] = made
        show(name, figures)
        show(f"{name}, simulated", made)
        print(flush=True)
        printed[name] = figures
        if arguments.cards:
            command = f"python -m tests.benchmarks.explanation_fidelity --model {name}"
            command += f" --events {arguments.events} --removed {arguments.removed}"
            keep(name, figures, command)
    print(json.dumps({"seconds": round(time.perf_counter() - began, 1), **printed}))


if __name__ == "__main__":
    main()

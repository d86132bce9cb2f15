"""Whether the maps of the spindle models are about the event and about the model, on DREAMS.

python -m tests.benchmarks.explanation_fidelity --data DIR [--model NAME] [--events 20]

Windows of 5 s on a fixed grid that hold the middle of an expert's spindle (union of both, N2 and
N3, excerpts 1-6), each read by the shipped network that never saw the excerpt. The target is the
window: the mean logit over it, or the log odds of the windows over its middle. It holds no word of
where the event lies, unlike the map that the program shows, whose target is the event itself.

pointing: the highest value of the map lies in an expert's spindle. iou: of where the map has at
least half of its highest value with the expert's spindles in the window. Beside them the same of
the 11-16 Hz envelope (baseline_), of the window's middle (centre_: 1 s around it for the IoU), and
of the probability track (track_), which is the answer itself and explains nothing.
deletion_beats_random: share of windows in which the logit falls faster when tenths of the window
are replaced in the order of the map than in random orders (area under the logit, mean of the random
orders), with zero and with the quietest stretch of the minute before; insertion the other way
round. randomised_: rank correlation of the map with those of networks with fresh weights; flat
maps are counted apart. found_ and missed_: pointing where the probability in the event passes the
model's threshold or does not. The last line is JSON.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from sleepscope.agreement import union
from sleepscope.constants import SPINDLE_BAND_HZ
from sleepscope.detection.inputs import USABLE, Stretch, read_stretch
from sleepscope.errors import GapError, ModelError
from sleepscope.events.event import Event
from sleepscope.explain.evidence_spindle import analytic
from sleepscope.explain.moments import explain_moments
from sleepscope.explain.occlusion import BASELINES, Baseline, occluded, target_logit
from sleepscope.explain.seen_stretch import SeenStretch
from sleepscope.explain.windows import explain_windows
from sleepscope.networks.checkpoint import load_network
from sleepscope.networks.dense import DenseNetwork
from sleepscope.networks.model_folder import find_model, held_out_model
from sleepscope.networks.published_cnn_1d import PublishedCnn1d
from sleepscope.networks.threads import one_thread
from sleepscope.progress import finish
from sleepscope.signals.missing import fill_missing
from sleepscope.summary.measures import in_band
from sleepscope.training.dreams_spindles import SLEEP, Excerpt, read_excerpts
from tests.conftest import real_data_folder

MODELS = ("spindle-1d", "spindle-window-1d", "spindle-1d-ensemble", "spindle-2d")
WINDOW = 5.0
GRID_HZ = 100.0
PIECES = 10
RANDOM_ORDERS = 3
NETWORKS = 3
# The bar: pointing, IoU, deletion, |mean rho|, median |rho|.
BAR = {"pointing": 0.89, "iou": 0.60, "deletion_beats_random": 0.95}
# Lines of the table and how their keys begin.
LINES = (
    ("map", ""),
    ("sigma envelope", "baseline_"),
    ("window's middle", "centre_"),
    ("probability track", "track_"),
)
Row = dict[str, float]


def randomised(network: DenseNetwork, seed: int) -> DenseNetwork:
    """The same network with fresh weights everywhere."""
    fresh = copy.deepcopy(network)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for module in fresh.modules():
            reset = getattr(module, "reset_parameters", None)
            if reset is not None:
                reset()
    return fresh.eval()


def window_map(
    network: DenseNetwork, stretch: Stretch, start: float, grid: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], SeenStretch]:
    """Relevance and probability of a window on a grid of moments, NaN where there is none."""
    with one_thread():
        seen = SeenStretch.of(network, stretch, start, start + WINDOW)
        if isinstance(network, PublishedCnn1d):
            times, relevance, _ = finish(explain_windows(network, seen, ""))
        else:
            times, relevance, _ = explain_moments(network, seen)
    if relevance.ndim == 2:
        relevance = relevance.mean(axis=0)
    inside = np.interp(grid, times, relevance, left=np.nan, right=np.nan)
    return inside, np.interp(grid, seen.moments, seen.probability), seen


def judged(heat: NDArray[np.float64], truth: NDArray[np.bool_]) -> tuple[float, float]:
    """Pointing (0 or 1) and IoU of where the heat is at least half of its maximum."""
    known = np.nan_to_num(heat, nan=-np.inf)
    top = float(known.max())
    if not np.isfinite(top) or top <= 0:
        return 0.0, 0.0
    hot = known >= top / 2
    return float(truth[np.argmax(known)]), float((hot & truth).sum() / (hot | truth).sum())


def removal(
    network: DenseNetwork,
    stretch: Stretch,
    seen: SeenStretch,
    start: float,
    heat: NDArray[np.float64],
    baseline: Baseline,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """Whether deletion and insertion in the order of the heat beat the mean of random orders."""
    edges = np.round((start + np.linspace(0, WINDOW, PIECES + 1)) * stretch.sfreq).astype(int)
    places = list(zip(edges[:-1] - stretch.first, edges[1:] - stretch.first, strict=True))
    # What replaces a piece does not depend on what was replaced before it.
    made = [
        occluded(stretch.signals, 0, int(a), int(b), baseline, stretch.sfreq)[:, a:b]
        for a, b in places
    ]
    known: dict[frozenset[int], float] = {}

    def logit(gone: frozenset[int]) -> float:
        if gone not in known:
            signals = stretch.signals.copy()
            for k in gone:
                signals[:, places[k][0] : places[k][1]] = made[k]
            with one_thread():
                known[gone] = target_logit(network, signals, seen.low, seen.behind)
        return known[gone]

    def area(order: NDArray[np.int64]) -> float:
        return float(np.mean([logit(frozenset(order[:k].tolist())) for k in range(PIECES + 1)]))

    worth = np.nan_to_num(heat, nan=0.0).reshape(PIECES, -1).mean(axis=1)
    order = np.argsort(-worth)
    by_chance = float(np.mean([area(rng.permutation(PIECES)) for _ in range(RANDOM_ORDERS)]))
    # Pieces put back in the order of the heat: the last of that order were gone longest.
    return float(area(order) < by_chance), float(area(order[::-1]) > by_chance)


def window_row(
    network: DenseNetwork,
    fresh: list[DenseNetwork],
    excerpt: Excerpt,
    spindles: list[Event],
    event: Event,
    threshold: float,
    rng: np.random.Generator,
    *,
    with_removal: bool,
) -> Row | None:
    """Everything about one window; None where it cannot be used."""
    start = math.floor(event.midpoint / WINDOW) * WINDOW
    grid = start + (np.arange(round(WINDOW * GRID_HZ)) + 0.5) / GRID_HZ
    truth = np.zeros(grid.size, dtype=bool)
    for one in spindles:
        truth |= (grid >= one.onset) & (grid < one.stop)
    if start + WINDOW > excerpt.recording.duration:
        return None
    try:
        stretch = read_stretch(excerpt.recording, (excerpt.label,), network, start, start + WINDOW)
        heat, track, seen = window_map(network, stretch, start, grid)
    except GapError:
        return None
    if (stretch.state != USABLE).mean() > 0.1:
        return None
    row: Row = {}
    row["pointing"], row["iou"] = judged(heat, truth)
    row["track_pointing"], row["track_iou"] = judged(track, truth)
    row["baseline_pointing"], row["baseline_iou"] = judged(sigma(stretch, grid), truth)
    middle = np.clip(0.5 - np.abs(grid - start - WINDOW / 2), 0.0, None)
    row["centre_pointing"], row["centre_iou"] = judged((middle > 0) * (1 + middle), truth)
    own = (grid >= event.onset) & (grid < event.stop)
    is_found = bool((track[own] >= threshold).any())
    row["found_pointing" if is_found else "missed_pointing"] = row["pointing"]
    rhos = [correlation(heat, window_map(one, stretch, start, grid)[0]) for one in fresh]
    row |= {f"rho {k}": rho for k, rho in enumerate(rhos) if rho is not None}
    row["flat maps"] = float(sum(rho is None for rho in rhos))
    for baseline in BASELINES if with_removal else ():
        try:
            better = removal(network, stretch, seen, start, heat, baseline, rng)
        except GapError:
            continue
        row[f"deletion {baseline}"], row[f"insertion {baseline}"] = better
    return row


def sigma(stretch: Stretch, grid: NDArray[np.float64]) -> NDArray[np.float64]:
    """The 11-16 Hz envelope on a grid of moments."""
    envelope = np.abs(analytic(in_band(fill_missing(stretch.signals[0]), stretch.sfreq,
                                       SPINDLE_BAND_HZ)))  # fmt: skip
    times = stretch.start + np.arange(envelope.size) / stretch.sfreq
    return np.interp(grid, times, envelope)


def correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float | None:
    """Rank correlation of two signed maps; None where either is flat."""
    from scipy.stats import spearmanr

    known = np.isfinite(one) & np.isfinite(other)
    if known.sum() < 10 or np.ptp(one[known]) < 1e-9 or np.ptp(other[known]) < 1e-9:
        return None
    return float(spearmanr(one[known], other[known]).statistic)


def rows_of(name: str, data: Path, n_events: int, n_removed: int) -> list[Row]:
    """The windows of one model over the excerpts that both experts scored."""
    card, rows = find_model(name), []
    for excerpt in read_excerpts(data):
        if len(excerpt.experts) < 2:
            continue
        unseen = held_out_model(card, frozenset({excerpt.hash}))
        if unseen is None:
            raise ModelError(f"There is no network of {name} that never saw {excerpt.subject}.")
        network = load_network(unseen)
        fresh = [randomised(network, seed) for seed in range(NETWORKS)]
        rng = np.random.default_rng(excerpt.number)
        spindles = list(union(excerpt.experts).events)
        asleep = [e for e in spindles if excerpt.hypnogram.stage_at(e.midpoint) in SLEEP]
        chosen = asleep[:: max(1, math.ceil(len(asleep) / n_events))]
        every = max(1, math.ceil(len(chosen) / n_removed))
        threshold = float(unseen.settings.get("threshold", 0.5))
        for k, event in enumerate(chosen):
            row = window_row(
                network, fresh, excerpt, spindles, event, threshold, rng,
                with_removal=k % every == 0,
            )  # fmt: skip
            rows += [] if row is None else [row]
        print(f"{name} {excerpt.subject}: {len(chosen)} windows", flush=True)
    return rows


def figures_of(rows: list[Row]) -> dict[str, Any]:
    """Means over the windows, by the keys of the JSON line."""

    def mean(*keys: str) -> float | None:
        values = [row[key] for row in rows for key in keys if key in row]
        return round(float(np.mean(values)), 3) if values else None

    rhos = [row[key] for row in rows for key in row if key.startswith("rho ")]
    heads = ("", "baseline_", "centre_", "track_")
    return {
        "windows": len(rows),
        **{
            f"{head}{what}": mean(f"{head}{what}") for head in heads for what in ("pointing", "iou")
        },
        "found_pointing": mean("found_pointing"),
        "missed_pointing": mean("missed_pointing"),
        "removed_windows": sum("deletion zero" in row for row in rows),
        "deletion_beats_random": mean(*(f"deletion {one}" for one in BASELINES)),
        "insertion_beats_random": mean(*(f"insertion {one}" for one in BASELINES)),
        **{f"deletion_{one}": mean(f"deletion {one}") for one in BASELINES},
        "randomised_mean_rho": round(float(np.mean(rhos)), 3) if rhos else None,
        "randomised_median_abs_rho": round(float(np.median(np.abs(rhos))), 3) if rhos else None,
        "flat_maps": sum(int(row["flat maps"]) for row in rows),
    }


def shortfalls(figures: dict[str, Any]) -> list[str]:
    """What does not reach the bar, in words."""
    found = []
    for key, least in BAR.items():
        value = figures[key]
        if value is None or value < least:
            found.append(f"{key} {value} is under {least}")
    found += [
        f"{key} is not above the sigma envelope's {figures[f'baseline_{key}']}"
        for key in ("pointing", "iou")
        if (figures[key] or 0.0) <= figures[f"baseline_{key}"]
    ]
    if abs(figures["randomised_mean_rho"] or 0.0) > 0.1:
        found.append(f"randomised networks: mean rho {figures['randomised_mean_rho']}, over 0.1")
    if (figures["randomised_median_abs_rho"] or 0.0) > 0.3:
        value = figures["randomised_median_abs_rho"]
        found.append(f"randomised networks: median |rho| {value}, over 0.3")
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    real = real_data_folder()
    parser.add_argument(
        "--data", type=Path, required=real is None, default=real and real / "dreams_spindles"
    )
    parser.add_argument("--model", choices=MODELS, help="this one alone")
    parser.add_argument("--events", type=int, default=100, help="windows an excerpt, at most")
    parser.add_argument("--removed", type=int, default=10, help="of these with deletion")
    arguments = parser.parse_args()
    began, printed = time.perf_counter(), {}
    for name in [arguments.model] if arguments.model else MODELS:
        try:
            find_model(name)
        except ModelError:
            print(f"{name} is not here; left out.")
            continue
        rows = rows_of(name, arguments.data, arguments.events, arguments.removed)
        figures = printed[name] = figures_of(rows)
        print(f"\n{name}: {figures['windows']} windows, {figures['removed_windows']} with deletion")
        print(f"{'':22} {'pointing':>9} {'IoU':>6}")
        for words, head in LINES:
            pair = figures[f"{head}pointing"], figures[f"{head}iou"]
            print(f"{words:22} {pair[0]:9.3f} {pair[1]:6.3f}")
        for key in list(figures)[9:]:
            print(f"{key:26} {figures[key]}")
        for words in shortfalls(figures):
            print(f"falls short: {words}")
        print(flush=True)
    print(json.dumps({"seconds": round(time.perf_counter() - began, 1), **printed}))


if __name__ == "__main__":
    main()

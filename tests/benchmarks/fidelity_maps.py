"""A model's map of one window, and how it is judged against marks, deletion and other maps."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray

from sleepscope.constants import SPINDLE_BAND_HZ
from sleepscope.detection.inputs import USABLE, Stretch, read_stretch
from sleepscope.explain.evidence_spindle import analytic
from sleepscope.explain.geometry import grid_of, reach_of
from sleepscope.explain.moments import explain_moments
from sleepscope.explain.occlusion import Baseline, occluded, target_logit
from sleepscope.explain.seen_stretch import SeenStretch
from sleepscope.explain.windows import explain_windows
from sleepscope.networks.dense import DenseNetwork
from sleepscope.networks.published_cnn_1d import PublishedCnn1d
from sleepscope.networks.threads import one_thread
from sleepscope.progress import finish
from sleepscope.recordings.recording import Recording
from sleepscope.signals.missing import fill_missing
from sleepscope.summary.measures import in_band

WINDOW = 5.0
GRID_HZ = 100.0
PIECES = 10
RANDOM_ORDERS = 3
# A longer stretch than this without signal in a window makes it worthless.
MOST_UNUSABLE = 0.1

Series = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Window:
    """A window of 5 s as a network saw it.

    Attributes
    ----------
    start : float, s
    grid : (500,) ndarray, s
        Moments at which maps are compared.
    stretch : Stretch
    seen : SeenStretch
        Of the whole window: nothing says where an event lies.
    track : (500,) ndarray
        The network's probability.
    """

    start: float
    grid: Series
    stretch: Stretch
    seen: SeenStretch
    track: Series


def read_window(
    network: DenseNetwork, recording: Recording, label: str, start: float
) -> Window | None:
    """A window; None where more than a tenth of what the network reads is not usable.

    Raises
    ------
    GapError
        If nothing usable was recorded in it.
    """
    grid = start + (np.arange(round(WINDOW * GRID_HZ)) + 0.5) / GRID_HZ
    stretch = read_stretch(recording, (label,), network, start, start + WINDOW)
    if (stretch.state != USABLE).mean() > MOST_UNUSABLE:
        return None
    with one_thread():
        seen = SeenStretch.of(network, stretch, start, start + WINDOW)
    return Window(start, grid, stretch, seen, np.interp(grid, seen.moments, seen.probability))


def map_of(network: DenseNetwork, window: Window) -> Series:
    """Relevance on the window's grid, NaN where there is none.

    The network is that of the window or one that prepares its features alike.
    """
    with one_thread():
        if isinstance(network, PublishedCnn1d):
            times, relevance, _ = finish(explain_windows(network, window.seen, ""))
        else:
            times, relevance, _ = explain_moments(network, window.seen)
    if relevance.ndim == 2:
        relevance = relevance.mean(axis=0)
    return np.interp(window.grid, times, relevance, left=np.nan, right=np.nan)


def judged(heat: Series, truth: NDArray[np.bool_]) -> tuple[float, float]:
    """Pointing (0 or 1) and IoU of where the heat is at least half of its maximum."""
    known = np.nan_to_num(heat, nan=-np.inf)
    top = float(known.max())
    if not np.isfinite(top) or top <= 0:
        return 0.0, 0.0
    hot = known >= top / 2
    return float(truth[np.argmax(known)]), float((hot & truth).sum() / (hot | truth).sum())


def sigma(window: Window) -> Series:
    """The 11-16 Hz envelope on the window's grid."""
    stretch = window.stretch
    filled = fill_missing(stretch.signals[0])
    envelope = np.abs(analytic(in_band(filled, stretch.sfreq, SPINDLE_BAND_HZ)))
    times = stretch.start + np.arange(envelope.size) / stretch.sfreq
    return np.interp(window.grid, times, envelope)


def middle(window: Window) -> Series:
    """Highest in the window's middle; a second of it is more than half as high."""
    away = np.abs(window.grid - window.start - WINDOW / 2)
    return np.where(away < 0.5, 1.5 - away, 0.0)


def correlation(one: Series, other: Series) -> float | None:
    """Rank correlation of two signed maps; None where either is flat."""
    from scipy.stats import spearmanr

    known = np.isfinite(one) & np.isfinite(other)
    if known.sum() < 10 or np.ptp(one[known]) < 1e-9 or np.ptp(other[known]) < 1e-9:
        return None
    return float(spearmanr(one[known], other[known]).statistic)


def removal(
    network: DenseNetwork,
    window: Window,
    heat: Series,
    baseline: Baseline,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """Whether deletion and insertion in the order of the heat beat the mean of random orders."""
    stretch = window.stretch
    edges = window.start + np.linspace(0, WINDOW, PIECES + 1)
    samples = np.round(edges * stretch.sfreq).astype(int) - stretch.first
    places = list(pairwise(samples))
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
                known[gone] = window_logit(network, window.seen, signals)
        return known[gone]

    def area(order: NDArray[np.int64]) -> float:
        return float(np.mean([logit(frozenset(order[:k].tolist())) for k in range(PIECES + 1)]))

    worth = np.nan_to_num(heat, nan=0.0).reshape(PIECES, -1).mean(axis=1)
    order = np.argsort(-worth)
    by_chance = float(np.mean([area(rng.permutation(PIECES)) for _ in range(RANDOM_ORDERS)]))
    # Pieces put back in the order of the heat: the last of that order were gone longest.
    return float(area(order) < by_chance), float(area(order[::-1]) > by_chance)


def window_logit(network: DenseNetwork, seen: SeenStretch, signals: Series) -> float:
    """The window's logit for changed signals; only what has a say goes through the network."""
    if isinstance(network, PublishedCnn1d):
        return target_logit(network, signals, seen.low, seen.behind)
    grid, reach, stride = grid_of(network), reach_of(network), network.feature_stride
    first = max(0, seen.low * stride - reach) // grid * grid
    behind = -(-(seen.behind * stride + reach) // grid) * grid
    features = np.ascontiguousarray(network.prepare(signals)[:, first:behind])
    low, high = seen.low - first // stride, seen.behind - first // stride
    with torch.inference_mode():
        return float(
            network.event_logit(network(torch.from_numpy(features)[None]))[0, low:high].mean()
        )

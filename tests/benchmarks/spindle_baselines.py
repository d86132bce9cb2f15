"""Detectors without a neural network, for the table of spindle_loso: under the same rule as ours.

What is tuned or fitted is so on the other excerpts alone.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sleepscope.agreement import union
from sleepscope.constants import SPINDLE, SPINDLE_MAX_SECONDS
from sleepscope.detection.inputs import USABLE, input_length, read_samples
from sleepscope.events.event import Event
from sleepscope.networks.spindle_unet import SpindleUnet
from sleepscope.networks.tracks import Tracks
from sleepscope.progress import finish
from sleepscope.signals.background import background_level
from sleepscope.signals.bands import Spectrum, band_kernel, smooth, smoothing_kernel
from sleepscope.signals.missing import fill_missing
from sleepscope.training.dreams_spindles import SLEEP, Excerpt, spindle_example
from sleepscope.training.example import Example
from sleepscope.training.rule_choice import RuleGrid, ScoredTracks, choose_rule, found_events
from sleepscope.training.spindle_study import SpindleStudy

Found = dict[str, list[Event]]

_RATE = SpindleUnet.output_sfreq
# Hz: delta, theta, alpha, slow and fast sigma, beta, and all of sigma.
_BANDS = ((0.5, 4), (4, 8), (8, 11), (11, 13), (13, 16), (16, 20), (11, 16))
_SHIFTS = (-0.8, -0.4, -0.2, 0.2, 0.4, 0.8)  # s
_ENVELOPE_GRID = RuleGrid(
    thresholds=tuple(k / 50 for k in range(25, 50)), max_duration=SPINDLE_MAX_SECONDS
)
_BOOSTED_GRID = RuleGrid(
    thresholds=tuple(k / 20 for k in range(2, 18)), max_duration=SPINDLE_MAX_SECONDS
)


@lru_cache(maxsize=1)
def _study(data: Path) -> SpindleStudy:
    return SpindleStudy(data, 2)


def dreams_automatic(data: Path) -> Found:
    """Marks that came with the database."""
    return {e.subject: list(e.automatic.events) for e in _study(data).both}


def yasa_defaults(data: Path) -> Found:
    """YASA's detector as it is, on all stages; excerpt 3 (50 Hz) brought to 100 Hz for it."""
    import yasa

    found: Found = {}
    for excerpt in _study(data).excerpts:
        n_total = input_length(excerpt.recording, (excerpt.label,), 100.0)
        stretch = read_samples(excerpt.recording, (excerpt.label,), 100.0, 0, n_total)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            answer = yasa.spindles_detect(fill_missing(stretch.signals[0]), 100.0, verbose=False)
        table = [] if answer is None else answer.summary()[["Start", "Duration"]].to_numpy()
        found[excerpt.subject] = [Event(float(o), float(d), SPINDLE) for o, d in table]
    return found


def sigma_envelope(data: Path) -> Found:
    """Mean of the log sigma envelope and the log share of sigma, threshold tuned."""
    study, network = _study(data), SpindleUnet()

    def track(excerpt: Excerpt) -> NDArray[np.float64]:
        features = spindle_example(excerpt, network).features[2:]
        n_out = features.shape[1] // network.stride
        binned = features[:, : n_out * network.stride].reshape(2, n_out, -1).mean(axis=2)
        return binned.mean(axis=0)

    tracks = {e.subject: _probability(track(e)) for e in study.excerpts}
    return _nested(study, lambda _left_out, subject: tracks[subject], _ENVELOPE_GRID)


def boosted_bands(data: Path) -> Found:
    """Gradient boosting on 19 band features of each moment (scikit-learn)."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    study, network = _study(data), SpindleUnet()
    examples = {e.subject: spindle_example(e, network) for e in study.excerpts}
    features = {e.subject: _band_features(e) for e in study.excerpts}

    @cache
    def fitted(left_out: frozenset[str]) -> HistGradientBoostingClassifier:
        rows = [_rows(examples[s], features[s]) for s in examples if s not in left_out]
        x, y, weight = (np.concatenate(part) for part in zip(*rows, strict=True))
        model = HistGradientBoostingClassifier(
            max_iter=150, learning_rate=0.08, max_leaf_nodes=15, random_state=0
        )
        return model.fit(x, y, sample_weight=weight)

    def track(left_out: frozenset[str], subject: str) -> NDArray[np.float32]:
        probability = fitted(left_out).predict_proba(features[subject])[:, 1]
        # A moment alone is noisy: smoothed by the length of the shortest spindle.
        return np.convolve(probability, np.full(9, 1 / 9), "same").astype(np.float32)

    return _nested(study, track, _BOOSTED_GRID)


BASELINES: dict[str, Callable[[Path], Found]] = {
    "gradient boosting": boosted_bands,
    "sigma envelope": sigma_envelope,
    "DREAMS automatic": dreams_automatic,
    "YASA defaults": yasa_defaults,
}


def _probability(values: NDArray[np.float64]) -> NDArray[np.float32]:
    return (1 / (1 + np.exp(-values))).astype(np.float32)


def _nested(
    study: SpindleStudy,
    track: Callable[[frozenset[str], str], NDArray[np.float32]],
    grid: RuleGrid,
) -> Found:
    """Each turn's rule from tracks of the others that were fitted without turn and subject."""
    found: Found = {}
    for left_out in study.turns:
        seen = [
            _scored(e, track(left_out | {e.subject}, e.subject))
            for e in study.both
            if e.subject not in left_out
        ]
        rule = finish(choose_rule(seen, _RATE, grid, SLEEP))
        for subject in left_out:
            tracks = Tracks(track(left_out, subject))
            found[subject] = found_events(tracks, _RATE, rule, SPINDLE)
    return found


def _scored(excerpt: Excerpt, track: NDArray[np.float32]) -> ScoredTracks:
    return ScoredTracks(excerpt.subject, Tracks(track), union(excerpt.experts), excerpt.hypnogram)


def _rows(
    example: Example, features: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.bool_], NDArray[np.float32]]:
    """Features, target and weight of the moments that count, every second one."""
    weight = example.weights[2]
    kept = np.flatnonzero(weight > 0)[::2]
    return features[kept], example.targets[2, kept] > 0.5, weight[kept]


def _band_features(excerpt: Excerpt) -> NDArray[np.float32]:
    """(n_out, 19): log envelopes of six bands relative to their background, the log share of
    sigma, and sigma and its share a little earlier and later.
    """
    rate, labels = SpindleUnet.sfreq, (excerpt.label,)
    n_total = input_length(excerpt.recording, labels, rate)
    stretch = read_samples(excerpt.recording, labels, rate, 0, n_total)
    usable = stretch.state == USABLE
    filled = fill_missing(stretch.signals[0])
    kernels = [band_kernel(rate, low, high, 2.0 if low < 1 else 1.0) for low, high in _BANDS]
    spectrum = Spectrum(filled - np.median(filled), max(kernel.size for kernel in kernels))
    envelopes = [np.abs(spectrum.filtered(kernel)) + 1e-6 for kernel in kernels]
    logs = [np.log(smooth(e, smoothing_kernel(rate, 0.4)) + 1e-6) for e in envelopes]
    relative = [log - background_level(log, usable, rate) for log in logs]
    broad = np.log(np.sqrt(np.sum([e**2 for e in envelopes[1:6]], axis=0)) + 1e-6)
    share = logs[6] - smooth(broad, smoothing_kernel(rate, 0.4))
    step = SpindleUnet().stride
    n_out = n_total // step
    columns = [column[: n_out * step : step] for column in (*relative[:6], share)]
    columns += list(_shifted(relative[6][: n_out * step : step]))
    columns += list(_shifted(share[: n_out * step : step]))
    return np.stack(columns, axis=1).astype(np.float32)


def _shifted(column: NDArray[np.floating]) -> Iterator[NDArray[np.floating]]:
    index = np.arange(column.size)
    for shift in _SHIFTS:
        yield column[np.clip(index + round(shift * _RATE), 0, column.size - 1)]

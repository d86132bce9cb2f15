"""Figures of a detector on nights it never saw: by event, by sample, by window."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.agreement import Scores, pool, score
from sleepscope.agreement.bootstrap import bootstrap_recordings
from sleepscope.agreement.kappa import kappa_of_counts
from sleepscope.agreement.samples import by_sample
from sleepscope.events.event import Event
from sleepscope.training.dataset import Night
from sleepscope.training.window_results import fold_table
from sleepscope.training.windows import LabelRule, ScoredSignal, WindowCut, cut_windows

IOUS: Final = (0.2, 0.3, 0.5)
WINDOW_RULE: Final = (
    "Windows of 5 s side by side where somebody looked, in all stages; one shows an event by half "
    "a second of any expert's, and is found by the largest probability in it at the threshold of "
    "its network."
)


@dataclass(frozen=True, slots=True)
class FoundNight:
    """A night and what a network that never saw its subject found in it.

    Attributes
    ----------
    night : Night
    events : tuple of Event
    probability : (n,) ndarray of float32
        At ``sfreq``, NaN where the network said nothing.
    threshold : float
    sfreq : float, Hz
    """

    night: Night
    events: tuple[Event, ...]
    probability: NDArray[np.float32] = field(repr=False)
    threshold: float
    sfreq: float


def night_scores(found: FoundNight, iou: float, stages: frozenset[str] | None) -> Scores:
    """Events against the union of the experts, inside what they scored, whatever the channel."""
    return score(
        found.events,
        found.night.truth,
        iou=iou,
        stages=stages,
        hypnogram=found.night.hypnogram,
        by_channel=False,
    )


def night_results(nights: Sequence[FoundNight], stages: frozenset[str] | None) -> dict[str, Any]:
    """Everything that a run prints about held-out nights.

    Parameters
    ----------
    nights : sequence of FoundNight
    stages : frozenset of str or None
        Compare in these stages alone.

    Returns
    -------
    dict
        Ready for JSON: "rule", "by event" (pooled, per night, mean and SD, interval), "by sample",
        "by window".
    """
    table = {iou: [night_scores(one, iou, stages) for one in nights] for iou in IOUS}
    values = [s.f1 for s in table[IOUS[0]] if s.f1 is not None]
    by_event: dict[str, Any] = {
        "pooled": {f"{iou:g}": _row(pool(scores)) for iou, scores in table.items()},
        "per night": {
            one.night.code: {f"{iou:g}": _row(scores[k]) for iou, scores in table.items()}
            for k, one in enumerate(nights)
        },
        "f1 mean": round(statistics.fmean(values), 4) if values else None,
        "f1 sd": round(statistics.stdev(values), 4) if len(values) > 1 else None,
    }
    if len(nights) > 1:
        intervals = bootstrap_recordings(table[IOUS[0]])
        by_event["f1 interval"] = intervals.f1
        by_event["interval method"] = intervals.method
    return {
        "rule": pool(table[IOUS[0]]).rule,
        "by event": by_event,
        "by sample": _samples(nights, stages),
        "by window": {"rule": WINDOW_RULE, **fold_table(window_folds(nights))},
    }


def window_folds(
    nights: Sequence[FoundNight],
) -> dict[str, tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """Labels and largest probability of windows of 5 s side by side, by night.

    Probabilities are :func:`at_half` the threshold, which differs from network to network.
    """
    folds = {}
    for one in nights:
        signal = ScoredSignal(
            one.night.subject,
            one.probability[None],
            one.sfreq,
            np.isfinite(one.probability),
            tuple(tuple((e.onset, e.stop) for e in s.events) for s in one.night.experts),
            tuple(
                s.scored_spans or ((0.0, one.night.recording.duration),) for s in one.night.experts
            ),
        )
        windows = cut_windows(signal, WindowCut(5.0, 5.0), LabelRule())
        if len(windows):
            largest = windows.features.max(axis=(1, 2))
            folds[one.night.code] = windows.labels, at_half(largest, one.threshold)
    return folds


def at_half(probability: NDArray[np.float32], threshold: float) -> NDArray[np.float32]:
    """Probabilities in the same order whose threshold is 0.5: their odds over its odds."""
    p = np.clip(probability.astype(np.float64), 0.0, 1.0)
    limit = min(max(threshold, 1e-6), 1 - 1e-6)
    ours, theirs = p * (1 - limit), (1 - p) * limit
    scaled: NDArray[np.float32] = (ours / (ours + theirs)).astype(np.float32)
    return scaled


def _samples(nights: Sequence[FoundNight], stages: frozenset[str] | None) -> dict[str, Any]:
    """Pooled F1 and kappa sample by sample."""
    counts = np.zeros((2, 2), dtype=np.int64)
    for one in nights:
        found = by_sample(
            one.events,
            one.night.truth,
            duration=one.night.recording.duration,
            stages=stages,
            hypnogram=one.night.hypnogram,
        )
        counts += np.array([[found.tp, found.fp], [found.fn, found.tn]])
    tp, wrong = int(counts[0, 0]), int(counts[0, 1] + counts[1, 0])
    kappa = kappa_of_counts(counts)
    return {
        "f1": round(2 * tp / (2 * tp + wrong), 4) if tp + wrong else None,
        "kappa": None if kappa is None else round(kappa, 4),
        "sfreq": 100.0,
    }


def _row(scores: Scores) -> dict[str, float | int | None]:
    figures: dict[str, float | int | None] = {
        "truth": scores.n_b,
        "found": scores.n_a,
        "tp": scores.tp,
    }
    for name in ("precision", "recall", "f1", "mean_iou"):
        value = getattr(scores, name)
        figures[name] = None if value is None else round(value, 4)
    return figures

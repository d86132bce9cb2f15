"""Is one model better than another? The difference on the same nights, with an interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sleepscope.agreement import match
from sleepscope.agreement.bootstrap import N_RESAMPLES, number_of_blocks, percentiles, resampled
from sleepscope.constants import DEFAULT_IOU
from sleepscope.detection.detect import detect, was_trained_on
from sleepscope.detection.settings import DetectSettings
from sleepscope.events.event import Event
from sleepscope.networks.model_card import ModelCard
from sleepscope.progress import Steps
from sleepscope.training.dataset import Dataset, Night
from sleepscope.training.fit import as_part
from sleepscope.training.night_results import FoundNight


@dataclass(frozen=True, slots=True)
class ModelComparison:
    """Two detectors on the same nights under the same rule.

    Attributes
    ----------
    new, old : str
        Names.
    new_f1, old_f1 : float
        Pooled.
    interval : (low, high)
        95 % interval of the difference new - old.
    nights : tuple of (name, new F1, old F1)
    n_events : int
    rule, method : str
        How the figures came about.
    doubt : str
        Why the figures may be unfair, or "".
    """

    new: str
    old: str
    new_f1: float
    old_f1: float
    interval: tuple[float, float]
    nights: tuple[tuple[str, float, float], ...]
    n_events: int
    rule: str
    method: str
    doubt: str = ""

    @property
    def difference(self) -> float:
        """New minus old."""
        return self.new_f1 - self.old_f1

    @property
    def verdict(self) -> str:
        """Which is better, in one sentence."""
        low, high = self.interval
        span = f"{self.difference:+.3f}, 95 % interval {low:+.3f} to {high:+.3f}"
        figures = f"F1 {self.new_f1:.3f} against {self.old_f1:.3f} ({span})"
        if low > 0:
            return f"{self.new} is better than {self.old} on these nights: {figures}."
        if high < 0:
            return f"{self.new} is worse than {self.old} on these nights: {figures}."
        return (
            f"There is no difference between {self.new} and {self.old} that these nights could "
            f"show: {figures}."
        )


def compare_models(
    new: tuple[str, Sequence[FoundNight]],
    old: tuple[str, Sequence[FoundNight]],
    stages: frozenset[str] | None,
    *,
    iou: float = DEFAULT_IOU,
    seed: int = 0,
    doubt: str = "",
) -> ModelComparison:
    """Compare two detectors night by night; stretches of time are drawn anew for both.

    The interval is the expanded percentile interval of agreement.bootstrap: few stretches vary too
    little among themselves.

    Parameters
    ----------
    new, old : (name, nights)
        The same nights in the same order.
    stages : frozenset of str or None
    iou : float
    seed : int
    doubt : str
    """
    tables, rule = [], ""
    total = sum(found.night.recording.duration for found in new[1])
    seconds = total / number_of_blocks(total)
    for one, other in zip(new[1], old[1], strict=True):
        pair = []
        for found in (one, other):
            counts, rule = _blocks(found.night, found.events, iou, stages, seconds)
            pair.append(counts)
        tables.append(np.stack(pair))
    by_night = []
    for found, counts in zip(new[1], tables, strict=True):
        ours, others = _f1(counts.sum(axis=1)).tolist()
        by_night.append((found.night.name, round(ours, 4), round(others, 4)))
    table = np.concatenate(tables, axis=1)  # (2, n_blocks, 3)
    n_blocks = table.shape[1]
    drawn = resampled(np.concatenate(list(table), axis=1), N_RESAMPLES, seed)
    differences = _f1(drawn[:, :3]) - _f1(drawn[:, 3:])
    # Of a difference there is no ratio to take: it is a share of one.
    interval = percentiles(differences, np.ones_like(differences), n_blocks)
    assert interval is not None
    new_f1, old_f1 = _f1(table.sum(axis=1))
    return ModelComparison(
        new[0],
        old[0],
        float(new_f1),
        float(old_f1),
        interval,
        tuple(by_night),
        int(table[0, :, [0, 2]].sum()),
        rule,
        f"Percentiles of {N_RESAMPLES} resamples of {n_blocks} stretches of {seconds:.3g} s, the "
        f"same for both, seed {seed}; widened where stretches are few. They speak of these nights: "
        f"other people may differ more.",
        doubt,
    )


def detect_nights(card: ModelCard, dataset: Dataset) -> Steps[tuple[FoundNight, ...]]:
    """What a model finds on the nights of a dataset, with the rule of its card."""
    found = []
    total = float(len(dataset.nights))
    settings = DetectSettings(card.task, str(card.path or card.name))
    for done, night in enumerate(dataset.nights):
        asked = DetectSettings(card.task, settings.model, night.labels)
        share = 1 / night.recording.duration
        message = f"{card.name} on {night.name}"
        steps = detect(night.recording, asked)
        (one,) = yield from as_part(steps, float(done), total, message, share)
        found.append(FoundNight(night, one.events, one.probability, one.threshold, one.sfreq))
    return tuple(found)


def seen_in_training(card: ModelCard, dataset: Dataset) -> str:
    """A sentence where the model was trained on some of the nights, else ""."""
    seen = [n.name for n in dataset.nights if was_trained_on(card, n.recording, n.labels)]
    if not seen:
        return ""
    return (
        f"{card.name} was trained on {len(seen)} of these {len(dataset.nights)} nights, so its "
        f"figure is too good."
    )


def _blocks(
    night: Night,
    events: Sequence[Event],
    iou: float,
    stages: frozenset[str] | None,
    seconds: float,
) -> tuple[NDArray[np.float64], str]:
    """Pairs, false and missed events in each stretch of the night, (n_blocks, 3), and the rule."""
    matched = match(
        events,
        night.truth,
        iou=iou,
        stages=stages,
        hypnogram=night.hypnogram,
        by_channel=False,
    )
    n_blocks = max(1, int(np.ceil(night.recording.duration / seconds)))
    counts = np.zeros((n_blocks, 3))
    sides = ([pair.b for pair in matched.pairs], matched.only_a, matched.only_b)
    for column, side in enumerate(sides):
        for event in side:
            block = min(max(int(event.midpoint / seconds), 0), n_blocks - 1)
            counts[block, column] += 1
    return counts, matched.rule


def _f1(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """F1 of (..., 3) counts of pairs, false and missed events; 0 where there are none."""
    tp, fp, fn = np.moveaxis(counts, -1, 0)
    found: NDArray[np.float64] = 2 * tp / np.maximum(2 * tp + fp + fn, 1)
    return found

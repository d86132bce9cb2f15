"""How far two methods of explanation agree, as one number."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.explain.explanation import Explanation
from sleepscope.explain.occlusion import Occlusion

# A rank correlation of fewer places says nothing.
FEWEST_RANKED: Final = 5


def agreement(explanation: Explanation, other: Explanation | Occlusion) -> float | None:
    """Rank correlation (Spearman) of the sizes of two maps, -1 to 1: do they weigh alike?

    Over the stretch that both know. The map is read at the other's moments; of occlusion, which
    is summed over its channels, as the mean over an occluded span. None with fewer than five
    moments, or where either is level.
    """
    from scipy.stats import spearmanr

    if isinstance(other, Occlusion):
        heat = np.abs(_mean_over_spans(explanation, other))
        second = np.abs(other.relevance.sum(axis=0))
    else:
        heat, second = np.abs(explanation.at(other.times)), np.abs(other.over_time())
    there = np.isfinite(heat) & np.isfinite(second)
    if there.sum() < FEWEST_RANKED or np.ptp(heat[there]) == 0 or np.ptp(second[there]) == 0:
        return None
    return float(spearmanr(heat[there], second[there]).statistic)


def as_explanation(occlusion: Occlusion) -> Explanation:
    """Occlusion as a map over time, summed over its channels, to be shown as one."""
    none = np.zeros(0)
    return Explanation(
        method="Occlusion",
        layer="signal",
        target=f"logit {occlusion.logit:.2f}, by {occlusion.span:g} s of {occlusion.baseline}",
        scorer=occlusion.scorer,
        channels=occlusion.channels,
        times=occlusion.times,
        relevance=occlusion.relevance.sum(axis=0).astype(np.float32),
        probability_times=none,
        probability=none.astype(np.float32),
        event_id=occlusion.event_id,
    )


def _mean_over_spans(explanation: Explanation, occlusion: Occlusion) -> NDArray[np.float64]:
    offsets = np.linspace(-occlusion.span / 2, occlusion.span / 2, 11)
    read = explanation.at((occlusion.times[:, None] + offsets).ravel())
    inside = read.reshape(occlusion.times.size, offsets.size)
    known = np.isfinite(inside)
    mean = np.where(known, inside, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return np.where(known.any(axis=1), mean, np.nan)

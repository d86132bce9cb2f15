"""How sure the scores are: bootstrap intervals over stretches of a night, or over recordings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.agreement.matching import Match
from sleepscope.agreement.scores import Scores
from sleepscope.errors import SettingsError

# Spindle density rises and falls with a period of some 50 s (infraslow, 0.02 Hz; Lecci et al.
# 2017, doi:10.1126/sciadv.1602026): stretches of two minutes hold what belongs together.
BLOCK_SECONDS: Final = 120.0
# Fewer stretches than these would make the interval too narrow; they are shortened then.
LEAST_BLOCKS: Final = 20
N_RESAMPLES: Final = 2000
_WIDENED: Final = "They are widened where parts are few, and never narrower than Wilson's."

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Intervals:
    """Bootstrap intervals of the scores.

    Attributes
    ----------
    precision, recall, f1, mean_iou : (low, high) or None
        None where the figure itself does not exist, or too few resamples had one.
    level : float
        Share of the resamples inside, 0.95.
    method : str
        How they came about, in one sentence.
    """

    precision: Interval | None
    recall: Interval | None
    f1: Interval | None
    mean_iou: Interval | None
    level: float
    method: str


def bootstrap_night(
    matched: Match,
    duration: float,
    *,
    block_seconds: float = BLOCK_SECONDS,
    n_resamples: int = N_RESAMPLES,
    level: float = 0.95,
    seed: int = 0,
) -> Intervals:
    """Intervals for one night: stretches of it are drawn anew with replacement.

    Parameters
    ----------
    matched : Match
        ``b`` is the truth.
    duration : float, s
        Of the recording; used where the matching was not limited to spans.
    block_seconds : float, s
        Length of a stretch; shorter where the compared time holds fewer than 20 of them.
    n_resamples : int
    level : float
    seed : int
        The same seed gives the same intervals.

    Returns
    -------
    Intervals

    References
    ----------
    Künsch 1989, The jackknife and the bootstrap for general stationary observations,
    doi:10.1214/aos/1176347265 (here with stretches that do not overlap).
    """
    table, length = _blocks(matched, duration, block_seconds)
    where = "" if matched.stages is None else f" in {', '.join(matched.stages)}"
    method = (
        f"{100 * level:g} % percentile intervals of a block bootstrap over time: {n_resamples} "
        f"resamples of {len(table)} stretches of {length:.3g} s{where}, seed {seed}."
    )
    return _intervals(table, resampled(table, n_resamples, seed), level, method)


def bootstrap_nights(
    matched: Sequence[Match],
    durations: Sequence[float],
    *,
    block_seconds: float = BLOCK_SECONDS,
    n_resamples: int = N_RESAMPLES,
    level: float = 0.95,
    seed: int = 0,
) -> Intervals:
    """Intervals for the sum over several nights: stretches are drawn anew inside each of them.

    This tells how sure the figure is for these very people; :func:`bootstrap_recordings` tells
    how sure it is for others like them.

    Parameters
    ----------
    matched : sequence of Match
        One for each night.
    durations : sequence of float, s
        Of the recordings.
    block_seconds, n_resamples, level, seed
        As in :func:`bootstrap_night`.

    Raises
    ------
    SettingsError
        If there is no night.
    """
    if not matched:
        raise SettingsError("Intervals of no recording at all cannot be made.")
    total = np.zeros((n_resamples, 5))
    tables: list[NDArray[np.float64]] = []
    for index, (one, duration) in enumerate(zip(matched, durations, strict=True)):
        table, _ = _blocks(one, duration, block_seconds)
        total += resampled(table, n_resamples, seed + index)
        tables.append(table)
    together = np.concatenate(tables)
    method = (
        f"{100 * level:g} % percentile intervals of a block bootstrap over time inside each "
        f"recording: {n_resamples} resamples of {len(together)} stretches of at most "
        f"{block_seconds:.3g} s in {len(matched)} recordings, seed {seed}."
    )
    return _intervals(together, total, level, method)


def _blocks(
    matched: Match, duration: float, block_seconds: float
) -> tuple[NDArray[np.float64], float]:
    """Counts (tp, fp, fn, sum of IoU, number of IoU) of each stretch, and its length in s."""
    spans = ((0.0, duration),) if matched.spans is None else matched.spans
    total = sum(stop - start for start, stop in spans)
    if total <= 0 or block_seconds <= 0:
        raise SettingsError(
            f"Intervals over {total:g} s in stretches of {block_seconds:g} s cannot be made; both "
            "must be above 0."
        )
    n_blocks = number_of_blocks(total, block_seconds)
    starts = np.array([start for start, _ in spans])
    before = np.cumsum([0.0, *(stop - start for start, stop in spans)])[:-1]

    def counts(moments: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
        span = np.clip(np.searchsorted(starts, moments, "right") - 1, 0, len(starts) - 1)
        inside = before[span] + moments - starts[span]
        block = np.clip((inside / total * n_blocks).astype(np.intp), 0, n_blocks - 1)
        found: NDArray[np.float64] = np.bincount(block, weights, n_blocks).astype(np.float64)
        return found

    paired = np.array([pair.b.midpoint for pair in matched.pairs])
    overlap = np.array([np.nan if p.iou is None else p.iou for p in matched.pairs], np.float64)
    known = np.isfinite(overlap)
    table: NDArray[np.float64] = np.stack(
        [
            counts(paired, np.ones(len(paired))),
            *(
                counts(np.array([event.midpoint for event in side]), np.ones(len(side)))
                for side in (matched.only_a, matched.only_b)
            ),
            counts(paired, np.where(known, overlap, 0.0)),
            counts(paired, known.astype(np.float64)),
        ],
        axis=1,
    )
    return table, total / n_blocks


def number_of_blocks(total: float, block_seconds: float = BLOCK_SECONDS) -> int:
    """Into how many stretches ``total`` seconds are cut; at least :data:`LEAST_BLOCKS`."""
    return max(1, round(total / min(block_seconds, total / LEAST_BLOCKS)))


def resampled(table: NDArray[np.float64], n_resamples: int, seed: int) -> NDArray[np.float64]:
    """Sums of rows drawn anew with replacement, (n_resamples, n_columns)."""
    n = len(table)
    random = np.random.default_rng(seed)
    weights = random.multinomial(n, np.full(n, 1 / n), size=n_resamples)
    found: NDArray[np.float64] = weights @ table
    return found


def bootstrap_recordings(
    parts: Sequence[Scores],
    *,
    n_resamples: int = N_RESAMPLES,
    level: float = 0.95,
    seed: int = 0,
) -> Intervals:
    """Intervals for several recordings: whole recordings are drawn anew with replacement.

    Raises
    ------
    SettingsError
        If there are fewer than two.
    """
    if len(parts) < 2:
        raise SettingsError(f"Drawing recordings anew takes two or more, not {len(parts)}.")
    table = np.array(
        [[p.tp, p.fp, p.fn, (p.mean_iou or 0.0) * p.n_iou, p.n_iou] for p in parts], np.float64
    )
    method = (
        f"{100 * level:g} % percentile intervals of a bootstrap over recordings: {n_resamples} "
        f"resamples of {len(parts)} recordings, seed {seed}."
    )
    return _intervals(table, resampled(table, n_resamples, seed), level, method)


def _intervals(
    table: NDArray[np.float64], sums: NDArray[np.float64], level: float, method: str
) -> Intervals:
    """Percentiles of resampled ``sums`` of the rows (tp, fp, fn, sum of IoU, number of IoU)."""
    n = len(table)
    tp, fp, fn, overlap, n_overlap = sums.T
    hits, extra, missed = table[:, :3].sum(axis=0).tolist()
    # F1 grows with hits / (hits + extra + missed), which is a share of events.
    low, high = wilson(hits, hits + extra + missed, level)
    return Intervals(
        _wider(percentiles(tp, tp + fp, n, level), wilson(hits, hits + extra, level)),
        _wider(percentiles(tp, tp + fn, n, level), wilson(hits, hits + missed, level)),
        _wider(
            percentiles(2 * tp, 2 * tp + fp + fn, n, level),
            (2 * low / (1 + low), 2 * high / (1 + high)),
        ),
        percentiles(overlap, n_overlap, n, level),
        level,
        f"{method} {_WIDENED}",
    )


def _wider(first: Interval | None, second: Interval) -> Interval | None:
    """Both intervals together: twenty hits of twenty do not prove that there are never others."""
    return None if first is None else (min(first[0], second[0]), max(first[1], second[1]))


def wilson(part: float, whole: float, level: float = 0.95) -> Interval:
    """Interval of a share of single events (Wilson 1927, doi:10.2307/2276774)."""
    if whole <= 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, spare = part / whole, z * z / whole
    middle = (share + spare / 2) / (1 + spare)
    half = math.sqrt(share * (1 - share) * spare + spare * spare / 4) / (1 + spare)
    return max(0.0, middle - half), min(1.0, middle + half)


def percentiles(
    part: NDArray[np.float64], whole: NDArray[np.float64], n_blocks: int, level: float = 0.95
) -> Interval | None:
    """Interval of ``part / whole`` over resamples; None where most of them have no ratio.

    The tails are taken further out, as few blocks vary too little among themselves (Hesterberg
    2015, doi:10.1080/00031305.2015.1089789, the expanded percentile interval).
    """
    there = whole > 0
    if there.sum() < len(whole) / 2:
        return None
    tail = (1 - level) / 2
    if n_blocks > 1:
        from scipy.special import stdtrit

        reach = math.sqrt(n_blocks / (n_blocks - 1)) * float(stdtrit(n_blocks - 1, 1 - tail))
        tail = NormalDist().cdf(-reach)
    low, high = np.quantile(part[there] / whole[there], [tail, 1 - tail])
    return float(low), float(high)

"""Agreement sample by sample: F1 and Cohen's kappa of two scorers' events on a time grid."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sleepscope.agreement.bootstrap import Interval, number_of_blocks, percentiles, resampled
from sleepscope.agreement.kappa import kappa_of_counts
from sleepscope.agreement.matching import checked_stages
from sleepscope.errors import SettingsError
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet, Span, common_spans
from sleepscope.events.hypnogram import Hypnogram

# 10 days at 100 Hz; more is a wrong duration.
_MOST_SAMPLES = 100_000_000


@dataclass(frozen=True, slots=True)
class SampleScores:
    """Agreement on a grid of samples, channels taken together.

    Attributes
    ----------
    tp, fp, fn, tn : int
        Samples inside events of both, of ``a`` alone, of ``b`` alone, of neither.
    f1, kappa : float or None
        None where no sample is in any event, or kappa's chance agreement is 1.
    sfreq : float, Hz
        Rate of the grid.
    rule : str
        How the figures came about, in one sentence.
    f1_interval, kappa_interval : (low, high) or None
        Bootstrap 95 % intervals over stretches of time; None where none were asked for.
    """

    tp: int
    fp: int
    fn: int
    tn: int
    f1: float | None
    kappa: float | None
    sfreq: float
    rule: str
    f1_interval: Interval | None = None
    kappa_interval: Interval | None = None


def by_sample(
    a: EventSet | Sequence[Event],
    b: EventSet | Sequence[Event],
    *,
    duration: float,
    sfreq: float = 100.0,
    spans: Sequence[Span] | None = None,
    stages: Collection[str] | None = None,
    hypnogram: Hypnogram | None = None,
    n_resamples: int = 0,
    seed: int = 0,
) -> SampleScores:
    """Compare two scorers sample by sample.

    Parameters
    ----------
    a, b : EventSet or sequence of Event
        Under test, and the truth.
    duration : float, s
        Length of the recording.
    sfreq : float, Hz
        Rate of the grid; sample ``k`` stands for the moment ``(k + 0.5) / sfreq``.
    spans : sequence of (start, stop) in s, optional
        Where to compare; by default where both sides scored.
    stages, hypnogram
        Compare in these stages only.
    n_resamples, seed : int
        Of the bootstrap; 0 for no intervals.

    Returns
    -------
    SampleScores

    Raises
    ------
    SettingsError
        If the grid would be empty or larger than any recording, a stage does not exist, or stages
        lack a hypnogram.
    """
    n_samples = round(duration * sfreq) if sfreq > 0 else 0
    if not 0 < n_samples <= _MOST_SAMPLES:
        raise SettingsError(
            f"A grid of {sfreq:g} Hz over {duration:g} s cannot be compared; both must be above 0 "
            f"and give at most {_MOST_SAMPLES} samples."
        )
    chosen = checked_stages(stages, hypnogram)
    if spans is None:
        spans = common_spans(_spans_of(a), _spans_of(b))
    where = np.ones(n_samples, np.bool_) if spans is None else _mask(spans, n_samples, sfreq)
    if chosen is not None and hypnogram is not None:
        where &= _mask(hypnogram.spans_of(set(chosen)), n_samples, sfreq)
    in_a = _mask([(e.onset, e.stop) for e in _events(a)], n_samples, sfreq)[where]
    in_b = _mask([(e.onset, e.stop) for e in _events(b)], n_samples, sfreq)[where]
    tp = int(np.count_nonzero(in_a & in_b))
    fp = int(np.count_nonzero(in_a)) - tp
    fn = int(np.count_nonzero(in_b)) - tp
    tn = len(in_a) - tp - fp - fn
    named = "all stages" if chosen is None else ", ".join(chosen)
    return SampleScores(
        tp,
        fp,
        fn,
        tn,
        2 * tp / (2 * tp + fp + fn) if tp + fp + fn else None,
        kappa_of_counts(np.array([[tp, fp], [fn, tn]])),
        sfreq,
        f"Samples at {sfreq:g} Hz were compared as inside or outside an event, in {named}, over "
        f"{len(in_a) / sfreq:g} s that both scored, whatever the channel.",
        *_intervals(in_a, in_b, sfreq, n_resamples, seed),
    )


def _intervals(
    in_a: NDArray[np.bool_], in_b: NDArray[np.bool_], sfreq: float, n_resamples: int, seed: int
) -> tuple[Interval | None, Interval | None]:
    """Of F1 and kappa, by stretches as long as those of the events' bootstrap."""
    n_samples = len(in_a)
    if not n_samples or n_resamples <= 0:
        return None, None
    n_blocks = min(n_samples, number_of_blocks(n_samples / sfreq))
    edges = np.arange(n_blocks) * n_samples // n_blocks
    cells = [in_a & in_b, in_a & ~in_b, ~in_a & in_b, ~in_a & ~in_b]
    table = np.stack([np.add.reduceat(cell.astype(np.float64), edges) for cell in cells], axis=1)
    tp, fp, fn, tn = resampled(table, n_resamples, seed).T
    total = tp + fp + fn + tn
    chance = ((tp + fp) * (tp + fn) + (tn + fn) * (tn + fp)) / total
    return (
        percentiles(2 * tp, 2 * tp + fp + fn, n_blocks),
        percentiles(tp + tn - chance, total - chance, n_blocks),
    )


def _spans_of(side: EventSet | Sequence[Event]) -> tuple[Span, ...] | None:
    return side.scored_spans if isinstance(side, EventSet) else None


def _events(side: EventSet | Sequence[Event]) -> Sequence[Event]:
    return side.events if isinstance(side, EventSet) else side


def _mask(spans: Sequence[Span], n_samples: int, sfreq: float) -> NDArray[np.bool_]:
    """Samples whose moment lies in one of the spans."""
    edges = np.array(spans, dtype=np.float64).reshape(-1, 2)
    bounds = np.clip(np.ceil(edges * sfreq - 0.5 - 1e-9), 0, n_samples).astype(np.intp)
    steps = np.zeros(n_samples + 1, np.int64)
    np.add.at(steps, bounds[:, 0], 1)
    np.add.at(steps, bounds[:, 1], -1)
    mask: NDArray[np.bool_] = np.cumsum(steps[:-1]) > 0
    return mask

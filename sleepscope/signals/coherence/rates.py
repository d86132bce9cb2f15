"""Two signals of different rates on one grid, anti-aliased."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sleepscope.signals.missing import fill_missing
from sleepscope.signals.resample import Resampler


def common_rate(*sfreqs: float) -> float:
    """The rate at which signals are compared, Hz: the lowest of theirs, made whole.

    A rate that is not whole (199.98 Hz, as measured by some recorders) is rounded down, so that
    blocks of the fast path hold whole samples.
    """
    lowest = min(sfreqs)
    return float(np.floor(lowest + 1e-9)) if lowest >= 2 else lowest


def read_at_rate(
    read: Callable[[int, int], NDArray[np.floating]],
    n_samples: int,
    sfreq_in: float,
    sfreq_out: float,
    first: int,
    behind: int,
) -> NDArray[np.float64]:
    """Samples ``[first, behind)`` of a signal on the grid of another rate.

    Parameters
    ----------
    read : callable
        ``read(first, behind)`` gives samples of the signal at its own rate, NaN where nothing was
        recorded.
    n_samples : int
        Length of the signal at its own rate.
    sfreq_in, sfreq_out : float, Hz

    Returns
    -------
    (behind - first,) ndarray
        NaN where the nearest sample is.
    """
    resampler = Resampler(sfreq_in, sfreq_out)
    low, high = resampler.input_range(first, behind)
    low, high = max(0, low), min(n_samples, high)
    signal = read(low, high)
    if not signal.size:
        return np.full(behind - first, np.nan)
    resampled = resampler.resample(fill_missing(signal), low, first, behind)
    missing = ~np.isfinite(signal)
    if missing.any():
        nearest = np.round(np.arange(first, behind) * (sfreq_in / sfreq_out)).astype(np.int64)
        resampled[missing[np.clip(nearest - low, 0, signal.size - 1)]] = np.nan
    return resampled

"""The level of a signal around each moment: a running median that events hardly move."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Positions of a window worked on at once: bounds the memory of the running median.
_BATCH = 2048


def bin_means(
    values: NDArray[np.floating], usable: NDArray[np.bool_], length: int
) -> NDArray[np.float64]:
    """Mean of the usable values in each bin of ``length``; NaN where over half are not usable."""
    starts = np.arange(0, values.size, length)
    if not starts.size:
        return np.zeros(0)
    sums = np.add.reduceat(np.where(usable, values, 0.0), starts, dtype=np.float64)
    counts = np.add.reduceat(usable, starts, dtype=np.int64)
    return np.where(counts > length / 2, sums / np.maximum(counts, 1), np.nan)


def running_median(values: NDArray[np.floating], half: int) -> NDArray[np.float64]:
    """Median of the finite values from ``half`` before to ``half`` behind each; NaN if none is."""
    padded = np.concatenate([np.full(half, np.nan), values, np.full(half, np.nan)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1)
    result = np.full(values.size, np.nan)
    for first in range(0, values.size, _BATCH):
        batch = np.sort(windows[first : first + _BATCH], axis=1)  # NaN last
        finite = np.isfinite(batch).sum(axis=1)
        rows = np.flatnonzero(finite)
        n = finite[rows]
        middle = (batch[rows, (n - 1) // 2] + batch[rows, n // 2]) / 2
        result[first + rows] = middle
    return result


def background_level(
    values: NDArray[np.floating],
    usable: NDArray[np.bool_],
    sfreq: float,
    *,
    bin_seconds: float = 1.0,
    window_seconds: float = 120.0,
) -> NDArray[np.float32]:
    """Running median of the bin means of a signal, linear between bins.

    Parameters
    ----------
    values : (n,) ndarray
        For example a log envelope.
    usable : (n,) ndarray of bool
        False values do not count.
    sfreq : float, Hz
    bin_seconds, window_seconds : float, s
        The level at a moment depends on the signal within half a window and a bin of it.

    Returns
    -------
    (n,) ndarray of float32
        Held over windows without a usable bin; 0 if there is no usable bin at all.
    """
    length = round(bin_seconds * sfreq)
    means = bin_means(values, usable, length)
    level = running_median(means, round(window_seconds / bin_seconds / 2))
    known = np.flatnonzero(np.isfinite(level))
    if not known.size:
        return np.zeros(values.size, dtype=np.float32)
    level = np.interp(np.arange(level.size), known, level[known])
    return _between_bins(level.astype(np.float32), length)[: values.size]


def _between_bins(level: NDArray[np.float32], length: int) -> NDArray[np.float32]:
    """Values of bins at every sample of them, linear from the middle of one bin to the next."""
    place = (np.arange(length, dtype=np.float32) + 0.5) / length - 0.5
    held = np.concatenate([level[:1], level, level[-1:]])
    before, own, behind = held[:-2, None], held[1:-1, None], held[2:, None]
    other = np.where(place < 0, before, behind)
    between: NDArray[np.float32] = own + np.abs(place) * (other - own)
    return between.reshape(-1)

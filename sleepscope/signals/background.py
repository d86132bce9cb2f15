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
    n_bins = -(-values.size // length)
    padded = np.zeros(n_bins * length)
    padded[: values.size] = np.where(usable, values, 0.0)
    counted = np.zeros(n_bins * length)
    counted[: values.size] = usable
    counts = counted.reshape(n_bins, length).sum(axis=1)
    sums = padded.reshape(n_bins, length).sum(axis=1)
    return np.where(counts > length / 2, sums / np.maximum(counts, 1.0), np.nan)


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
) -> NDArray[np.float64]:
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
    (n,) ndarray
        NaN where no bin of the window is usable.
    """
    length = round(bin_seconds * sfreq)
    means = bin_means(values, usable, length)
    level = running_median(means, round(window_seconds / bin_seconds / 2))
    centres = (np.arange(level.size) + 0.5) * length - 0.5
    known = np.isfinite(level)
    if not known.any():
        return np.full(values.size, np.nan)
    return np.interp(np.arange(values.size), centres[known], level[known])

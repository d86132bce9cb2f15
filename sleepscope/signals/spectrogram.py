"""The power of a whole night over time and frequency, by Welch's method."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.progress import Progress, Steps

# Periodograms of 4 s tell 0.25 Hz apart, enough for delta from drifts and for slow from fast
# spindles; overlapping by half they use nearly all of what a Hann window weighs down.
WINDOW_SECONDS: Final = 4.0
HIGHEST_HZ: Final = 30.0
# Columns of a night: about one for each pixel of the overview on a large screen.
MOST_COLUMNS: Final = 3000
_STEPS: Final = (5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0)
# Seconds read and transformed between two reports: 8 h at 256 Hz go in 48 parts of 8 MB each.
_BLOCK_SECONDS: Final = 600.0
# Power of a signal that is zero throughout, µV²/Hz: far below the noise of any amplifier.
_LEAST_POWER: Final = 1e-6
# Colours span what is between these shares of the night: single artefacts do not set the scale.
_LOW_PERCENT, _HIGH_PERCENT = 5.0, 98.0
_LEAST_RANGE_DB: Final = 6.0


@dataclass(frozen=True, eq=False, slots=True)
class Spectrogram:
    """Power of one channel over a recording.

    Attributes
    ----------
    step : float, s
        Length of a column; the first begins with the recording.
    freqs : (n_freqs,) ndarray, Hz
        From 0 up, evenly; at most 30 Hz and below the Nyquist rate.
    power : (n_freqs, n_columns) ndarray of float32, dB of unit²/Hz
        NaN where half of a column or more was not recorded.
    low, high : float, dB
        Limits for colours: the 5th and 98th percentile of the whole.
    """

    step: float
    freqs: NDArray[np.float64]
    power: NDArray[np.float32]
    low: float
    high: float


def column_seconds(duration: float) -> float:
    """Length of a column (s) for a recording of ``duration`` seconds."""
    fitting = (step for step in _STEPS if duration / step <= MOST_COLUMNS)
    return next(fitting, _STEPS[-1])


def compute_spectrogram(
    read: Callable[[int, int], NDArray[np.floating[Any]]],
    n_samples: int,
    sfreq: float,
    message: str = "",
) -> Steps[Spectrogram]:
    """Stream through a channel and keep its power, column by column.

    Each column is the mean of the periodograms (4 s, Hann window, mean removed, half overlapping)
    whose middle lies in it.

    Parameters
    ----------
    read : callable
        Returns the samples ``[first, behind)``, NaN where nothing was recorded.
    n_samples : int
    sfreq : float, Hz
    message : str
        For the progress report.

    Yields
    ------
    Progress
        In samples.

    References
    ----------
    Welch 1967, doi:10.1109/TAU.1967.1161901.
    """
    size = max(4, round(WINDOW_SECONDS * sfreq))
    hop = max(1, size // 2)
    taper = np.hanning(size + 1)[:-1].astype(np.float32)
    all_freqs: NDArray[np.float64] = np.fft.rfftfreq(size, 1 / sfreq).astype(np.float64)
    freqs: NDArray[np.float64] = all_freqs[all_freqs <= HIGHEST_HZ + 1e-9]
    step = column_seconds(n_samples / sfreq)
    n_columns = max(1, math.ceil(n_samples / sfreq / step - 1e-9))
    sums = np.zeros((n_columns, freqs.size), dtype=np.float64)
    counts = np.zeros(n_columns, dtype=np.int64)
    wanted = np.zeros(n_columns, dtype=np.int64)
    # One-sided density: twice, but at 0 Hz and at the Nyquist rate (Welch 1967).
    weight = np.full(all_freqs.size, 2.0 / (sfreq * float(np.square(taper).sum())))
    weight[0] /= 2
    if size % 2 == 0:
        weight[-1] /= 2
    n_windows = max(0, (n_samples - size) // hop + 1)
    at_once = max(1, round(_BLOCK_SECONDS * sfreq / hop))
    for first in range(0, n_windows, at_once):
        yield Progress(first * hop, n_samples, message)
        behind = min(first + at_once, n_windows)
        samples = read(first * hop, (behind - 1) * hop + size).astype(np.float32)
        windows = np.lib.stride_tricks.sliding_window_view(samples, size)[::hop]
        whole = np.isfinite(windows).all(axis=1)
        middles = (np.arange(first, behind) * hop + size / 2) / sfreq
        columns = np.minimum((middles / step).astype(np.intp), n_columns - 1)
        np.add.at(wanted, columns, 1)
        kept = windows[whole]
        transformed = np.fft.rfft((kept - kept.mean(axis=1, keepdims=True)) * taper, axis=1)
        power = np.square(np.abs(transformed[:, : freqs.size])) * weight[: freqs.size]
        np.add.at(sums, columns[whole], power)
        np.add.at(counts, columns[whole], 1)
    known = counts > wanted / 2
    mean = sums / np.maximum(counts, 1)[:, np.newaxis]
    decibel = 10 * np.log10(np.maximum(mean, _LEAST_POWER))
    decibel[~known] = np.nan
    return Spectrogram(step, freqs, decibel.T.astype(np.float32), *_limits(decibel[known]))


def _limits(decibel: NDArray[np.float64]) -> tuple[float, float]:
    """Limits for colours; the bin of 0 Hz holds no power once the mean is removed."""
    inner = decibel[:, 1:]
    if not inner.size:
        return 0.0, _LEAST_RANGE_DB
    low, high = np.percentile(inner, (_LOW_PERCENT, _HIGH_PERCENT))
    return float(low), float(max(high, low + _LEAST_RANGE_DB))

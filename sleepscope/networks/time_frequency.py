"""What networks that read pictures of values over time and frequency have in common."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from sleepscope.networks.dense import DenseNetwork
from sleepscope.signals.background import background_level
from sleepscope.signals.coherence import CoherenceSettings, fast_coherence, fast_power

# Power, µV², that is added before the logarithm: well below what a scalp shows in any of the rows,
# above what resampling leaves of frequencies that a slow recorder does not hold.
_POWER_FLOOR = 0.01
# The EEG's power falls with about the square of the frequency; rows are compared at this one, Hz.
_REFERENCE_HZ = 10.0
# Wavelet power of the eyes, µV², from which the logarithm takes over from a straight line.
_EYE_POWER = 4.0
_LIMIT = 8.0
_BIN_SECONDS = 2.0


class TimeFrequencyNetwork(DenseNetwork):
    """A network whose features are maps of values over frequency and time, never pictures.

    The rows of its features are the frequencies of the first map, from the highest to the lowest,
    then those of the second, and so on.

    Attributes
    ----------
    grid : CoherenceSettings
        Frequencies and rate of the maps.
    n_maps : int
    """

    grid: ClassVar[CoherenceSettings]
    n_maps: ClassVar[int]

    @property
    def freqs(self) -> NDArray[np.float64]:
        """(n_freqs,) frequencies of the rows of a map, Hz, from the highest to the lowest."""
        return self.grid.freqs

    def maps(self, features: torch.Tensor) -> torch.Tensor:
        """Features (batch, n_features, n) as (batch, n_maps, n_freqs, n)."""
        batch, rows, n = features.shape
        return features.reshape(batch, self.n_maps, rows // self.n_maps, n)


def relative_power_maps(
    signal: NDArray[np.floating], sfreq: float, grid: CoherenceSettings
) -> NDArray[np.float32]:
    """Log wavelet power of an EEG, in two ways relative to its background of 120 s.

    Parameters
    ----------
    signal : (n_samples,) ndarray, µV
        NaN where nothing usable was recorded.
    sfreq : float, Hz
    grid : CoherenceSettings

    Returns
    -------
    (2, n_freqs, n_columns) ndarray of float32
        Natural logarithms. First map: each frequency relative to its own running median, in which
        events stand out of whatever is usual there. Second map: power times the square of the
        frequency, relative to the running median over all frequencies, which keeps the shape of
        the spectrum (slow waves, wake). Neither knows the recorder's gain; 0 where not usable.
    """
    n_columns = int(signal.size / sfreq * grid.sfreq_out + 1e-9)
    power = fast_power(signal, sfreq, grid).power[:, :n_columns]
    usable = np.isfinite(power[0])
    log_power = np.log(np.where(usable, power, 1.0) + _POWER_FLOOR)
    weighted = log_power + 2.0 * np.log(grid.freqs / _REFERENCE_HZ)[:, None]
    maps = np.empty((2, *power.shape), dtype=np.float32)
    for row, values in enumerate(log_power):
        maps[0, row] = values - _level(values, usable, grid)
    maps[1] = weighted - _level(weighted.mean(axis=0), usable, grid)
    maps[:, :, ~usable] = 0.0
    return np.clip(maps, -_LIMIT, _LIMIT, out=maps)


def _level(
    values: NDArray[np.floating], usable: NDArray[np.bool_], grid: CoherenceSettings
) -> NDArray[np.float32]:
    return background_level(values, usable, grid.sfreq_out, bin_seconds=_BIN_SECONDS)


def coherence_maps(
    left: NDArray[np.floating],
    right: NDArray[np.floating],
    sfreq: float,
    grid: CoherenceSettings,
) -> NDArray[np.float32]:
    """Wavelet coherence of two signals, its phase, and the power of each.

    Parameters
    ----------
    left, right : (n_samples,) ndarray, µV
        NaN where nothing usable was recorded.
    sfreq : float, Hz
    grid : CoherenceSettings

    Returns
    -------
    (5, n_freqs, n_columns) ndarray of float32
        Coherence 0..1, cosine and sine of the phase, log(1 + power / 4 µV²) of left and of right;
        0 where not usable.
    """
    n_columns = int(left.size / sfreq * grid.sfreq_out + 1e-9)
    found = fast_coherence(left, right, sfreq, grid)
    with np.errstate(invalid="ignore"):
        power = np.log1p(found.power / _EYE_POWER)
        maps = np.stack([found.coherence, np.cos(found.phase), np.sin(found.phase), *power])
    return np.asarray(np.nan_to_num(maps[:, :, :n_columns]), dtype=np.float32)

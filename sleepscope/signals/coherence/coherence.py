"""The coherence of two signals over time and frequency."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Coherence:
    """Wavelet coherence of two signals.

    Attributes
    ----------
    pair : (str, str)
        Labels of the two channels, x and y.
    times : (n_times,) ndarray, s
        Evenly spaced; of the recording, or from the first sample of the arrays given.
    freqs : (n_freqs,) ndarray, Hz
        From the highest to the lowest, as a picture is drawn.
    coherence : (n_freqs, n_times) ndarray, 0..1
        NaN where a signal is flat or missing.
    phase : (n_freqs, n_times) ndarray, rad, -pi..pi
        Of the smoothed cross spectrum: above zero x runs ahead of y, pi is opposite. NaN as above.
    cone : (n_times,) ndarray, Hz
        Below this frequency the ends of the signal, or a flat or missing stretch, reach in.
    smoothing : str
        How the spectra were smoothed, for records and exports.
    power : (2, n_freqs, n_times) ndarray
        Smoothed wavelet power of x and of y, the unit of the signals squared: a lasting sine has
        0.59 of its mean square at its frequency, the same at every frequency. NaN as above.
    """

    pair: tuple[str, str]
    times: NDArray[np.float64]
    freqs: NDArray[np.float64]
    coherence: NDArray[np.floating]
    phase: NDArray[np.floating]
    cone: NDArray[np.float64]
    smoothing: str
    power: NDArray[np.floating]

    @property
    def uncertain(self) -> NDArray[np.bool_]:
        """(n_freqs, n_times): inside the cone of influence, or without a value."""
        return np.asarray(
            (self.freqs[:, None] < self.cone[None, :]) | ~np.isfinite(self.coherence), dtype=bool
        )

"""How loud each band of an EEG is from moment to moment, for networks that look for spindles.

Alpha, a burst of beta and an arousal are loud in sigma, too; what tells a spindle from them are the
bands beside it. A7 sets sigma against all of 4.5-30 Hz for that (Lacourse et al. 2019,
doi:10.1016/j.jneumeth.2018.08.014).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sleepscope.constants import SPINDLE_BAND_HZ
from sleepscope.signals.background import background_level
from sleepscope.signals.bands import Spectrum, band_kernel, smooth, smoothing_kernel

# Hz: delta, theta, alpha, slow and fast sigma, beta up to what a 50-Hz recorder holds, all sigma.
BANDS = ((0.5, 4.0), (4.0, 8.0), (8.0, 11.0), (11.0, 13.0), (13.0, 16.0), (16.0, 20.0))
N_ROWS = len(BANDS) + 2
_SECONDS = 0.4  # of smoothing: shorter than the shortest spindle
_FLOOR = 1e-6  # µV: far below any noise, keeps the logarithm finite


def band_rows(
    signal: NDArray[np.floating], usable: NDArray[np.bool_], sfreq: float
) -> NDArray[np.float32]:
    """Log envelopes of bands, which do not know the recorder's gain.

    Parameters
    ----------
    signal : (n_samples,) ndarray, µV
        Finite.
    usable : (n_samples,) ndarray of bool
    sfreq : float, Hz

    Returns
    -------
    (8, n_samples) ndarray of float32
        Natural logarithms: the envelope of each of :data:`BANDS` and of all of sigma relative to
        its own running median over 120 s, then twice the share of sigma in 4-20 Hz (plus 0.8, by
        which it comes near 0).
    """
    bands = (*BANDS, SPINDLE_BAND_HZ)
    kernels = [band_kernel(sfreq, low, high, 2.0 if low < 1 else 1.0) for low, high in bands]
    smoothing = smoothing_kernel(sfreq, _SECONDS)
    spectrum = Spectrum(signal, max(kernel.size for kernel in kernels))
    rows = np.empty((N_ROWS, signal.size), dtype=np.float32)
    broad = np.zeros(signal.size, dtype=np.float32)
    for row, kernel in enumerate(kernels):
        envelope = np.abs(spectrum.filtered(kernel)) + np.float32(_FLOOR)
        if 1 <= row < len(BANDS):
            broad += envelope**2
        level = np.log(np.maximum(smooth(envelope, smoothing), _FLOOR))
        rows[row] = level - background_level(level, usable, sfreq)
    log_broad = smooth(0.5 * np.log(broad), smoothing)
    rows[-1] = 2 * (level - log_broad + 0.8)
    return rows

"""The Morlet wavelet in Fourier space, as Torrence and Compo normalise it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sleepscope.signals.coherence.settings import OMEGA0


def morlet_gain(
    omega: NDArray[np.floating], scales: NDArray[np.floating], dt: float
) -> NDArray[np.float64]:
    """What the wavelets let through: (n_scales, n_omega).

    Parameters
    ----------
    omega : (n_omega,) ndarray, rad/s
        Angular frequencies; negative ones get nothing.
    scales : (n_scales,) ndarray, s
    dt : float, s
        Time from sample to sample.

    References
    ----------
    Torrence and Compo 1998, eq. 4, 6 and table 1,
    doi:10.1175/1520-0477(1998)079<0061:APGTWA>2.0.CO;2
    """
    norm = np.sqrt(2 * np.pi * scales / dt) * np.pi**-0.25
    gain = norm[:, None] * np.exp(-0.5 * (scales[:, None] * omega[None, :] - OMEGA0) ** 2)
    return np.where(omega > 0, gain, 0.0)


def padded_length(n: int) -> int:
    """The power of two that a signal of ``n`` samples is filled up to with zeros."""
    return int(2 ** (np.fix(np.log2(n) + 0.4999) + 1))


def morlet_transform(
    signal: NDArray[np.floating], dt: float, scales: NDArray[np.float64]
) -> NDArray[np.complex128]:
    """Wavelet transform of a finite signal without its mean: (n_scales, n_samples).

    Parameters
    ----------
    signal : (n_samples,) ndarray
    dt : float, s
    scales : (n_scales,) ndarray, s
    """
    from scipy import fft

    n = padded_length(signal.size)
    spectrum = fft.fft(np.asarray(signal, dtype=np.float64) - np.mean(signal), n)
    omega = 2 * np.pi * np.fft.fftfreq(n, dt)
    omega[n // 2] *= -1  # the Nyquist rate counts as positive
    waves = np.empty((scales.size, signal.size), dtype=np.complex128)
    for k, scale in enumerate(scales):  # one at a time: a long recording would not fit twice
        gain = morlet_gain(omega, np.array([scale]), dt)[0]
        waves[k] = fft.ifft(spectrum * gain)[: signal.size]
    return waves

"""Random signals with a given spectrum, made in one Fourier transform."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def shaped_noise(
    rng: np.random.Generator, shape: tuple[int, ...], gain: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Gaussian noise of unit standard deviation with the amplitude spectrum ``gain``.

    Parameters
    ----------
    rng : numpy.random.Generator
    shape : tuple of int
        The last axis is time.
    gain : (n_samples // 2 + 1,) ndarray
        Relative amplitude at each Fourier frequency.

    Returns
    -------
    ndarray of ``shape``
    """
    n_samples = shape[-1]
    spectrum = np.fft.rfft(rng.standard_normal(shape), axis=-1) * gain
    noise = np.fft.irfft(spectrum, n_samples, axis=-1)
    # The expected, not the measured deviation: a short stretch is allowed to be quiet.
    weights = np.full(len(gain), 2.0)
    weights[0] = 1.0
    expected = np.sqrt(np.sum(weights * gain**2) / n_samples)
    return np.asarray(noise / max(float(expected), 1e-12))


def pink_noise(
    rng: np.random.Generator,
    shape: tuple[int, ...],
    sfreq: float,
    exponent: float,
    low: float = 0.3,
) -> NDArray[np.float64]:
    """Noise whose power falls as ``f ** -exponent`` above ``low`` Hz (flat below), unit SD."""
    freqs = np.fft.rfftfreq(shape[-1], 1 / sfreq)
    gain = np.maximum(freqs, low) ** (-exponent / 2)
    gain[0] = 0.0
    # Below 0.3 Hz the amplifier of a sleep laboratory passes little.
    gain *= np.minimum(freqs / low, 1.0)
    return shaped_noise(rng, shape, gain)


def band_noise(
    rng: np.random.Generator, shape: tuple[int, ...], sfreq: float, low: float, high: float
) -> NDArray[np.float64]:
    """Noise in a band with soft shoulders (Gaussian outside ``low``..``high`` Hz), unit SD."""
    freqs = np.fft.rfftfreq(shape[-1], 1 / sfreq)
    beyond = np.maximum(low - freqs, 0) + np.maximum(freqs - high, 0)
    shoulder = max(0.15 * (high - low), sfreq / shape[-1])
    gain = np.exp(-0.5 * (beyond / shoulder) ** 2)
    gain[0] = 0.0
    return shaped_noise(rng, shape, gain)


def drift(
    rng: np.random.Generator, shape: tuple[int, ...], sfreq: float, depth: float, period: float
) -> NDArray[np.float64]:
    """A positive factor around 1 that wanders over ``period`` s by ``depth`` (SD of its log)."""
    freqs = np.fft.rfftfreq(shape[-1], 1 / sfreq)
    gain = np.exp(-0.5 * (freqs * period) ** 2)
    gain[0] = 0.0
    if shape[-1] < 2 * period * sfreq:
        return np.ones(shape)
    return np.asarray(np.exp(depth * shaped_noise(rng, shape, gain) - depth**2 / 2))

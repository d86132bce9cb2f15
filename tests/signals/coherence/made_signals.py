"""Signals whose coherence is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SFREQ = 200.0


def eeg_like(seconds: float, seed: int, sfreq: float = SFREQ) -> NDArray[np.float64]:
    """Noise whose amplitude falls with the frequency, 30 µV RMS."""
    n = round(seconds * sfreq)
    rng = np.random.default_rng(seed)
    freqs = np.fft.rfftfreq(n, 1 / sfreq)
    spectrum = rng.normal(size=freqs.size) + 1j * rng.normal(size=freqs.size)
    spectrum /= np.maximum(freqs, 0.3)
    spectrum[0] = 0
    noise = np.fft.irfft(spectrum, n)
    return np.asarray(30 * noise / noise.std())


def related(seconds: float, seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two that share a part."""
    x, other = eeg_like(seconds, seed), eeg_like(seconds, seed + 1)
    return x, 0.6 * x + 0.8 * other

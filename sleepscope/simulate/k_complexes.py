"""K-complexes: a sharp negative wave, then a slower positive one, largest in front."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sleepscope.simulate.electrodes import reach
from sleepscope.simulate.stages import random_times

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class KComplex:
    """One K-complex.

    Attributes
    ----------
    onset, duration : float, s
        At least 0.5 s (AASM manual IV.5).
    amplitude : float, µV
        Peak to peak, where it is largest.
    gains : (n_electrodes,) ndarray
        Share of the amplitude at each electrode, 0..1.
    """

    onset: float
    duration: float
    amplitude: float
    gains: NDArray[np.float64]


def simulate_k_complexes(
    rng: np.random.Generator, spans: Sequence[Span], per_minute: float
) -> list[KComplex]:
    """K-complexes inside the spans (s), 0.6-1.4 s long, 100-240 µV peak to peak."""
    return [
        KComplex(
            onset=time,
            duration=float(rng.uniform(0.6, 1.4)),
            amplitude=float(np.clip(160 * np.exp(0.25 * rng.standard_normal()), 100, 240)),
            gains=reach((rng.normal(0, 0.15), rng.normal(0.4, 0.1)), 0.8),
        )
        for time in random_times(rng, spans, per_minute, spacing=6.0, margin=2.0)
    ]


def k_complex_wave(k_complex: KComplex, times: NDArray[np.float64]) -> NDArray[np.float64]:
    """The K-complex where it is largest, µV, at ``times`` (s), same shape."""
    share = (times - k_complex.onset) / k_complex.duration
    sharp = -0.62 * np.exp(-0.5 * ((share - 0.28) / 0.10) ** 2)
    slow = 0.38 * np.exp(-0.5 * ((share - 0.65) / 0.17) ** 2)
    return np.asarray(k_complex.amplitude * (sharp + slow))


def add_k_complexes(
    eeg: NDArray[np.float64], sfreq: float, k_complexes: Sequence[KComplex]
) -> None:
    """Add the K-complexes to ``eeg``, (n_electrodes, n_samples), µV, in place."""
    for k_complex in k_complexes:
        first = max(round((k_complex.onset - 0.5) * sfreq), 0)
        behind = min(round((k_complex.onset + 2 * k_complex.duration) * sfreq), eeg.shape[1])
        wave = k_complex_wave(k_complex, np.arange(first, behind) / sfreq)
        eeg[:, first:behind] += k_complex.gains[:, None] * wave

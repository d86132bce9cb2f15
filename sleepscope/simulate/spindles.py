"""Sleep spindles: waxing and waning trains of 11-16 Hz waves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.simulate.electrodes import reach
from sleepscope.simulate.stages import random_times

Span = tuple[float, float]

# A person marks a spindle from where it stands out: about a fifth of its height.
BORDER: Final = 0.2
# Steepness of the rise and fall; the envelope is exp(-|2 t / d| ** 2.2 * ln(1 / BORDER)).
ENVELOPE_POWER: Final = 2.2


@dataclass(frozen=True, slots=True)
class Spindle:
    """One spindle.

    Attributes
    ----------
    onset, duration : float, s
        Where the envelope is above a fifth of its height.
    frequency, chirp : float, Hz and Hz/s
        In its middle, and how fast it changes (most slow down).
    amplitude : float, µV
        Peak to peak, where it is largest.
    phase : float, rad
    gains : (n_electrodes,) ndarray
        Share of the amplitude at each electrode, 0..1.
    """

    onset: float
    duration: float
    frequency: float
    chirp: float
    amplitude: float
    phase: float
    gains: NDArray[np.float64]


def simulate_spindles(
    rng: np.random.Generator,
    spans: Sequence[Span],
    per_minute: float,
    median_amplitude: float,
    *,
    limits: tuple[float, float] = (20.0, 70.0),
) -> list[Spindle]:
    """Spindles inside the spans (s).

    Durations follow a log-normal of median 0.85 s cut to 0.5-2 s, frequencies 12-15 Hz at the
    centre and slower in front (Purcell et al. 2017, doi:10.1038/ncomms15930), amplitudes (µV peak
    to peak) a log-normal cut to ``limits``.
    """
    times = random_times(rng, spans, per_minute, spacing=3.0, margin=2.2)
    return [_spindle(rng, time, median_amplitude, limits) for time in times]


def _spindle(
    rng: np.random.Generator, onset: float, median_amplitude: float, limits: tuple[float, float]
) -> Spindle:
    frontal = rng.random() < 0.2
    place = (rng.normal(0, 0.3), rng.normal(0.5 if frontal else 0.05, 0.15))
    gains = reach(place, 0.75)
    frequency = rng.normal(11.9, 0.4) if frontal else rng.normal(13.3, 0.6)
    return Spindle(
        onset=onset,
        duration=float(np.clip(0.85 * np.exp(0.35 * rng.standard_normal()), 0.5, 2.0)),
        frequency=float(np.clip(frequency, 11.2, 15.5)),
        chirp=float(rng.normal(-0.6, 0.4)),
        amplitude=float(np.clip(median_amplitude * np.exp(0.3 * rng.standard_normal()), *limits)),
        phase=float(rng.uniform(0, 2 * np.pi)),
        gains=gains / gains.max(),
    )


def spindle_wave(spindle: Spindle, times: NDArray[np.float64]) -> NDArray[np.float64]:
    """The spindle where it is largest, µV, at ``times`` (s), same shape."""
    middle = times - (spindle.onset + spindle.duration / 2)
    steep = np.abs(2 * middle / spindle.duration) ** ENVELOPE_POWER
    envelope = np.exp(-steep * np.log(1 / BORDER))
    angle = 2 * np.pi * (spindle.frequency * middle + spindle.chirp * middle**2 / 2)
    return np.asarray(spindle.amplitude / 2 * envelope * np.cos(angle + spindle.phase))


def add_spindles(eeg: NDArray[np.float64], sfreq: float, spindles: Sequence[Spindle]) -> None:
    """Add the spindles to ``eeg``, (n_electrodes, n_samples), µV, in place."""
    for spindle in spindles:
        first = max(round((spindle.onset - spindle.duration) * sfreq), 0)
        behind = min(round((spindle.onset + 2 * spindle.duration) * sfreq), eeg.shape[1])
        wave = spindle_wave(spindle, np.arange(first, behind) / sfreq)
        eeg[:, first:behind] += spindle.gains[:, None] * wave

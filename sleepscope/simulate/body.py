"""Muscle tone, heart and oxygen of a simulated sleeper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.simulate.noise import band_noise, drift
from sleepscope.simulate.stages import random_times, stage_levels

# RMS of the chin EMG by stage, µV: it falls with depth and is lowest in REM sleep.
CHIN_TONE: Final = {"W": 14.0, "N1": 8.0, "N2": 5.5, "N3": 4.0, "R": 1.6}
HEART_RATE: Final = {"W": 66.0, "N1": 61.0, "N2": 58.0, "N3": 56.0, "R": 63.0}

# P, Q, R, S, T: time from R (s), width (s) and height (µV).
ECG_WAVES: Final = (
    (-0.17, 0.022, 110.0),
    (-0.028, 0.009, -130.0),
    (0.0, 0.011, 1000.0),
    (0.030, 0.010, -230.0),
    (0.25, 0.045, 260.0),
)
REFRACTORY: Final = 0.4


def chin_emg(
    rng: np.random.Generator,
    stages: Sequence[str],
    epoch_seconds: float,
    sfreq: float,
    n_samples: int,
    rem_spans: Sequence[tuple[float, float]],
    bursts: Sequence[tuple[float, float]],
) -> NDArray[np.float64]:
    """Chin EMG, (n_samples,), µV: tone by stage, twitches in REM sleep, muscle bursts.

    ``rem_spans`` and ``bursts`` are (start, stop) in s.
    """
    level = stage_levels(stages, CHIN_TONE, epoch_seconds, sfreq, n_samples)
    level = level * drift(rng, (n_samples,), sfreq, 0.2, 7.0)
    times = np.arange(n_samples) / sfreq
    for time in random_times(rng, rem_spans, 3.0, spacing=1.0, margin=1.0):
        level = level + _bump(times, time, rng.uniform(0.08, 0.4), rng.uniform(6, 18))
    for start, stop in bursts:
        level = level + _bump(times, (start + stop) / 2, stop - start, rng.uniform(25, 45))
    high = min(100.0, 0.42 * sfreq)
    return np.asarray(level * band_noise(rng, (n_samples,), sfreq, 18.0, high))


def _bump(
    times: NDArray[np.float64], middle: float, width: float, height: float
) -> NDArray[np.float64]:
    return np.asarray(height * np.exp(-((2 * (times - middle) / width) ** 4)))


def heart_beats(
    rng: np.random.Generator, stages: Sequence[str], epoch_seconds: float
) -> NDArray[np.float64]:
    """Times (s) of the R waves: the rate follows the stage, breathing and chance."""
    stop = len(stages) * epoch_seconds
    beats: list[float] = []
    time = float(rng.uniform(0, 0.8))
    while time < stop:
        beats.append(time)
        rate = HEART_RATE[stages[min(int(time / epoch_seconds), len(stages) - 1)]]
        breath = 0.035 * np.sin(2 * np.pi * 0.25 * time)
        time += max(REFRACTORY, 60.0 / rate * (1 + breath + 0.02 * rng.standard_normal()))
    return np.array(beats)


def ecg(beats: NDArray[np.float64], sfreq: float, n_samples: int) -> NDArray[np.float64]:
    """Electrocardiogram of the beats (s), lead II like, (n_samples,), µV."""
    signal = np.zeros(n_samples)
    for beat in beats:
        first = max(round((beat - 0.3) * sfreq), 0)
        behind = min(round((beat + 0.5) * sfreq), n_samples)
        since = np.arange(first, behind) / sfreq - beat
        for delay, width, height in ECG_WAVES:
            signal[first:behind] += height * np.exp(-0.5 * ((since - delay) / width) ** 2)
    return signal


def oxygen_saturation(
    rng: np.random.Generator, sfreq: float, n_samples: int
) -> NDArray[np.float64]:
    """Pulse oximetry around 96 %, in whole percents as an oximeter writes it, (n_samples,)."""
    if n_samples < 4:
        return np.full(n_samples, 96.0)
    slow = band_noise(rng, (n_samples,), sfreq, 1 / 300, 1 / 20)
    return np.asarray(np.clip(np.round(96.2 + 0.6 * slow), 90.0, 99.0))

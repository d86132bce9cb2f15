"""What a person tells from a rapid eye movement, and a detector must learn to.

Each function adds one kind to LOC and ROC, ``signals`` of shape (2, n_samples), µV, in place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.simulate.eye_movements import blink_wave, smooth_step
from sleepscope.simulate.k_complexes import k_complex_wave, simulate_k_complexes
from sleepscope.simulate.noise import band_noise, drift
from sleepscope.simulate.spindles import simulate_spindles, spindle_wave
from sleepscope.simulate.stages import random_times, stage_levels

Signals = NDArray[np.float64]
Stages = Sequence[str]
Rates = Mapping[str, float]

# How many a minute, by stage.
SLOW_MOVEMENTS: Final = {"W": 5.0, "N1": 14.0, "N2": 2.0, "N3": 1.0, "R": 8.0}
BLINKS: Final = {"W": 15.0, "N1": 1.0, "N2": 0.4, "N3": 0.2, "R": 1.5}
BODY_MOVEMENTS: Final = {"W": 2.5, "N1": 1.2, "N2": 1.2, "N3": 0.8, "R": 0.6}
ONE_SIDED_PULSES: Final = 1.0
K_COMPLEXES: Final = 5.0
SPINDLES: Final = 5.0
# Sharp single slow waves over those of the background (AASM manual IV.4: a fifth of an N3 epoch
# and more), and twitches of REM sleep (AASM manual VII.6.C: bursts under a quarter of a second).
SLOW_WAVES: Final = {"W": 0.0, "N1": 1.0, "N2": 4.0, "N3": 14.0, "R": 0.0}
TWITCHES: Final = {"W": 4.0, "N1": 1.5, "N2": 1.0, "N3": 0.5, "R": 5.0}
# Tone of the muscles beside the eyes, as a share of the sleeper's own.
MUSCLE_TONE: Final = {"W": 1.5, "N1": 1.0, "N2": 0.7, "N3": 0.6, "R": 0.5}
# From where muscle reaches: its power lies above, up to beyond what is simulated.
MUSCLE_FROM_HZ: Final = (6.0, 20.0)


def add_slow_movements(
    rng: np.random.Generator,
    signals: Signals,
    sfreq: float,
    stages: Stages,
    seconds: float,
    per_minute: Rates = SLOW_MOVEMENTS,
) -> None:
    """Slow conjugate drifts of 15-80 µV there and back, each way 0.7-2.5 s long."""
    for onset in _times(rng, stages, seconds, per_minute):
        there, back = rng.uniform(0.7, 2.5, 2)
        rest = rng.uniform(0.0, 1.5)
        height = rng.uniform(15, 80) * rng.choice((-1.0, 1.0))
        part, times = _part(signals, sfreq, onset, there + rest + back)
        since = times - onset
        wave = smooth_step(since / there) - smooth_step((since - there - rest) / back)
        part += height * wave * np.array([[1.0], [-1.0]])


def add_blinks(
    rng: np.random.Generator,
    signals: Signals,
    sfreq: float,
    stages: Stages,
    seconds: float,
    per_minute: Rates = BLINKS,
) -> None:
    """Blinks and other in-phase deflections, as fast as eye movements."""
    for onset in _times(rng, stages, seconds, per_minute):
        duration = rng.uniform(0.15, 0.6)
        height = rng.uniform(50, 260) * (1.0 if rng.random() < 0.8 else -1.0)
        part, times = _part(signals, sfreq, onset, 1.2 * duration)
        share = rng.uniform(0.7, 1.0, (2, 1))
        part += share * blink_wave(onset, duration, height, times)


def add_k_complex_bleed(
    rng: np.random.Generator,
    signals: Signals,
    sfreq: float,
    stages: Stages,
    seconds: float,
    correlation: float,
) -> None:
    """K-complexes and vertex waves of the EEG, in phase or not as the reference has it."""
    spans = _spans(stages, seconds, ("N1", "N2", "N3"))
    for planted in simulate_k_complexes(rng, spans, K_COMPLEXES):
        # Vertex waves are K-complexes without the slow part: half as long.
        k_complex = replace(planted, duration=planted.duration * rng.uniform(0.5, 1.1))
        part, times = _part(signals, sfreq, k_complex.onset - 0.3, 2 * k_complex.duration)
        wave = rng.uniform(0.25, 0.8) * k_complex_wave(k_complex, times)
        part += wave * _shares(rng, correlation)


def add_slow_waves(
    rng: np.random.Generator,
    signals: Signals,
    sfreq: float,
    stages: Stages,
    seconds: float,
    correlation: float,
    per_minute: Rates = SLOW_WAVES,
) -> None:
    """Slow waves with a steep and a slow flank, 25-110 µV, 0.4-1.2 s, alone or two or three."""
    for onset in _times(rng, stages, seconds, per_minute):
        height = rng.uniform(25, 110) * rng.choice((-1.0, 1.0))
        shares = _shares(rng, correlation)
        start = onset
        for _ in range(rng.integers(1, 4)):
            duration = rng.uniform(0.4, 1.2)
            steep = rng.uniform(0.12, 0.5)
            part, times = _part(signals, sfreq, start, duration)
            since = (times - start) / duration
            wave = smooth_step(since / steep) - smooth_step((since - steep) / (1 - steep))
            part += height * wave * shares
            height *= -rng.uniform(0.4, 1.0)
            start += rng.uniform(0.7, 1.0) * duration


def add_sawtooth_waves(
    rng: np.random.Generator,
    signals: Signals,
    sfreq: float,
    stages: Stages,
    seconds: float,
    correlation: float,
    per_minute: Rates,
) -> None:
    """Trains of 1-5 s of sawtooth waves, 10-45 µV (AASM manual IV.7: 2-6 Hz, triangular)."""
    for onset in _times(rng, stages, seconds, per_minute):
        part, _ = _part(signals, sfreq, onset, rng.uniform(1.0, 5.0))
        if part.shape[1] < 16:
            continue
        # The rate wanders by a sixth or so.
        n_samples = part.shape[1]
        rate = rng.uniform(2.0, 6.0) * np.ones(n_samples)
        rate *= np.exp(0.15 * np.cumsum(rng.standard_normal(n_samples)) / np.sqrt(n_samples))
        phase = np.cumsum(rate) / sfreq % 1.0
        steep = rng.uniform(0.2, 0.5)
        wave = np.where(phase < steep, phase / steep, (1 - phase) / (1 - steep)) - 0.5
        height = rng.uniform(10, 45) * rng.choice((-1.0, 1.0)) * np.hanning(part.shape[1]) ** 0.3
        part += height * wave * _shares(rng, correlation)


def _shares(rng: np.random.Generator, correlation: float) -> NDArray[np.float64]:
    """What either channel sees of one wave: waves differ in how alike they are on both sides."""
    own = float(np.clip(correlation + rng.normal(0, 0.2), -1.0, 1.0))
    alike, unlike = np.sqrt((1 + own) / 2), np.sqrt((1 - own) / 2)
    unlike *= rng.choice((-1.0, 1.0))
    return np.array([[alike + unlike], [alike - unlike]])


def add_spindle_bleed(
    rng: np.random.Generator, signals: Signals, sfreq: float, stages: Stages, seconds: float
) -> None:
    """Sleep spindles of the EEG, 5-25 µV, mostly in phase."""
    spans = _spans(stages, seconds, ("N2", "N3"))
    for spindle in simulate_spindles(rng, spans, SPINDLES, 12.0, limits=(5.0, 25.0)):
        part, times = _part(signals, sfreq, spindle.onset - 0.5, 2 * spindle.duration + 0.5)
        part += rng.uniform(0.3, 1.0, (2, 1)) * spindle_wave(spindle, times)


def add_one_sided_pulses(
    rng: np.random.Generator, signals: Signals, sfreq: float, per_minute: float = ONE_SIDED_PULSES
) -> None:
    """Electrode pops and loose leads: as sharp as a movement, in one channel alone."""
    stop = signals.shape[1] / sfreq
    for onset in random_times(rng, [(0.0, stop)], per_minute, spacing=1.0, margin=0.5):
        tau = rng.uniform(0.05, 0.5)
        height = rng.uniform(40, 300) * rng.choice((-1.0, 1.0))
        part, times = _part(signals, sfreq, onset, 5 * tau)
        rise = smooth_step((times - onset) / rng.uniform(0.02, 0.2))
        part[rng.integers(2)] += height * rise * np.exp(-(times - onset) / tau)


def add_body_movements(
    rng: np.random.Generator, signals: Signals, sfreq: float, stages: Stages, seconds: float
) -> list[tuple[float, float]]:
    """Seconds of muscle and of electrodes that shift, alike or not in both channels.

    Returns
    -------
    list of (start, stop), s
        Where nobody can tell an eye movement.
    """
    spans: list[tuple[float, float]] = []
    for onset in _times(rng, stages, seconds, BODY_MOVEMENTS):
        part, times = _part(signals, sfreq, onset, rng.uniform(1.5, 12.0))
        if part.shape[1] < 16:
            continue
        spans.append((float(times[0]), float(times[-1])))
        fade = np.hanning(part.shape[1]) ** rng.uniform(0.3, 1.0)
        sway = band_noise(rng, part.shape, sfreq, 0.2, rng.uniform(1.0, 4.0))
        muscle = band_noise(rng, part.shape, sfreq, rng.uniform(*MUSCLE_FROM_HZ), 0.45 * sfreq)
        # Arousals are muscle alone, turning over in bed is both.
        shift = rng.uniform(20, 180) if rng.random() < 0.6 else 0.0
        part += shift * rng.uniform(0.4, 1.0, (2, 1)) * fade * _mixed(sway, rng.uniform(-0.9, 0.9))
        part += rng.uniform(5, 60) * rng.uniform(0.15, 1.0, (2, 1)) * fade * muscle
    return spans


def add_muscle_tone(
    rng: np.random.Generator,
    signals: Signals,
    sfreq: float,
    stages: Stages,
    seconds: float,
    tone: float,
) -> None:
    """The steady tone of the muscles (``tone`` µV RMS), and twitches that hide no movement."""
    level = stage_levels(stages, MUSCLE_TONE, seconds, sfreq, signals.shape[1])
    level = level * drift(rng, level.shape, sfreq, 0.3, 5.0)
    signals += tone * level * band_noise(rng, signals.shape, sfreq, 12.0, 0.45 * sfreq)
    for onset in _times(rng, stages, seconds, TWITCHES):
        part, _ = _part(signals, sfreq, onset, rng.uniform(0.1, 0.4))
        if part.shape[1] < 8:
            continue
        share = rng.uniform(3, 20) * rng.uniform(0.1, 1.0, (2, 1))
        part += (
            share
            * np.hanning(part.shape[1])
            * band_noise(rng, part.shape, sfreq, rng.uniform(*MUSCLE_FROM_HZ), 0.45 * sfreq)
        )


def add_heart(rng: np.random.Generator, signals: Signals, sfreq: float) -> None:
    """Heart beats of up to 30 µV, in one channel or unequal in both; many sleepers have none."""
    if rng.random() < 0.5:
        return
    stop = signals.shape[1] / sfreq
    rate = rng.uniform(48, 80)
    share = np.array([[1.0], [rng.uniform(-0.6, 0.6)]])
    share = share if rng.random() < 0.5 else share[::-1]
    beats = np.cumsum(60 / rate * rng.normal(1.0, 0.03, int(stop * rate / 60)))
    height = rng.uniform(4, 30)
    for beat in beats[beats < stop - 0.2]:
        part, times = _part(signals, sfreq, beat - 0.1, 0.2)
        part += height * share * np.exp(-0.5 * ((times - beat) / 0.014) ** 2)


def _times(
    rng: np.random.Generator, stages: Stages, seconds: float, rates: Mapping[str, float]
) -> Iterator[float]:
    """Moments (s) that come as often as each stage has it."""
    for index, stage in enumerate(stages):
        span = (index * seconds, (index + 1) * seconds)
        yield from random_times(rng, [span], rates[stage], spacing=0.6, margin=1.0)


def _spans(stages: Stages, seconds: float, wanted: tuple[str, ...]) -> list[tuple[float, float]]:
    return [(k * seconds, (k + 1) * seconds) for k, stage in enumerate(stages) if stage in wanted]


def _part(
    signals: Signals, sfreq: float, onset: float, duration: float
) -> tuple[Signals, NDArray[np.float64]]:
    """A view of the signals from ``onset`` for ``duration`` (s), and the times of its samples."""
    first = max(int(np.ceil(onset * sfreq)), 0)
    behind = min(int(np.ceil((onset + duration) * sfreq)), signals.shape[1])
    return signals[:, first:behind], np.arange(first, max(first, behind)) / sfreq


def _mixed(both: Signals, correlation: float) -> Signals:
    """Two independent rows of equal power as two channels of the given correlation."""
    alike, unlike = np.sqrt((1 + correlation) / 2), np.sqrt((1 - correlation) / 2)
    return np.stack([alike * both[0] + unlike * both[1], alike * both[0] - unlike * both[1]])

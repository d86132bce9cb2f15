"""Two eye channels of many different made-up sleepers: what a network learns REMs from.

Only the eyes are made, at a low rate, and everything that varies between people, electrodes and
amplifiers is drawn anew for each sleeper: amplitude, reference, high-pass corner, background.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.simulate.eog_confounders import (
    add_blinks,
    add_body_movements,
    add_heart,
    add_k_complex_bleed,
    add_muscle_tone,
    add_one_sided_pulses,
    add_slow_movements,
    add_slow_waves,
    add_spindle_bleed,
)
from sleepscope.simulate.eye_movements import (
    EyeHabits,
    RapidMovement,
    high_pass,
    low_pass,
    movement_traces,
    recorded_peak,
    simulate_movements,
)
from sleepscope.simulate.noise import band_noise, drift, pink_noise
from sleepscope.simulate.stages import stage_levels

Range = tuple[float, float]

# Length of a stretch of one stage, s.
STRETCH_SECONDS: Final = 40.0
# How often each stage comes: REM sleep most, and enough of all that is not.
STAGE_SHARES: Final = {"R": 0.42, "N2": 0.22, "N3": 0.16, "N1": 0.1, "W": 0.1}
# Movements a minute outside REM sleep, as a share of the rate inside it.
STAGE_RATES: Final = {"R": 1.0, "W": 0.3, "N1": 0.0, "N2": 0.0, "N3": 0.0}

# EEG that reaches the eye channels, RMS in µV by stage: (band in Hz or None for 1/f, levels). Slow
# waves are largest over the forehead (over 75 µV peak to peak in N3, AASM manual IV.4), and an eye
# channel against a mastoid sees half of them and more. They come in bursts and as single waves, so
# their level varies fast and far (last column: SD of its log, seconds).
BLEED: Final = (
    (None, {"W": 8.0, "N1": 7.0, "N2": 9.0, "N3": 10.0, "R": 6.5}, 0.35, 5.0),
    ((0.5, 1.6), {"W": 1.0, "N1": 4.0, "N2": 10.0, "N3": 24.0, "R": 3.0}, 0.6, 2.0),
    ((1.5, 4.0), {"W": 1.0, "N1": 4.0, "N2": 8.0, "N3": 12.0, "R": 3.5}, 0.6, 1.0),
    ((4.0, 7.5), {"W": 1.5, "N1": 3.5, "N2": 3.0, "N3": 3.0, "R": 3.0}, 0.5, 1.0),
    ((8.5, 11.0), {"W": 4.0, "N1": 1.0, "N2": 0.5, "N3": 0.5, "R": 1.0}, 0.5, 2.0),
)


@dataclass(frozen=True, slots=True)
class EogRanges:
    """Between which limits sleepers and their recordings differ.

    Attributes
    ----------
    median_amplitude : (low, high), µV
        Of the half-difference, log-uniform.
    per_minute : (low, high)
        Movements a minute of REM sleep, log-uniform.
    slowest : (low, high)
        Largest stretch of the saccade duration.
    drift : (low, high), s
        Time constant of the eye's way back.
    corner : (low, high), Hz
        High-pass of the amplifier, log-uniform.
    gain_ratio : (low, high)
        ROC over LOC, log-uniform.
    background : (low, high)
        Factor on the EEG that reaches the eyes, log-uniform.
    same_reference, opposite_references : (low, high)
        Correlation of slow waves between both channels: on one mastoid they are in phase, on
        opposite mastoids largely in anti-phase. Of the rest of the EEG both share half as much.
    noise : (low, high), µV
        RMS of each channel's own noise.
    tone : (low, high), µV
        RMS of the steady muscle beside the eyes, log-uniform.
    low_pass : (low, high), Hz
        Of the amplifier, log-uniform; beyond half the rate there is none.
    """

    median_amplitude: Range = (45.0, 130.0)
    per_minute: Range = (4.0, 30.0)
    slowest: Range = (2.0, 4.5)
    drift: Range = (0.20, 0.30)
    corner: Range = (0.05, 0.5)
    gain_ratio: Range = (0.65, 1.7)
    background: Range = (0.6, 1.8)
    same_reference: Range = (0.3, 0.95)
    opposite_references: Range = (-1.0, 0.1)
    noise: Range = (0.5, 4.0)
    tone: Range = (0.3, 6.0)
    low_pass: Range = (18.0, 140.0)


@dataclass(frozen=True, slots=True)
class EogSubject:
    """One sleeper and the recorder: a draw from :class:`EogRanges`."""

    eyes: EyeHabits
    corner: float
    gain_ratio: float
    background: float
    correlation: float
    noise: float
    tone: float
    low_pass: float


@dataclass(frozen=True, slots=True)
class SimulatedEog:
    """Two eye channels whose movements are known.

    Attributes
    ----------
    signals : (2, n_samples) ndarray, µV
        LOC and ROC.
    sfreq : float, Hz
    movements : tuple of RapidMovement
        By onset, all sizes; ``amplitude`` is the recorded half-difference.
    stages : tuple of str
        One for every ``STRETCH_SECONDS``.
    disturbed : tuple of (start, stop), s
        Muscle and movements of the body, in which nobody can tell an eye movement.
    """

    signals: NDArray[np.float64] = field(repr=False)
    sfreq: float
    movements: tuple[RapidMovement, ...]
    stages: tuple[str, ...]
    disturbed: tuple[Range, ...]


def draw_subject(rng: np.random.Generator, ranges: EogRanges) -> EogSubject:
    """A sleeper between the limits."""

    def log_uniform(limits: Range) -> float:
        return float(np.exp(rng.uniform(*np.log(limits))))

    eyes = EyeHabits(
        per_minute=log_uniform(ranges.per_minute),
        median_amplitude=log_uniform(ranges.median_amplitude),
        stretch=(1.0, float(rng.uniform(*ranges.slowest))),
        drift=float(rng.uniform(*ranges.drift)),
        vertical_sd=float(rng.uniform(0.1, 0.3)),
    )
    same = rng.random() < 0.5
    return EogSubject(
        eyes=eyes,
        corner=log_uniform(ranges.corner),
        gain_ratio=log_uniform(ranges.gain_ratio),
        background=log_uniform(ranges.background),
        correlation=float(
            rng.uniform(*(ranges.same_reference if same else ranges.opposite_references))
        ),
        noise=float(rng.uniform(*ranges.noise)),
        tone=log_uniform(ranges.tone),
        low_pass=log_uniform(ranges.low_pass),
    )


def simulate_eog(
    rng: np.random.Generator,
    subject: EogSubject,
    n_stretches: int,
    sfreq: float,
    stages: Sequence[str] | None = None,
) -> SimulatedEog:
    """Record one sleeper's eyes.

    Parameters
    ----------
    rng : numpy.random.Generator
    subject : EogSubject
    n_stretches : int
        Number of stretches of ``STRETCH_SECONDS``, each of one stage.
    sfreq : float, Hz
        At least 25; 50 holds every saccade.
    stages : sequence of str or None
        The stage of each stretch; None draws them by ``STAGE_SHARES``.
    """
    if stages is None:
        stages = rng.choice(list(STAGE_SHARES), n_stretches, p=list(STAGE_SHARES.values())).tolist()
    stages = tuple(stages)
    n_samples = round(len(stages) * STRETCH_SECONDS * sfreq)
    signals = _bleed(rng, subject, stages, n_samples, sfreq)

    add_slow_movements(rng, signals, sfreq, stages, STRETCH_SECONDS)
    add_blinks(rng, signals, sfreq, stages, STRETCH_SECONDS)
    add_k_complex_bleed(rng, signals, sfreq, stages, STRETCH_SECONDS, subject.correlation)
    add_slow_waves(rng, signals, sfreq, stages, STRETCH_SECONDS, subject.correlation)
    add_spindle_bleed(rng, signals, sfreq, stages, STRETCH_SECONDS)
    add_one_sided_pulses(rng, signals, sfreq)
    disturbed = add_body_movements(rng, signals, sfreq, stages, STRETCH_SECONDS)
    add_muscle_tone(rng, signals, sfreq, stages, STRETCH_SECONDS, subject.tone)
    add_heart(rng, signals, sfreq)

    movements = _movements(rng, subject, stages)
    horizontal, vertical = movement_traces(movements, n_samples, sfreq, 1e-3)
    signals += np.stack([horizontal + vertical, vertical - horizontal])
    left = subject.gain_ratio**-0.5
    signals *= np.array([[left], [1 / left]])
    gain = (left + 1 / left) / 2
    signals = high_pass(signals, sfreq, subject.corner)
    signals += subject.noise * rng.standard_normal(signals.shape)
    signals = low_pass(signals, sfreq, subject.low_pass)
    recorded = tuple(_recorded(m, gain, subject.corner) for m in movements)
    return SimulatedEog(signals, sfreq, recorded, stages, tuple(disturbed))


def _recorded(movement: RapidMovement, gain: float, corner: float) -> RapidMovement:
    """The movement with the amplitude that gain and high-pass leave of it."""
    peak = recorded_peak(movement, corner)
    return replace(movement, amplitude=gain * float(np.copysign(peak, movement.amplitude)))


def _movements(
    rng: np.random.Generator, subject: EogSubject, stages: tuple[str, ...]
) -> list[RapidMovement]:
    """Movements of all stretches, by onset."""
    movements: list[RapidMovement] = []
    for index, stage in enumerate(stages):
        rate = STAGE_RATES[stage] * subject.eyes.per_minute
        span = (index * STRETCH_SECONDS, (index + 1) * STRETCH_SECONDS)
        eyes = replace(subject.eyes, per_minute=rate)
        movements += simulate_movements(rng, [span], eyes)
    return movements


def _bleed(
    rng: np.random.Generator,
    subject: EogSubject,
    stages: tuple[str, ...],
    n_samples: int,
    sfreq: float,
) -> NDArray[np.float64]:
    """EEG in both eye channels, (2, n_samples), µV, with the subject's correlation."""
    signals = np.zeros((2, n_samples))
    for band, levels, waxing, period in BLEED:
        level = stage_levels(stages, levels, STRETCH_SECONDS, sfreq, n_samples)
        level = level * drift(rng, (n_samples,), sfreq, waxing, period)
        shape = (2, n_samples)
        if band is None:
            noise = pink_noise(rng, shape, sfreq, 1.7)
        else:
            noise = band_noise(rng, shape, sfreq, *band)
        slow = band is not None and band[1] <= 4.0
        correlation = subject.correlation * (1.0 if slow else 0.5)
        signals += subject.background * level * in_both(noise[0], noise[1], correlation)
    return signals


def in_both(
    common: NDArray[np.float64], opposite: NDArray[np.float64], correlation: float
) -> NDArray[np.float64]:
    """Two channels of the given correlation from a common and an opposite part of equal power."""
    alike = np.sqrt((1 + correlation) / 2) * common
    unlike = np.sqrt((1 - correlation) / 2) * opposite
    return np.stack([alike + unlike, alike - unlike])

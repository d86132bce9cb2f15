"""Eye movements: rapid conjugate ones, slow ones, and blinks.

The eye is a dipole, its front positive. A movement to the left makes E1 (LOC) positive and E2
(ROC) negative: what is *conjugate* for the eyes is opposite in the two channels. A blink is the
same in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Span = tuple[float, float]
Ending = Literal["drift", "return", "hold"]

# Potential of a movement of one degree in a half-difference (E1 - E2) / 2; textbooks give 10-20.
UV_PER_DEGREE: Final = 10.0
# A person marks a movement until about a third of it is left: 1.2 time constants.
MARKED_CONSTANTS: Final = 1.2
# Mean number of movements of a burst, and mean seconds from one to the next inside it.
BURST_SIZE: Final = 3.5
BURST_SPACING: Final = 0.7
BURST_SPACING_SD: Final = 0.55
# How often an eye drifts back to the middle, is brought back by a second saccade, or stays.
ENDINGS: Final = (0.60, 0.15, 0.25)


@dataclass(frozen=True, slots=True)
class EyeHabits:
    """How one sleeper's eyes move in REM sleep.

    Attributes
    ----------
    per_minute : float
        Mean number of single movements a minute.
    median_amplitude : float, µV
        Of the half-difference (E1 - E2) / 2.
    log_sd : float
        Standard deviation of the logarithm of the amplitude.
    stretch : (low, high)
        Factor on the saccade duration, log-uniform: lids, filters and sleep slow it down.
    drift : float, s
        Time constant with which the eye drifts back behind closed lids.
    vertical_sd : float
        Spread of the in-phase share: no eye moves along one axis only.
    """

    per_minute: float = 17.0
    median_amplitude: float = 85.0
    log_sd: float = 0.45
    stretch: tuple[float, float] = (1.0, 3.5)
    drift: float = 0.25
    vertical_sd: float = 0.2


@dataclass(frozen=True, slots=True)
class RapidMovement:
    """One rapid eye movement.

    Attributes
    ----------
    onset : float, s
    amplitude : float, µV
        Peak of the half-difference (E1 - E2) / 2; negative to the right.
    vertical : float
        In-phase part as a share of the amplitude.
    rise : float, s
        Time of the first deflection.
    ending : {"drift", "return", "hold"}
        Back to the middle by drifting, by a second saccade, or not at all (the amplifier's
        high-pass filter brings the trace back).
    dwell : float, s
        Time at the far end before a return.
    drift : float, s
        Time constant of drifting back.
    """

    onset: float
    amplitude: float
    vertical: float
    rise: float
    ending: Ending
    dwell: float
    drift: float

    @property
    def duration(self) -> float:
        """Seconds from the first deflection until about a third of the movement is left."""
        if self.ending == "return":
            return self.rise + self.dwell + 0.8 * self.rise
        return self.rise + MARKED_CONSTANTS * self.drift

    @property
    def stop(self) -> float:
        """End of the movement, s."""
        return self.onset + self.duration


def saccade_seconds(amplitude: float) -> float:
    """Duration of a saccade behind closed lids, s, from its amplitude in µV.

    21 ms + 2.2 ms per degree (Carpenter 1988, Movements of the Eyes), 1.92 times as long in REM
    sleep as in wake.
    """
    return 1.92 * (0.021 + 0.0022 * abs(amplitude) / UV_PER_DEGREE)


def burst_times(
    rng: np.random.Generator, spans: Sequence[Span], per_minute: float, margin: float = 1.0
) -> list[list[float]]:
    """Onsets (s) of rapid eye movements inside the spans, burst by burst."""
    bursts: list[list[float]] = []
    if per_minute <= 0:
        return bursts
    step = BURST_SPACING * np.exp(BURST_SPACING_SD**2 / 2)
    pause = max(60.0 * BURST_SIZE / per_minute - BURST_SIZE * step, 0.3)
    for start, stop in spans:
        time = start + rng.uniform(0.0, 1.0) * pause
        while time < stop - margin:
            burst: list[float] = []
            for _ in range(rng.geometric(1 / BURST_SIZE)):
                if time < stop - margin:
                    burst.append(float(time))
                spacing = BURST_SPACING * np.exp(BURST_SPACING_SD * rng.standard_normal())
                time += max(0.25, spacing)
            bursts.append(burst)
            time += rng.exponential(pause)
    return [burst for burst in bursts if burst]


def simulate_movements(
    rng: np.random.Generator, spans: Sequence[Span], habits: EyeHabits
) -> list[RapidMovement]:
    """Rapid eye movements inside the spans (s), in bursts whose direction alternates."""
    movements: list[RapidMovement] = []
    for burst in burst_times(rng, spans, habits.per_minute):
        side = float(rng.choice((-1.0, 1.0)))
        for onset in burst:
            movements.append(_movement(rng, onset, side, habits))
            side = -side if rng.random() < 0.75 else side
    return movements


def _movement(
    rng: np.random.Generator, onset: float, side: float, habits: EyeHabits
) -> RapidMovement:
    amplitude = habits.median_amplitude * float(np.exp(habits.log_sd * rng.standard_normal()))
    low, high = np.log(habits.stretch)
    return RapidMovement(
        onset=onset,
        amplitude=side * amplitude,
        vertical=float(np.clip(habits.vertical_sd * rng.standard_normal(), -0.6, 0.6)),
        rise=saccade_seconds(amplitude) * float(np.exp(rng.uniform(low, high))),
        ending=_ending(rng),
        dwell=float(rng.uniform(0.05, 0.35)),
        drift=habits.drift,
    )


def _ending(rng: np.random.Generator) -> Ending:
    draw = rng.random()
    if draw < ENDINGS[0]:
        return "drift"
    return "return" if draw < ENDINGS[0] + ENDINGS[1] else "hold"


def movement_wave(movement: RapidMovement, times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Half-difference (E1 - E2) / 2 of one movement, µV, at ``times`` (s), same shape."""
    since = times - movement.onset
    there = smooth_step(since / movement.rise)
    if movement.ending == "return":
        back = smooth_step((since - movement.rise - movement.dwell) / (1.2 * movement.rise))
        there = there - back
    elif movement.ending == "drift":
        there = there * np.exp(-np.maximum(since - movement.rise, 0) / movement.drift)
    return np.asarray(movement.amplitude * there)


def smooth_step(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """A step from 0 to 1 while ``share`` goes from 0 to 1, with the least jerk."""
    p = np.clip(share, 0.0, 1.0)
    return np.asarray(p**3 * (10 - 15 * p + 6 * p**2))


def movement_traces(
    movements: Sequence[RapidMovement], n_samples: int, sfreq: float, corner: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Horizontal (anti-phase) and vertical (in-phase) trace of all movements.

    Parameters
    ----------
    corner : float, Hz
        High-pass corner of the amplifier: it brings held positions back to zero.

    Returns
    -------
    horizontal, vertical : (n_samples,) ndarray, µV
    """
    horizontal = np.zeros(n_samples)
    vertical = np.zeros(n_samples)
    for movement in movements:
        first = min(max(int(movement.onset * sfreq), 0), n_samples)
        # A held position stays to the end; the others are over after two seconds or so.
        seconds = n_samples / sfreq if movement.ending == "hold" else 4.0
        behind = min(first + round(seconds * sfreq), n_samples)
        wave = movement_wave(movement, np.arange(first, behind) / sfreq)
        horizontal[first:behind] += wave
        vertical[first:behind] += movement.vertical * wave
    return high_pass(horizontal, sfreq, corner), high_pass(vertical, sfreq, corner)


def recorded_peak(movement: RapidMovement, corner: float) -> float:
    """Largest half-difference of the movement behind a high-pass of ``corner`` Hz, µV."""
    sfreq = 100.0
    n_samples = int((movement.rise + movement.dwell + 0.2) * sfreq)
    times = movement.onset + np.arange(n_samples) / sfreq
    return float(np.abs(high_pass(movement_wave(movement, times), sfreq, corner)).max())


def high_pass(signal: NDArray[np.float64], sfreq: float, corner: float) -> NDArray[np.float64]:
    """First-order high-pass, as the coupling of an amplifier; last axis is time."""
    from scipy.signal import lfilter

    keep = 1 / (1 + 2 * np.pi * corner / sfreq)
    return np.asarray(lfilter([keep, -keep], [1, -keep], signal))


def low_pass(signal: NDArray[np.float64], sfreq: float, corner: float) -> NDArray[np.float64]:
    """Gaussian low-pass without delay, half of the amplitude at ``corner``; last axis is time.

    A corner of more than half of ``sfreq`` leaves the signal as it is.
    """
    if corner >= sfreq / 2:
        return signal
    n_samples = signal.shape[-1]
    gain = 0.5 ** ((np.fft.rfftfreq(n_samples, 1 / sfreq) / corner) ** 2)
    return np.asarray(np.fft.irfft(np.fft.rfft(signal, axis=-1) * gain, n_samples, axis=-1))


def blink_wave(
    onset: float, duration: float, amplitude: float, times: NDArray[np.float64]
) -> NDArray[np.float64]:
    """One blink: lids down fast, up more slowly, µV, at ``times`` (s), same shape."""
    since = times - onset
    down = smooth_step(since / (0.35 * duration))
    up = smooth_step((since - 0.4 * duration) / (0.6 * duration))
    return np.asarray(amplitude * (down - up))

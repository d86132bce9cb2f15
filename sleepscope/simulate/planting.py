"""What is planted into a simulated night, and the events that a person could see of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sleepscope.constants import REM, SPINDLE
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.simulate.artifacts import Pop, simulate_muscle_bursts, simulate_pops
from sleepscope.simulate.electrodes import ELECTRODES
from sleepscope.simulate.experts import seeded_id
from sleepscope.simulate.eye_movements import EyeHabits, RapidMovement, simulate_movements
from sleepscope.simulate.k_complexes import KComplex, simulate_k_complexes
from sleepscope.simulate.spindles import Spindle, simulate_spindles
from sleepscope.simulate.stages import random_times

if TYPE_CHECKING:
    from sleepscope.simulate.night import NightSettings

Span = tuple[float, float]

TRUTH_SCORER: Final = "file:simulated"
# Smallest peak-to-peak height (µV) at which a person sees the event at an electrode.
SPINDLE_SEEN: Final = 16.0
K_COMPLEX_SEEN: Final = 75.0
SEEN_ON: Final = ("F3", "F4", "C3", "C4")
# Smallest half-difference (µV) at which a person marks an eye movement.
REM_SEEN: Final = 25.0


@dataclass(frozen=True, slots=True)
class Planted:
    """Everything of a night that has an onset.

    Attributes
    ----------
    spindles, k_complexes, movements, pops : tuple
        By onset, also those too small to be seen.
    blinks : tuple of (onset, duration, amplitude)
        s, s, µV.
    bursts : tuple of (start, stop)
        Muscle, s.
    """

    spindles: tuple[Spindle, ...]
    k_complexes: tuple[KComplex, ...]
    movements: tuple[RapidMovement, ...]
    blinks: tuple[tuple[float, float, float], ...]
    bursts: tuple[Span, ...]
    pops: tuple[Pop, ...]


def plant(
    rngs: Iterator[np.random.Generator],
    settings: NightSettings,
    hypnogram: Hypnogram,
    open_eyes: Sequence[Span],
) -> Planted:
    """Plant a night's events where its stages have them; takes five generators from ``rngs``."""
    spindles = _spindles(next(rngs), settings, hypnogram)
    k_complexes = _k_complexes(next(rngs), settings, hypnogram)
    habits = EyeHabits(settings.rems_per_minute, settings.rem_amplitude)
    movements = simulate_movements(next(rngs), hypnogram.spans_of({"R"}), habits)
    rng = next(rngs)
    times = random_times(rng, open_eyes, settings.blinks_per_minute, spacing=0.8, margin=0.5)
    blinks = [(t, float(rng.uniform(0.22, 0.4)), float(rng.uniform(90, 220))) for t in times]
    rng = next(rngs)
    bursts = simulate_muscle_bursts(rng, hypnogram.stages, hypnogram.epoch_seconds)
    pops = simulate_pops(rng, (0.0, hypnogram.stop), settings.pops_per_hour)
    return Planted(
        tuple(spindles),
        tuple(k_complexes),
        tuple(movements),
        tuple(blinks),
        tuple(bursts),
        tuple(pops),
    )


def _spindles(
    rng: np.random.Generator, settings: NightSettings, hypnogram: Hypnogram
) -> list[Spindle]:
    rate, height = settings.spindles_per_minute, settings.spindle_amplitude
    light = simulate_spindles(rng, hypnogram.spans_of({"N2"}), rate, height)
    deep = simulate_spindles(rng, hypnogram.spans_of({"N3"}), 0.4 * rate, height)
    # Bursts too small for anyone to mark: the grey zone every scorer knows.
    sleep = hypnogram.spans_of({"N2", "N3"})
    small = simulate_spindles(rng, sleep, 0.4 * rate, 9.0, limits=(5.0, 13.0))
    return sorted(light + deep + small, key=lambda s: s.onset)


def _k_complexes(
    rng: np.random.Generator, settings: NightSettings, hypnogram: Hypnogram
) -> list[KComplex]:
    rate = settings.k_complexes_per_minute
    light = simulate_k_complexes(rng, hypnogram.spans_of({"N2"}), rate)
    deep = simulate_k_complexes(rng, hypnogram.spans_of({"N3"}), rate / 4)
    return sorted(light + deep, key=lambda k: k.onset)


def truth_of(rng: np.random.Generator, planted: Planted) -> EventSet:
    """What a person could see: spindles and K-complexes per electrode, eye movements on E1."""
    found = [
        Event(round(onset, 3), round(duration, 3), kind, channel, id=seeded_id(rng))
        for onset, duration, kind, channel in _visible(planted)
    ]
    return EventSet.of(TRUTH_SCORER, found)


def _visible(planted: Planted) -> Iterator[tuple[float, float, str, str | None]]:
    """Onset, duration (s), kind and channel of each."""
    for channel in SEEN_ON:
        index = ELECTRODES.index(channel)
        for spindle in planted.spindles:
            if spindle.amplitude * spindle.gains[index] >= SPINDLE_SEEN:
                yield spindle.onset, spindle.duration, SPINDLE, channel
        for k_complex in planted.k_complexes:
            if k_complex.amplitude * k_complex.gains[index] >= K_COMPLEX_SEEN:
                yield k_complex.onset, k_complex.duration, "k_complex", channel
    for onset, stop in seen_movements(planted.movements, REM_SEEN):
        yield onset, stop - onset, REM, "E1"
    for onset, duration, _ in planted.blinks:
        yield onset, duration, "blink", "E1"
    for pop in planted.pops:
        yield pop.onset, pop.duration, "artifact", pop.channel
    for start, stop in planted.bursts:
        yield start, stop - start, "artifact", None


def seen_movements(
    movements: Sequence[RapidMovement], smallest: float, largest: float = np.inf
) -> list[Span]:
    """Where single movements of ``[smallest, largest)`` µV are, (onset, stop) in s.

    A movement ends where the next one begins.
    """
    following = [m.onset for m in movements[1:]] + [np.inf]
    return [
        (movement.onset, float(min(movement.stop, after)))
        for movement, after in zip(movements, following, strict=False)
        if smallest <= abs(movement.amplitude) < largest
    ]

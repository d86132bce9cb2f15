"""What disturbs a recording: electrode pops and bursts of muscle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sleepscope.simulate.electrodes import ELECTRODES
from sleepscope.simulate.noise import band_noise
from sleepscope.simulate.stages import random_times

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Pop:
    """An electrode that loses contact for a moment: a jump that the amplifier lets decay."""

    onset: float
    duration: float
    channel: str
    amplitude: float


def simulate_pops(rng: np.random.Generator, span: Span, per_hour: float) -> list[Pop]:
    """Electrode pops of 150-350 µV that last about a second."""
    return [
        Pop(
            onset=time,
            duration=float(rng.uniform(0.6, 1.5)),
            channel=str(rng.choice(ELECTRODES[:6])),
            amplitude=float(rng.uniform(150, 350) * rng.choice((-1.0, 1.0))),
        )
        for time in random_times(rng, [span], per_hour / 60, spacing=20.0, margin=2.0)
    ]


def add_pops(eeg: NDArray[np.float64], sfreq: float, pops: Sequence[Pop]) -> None:
    """Add the pops to ``eeg``, (n_electrodes, n_samples), µV, in place."""
    for pop in pops:
        first = round(pop.onset * sfreq)
        behind = min(round((pop.onset + 2 * pop.duration) * sfreq), eeg.shape[1])
        since = np.arange(behind - first) / sfreq
        jump = pop.amplitude * np.exp(-since * 3.0 / pop.duration)
        eeg[ELECTRODES.index(pop.channel), first:behind] += jump


def simulate_muscle_bursts(
    rng: np.random.Generator, stages: Sequence[str], epoch_seconds: float
) -> list[Span]:
    """Bursts of muscle (s): where the sleeper wakes up, and some in wake."""
    bursts: list[Span] = []
    for index, stage in enumerate(stages):
        woke = stage == "W" and index > 0 and stages[index - 1] != "W"
        if woke or (stage == "W" and rng.random() < 0.3):
            start = index * epoch_seconds + (0.0 if woke else rng.uniform(2, epoch_seconds - 10))
            bursts.append((float(start), float(start + rng.uniform(2.5, 6.0))))
    return bursts


def add_muscle(
    rng: np.random.Generator, eeg: NDArray[np.float64], sfreq: float, bursts: Sequence[Span]
) -> None:
    """Add muscle bursts to ``eeg``, (n_electrodes, n_samples), µV, in place."""
    for start, stop in bursts:
        first, behind = round(start * sfreq), min(round(stop * sfreq), eeg.shape[1])
        shape = (eeg.shape[0], max(behind - first, 0))
        if shape[1] < 8:
            continue
        level = rng.uniform(8, 20) * np.hanning(shape[1]) ** 0.5
        reach = rng.uniform(0.5, 1.3, (shape[0], 1))
        eeg[:, first:behind] += reach * level * band_noise(rng, shape, sfreq, 20.0, 0.45 * sfreq)

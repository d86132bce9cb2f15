"""A plausible sequence of sleep stages, and levels that follow it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

# One cycle of a healthy young sleeper, as shares of its length (after Carskadon & Dement,
# Principles and Practice of Sleep Medicine): down to N3, up through N2 into REM sleep.
FIRST_CYCLE: Final = (
    ("W", 0.07),
    ("N1", 0.07),
    ("N2", 0.24),
    ("N3", 0.20),
    ("N2", 0.12),
    ("R", 0.20),
    ("W", 0.017),
    ("N1", 0.016),
    ("N2", 0.067),
)
# Later cycles have less N3 and more REM sleep.
LATER_CYCLE: Final = (("N1", 0.03), ("N2", 0.40), ("N3", 0.12), ("N2", 0.13), ("R", 0.32))
CYCLE_MINUTES: Final = 90.0
# The level of a rhythm changes over this long at a border between stages.
RAMP_SECONDS: Final = 4.0


def simulate_stages(rng: np.random.Generator, n_epochs: int, epoch_seconds: float) -> list[str]:
    """Stages of a night of ``n_epochs`` epochs; shorter nights are compressed into one cycle.

    A night under 90 min is one compressed cycle, so that half an hour shows every stage. Borders
    between the stages vary by a few percent with ``rng``.
    """
    n_cycles = max(1, round(n_epochs * epoch_seconds / 60 / CYCLE_MINUTES))
    parts = [*FIRST_CYCLE, *(LATER_CYCLE * (n_cycles - 1))]
    names = [stage for stage, _ in parts]
    shares = np.array([share for _, share in parts]) * rng.uniform(0.92, 1.08, len(parts))
    borders = np.cumsum(shares) / shares.sum()
    middles = (np.arange(n_epochs) + 0.5) / n_epochs
    return [names[index] for index in np.searchsorted(borders, middles)]


def stage_levels(
    stages: Sequence[str],
    levels: Mapping[str, float],
    epoch_seconds: float,
    sfreq: float,
    n_samples: int,
) -> NDArray[np.float64]:
    """One number a stage, as a signal that moves smoothly from epoch to epoch, (n_samples,)."""
    values = np.array([levels[stage] for stage in stages])
    edges = np.arange(len(stages) + 1) * epoch_seconds
    half = RAMP_SECONDS / 2
    times = np.stack([edges[:-1] + half, edges[1:] - half], axis=1).ravel()
    return np.asarray(np.interp(np.arange(n_samples) / sfreq, times, np.repeat(values, 2)))


def random_times(
    rng: np.random.Generator,
    spans: Sequence[tuple[float, float]],
    per_minute: float,
    spacing: float,
    margin: float = 0.0,
) -> list[float]:
    """Moments (s) inside the spans, at least ``spacing`` s apart, ``per_minute`` on average.

    ``margin`` s at the end of each span stay free, so that an event started there fits.
    """
    times: list[float] = []
    if per_minute <= 0:
        return times
    wait = max(60.0 / per_minute - spacing, 0.05)
    for start, stop in spans:
        time = start + rng.exponential(wait)
        while time < stop - margin:
            times.append(float(time))
            time += spacing + rng.exponential(wait)
    return times

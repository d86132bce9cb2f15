"""Eye movements of a made-up night in the coherence of both eye channels."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.events.event_set import EventSet
from sleepscope.signals.coherence import Coherence, CoherenceSettings, fast_coherence
from sleepscope.simulate import NightSettings, simulate_night

SETTINGS = CoherenceSettings(low=0.5, high=32.0)


def watched(stage: str, seed: int) -> tuple[Coherence, EventSet]:
    """The coherence of E1 and E2 over four minutes of a stage, and what is truly there."""
    night = simulate_night(
        NightSettings(seed=seed, minutes=4.0, stages=(stage,) * 8, pops_per_hour=0.0)
    )
    x, y = (night.recording.read(label, 0.0, 240.0) for label in ("E1", "E2"))
    return fast_coherence(x, y, 128.0, SETTINGS), night.truth


def at_events(made: Coherence, truth: EventSet, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Coherence and phase at 0.5-5 Hz at the middle of each event, (n_events, n_freqs)."""
    times = [e.onset + e.duration / 2 for e in truth.events if e.kind == kind]
    inside = [t for t in times if 20 < t < 220]
    assert len(inside) >= 10
    columns = np.searchsorted(made.times, inside)
    band = (made.freqs >= 0.5) & (made.freqs <= 5)
    return made.coherence[band][:, columns].T, made.phase[band][:, columns].T


def mean_turn(phase: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Phase of each event, rad, weighted by the coherence."""
    return np.angle((weights * np.exp(1j * phase)).sum(axis=1))


@pytest.mark.parametrize("seed", [3, 4])
def test_conjugate_rapid_movements_are_coherent_and_opposite(seed: int):
    coherence, phase = at_events(*watched("R", seed), "rem")
    assert np.median(coherence) > 0.9
    opposite = np.abs(mean_turn(phase, coherence)) > 0.75 * np.pi
    assert opposite.mean() > 0.9


@pytest.mark.parametrize("seed", [3, 4])
def test_blinks_are_coherent_and_in_phase(seed: int):
    coherence, phase = at_events(*watched("W", seed), "blink")
    assert np.median(coherence) > 0.8
    together = np.abs(mean_turn(phase, coherence)) < 0.25 * np.pi
    assert together.mean() > 0.9

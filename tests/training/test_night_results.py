"""Figures of held-out nights: every network is judged at its own threshold."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.training.datasets import DatasetRequest, read_dataset
from sleepscope.training.night_results import FoundNight, at_half, night_results


@pytest.mark.parametrize("threshold", [0.2, 0.5, 0.8])
def test_the_threshold_becomes_one_half_and_the_order_stays(threshold: float) -> None:
    probability = np.array([0.0, threshold / 2, threshold, (1 + threshold) / 2, 1.0], np.float32)
    scaled = at_half(probability, threshold)
    assert scaled[2] == pytest.approx(0.5)
    assert (scaled[[0, 4]] == [0.0, 1.0]).all()
    assert (np.diff(scaled) > 0).all()


def test_windows_are_judged_at_the_threshold_of_their_own_network() -> None:
    """Two perfect networks, one sure and one unsure, whose thresholds fit each of them alone."""
    dataset = read_dataset(DatasetRequest("simulated", "spindle", n_nights=2, minutes=2))
    found = []
    for night, (low, high) in zip(dataset.nights, ((0.05, 0.3), (0.6, 0.9)), strict=True):
        track = np.full(round(night.recording.duration * 25), low, np.float32)
        for event in night.truth.events:
            track[round(event.onset * 25) : round(event.stop * 25)] = high
        found.append(FoundNight(night, tuple(night.truth.events), track, (low + high) / 2, 25.0))
    results = night_results(found, None)
    pooled = results["by window"]["pooled"]
    assert (pooled["accuracy"], pooled["auprc"]) == (1.0, 1.0)
    assert "threshold of its network" in results["by window"]["rule"]

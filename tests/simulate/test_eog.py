"""Simulated eye channels differ between sleepers as their ranges say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sleepscope.simulate.eog import EogRanges, SimulatedEog, draw_subject, in_both, simulate_eog
from tests.simulate.signals import band_rms


def _eog(stages: tuple[str, ...], **changes: float) -> SimulatedEog:
    rng = np.random.default_rng(4)
    subject = replace(draw_subject(rng, EogRanges()), **changes)  # type: ignore[arg-type]
    return simulate_eog(rng, subject, len(stages), 50.0, stages)


def test_subjects_lie_within_the_ranges() -> None:
    rng, ranges = np.random.default_rng(0), EogRanges()
    for _ in range(50):
        subject = draw_subject(rng, ranges)
        assert ranges.corner[0] <= subject.corner <= ranges.corner[1]
        low, high = ranges.median_amplitude
        assert low <= subject.eyes.median_amplitude <= high
        assert -1.0 <= subject.correlation <= 0.95


def test_correlation_of_both_channels_is_the_reference() -> None:
    rng = np.random.default_rng(1)
    for wanted in (-0.6, 0.0, 0.9):
        both = in_both(*rng.standard_normal((2, 20_000)), wanted)
        assert np.corrcoef(both)[0, 1] == pytest.approx(wanted, abs=0.03)


def test_slow_waves_are_opposite_on_opposite_mastoids() -> None:
    stages = ("N3",) * 4
    kept = {"gain_ratio": 1.0, "corner": 0.05, "background": 1.0, "noise": 0.5}
    same = np.corrcoef(_eog(stages, correlation=0.8, **kept).signals)[0, 1]
    opposite = np.corrcoef(_eog(stages, correlation=-0.6, **kept).signals)[0, 1]
    assert same > 0.4
    assert opposite < -0.2


def test_slow_waves_are_in_n3() -> None:
    deep, rem = _eog(("N3",) * 2, background=1.0), _eog(("R",) * 2, background=1.0)
    total = [band_rms(eog.signals.sum(axis=0), 50, 0.5, 2) for eog in (deep, rem)]
    assert total[0] > 2 * total[1]


def test_movements_are_in_rem_and_a_few_in_wake() -> None:
    eog = _eog(("R", "N2", "W", "N3"))
    stages = [eog.stages[int(m.onset // 40)] for m in eog.movements]
    assert set(stages) <= {"R", "W"}
    assert stages.count("R") > stages.count("W")


def test_difference_of_the_eyes_peaks_at_a_movement() -> None:
    eog = _eog(("R",) * 4, background=0.3, noise=0.5, corner=0.05)
    half = (eog.signals[0] - eog.signals[1]) / 2
    alone = [
        m
        for before, m in zip(eog.movements, eog.movements[1:], strict=False)
        if m.onset - before.stop > 1.0 and abs(m.amplitude) > 60
    ]
    assert alone
    steps = []
    for m in alone:
        first, after = round(m.onset * 50), round((m.onset + m.rise) * 50) + 1
        steps.append((half[after] - half[first]) / m.amplitude)
    assert np.median(steps) == pytest.approx(1.0, abs=0.35)


def test_same_random_numbers_make_the_same_eyes() -> None:
    np.testing.assert_array_equal(_eog(("R", "N2")).signals, _eog(("R", "N2")).signals)

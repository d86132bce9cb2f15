"""Rapid eye movements are conjugate, come in bursts and end by drift, return or the amplifier."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.simulate.eye_movements import (
    EyeHabits,
    RapidMovement,
    blink_wave,
    burst_times,
    high_pass,
    movement_traces,
    movement_wave,
    saccade_seconds,
    simulate_movements,
)

TIMES = np.arange(0, 5, 1 / 200)


def _movement(ending: str, onset: float = 1.0) -> RapidMovement:
    return RapidMovement(onset, 80.0, 0.1, 0.1, ending, 0.2, 0.25)  # type: ignore[arg-type]


@pytest.mark.parametrize("ending", ["drift", "return", "hold"])
def test_movement_reaches_its_amplitude_when_the_rise_is_over(ending: str) -> None:
    wave = movement_wave(_movement(ending), TIMES)
    assert np.all(wave[TIMES <= 1.0] == 0)
    assert wave[np.searchsorted(TIMES, 1.1)] == pytest.approx(80.0, abs=1.0)


def test_a_third_is_left_where_a_drifting_movement_ends() -> None:
    movement = _movement("drift")
    left = movement_wave(movement, np.array([movement.stop]))[0]
    assert left / 80.0 == pytest.approx(np.exp(-1.2), abs=0.01)


def test_returning_eye_is_back_and_held_eye_is_not() -> None:
    late = np.array([4.0])
    assert movement_wave(_movement("return"), late)[0] == pytest.approx(0.0, abs=1e-9)
    assert movement_wave(_movement("hold"), late)[0] == pytest.approx(80.0)


def test_amplifier_brings_a_held_eye_back() -> None:
    horizontal, vertical = movement_traces([_movement("hold")], 1000, 200.0, 0.5)
    assert horizontal.max() > 60
    assert abs(horizontal[-1]) < 1.0
    np.testing.assert_allclose(vertical, 0.1 * horizontal, atol=1e-9)


def test_high_pass_is_3_db_down_at_its_corner() -> None:
    sine = np.sin(2 * np.pi * 0.5 * np.arange(0, 100, 1 / 200))
    assert np.abs(high_pass(sine, 200.0, 0.5)[10_000:]).max() == pytest.approx(0.707, abs=0.01)


def test_larger_saccades_last_longer() -> None:
    # 21 ms + 2.2 ms per degree, 1.92 times as long in REM sleep; 10 µV a degree.
    assert saccade_seconds(100.0) == pytest.approx(1.92 * 0.043)
    assert saccade_seconds(-100.0) == saccade_seconds(100.0)


def test_movements_come_as_often_as_asked_and_in_bursts() -> None:
    rng = np.random.default_rng(1)
    times = np.sort(np.concatenate(burst_times(rng, [(0.0, 3600.0)], 17.0)))
    intervals = np.diff(times)
    assert len(times) / 60 == pytest.approx(17.0, rel=0.15)
    # Single movements of real REM sleep: two in five follow within a second.
    assert 0.3 < np.mean(intervals < 1.0) < 0.75
    assert intervals.max() > 10


def test_amplitudes_follow_the_habits() -> None:
    habits = EyeHabits(per_minute=20.0, median_amplitude=70.0)
    movements = simulate_movements(np.random.default_rng(2), [(0.0, 3600.0)], habits)
    sizes = np.abs([m.amplitude for m in movements])
    assert np.median(sizes) == pytest.approx(70.0, rel=0.1)
    assert 0.4 < np.mean([m.amplitude > 0 for m in movements]) < 0.6


def test_no_movements_without_a_rate() -> None:
    assert burst_times(np.random.default_rng(0), [(0.0, 60.0)], 0.0) == []


def test_blink_is_over_when_it_is_over() -> None:
    wave = blink_wave(1.0, 0.3, 150.0, TIMES)
    assert wave.max() == pytest.approx(150.0, rel=0.02)
    np.testing.assert_allclose(wave[(TIMES < 1.0) | (TIMES > 1.31)], 0.0, atol=1e-9)

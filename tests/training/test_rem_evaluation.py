"""What counts as found, missed and false in the evaluation of the eye movement model."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.constants import REM
from sleepscope.events.event import Event
from sleepscope.simulate.eog import EogRanges, SimulatedEog
from sleepscope.simulate.eye_movements import RapidMovement
from sleepscope.training.rem_evaluation import (
    OUTSIDE,
    count_false,
    eye_recording,
    large_enough,
    score_movements,
)


def _eog(
    *movements: tuple[float, float], disturbed: tuple[tuple[float, float], ...] = ()
) -> SimulatedEog:
    """Movements of (onset, amplitude) that last 0.4 s."""
    rapid = tuple(RapidMovement(o, a, 0.0, 0.1, "drift", 0.0, 0.25) for o, a in movements)
    return SimulatedEog(np.zeros((2, 500)), 50.0, rapid, ("R",), disturbed)


def _found(*onsets: float) -> list[Event]:
    return [Event(onset, 0.4, REM) for onset in onsets]


def test_a_detection_of_a_doubtful_movement_is_neither_right_nor_wrong() -> None:
    scores = score_movements(_found(1.0, 5.0), _eog((1.0, 80.0), (5.0, 30.0)))
    assert (scores.tp, scores.fp, scores.fn) == (1, 0, 0)


def test_a_missed_doubtful_movement_is_no_miss() -> None:
    scores = score_movements(_found(1.0), _eog((1.0, 80.0), (5.0, 30.0)))
    assert (scores.tp, scores.fp, scores.fn) == (1, 0, 0)


def test_a_detection_where_nothing_is_or_something_tiny_is_false() -> None:
    scores = score_movements(_found(1.0, 5.0, 9.0), _eog((1.0, 80.0), (5.0, 10.0)))
    assert (scores.tp, scores.fp, scores.fn) == (1, 2, 0)


def test_movements_during_muscle_count_on_neither_side() -> None:
    eog = _eog((1.0, 80.0), (5.0, 80.0), (9.0, 80.0), disturbed=((4.9, 10.0),))
    scores = score_movements(_found(1.0, 5.0), eog)
    assert (scores.tp, scores.fp, scores.fn) == (1, 0, 0)


def test_test_sleepers_lie_outside_the_training_limits() -> None:
    training = EogRanges()
    for ranges in OUTSIDE:
        for name in ("median_amplitude", "slowest", "drift", "corner", "gain_ratio", "background"):
            low, high = getattr(ranges, name)
            inner_low, inner_high = getattr(training, name)
            assert low >= inner_high or high <= inner_low, name


def test_false_detections_are_counted_a_minute_inside_the_spans() -> None:
    times = np.arange(0, 120, 1 / 200)
    muscle = np.where((times >= 60) & (times < 90), 60 * np.sin(2 * np.pi * 30 * times), 0.0)
    recording = eye_recording(np.stack([muscle, muscle]), 200.0)
    found = _found(10.0, 20.0, 70.0, 110.0)
    counted = count_false(recording, ("LOC", "ROC"), found, [(0.0, 100.0)])
    assert counted["n2n3_false_per_min"] == pytest.approx(60 * 3 / 100, abs=1e-3)
    # Gated: 100 s less the half minute of muscle (and its edges), one detection fewer.
    assert counted["n2n3_gated_false_per_min"] == pytest.approx(60 * 2 / 70, rel=0.06)


def test_what_is_too_small_for_yasa_and_found_by_one_alone_is_left_out() -> None:
    times = np.arange(0, 40, 1 / 100)
    sizes = {10.0: 90.0, 20.0: 35.0, 30.0: 35.0}
    left = sum(size * np.exp(-(((times - t - 0.2) / 0.1) ** 2)) for t, size in sizes.items())
    recording = eye_recording(np.stack([left, -left]), 100.0)
    found, other = _found(*sizes), _found(30.0)
    kept = large_enough(recording, found, other)
    assert [event.onset for event in kept] == [10.0, 30.0]

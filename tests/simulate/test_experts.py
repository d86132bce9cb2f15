"""Simulated experts err as real ones do."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.constants import REM, SPINDLE
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.simulate.experts import CAREFUL, HASTY, MARKED_IN, ExpertHabits, score

WHERE = {kind: [(0.0, 4000.0)] for kind in MARKED_IN}


def _truth() -> EventSet:
    spindles = [Event(10.0 * k, 0.8, SPINDLE, "C3") for k in range(1, 200)]
    hidden = [Event(10.0 * k, 0.8, SPINDLE, "F3") for k in range(1, 200)]
    return EventSet.of("file:simulated", [*spindles, *hidden])


def _marks(habits: ExpertHabits, truth: EventSet | None = None) -> tuple[Event, ...]:
    return score(np.random.default_rng(0), truth or _truth(), habits, WHERE).events


def test_careful_expert_misses_few_and_the_hasty_one_more() -> None:
    found = [
        sum(any(abs(m.midpoint - 10.0 * k - 0.4) < 0.4 for m in _marks(h)) for k in range(1, 200))
        for h in (CAREFUL, HASTY)
    ]
    assert 150 < found[1] < found[0] < 190


def test_hasty_expert_writes_nearly_constant_durations() -> None:
    durations = [e.duration for e in _marks(HASTY)]
    assert np.mean(np.array(durations) == 1.0) > 0.85
    assert len({e.duration for e in _marks(CAREFUL)}) > 20


def test_experts_score_central_channels() -> None:
    assert {e.channel for e in _marks(CAREFUL)} <= {"C3", "C4"}


def test_some_marks_are_in_error() -> None:
    false = [e for e in _marks(HASTY) if abs((e.midpoint - 0.4 + 5) % 10 - 5) > 0.9]
    assert 5 < len(false) < 40


def test_hasty_expert_joins_close_eye_movements() -> None:
    pairs = [Event(10.0 * k + d, 0.4, REM, "E1") for k in range(1, 100) for d in (0.0, 0.5)]
    truth = EventSet.of("file:simulated", pairs)
    marks = _marks(HASTY, truth)
    assert len(marks) < len(_marks(CAREFUL, truth)) * 0.75


def test_marks_of_a_channel_do_not_overlap() -> None:
    marks = [e for e in _marks(HASTY) if e.channel == "C3"]
    stops = [e.stop for e in marks[:-1]]
    assert all(b.onset >= a - 1e-9 for a, b in zip(stops, marks[1:], strict=True))


@pytest.mark.parametrize("habits", [CAREFUL, HASTY])
def test_ids_follow_from_the_seed(habits: ExpertHabits) -> None:
    assert _marks(habits) == _marks(habits)

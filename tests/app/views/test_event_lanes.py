"""Events of a lane are found by bisection, also where they overlap or have no length."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sleepscope.app.views.event_lanes import LaneEvents, LaneIndex, index_lanes
from sleepscope.events.event import Event

intervals = st.lists(st.tuples(st.floats(0, 100), st.floats(-1, 20)), max_size=40)


@given(intervals, st.floats(-5, 105), st.floats(0, 30))
def test_between_finds_every_event_that_touches(
    made: list[tuple[float, float]], start: float, length: float
) -> None:
    events = [Event(onset, duration, "spindle") for onset, duration in made]
    index = LaneIndex(events)
    found = {index.events[i].id for i in index.between(start, start + length)}
    expected = {e.id for e in events if e.onset <= start + length and max(e.stop, e.onset) >= start}
    assert found == expected


def test_of_overlapping_events_the_shortest_is_taken() -> None:
    long, short = Event(0, 10, "arousal"), Event(4, 1, "spindle")
    index = LaneIndex([long, short])
    assert index.at(4.5, 0.1) is short
    assert index.at(8.0, 0.1) is long


def test_an_event_that_holds_the_moment_goes_before_a_near_one() -> None:
    holding, near = Event(0, 10, "arousal"), Event(10.05, 0.5, "spindle")
    index = LaneIndex([holding, near])
    assert index.at(9.99, 0.1) is holding
    assert index.at(10.04, 0.1) is near


def test_point_is_found_within_the_slack_alone() -> None:
    point = Event(5, 0, "other")
    assert LaneIndex([point]).at(5.08, 0.1) is point
    assert LaneIndex([point]).at(5.2, 0.1) is None


def test_event_of_negative_duration_counts_as_a_point() -> None:
    broken = Event(5, -0.518, "rem")
    assert LaneIndex([broken]).at(5.0, 0.01) is broken


@given(intervals)
def test_blocks_cover_the_columns_of_all_events(made: list[tuple[float, float]]) -> None:
    index = LaneIndex([Event(onset, duration, "spindle") for onset, duration in made])
    covered = np.zeros(50, dtype=bool)
    for first, behind in index.blocks(0.0, 100.0, 50):
        covered[first:behind] = True
    for onset, stop in zip(index.onsets, index.stops, strict=True):
        assert covered[min(49, int(onset / 2))]
        assert covered[min(49, int(stop / 2))]
    assert not covered.any() or len(made) > 0


def test_changed_verdicts_need_no_new_index() -> None:
    lane = LaneEvents("human:AB", "AB", "#000000", (Event(1, 1, "spindle", "C3", id="a"),))
    [before] = index_lanes((lane,))
    [after] = index_lanes((replace(lane, statuses={"a": "accepted"}),), (before,))
    assert after.channels is before.channels
    assert after.lane.statuses == {"a": "accepted"}
    [changed] = index_lanes((replace(lane, events=()),), (before,))
    assert not changed.channels

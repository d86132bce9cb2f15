"""Stored tracks cut at other thresholds give what detecting there would have given."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sleepscope.detection.segmentation import EventRule, Segmenter, events_from_probability
from sleepscope.detection.thresholding import StoredTrack, events_at, flips
from sleepscope.events.event import Event
from sleepscope.networks.tracks import Tracks

RULE = EventRule(0.5, 0.2, 0.2)


def track(probability: list[float]) -> StoredTrack:
    return StoredTrack("C3", 10.0, Tracks(np.array(probability, np.float32)), RULE)


LEVELS = st.sampled_from([0.0, 0.3, 0.5, 0.55, 0.8, 0.95, float("nan")])


@given(
    levels=st.lists(LEVELS, min_size=1, max_size=60),
    splits=st.lists(st.sampled_from([0.0, 0.4, 0.6, 0.9]), min_size=60, max_size=60),
    has_split=st.booleans(),
    longest=st.sampled_from([None, 0.5, 1.5]),
    shortest=st.sampled_from([0.0, 0.2, 0.4]),
)
def test_a_whole_track_gives_the_events_of_the_growing_one(
    levels: list[float],
    splits: list[float],
    has_split: bool,
    longest: float | None,
    shortest: float,
) -> None:
    probability = np.array(levels, np.float32)
    split = np.array(splits[: len(levels)], np.float32) if has_split else None
    rule = EventRule(0.5, shortest, 0.2, longest, 0.5 if has_split else None)
    tracks = Tracks(probability, split)
    slow = Segmenter(rule, 10.0).segments(tracks, probability.size, last=True)
    fast = events_from_probability(tracks, 10.0, rule)
    assert [(s.first, s.behind) for s in fast] == [(s.first, s.behind) for s in slow]
    assert [s.confidence for s in fast] == pytest.approx([s.confidence for s in slow], abs=1e-5)


def test_a_lower_threshold_finds_the_weak_event_and_widens_the_strong_one() -> None:
    one = track([0, 0.4, 0.9, 0.9, 0.4, 0, 0, 0, 0, 0.4, 0.4, 0.4, 0])
    high, low = events_at([one], 0.5, "spindle"), events_at([one], 0.3, "spindle")
    assert [(e.onset, e.stop) for e in high] == [(0.2, 0.4)]
    assert [(e.onset, e.stop) for e in low] == [(0.1, 0.5), (0.9, pytest.approx(1.2))]
    assert (high[0].channel, high[0].confidence) == ("C3", pytest.approx(0.9))
    gone, new = flips(high, low)
    assert gone == []
    assert new == [low[1]]
    assert flips(low, high) == ([low[1]], [])


def test_events_outside_the_chosen_stages_are_left_out() -> None:
    one = track([0.9] * 5 + [0.0] * 10 + [0.9] * 5)
    assert len(events_at([one], 0.5, "spindle", [(1.0, 2.0)])) == 1
    assert events_at([one], 0.5, "spindle", []) == ()


def test_an_event_on_another_channel_does_not_keep_one_from_going() -> None:
    before = [Event(1, 1, "spindle", "C3"), Event(5, 9, "spindle", "C3"), Event(6, 1, "rem", "C3")]
    after = [Event(1, 1, "spindle", "C4"), Event(10, 1, "spindle", "C3")]
    gone, new = flips(before, after)
    assert [(e.onset, e.channel) for e in gone] == [(1, "C3"), (6, "C3")]
    assert [(e.onset, e.channel) for e in new] == [(1, "C4")]

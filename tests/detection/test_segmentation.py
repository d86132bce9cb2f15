"""From probability to events, by rules that can be checked by hand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sleepscope.detection.segmentation import (
    BURST_GAP,
    EventRule,
    Segmenter,
    events_from_probability,
)
from sleepscope.detection.settings import DetectSettings
from sleepscope.errors import SettingsError
from sleepscope.networks.tracks import Tracks


def _found(values, split=None, **rule) -> list[tuple[int, int]]:
    rule = {"threshold": 0.5, "min_duration": 0.0, "max_gap": 0.0, **rule}
    tracks = Tracks(np.array(values, np.float32), None if split is None else np.array(split))
    return [(s.first, s.behind) for s in events_from_probability(tracks, 10.0, EventRule(**rule))]


def test_an_event_is_a_run_at_or_above_the_threshold():
    assert _found([0.1, 0.5, 0.9, 0.4, 0.6]) == [(1, 3), (4, 5)]


def test_short_gaps_are_bridged_and_longer_ones_are_not():
    values = [0.9, 0.1, 0.1, 0.9, 0.1, 0.1, 0.1, 0.9]
    assert _found(values, max_gap=0.2) == [(0, 4), (7, 8)]


def test_a_gap_in_which_the_network_said_nothing_is_never_bridged():
    assert _found([0.9, np.nan, 0.9], max_gap=1.0) == [(0, 1), (2, 3)]


def test_short_events_go_after_gaps_were_bridged():
    values = [0.9, 0.1, 0.9, 0.1, 0.1, 0.1, 0.9]
    assert _found(values, max_gap=0.1, min_duration=0.3) == [(0, 3)]


def test_an_event_of_exactly_the_shortest_duration_is_kept():
    assert _found([0, 1, 1, 1, 1, 1, 0], min_duration=0.5) == [(1, 6)]


def test_a_run_that_is_too_long_is_cut_where_it_is_lowest():
    values = [0.9] * 4 + [0.6] + [0.9] * 5
    assert _found(values, max_duration=0.6) == [(0, 4), (4, 10)]


@pytest.mark.parametrize("values", [np.full(36_000, 0.9), np.linspace(0.6, 0.9, 36_000)])
def test_an_hour_above_the_threshold_is_cut_into_events_without_a_rest(values):
    found = _found(values, max_duration=3.0, min_duration=0.5)
    assert found[0][0] == 0
    assert found[-1][1] == len(values)
    assert all(one[1] == other[0] for one, other in pairwise(found))
    assert all(5 <= behind - first <= 30 for first, behind in found)


@pytest.mark.parametrize(
    "rule",
    [{"max_duration": 0.0}, {"max_duration": np.nan}, {"split_threshold": 1.0}, {"max_gap": -1.0}],
)
def test_a_rule_out_of_its_range_is_refused(rule):
    with pytest.raises(SettingsError, match="does not work; it must"):
        EventRule(**{"threshold": 0.5, "min_duration": 0.0, "max_gap": 0.0, **rule})


def test_a_burst_is_cut_at_peaks_of_the_split_track():
    values, split = [0.9] * 9, [0.8, 0, 0, 0, 0.2, 0.9, 0.1, 0, 0]
    assert _found(values, split, split_threshold=0.5) == [(0, 5), (5, 9)]
    assert _found(values, split) == [(0, 9)]


def test_confidence_is_the_mean_probability():
    tracks = Tracks(np.array([0.0, 0.6, 0.8, 0.0], np.float32))
    rule = EventRule(0.5, 0.0, 0.0)
    assert events_from_probability(tracks, 10.0, rule)[0].confidence == pytest.approx(0.7)


def test_open_settings_come_from_the_card_and_given_ones_do_not():
    settings = DetectSettings("spindle", "m", threshold=0.8)
    rule = EventRule.of(settings, {"threshold": 0.4, "max_gap": 0.3, "min_sfreq": 36.0})
    assert rule == EventRule(0.8, 0.0, 0.3)


def test_movements_close_to_each_other_are_one_burst_when_bursts_are_asked_for():
    values, split = (
        [0.9] * 4 + [0.1] * 3 + [0.7] * 2 + [0.1] * 4 + [0.9],
        [0, 0, 1.0, 0.5] + 10 * [0],
    )
    assert _found(values, split, split_threshold=0.9, burst_gap=0.3) == [(0, 9), (13, 14)]
    assert _found(values, split, split_threshold=0.9) == [(0, 2), (2, 4), (7, 9), (13, 14)]


def test_a_burst_never_reaches_over_a_moment_in_which_the_network_said_nothing():
    assert _found([0.9, np.nan, 0.9], burst_gap=0.3) == [(0, 1), (2, 3)]


def test_confidence_of_a_burst_is_that_of_its_movements():
    tracks = Tracks(np.array([0.6, 0.6, 0.6, 0.0, 1.0], np.float32))
    (burst,) = events_from_probability(tracks, 10.0, EventRule(0.5, 0.0, 0.0, burst_gap=0.1))
    assert burst.confidence == pytest.approx(0.7)


def test_bursts_are_of_a_kind_of_their_own_and_of_eye_movements_alone():
    assert DetectSettings("rem", "m", bursts=True).kind == "rem_burst"
    assert EventRule.of(DetectSettings("rem", "m", bursts=True), {}).burst_gap == BURST_GAP
    assert EventRule.of(DetectSettings("rem", "m"), {}).burst_gap is None
    with pytest.raises(SettingsError, match="for rapid eye movements"):
        DetectSettings("spindle", "m", bursts=True)
    with pytest.raises(SettingsError, match="for rapid eye movements"):
        DetectSettings("spindle", "m", leave_out_muscle=True)


@given(
    st.lists(st.sampled_from([0.1, 0.4, 0.55, 0.7, 0.95, float("nan")]), max_size=60),
    st.lists(st.integers(1, 12), min_size=1, max_size=30),
    st.sampled_from([0.0, 0.1, 0.3]),
    st.sampled_from([None, 0.5]),
    st.sampled_from([None, 0.0, 0.3]),
)
def test_a_track_that_grows_gives_the_same_events(values, pieces, gap, longest, burst):
    tracks = Tracks(np.array(values, np.float32))
    rule = EventRule(0.5, 0.2, gap, longest, burst_gap=burst)
    segmenter, grown, done = Segmenter(rule, 10.0), [], 0
    for piece in pieces:
        done = min(done + piece, len(values))
        grown += segmenter.segments(tracks, done)
    grown += segmenter.segments(tracks, len(values), last=True)
    assert grown == events_from_probability(tracks, 10.0, rule)

"""When records were recorded."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sleepscope.recordings.edf_timeline import build_timeline

NAN = float("nan")


def test_equal_steps_make_one_stretch() -> None:
    line = build_timeline(np.arange(100) * 0.1, 0.1, 0.001, discontinuous=True)
    assert line.gaps == ()
    assert line.duration == pytest.approx(10.0)
    assert line.notices == ()


def test_rounded_onsets_are_no_gaps() -> None:
    onsets = np.round(np.arange(1000) / 3, 3)
    assert build_timeline(onsets, 1 / 3, 0.002, discontinuous=True).gaps == ()


def test_time_begins_at_the_first_record() -> None:
    line = build_timeline(np.array([100.0, 101.0, 105.0]), 1.0, 0.001, discontinuous=True)
    assert line.first_onset == 100.0
    assert line.gaps == ((2.0, 5.0),)
    assert line.first_records.tolist() == [0, 2]


def test_overlapping_records_are_put_behind_each_other() -> None:
    line = build_timeline(np.array([0.0, 0.5, 1.5, 9.0]), 1.0, 0.001, discontinuous=True)
    assert line.gaps == ((3.0, 9.0),)
    assert "2 data records begin before" in line.notices[0]


def test_silent_records_follow_the_one_ahead() -> None:
    line = build_timeline(np.array([0.0, NAN, 7.0, NAN]), 1.0, 0.001, discontinuous=True)
    assert line.gaps == ((2.0, 7.0),)
    assert "2 data records do not say" in line.notices[0]


def test_gaps_that_the_header_denies_are_believed_and_told() -> None:
    line = build_timeline(np.array([0.0, 1.0, 60.0, 61.0]), 1.0, 0.001, discontinuous=False)
    assert line.gaps == ((2.0, 60.0),)
    assert "announces no gaps" in line.notices[0]


@pytest.mark.parametrize(
    "onsets",
    [
        [0.0, 1.0, 2.0, 3.0, 400_000.0],
        [0.0, 1.0, 400_000.0, NAN, NAN, NAN],
        [0.0, 1.0, 400_000.0, 3.0, 4.0, 5.0],
        [0.0, 1.0, 50.0, 51.0, 4.0, 5.0],
        [0.0, 400_000.0, 2.0, 3.0, 4.0, 5.0],
    ],
)
def test_gap_that_the_header_denies_needs_the_next_records(onsets: list[float]) -> None:
    line = build_timeline(np.array(onsets), 1.0, 0.001, discontinuous=False)
    assert line.gaps == ()
    assert line.duration == len(onsets)
    assert line.first_onset == 0.0
    assert "not confirmed by the next ones" in line.notices[0]


def test_one_broken_onset_does_not_hide_a_confirmed_gap() -> None:
    onsets = np.array([0.0, 1.0, 9e5, 60.0, 61.0, 62.0, 63.0, 9e5])
    line = build_timeline(onsets, 1.0, 0.001, discontinuous=False)
    assert line.gaps == ((3.0, 60.0),)
    assert line.duration == 65.0
    assert "Onsets of 2 of 8 data records" in line.notices[0]
    assert not any("do not say when" in notice for notice in line.notices)


def test_gaps_that_the_header_denies_last_a_day_at_most() -> None:
    for gap, believed in ((86_000.0, True), (87_000.0, False)):
        onsets = np.array([0.0, 1.0, 2.0 + gap, 3.0 + gap, 4.0 + gap])
        line = build_timeline(onsets, 1.0, 0.001, discontinuous=False)
        assert bool(line.gaps) == believed
        assert believed or "not believed" in line.notices[0]


def test_gaps_that_the_header_announces_last_a_week_at_most() -> None:
    for gap, believed in ((600_000.0, True), (610_000.0, False)):
        line = build_timeline(np.array([0.0, 1.0 + gap]), 1.0, 0.001, discontinuous=True)
        assert bool(line.gaps) == believed


def test_broken_onset_among_announced_gaps_moves_nothing_behind_it() -> None:
    onsets = np.array([0.0, 1.0, 400_000.0, 3.0, 10.0, 11.0])
    line = build_timeline(onsets, 1.0, 0.001, discontinuous=True)
    assert line.gaps == ((4.0, 10.0),)
    assert line.duration == 12.0


@pytest.mark.parametrize("broken", [400_000.0, -400_000.0])
def test_broken_first_onset_does_not_move_the_clock(broken: float) -> None:
    onsets = np.array([broken, 1.5, 2.5, 3.5])
    line = build_timeline(onsets, 1.0, 0.001, discontinuous=False)
    assert (line.first_onset, line.duration, line.gaps) == (0.5, 4.0, ())


def test_onsets_that_do_not_fit_a_continuous_file_are_left_alone() -> None:
    line = build_timeline(np.array([0.0, 0.0, 1.0, 1.0]), 0.5, 0.001, discontinuous=False)
    assert line.gaps == ()
    assert "not used" in line.notices[0]


def test_file_without_onsets_is_continuous() -> None:
    line = build_timeline(np.full(5, NAN), 2.0, 0.001, discontinuous=False)
    assert (line.duration, line.gaps, line.notices) == (10.0, (), ())


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=40),
    st.sampled_from([0.1, 0.5, 1.0, 2.0, 9.59375]),
)
def test_gaps_and_stretches_cover_the_time_line(pauses: list[int], duration: float) -> None:
    onsets = np.cumsum([0, *[duration + pause for pause in pauses]])
    line = build_timeline(onsets, duration, 0.001, discontinuous=True)
    assert len(line.gaps) == sum(pause > 0 for pause in pauses)
    empty = sum(stop - start for start, stop in line.gaps)
    assert empty == pytest.approx(sum(pauses), abs=1e-6)
    assert line.duration == pytest.approx(empty + len(onsets) * duration)
    assert int(line.record_counts.sum()) == len(onsets)

"""Epochs of a hypnogram: found by time, filled, and brought onto 30 s."""

from __future__ import annotations

import pytest

from sleepscope.events.hypnogram import Hypnogram, blank_hypnogram, own_copy

NIGHT = Hypnogram(("W", "N1", "N2", "?"), 30.0, 12.0, "file:x")


@pytest.mark.parametrize(("time", "index"), [(0, 0), (12, 0), (41.9, 0), (42, 1), (500, 3)])
def test_moment_belongs_to_its_epoch_or_the_nearest(time: float, index: int) -> None:
    assert NIGHT.epoch_at(time) == index


def test_span_of_epochs() -> None:
    assert NIGHT.span_of(1, 3) == (42.0, 102.0)


def test_stage_fills_a_range_and_stays_inside() -> None:
    assert NIGHT.with_stage(1, 3, "R").stages == ("W", "R", "R", "?")
    assert NIGHT.with_stage(-2, 99, "W").stages == ("W",) * 4
    assert NIGHT.with_stage(3, 3, "W") == NIGHT


def test_next_unscored_goes_round_once() -> None:
    some = Hypnogram(("?", "W", "?", "W"))
    assert [some.next_unscored(k) for k in (0, 1, 2, 3)] == [2, 2, 0, 0]
    assert Hypnogram(("W",)).next_unscored(0) is None


@pytest.mark.parametrize(("duration", "n"), [(60.0, 2), (60.5, 3), (1.0, 1), (89.9999999, 3)])
def test_blank_epochs_cover_the_recording(duration: float, n: int) -> None:
    assert blank_hypnogram(duration, "human:AB").stages == ("?",) * n


def test_copy_of_short_epochs_takes_what_fills_most() -> None:
    dreams = Hypnogram((*["W"] * 4, *["N1"] * 2, *["N2"] * 3, *["N3"] * 3), 5.0, 0.0, "file:d")
    made = own_copy(dreams, 75.0, "human:AB")
    assert (made.epoch_seconds, made.start, made.scorer) == (30.0, 0.0, "human:AB")
    assert made.stages == ("W", "N2", "?")


def test_copy_of_epochs_of_30_s_keeps_their_grid() -> None:
    made = own_copy(NIGHT, 150.0, "human:AB")
    assert made.start == 12.0
    assert made.stages == ("W", "N1", "N2", "?", "?")


def test_copy_of_epochs_that_begin_late_keeps_their_times() -> None:
    made = own_copy(Hypnogram(("N2",), 30.0, 72.0), 150.0, "human:AB")
    assert [made.stage_at(t) for t in (13.0, 73.0, 101.0, 103.0)] == ["?", "N2", "N2", "?"]

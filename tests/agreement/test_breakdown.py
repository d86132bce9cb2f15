"""Scores in parts of the night equal a table made by hand."""

from __future__ import annotations

import pytest

from sleepscope.agreement.breakdown import by_channel, by_hour, by_stage
from sleepscope.agreement.matching import match
from sleepscope.events.event import Event
from sleepscope.events.hypnogram import Hypnogram

A = [
    Event(10, 1, "spindle", "C3"),
    Event(40, 1, "spindle", "C3"),
    Event(50, 1, "spindle", "C4"),
    Event(4000, 1, "spindle", None),
]
B = [Event(10, 1, "spindle", "C3"), Event(40.5, 1, "spindle", "C3"), Event(20, 1, "spindle", "C4")]


def table(parts: object) -> list[tuple[str, int, int, int]]:
    return [(part.name, part.tp, part.fp, part.fn) for part in parts]


def test_parts_add_up_to_the_whole() -> None:
    matched = match(A, B)
    assert table(by_channel(matched)) == [("C3", 2, 0, 0), ("C4", 0, 1, 1), ("", 0, 1, 0)]
    assert table(by_hour(matched)) == [("hour 1", 2, 1, 1), ("hour 2", 0, 1, 0)]
    hypnogram = Hypnogram(("N2", "N3"))
    assert table(by_stage(matched, hypnogram)) == [
        ("N2", 1, 0, 1), ("N3", 1, 1, 0), ("?", 0, 1, 0),
    ]  # fmt: skip


def test_figures_of_a_part() -> None:
    c3, c4, none = by_channel(match(A, B))
    assert c3.mean_iou == pytest.approx((1 + 1 / 3) / 2)
    assert (c4.precision, c4.recall, c4.f1, c4.mean_iou) == (0, 0, 0, None)
    assert (none.precision, none.recall) == (0, None)


def test_one_channel_spelt_in_two_ways_has_one_row() -> None:
    a = [Event(10, 1, "spindle", "EEG C3-A1"), Event(30, 1, "spindle", "EEG C3-A1")]
    b = [Event(10, 1, "spindle", "C3-M1")]
    assert table(by_channel(match(a, b))) == [("C3-M1", 1, 1, 0)]


def test_pair_without_a_channel_in_the_truth_is_on_that_of_the_other() -> None:
    a = [Event(10, 1, "spindle", "C3"), Event(30, 1, "spindle", "C3")]
    b = [Event(10, 1, "spindle", None), Event(30, 1, "spindle", "C3")]
    assert table(by_channel(match(a, b))) == [("C3", 2, 0, 0)]


def test_channels_that_were_not_compared_get_no_rows() -> None:
    a, b = [Event(10, 1, "spindle", "C3")], [Event(10, 1, "spindle", "CZ")]
    assert len(match(a, b).pairs) == 1
    assert by_channel(match(a, b)) == ()

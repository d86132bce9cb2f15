"""The queue of a review: what is in it, and in which order."""

from __future__ import annotations

import pytest

from sleepscope.agreement.matching import match
from sleepscope.agreement.queue import ORDERS, review_queue, seconds_to_go
from sleepscope.events.event import Event
from sleepscope.events.hypnogram import Hypnogram

STAGES = Hypnogram(("W", "N2", "N3", "N2", "N2"))
A = [
    Event(5, 1, "spindle", confidence=0.9, id="extra W"),
    Event(35, 1, "spindle", confidence=0.7, id="extra N2"),
    Event(65, 3, "spindle", confidence=0.9, id="wide"),
    Event(100, 1, "spindle", confidence=0.55, id="unsure"),
    Event(110, 1, "spindle", confidence=0.99, id="sure"),
    Event(130, 1, "spindle", confidence=0.8, id="named"),
]
B = [
    Event(45, 0.6, "spindle", id="missed"),
    Event(66, 1, "spindle", id="narrow"),
    Event(100, 1, "spindle", id="b1"),
    Event(110, 1, "spindle", id="b2"),
]
OTHERS = [Event(130, 1, "k_complex", id="other"), Event(10, 1, "k_complex", id="alone")]


def names(order: str) -> list[tuple[str, str]]:
    queue = review_queue(match(A, B), others_b=OTHERS, hypnogram=STAGES, order=order)
    return [(item.nature, item.events[0].id) for item in queue]


def test_every_kind_of_conflict_is_in_the_queue_and_sure_agreement_is_not() -> None:
    assert names("nature") == [
        ("kind", "named"), ("missed", "missed"), ("extra", "extra W"), ("extra", "extra N2"),
        ("boundary", "wide"), ("uncertain", "unsure"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("order", "first", "last"),
    [
        ("time", "extra W", "named"),
        ("confidence", "extra W", "unsure"),
        ("stage", "named", "extra W"),
        ("size", "wide", "named"),
    ],
)
def test_each_order_begins_with_what_it_is_named_after(order: str, first: str, last: str) -> None:
    found = [event for _, event in names(order)]
    assert (found[0], found[-1]) == (first, last)


@pytest.mark.parametrize("order", ORDERS)
def test_no_order_loses_an_item(order: str) -> None:
    assert sorted(names(order)) == sorted(names("time"))


def test_an_event_in_a_class_conflict_is_not_extra_as_well() -> None:
    found = [event for _, event in names("time")]
    assert found.count("named") == 1
    assert "alone" not in found


def test_item_says_how_far_apart_the_two_are() -> None:
    queue = review_queue(match(A, B), order="time")
    wide = next(item for item in queue if item.nature == "boundary")
    assert (wide.onset, wide.stop) == (65, 68)
    assert wide.size == pytest.approx(2.0)
    assert wide.strength == pytest.approx(2 / 3)
    assert wide.stage == "?"


def test_a_mark_of_doubt_puts_an_agreement_into_the_queue() -> None:
    (one,) = review_queue(match([Event(1, 1, "rem")], [Event(1, 1, "rem", unsure=True)]))
    assert one.nature == "uncertain"


def test_time_left_follows_the_persons_own_pace_without_pauses() -> None:
    decisions = [0.0, 4.0, 8.0, 1000.0, 1006.0, 1010.0]
    assert seconds_to_go(decisions, 10) == pytest.approx(40.0)
    assert seconds_to_go(decisions[:2], 10) is None
    assert seconds_to_go([], 10) is None


def test_spindle_on_a_k_complex_that_both_marked_is_missed_and_no_conflict_of_class() -> None:
    a = [Event(200, 1, "k_complex", id="ka")]
    b = [Event(200, 1, "spindle", id="sb"), Event(200, 1, "k_complex", id="kb")]
    queue = review_queue(match([], b[:1]), others_a=a, others_b=b[1:])
    assert [(item.nature, item.events[0].id) for item in queue] == [("missed", "sb")]

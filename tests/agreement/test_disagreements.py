"""The queue of disagreements."""

from __future__ import annotations

from sleepscope.agreement.disagreements import disagreements, last_before, next_after
from sleepscope.agreement.matching import match
from sleepscope.events.event import Event


def test_queue_is_in_the_order_of_the_night() -> None:
    a = [Event(5, 1, "spindle"), Event(20, 1, "spindle"), Event(30, 2, "spindle")]
    b = [Event(1, 1, "spindle"), Event(20, 1.1, "spindle"), Event(31, 2, "spindle")]
    queue = disagreements(match(a, b))
    assert [(d.nature, d.onset) for d in queue] == [("missed", 1), ("extra", 5), ("boundary", 30)]
    assert queue[2].onset_difference == -1
    assert queue[2].stop == 33
    assert queue[2].stop_difference == -1
    assert queue[0].onset_difference is None


def test_boundaries_can_be_left_out() -> None:
    matched = match([Event(30, 2, "spindle")], [Event(31, 2, "spindle")])
    assert disagreements(matched, boundary=None) == ()
    assert disagreements(matched, boundary=1.0) == ()


def test_other_name_for_the_same_event_is_a_disagreement() -> None:
    (one,) = disagreements(match([Event(1, 1, "spindle")], [Event(1, 1, "k_complex")]))
    assert one.nature == "kind"


def test_next_and_previous_step_through_the_queue() -> None:
    queue = disagreements(match([Event(5, 1, "spindle"), Event(9, 1, "spindle")], []))
    first, second = queue
    assert next_after(queue, 0) is first
    assert next_after(queue, 5) is second
    assert next_after(queue, 9) is None
    assert last_before(queue, 9) is first
    assert last_before(queue, 5) is None

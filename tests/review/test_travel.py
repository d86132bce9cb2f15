"""Jumping in the history, and undo that leaves others alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.progress import finish
from sleepscope.recordings.identity import RecordingIdentity
from sleepscope.review import OthersStepError, ReviewFile
from sleepscope.review.travel import travel
from tests.review.conftest import AB

CD = "human:CD"


def add(review: ReviewFile, onset: float, person: str = AB) -> int:
    return review.add_event(Event(onset, 1.0, "spindle"), person).step.id


def onsets(review: ReviewFile, person: str = AB) -> list[float]:
    found = review.event_set(person)
    return [] if found is None else [event.onset for event in found.events]


def test_a_jump_takes_back_every_later_step_and_does_them_again(review: ReviewFile) -> None:
    steps = [add(review, float(k)) for k in range(250)]
    change = finish(travel(review, steps[9]))
    assert onsets(review) == [float(k) for k in range(10)]
    assert len(change.event_ids) == 240
    assert change.scorers == {AB}
    assert review.next_redo.id == steps[10]
    finish(travel(review, steps[200]))
    assert onsets(review) == [float(k) for k in range(201)]
    finish(travel(review, 0))
    assert onsets(review) == []
    finish(travel(review, steps[-1]))
    assert len(onsets(review)) == 250


def test_a_jump_to_where_one_is_does_nothing(review: ReviewFile) -> None:
    step = add(review, 1.0)
    assert not finish(travel(review, step))


def test_a_jump_that_is_stopped_leaves_whole_steps(
    night: Path, identity: RecordingIdentity, review: ReviewFile
) -> None:
    for k in range(250):
        add(review, float(k))
    going = travel(review, 0)
    progress = next(going)
    assert (progress.done, progress.total) == (100, 250)
    going.close()
    review.close()
    with ReviewFile.open(night, identity, person=AB) as again:
        assert onsets(again) == [float(k) for k in range(150)]
        assert sum(step.state == "undone" for step in again.history()) == 100
        again.redo()
        assert len(onsets(again)) == 151


def test_undo_stops_before_a_step_of_somebody_else(review: ReviewFile) -> None:
    add(review, 1.0, CD)
    add(review, 2.0)
    review.undo()
    with pytest.raises(OthersStepError, match=r"'Add spindle at 00:00:01', is by CD"):
        review.undo()
    assert onsets(review, CD) == [1.0]
    review.undo(CD)
    assert onsets(review, CD) == []
    with pytest.raises(OthersStepError):
        review.redo()
    review.redo(anyone=True)
    assert onsets(review, CD) == [1.0]


def test_undo_takes_back_what_the_program_did_for_nobody_in_particular(
    night: Path, identity: RecordingIdentity
) -> None:
    with ReviewFile.open(night, identity) as review:
        review.import_set(EventSet.of("file:A", [Event(1.0, 1.0, "spindle")]))
    with ReviewFile.open(night, identity, person=AB) as review:
        review.undo()
        assert review.event_sets() == ()


def test_a_jump_takes_back_steps_of_others_too(review: ReviewFile) -> None:
    add(review, 1.0, CD)
    add(review, 2.0)
    finish(travel(review, 0, AB))
    assert onsets(review) == onsets(review, CD) == []


def test_what_a_step_is_about(review: ReviewFile) -> None:
    imported = review.import_set(EventSet.of("file:A", [Event(1.0, 1.0, "spindle")])).step
    (event,) = review.event_set("file:A").events
    assert review.touched(imported) == {("file:A", None)}
    judged = review.set_verdict([event.id], "accepted").step
    assert review.touched(judged) == {("file:A", event.id)}
    moved = review.change_event(event.id, onset=3.0)
    assert (AB, moved.event_id) in review.touched(moved.step)
    assert ("file:A", event.id) in review.touched(moved.step)

"""An audit in the review file: hidden, window by window, kept, with its scored spans."""

from __future__ import annotations

from pathlib import Path

import pytest

from sleepscope.errors import ReviewError
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.recordings.identity import RecordingIdentity
from sleepscope.review import OthersStepError, ReviewFile
from sleepscope.review.audit import begin_audit, mark_seen, result_of
from sleepscope.review.blind import end
from sleepscope.review.sitting import Sitting
from tests.review.conftest import AB

MODEL = "model:spindle-1d@12345678"
AUDIT = "human:AB audit"


def sitting(review: ReviewFile) -> Sitting:
    found = review.sitting(AB)
    assert found is not None
    return found


def begin(review: ReviewFile) -> Sitting:
    events = [Event(15.0 * k, 1.0, "spindle", "C3", 0.9) for k in range(240)]
    review.import_set(EventSet.of(MODEL, events))
    begin_audit(
        review, AB, MODEL, kind="spindle", duration=3600.0, hypnogram=None, seed=7, target=0.2
    )
    return sitting(review)


def test_everybody_else_is_hidden_and_the_seed_kept(review: ReviewFile) -> None:
    audit = begin(review)
    assert audit.facts["seed"] == 7
    assert all(audit.hides(name) for name in (MODEL, AB, "file:A", "human:CD"))
    assert not audit.hides(AUDIT)
    assert review.event_set(AUDIT).scored_spans == ()


def test_windows_seen_become_the_scored_spans_and_survive_closing(
    night: Path, identity: RecordingIdentity, review: ReviewFile
) -> None:
    audit = begin(review)
    first = audit.facts["windows"][0]
    review.add_event(Event(first[0] + 2.0, 1.0, "spindle", "C3"), AUDIT)
    mark_seen(review, audit, 0)
    mark_seen(review, sitting(review), 1)
    assert not mark_seen(review, sitting(review), 1)
    review.close()
    with ReviewFile.open(night, identity, person=AB) as again:
        assert sitting(again).facts["seen"] == [0, 1]
        spans = again.event_set(AUDIT).scored_spans
        assert len(spans) == 2
        assert (first[0], first[1]) in spans


def test_the_result_counts_what_the_person_marked(review: ReviewFile) -> None:
    audit = begin(review)
    for place in range(20):
        start, _stop, _stratum = audit.facts["windows"][place]
        # The model has one at the start of the window and one in its middle: one is agreed with,
        # and one more found.
        review.add_event(Event(start, 1.0, "spindle", "C3"), AUDIT)
        review.add_event(Event(start + 25.0, 1.0, "spindle", "C3"), AUDIT)
        mark_seen(review, sitting(review), place)
    result = result_of(review, sitting(review))
    assert result.precision.value == pytest.approx(0.5)
    assert result.recall.value == pytest.approx(0.5)
    assert result.n_seen == 20
    assert result.n_windows == 120
    assert result.is_enough


def test_undo_stays_inside_the_audit(review: ReviewFile) -> None:
    begin(review)
    review.add_event(Event(1.0, 1.0, "spindle", "C3"), AUDIT)
    review.undo(AUDIT)
    assert review.event_set(AUDIT).events == ()
    with pytest.raises(OthersStepError):
        review.undo(AUDIT)


def test_one_sitting_at_a_time_and_the_next_audit_is_a_scorer_of_its_own(
    review: ReviewFile,
) -> None:
    audit = begin(review)
    arguments = {"kind": "spindle", "duration": 3600.0, "hypnogram": None, "seed": 1}
    with pytest.raises(ReviewError, match="not ended yet"):
        begin_audit(review, AB, MODEL, **arguments)
    end(review, audit)
    assert not any(s.hides(MODEL) for s in review.sittings())
    with pytest.raises(ReviewError, match="no scorer 'model:x'"):
        begin_audit(review, AB, "model:x", **arguments)
    with pytest.raises(ReviewError, match="too short"):
        begin_audit(review, AB, MODEL, **{**arguments, "duration": 12.0})
    begin_audit(review, AB, MODEL, **arguments)
    assert sitting(review).facts["scorer"] == "human:AB audit 2"

"""What each edit means, and that it is undone and kept."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from sleepscope.errors import ReviewError
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.recordings.identity import RecordingIdentity
from sleepscope.review import ReviewFile
from tests.review.conftest import AB

MODEL = "model:spindle-1d@12345678"


def spindles(n: int = 5) -> list[Event]:
    return [Event(60.0 * k, 1.0, "spindle", "C3-M2", confidence=0.9) for k in range(n)]


def with_model(review: ReviewFile, n: int = 5) -> tuple[Event, ...]:
    change = review.import_set(EventSet.of(MODEL, spindles(n)))
    found = review.event_set(MODEL)
    assert change.scorer == MODEL
    assert found is not None
    return found.events


def own_events(review: ReviewFile) -> tuple[Event, ...]:
    found = review.event_set(AB)
    return () if found is None else found.events


def test_accepting_is_a_verdict_and_leaves_the_models_set_as_it_was(review: ReviewFile) -> None:
    events = with_model(review)
    change = review.set_verdict([events[1].id], "accepted")
    assert change.step is not None
    assert change.step.name == "Accept spindle at 00:01:00"
    assert change.event_ids == {events[1].id}
    assert change.scorers == {MODEL}
    assert review.status_of(events[1].id) == "accepted"
    assert review.status_of(events[0].id) == "unreviewed"
    assert review.event_set(MODEL).events == events
    assert own_events(review) == ()
    assert review.accepted_set(AB).events == (events[1],)


def test_two_people_decide_apart_and_the_latest_counts_for_both(review: ReviewFile) -> None:
    event = with_model(review)[0]
    review.set_verdict([event.id], "accepted")
    review.set_verdict([event.id], "rejected", person="human:CD")
    assert review.status_of(event.id, AB) == "accepted"
    assert review.status_of(event.id, "human:CD") == "rejected"
    assert review.status_of(event.id) == "rejected"
    assert review.verdicts(AB)[event.id].status == "accepted"
    assert review.verdicts()[event.id].scorer == "human:CD"


def test_statuses_together_are_those_of_each_event(review: ReviewFile) -> None:
    events = with_model(review)
    review.set_verdict([events[0].id], "accepted")
    review.set_verdict([events[0].id, events[1].id], "rejected", "human:CD")
    review.change_event(events[2].id, onset=3.5)
    review.add_event(Event(50.0, 1.0, "spindle"))
    every = [event.id for one in review.event_sets() for event in one.events]
    told = {one: review.status_of(one) for one in every}
    assert review.statuses() == {k: v for k, v in told.items() if v != "unreviewed"}
    assert set(told.values()) == {"rejected", "changed", "added", "unreviewed"}


def test_moving_a_models_event_gives_the_person_a_copy(review: ReviewFile) -> None:
    events = with_model(review)
    change = review.change_event(events[2].id, onset=120.3)
    (copy,) = own_events(review)
    assert change.event_id == copy.id
    assert change.scorers == {MODEL, AB}
    assert (copy.onset, copy.duration, copy.confidence) == (120.3, 1.0, None)
    assert review.origin_of(copy.id) == events[2].id
    assert review.copy_of(events[2].id, AB) == copy.id
    assert review.status_of(copy.id) == "changed"
    assert review.status_of(events[2].id) == "changed"
    assert review.event_set(MODEL).events == events
    assert review.accepted_set(AB).events == (copy,)


def test_moving_the_source_again_moves_the_copy(review: ReviewFile) -> None:
    source = with_model(review)[2]
    review.change_event(source.id, onset=120.3)
    review.change_event(source.id, duration=2.0)
    (copy,) = own_events(review)
    assert (copy.onset, copy.duration) == (120.3, 2.0)


def test_deleting_a_changed_copy_sets_its_source_back_to_unreviewed(review: ReviewFile) -> None:
    source = with_model(review)[2]
    copy = review.change_event(source.id, kind="k_complex").event_id
    review.delete_events([copy])
    assert own_events(review) == ()
    assert review.status_of(source.id) == "unreviewed"


def test_rejecting_a_changed_copy_rejects_its_source(review: ReviewFile) -> None:
    source = with_model(review)[2]
    copy = review.change_event(source.id, kind="k_complex").event_id
    review.set_verdict([copy], "rejected")
    assert own_events(review) == ()
    assert review.status_of(source.id) == "rejected"


@pytest.mark.parametrize("status", ["accepted", "rejected", "unreviewed"])
def test_a_verdict_on_a_changed_source_takes_the_copy_away(review: ReviewFile, status: str) -> None:
    source = with_model(review)[2]
    review.change_event(source.id, onset=121.0)
    review.set_verdict([source.id], status)
    assert own_events(review) == ()
    assert review.status_of(source.id) == status


def test_an_added_event_is_changed_in_place_and_deleted(review: ReviewFile) -> None:
    added = review.add_event(Event(10.0, 1.0, "spindle", "C3-M2"))
    assert review.status_of(added.event_id) == "added"
    changed = review.change_event(added.event_id, note="?", unsure=True)
    assert changed.event_id == added.event_id
    assert review.event(added.event_id).unsure
    assert review.status_of(added.event_id) == "added"
    review.delete_events([added.event_id])
    assert own_events(review) == ()
    review.undo()
    assert own_events(review)[0].note == "?"


def test_undo_brings_an_own_event_back_with_the_verdicts_of_others_on_it(
    review: ReviewFile,
) -> None:
    added = review.add_event(Event(10.0, 1.0, "spindle")).event_id
    review.set_verdict([added], "rejected", person="human:CD")
    review.delete_events([added])
    assert review.verdicts() == {}
    review.undo()
    assert review.status_of(added, AB) == "added"
    assert review.status_of(added, "human:CD") == "rejected"


def test_deleting_a_models_event_rejects_it(review: ReviewFile) -> None:
    event = with_model(review)[0]
    review.delete_events([event.id])
    assert review.status_of(event.id) == "rejected"


def test_an_edit_that_changes_nothing_is_no_step(review: ReviewFile) -> None:
    events = with_model(review)
    review.set_verdict([events[0].id], "accepted")
    steps = len(review.history())
    assert not review.set_verdict([events[0].id], "accepted")
    assert not review.change_event(events[1].id, onset=events[1].onset)
    assert not review.set_scored_spans(MODEL, None)
    assert len(review.history()) == steps


def test_many_events_are_decided_in_one_step(review: ReviewFile) -> None:
    events = with_model(review)
    change = review.set_verdict([e.id for e in events], "rejected")
    assert change.step.name == "Reject 5 spindles"
    review.undo()
    assert {review.status_of(e.id) for e in events} == {"unreviewed"}


def test_nudges_within_a_second_are_one_step_of_undo(review: ReviewFile) -> None:
    clock = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    review._now = lambda: clock
    source = with_model(review)[2]
    for k in range(1, 4):
        clock += datetime.timedelta(seconds=0.9)
        review.change_event(source.id, onset=120 + 0.1 * k)
    clock += datetime.timedelta(seconds=1.1)
    review.change_event(source.id, onset=125.0)
    review.undo()
    assert own_events(review)[0].onset == pytest.approx(120.3)
    review.undo()
    assert own_events(review) == ()
    assert review.status_of(source.id) == "unreviewed"
    review.redo()
    assert own_events(review)[0].onset == pytest.approx(120.3)


def test_changes_with_the_same_merge_key_are_one_step_whatever_the_time(
    review: ReviewFile,
) -> None:
    clock = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    review._now = lambda: clock
    source = with_model(review)[2]
    for k in range(1, 4):
        clock += datetime.timedelta(minutes=1)
        review.change_event(source.id, onset=120 + 0.1 * k, merge_key="drag 1")
    review.change_event(source.id, onset=130.0, merge_key="drag 2")
    review.undo()
    assert own_events(review)[0].onset == pytest.approx(120.3)
    review.undo()
    assert own_events(review) == ()


def test_a_nudge_after_an_undo_is_a_step_of_its_own(review: ReviewFile) -> None:
    clock = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    review._now = lambda: clock
    source = with_model(review)[2]
    review.change_event(source.id, onset=121.0)
    review.undo()
    review.redo()
    review.change_event(source.id, onset=122.0)
    review.undo()
    assert own_events(review)[0].onset == 121.0


def test_undo_and_redo_survive_closing(
    night: Path, identity: RecordingIdentity, review: ReviewFile
) -> None:
    events = with_model(review)
    review.set_verdict([events[0].id], "accepted")
    review.change_event(events[1].id, onset=61.0)
    review.undo()
    review.close()
    with ReviewFile.open(night, identity, person=AB) as again:
        assert again.next_undo.name == "Accept spindle at 00:00:00"
        assert again.next_redo.verb == "move"
        again.redo()
        assert own_events(again)[0].onset == 61.0
        again.undo()
        again.undo()
        assert again.status_of(events[0].id) == "unreviewed"


def test_a_new_edit_drops_what_was_undone_but_the_log_keeps_it(review: ReviewFile) -> None:
    events = with_model(review)
    review.set_verdict([events[0].id], "accepted")
    review.undo()
    review.set_verdict([events[1].id], "accepted")
    assert not review.redo()
    assert [step.state for step in review.history()] == ["done", "dropped", "done"]
    verbs = review._database.connection.execute("SELECT verb FROM edits ORDER BY id")
    assert [verb for (verb,) in verbs] == ["import", "accept", "undo", "accept"]


def test_undo_with_nothing_to_undo_is_no_step(review: ReviewFile) -> None:
    assert not review.undo()
    assert not review.redo()


def test_the_same_set_is_not_taken_in_twice_under_new_ids(review: ReviewFile) -> None:
    first = review.import_set(EventSet.of("file:Visual_scoring1", spindles()))
    again = review.import_set(EventSet.of("file:Visual_scoring1", spindles()))
    assert first.step is not None
    assert again.step is None
    assert again.scorer == "file:Visual_scoring1"
    assert len(review.event_sets()) == 1


def test_the_same_scorer_with_other_events_is_a_second_set(review: ReviewFile) -> None:
    review.import_set(EventSet.of("file:A", spindles(5)))
    change = review.import_set(EventSet.of("file:A", spindles(6)))
    assert change.scorer == "file:A (2)"
    assert [len(s.events) for s in review.event_sets()] == [5, 6]


def test_one_event_set_under_two_names_gets_ids_of_its_own(review: ReviewFile) -> None:
    events = spindles()
    review.import_set(EventSet.of("file:A", events))
    review.import_set(EventSet.of("file:B", events))
    first, second = review.event_sets()
    assert not {e.id for e in first.events} & {e.id for e in second.events}


def test_an_import_can_be_left_out_of_undo(review: ReviewFile) -> None:
    review.import_set(EventSet.of("file:A", spindles()), undoable=False)
    assert not review.undo()
    assert len(review.event_sets()) == 1


def test_decisions_in_a_file_are_kept_with_its_events(review: ReviewFile) -> None:
    events = spindles()
    review.import_set(EventSet.of(MODEL, events), {events[0].id: "rejected"})
    assert review.status_of(events[0].id) == "rejected"
    review.set_verdict([events[0].id], "accepted")
    assert review.status_of(events[0].id) == "accepted"


def test_removing_a_scorer_is_undone_with_events_verdicts_and_stages_of_undo(
    review: ReviewFile,
) -> None:
    events = with_model(review)
    review.set_verdict([events[0].id], "accepted")
    change = review.remove_scorer(MODEL)
    assert change.scorers == {MODEL}
    assert review.event_sets() == ()
    assert review.verdicts() == {}
    review.undo()
    assert review.event_set(MODEL).events == events
    assert review.status_of(events[0].id) == "accepted"


def test_removing_a_person_takes_their_verdicts_along(review: ReviewFile) -> None:
    events = with_model(review)
    review.set_verdict([events[0].id], "accepted")
    review.add_event(Event(1.0, 1.0, "spindle"))
    review.remove_scorer(AB)
    assert review.status_of(events[0].id) == "unreviewed"
    review.undo()
    assert review.status_of(events[0].id) == "accepted"
    assert len(own_events(review)) == 1


def test_scored_spans_are_set_sorted_and_undone(review: ReviewFile) -> None:
    with_model(review)
    review.set_scored_spans(MODEL, [(500, 1000), (0, 100)])
    assert review.event_set(MODEL).scored_spans == ((0, 100), (500, 1000))
    review.undo()
    assert review.event_set(MODEL).scored_spans is None


def test_a_hypnogram_is_kept_and_undone(
    night: Path, identity: RecordingIdentity, review: ReviewFile
) -> None:
    first = Hypnogram(("W", "N1", "N2", "N3", "R", "?"), 30.0, 5.0, AB)
    second = Hypnogram(("W", "W"), 30.0, 0.0, AB)
    assert review.set_hypnogram(first).hypnograms == {AB}
    review.set_hypnogram(second, name="Stage W at 00:00:30")
    review.close()
    with ReviewFile.open(night, identity, person=AB) as again:
        assert again.hypnograms() == {AB: second}
        assert again.undo().step.name == "Stage W at 00:00:30"
        assert again.hypnograms() == {AB: first}
        again.undo()
        assert again.hypnograms() == {}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"onset": -1.0}, "0 to 3600.000 s"),
        ({"onset": 3600.0}, "3600.000 to 3601.000 s"),
        ({"duration": -1.0}, "cannot last -1.000 s"),
        ({"onset": float("nan")}, "does not fit"),
        ({"kind": ""}, "needs a class"),
        ({"confidence": 1.0}, "'confidence' of an event cannot be changed"),
    ],
)
def test_an_impossible_change_is_refused_and_nothing_happens(
    review: ReviewFile, change: dict[str, object], says: str
) -> None:
    event = with_model(review)[0]
    with pytest.raises(ReviewError, match=says):
        review.change_event(event.id, **change)
    assert own_events(review) == ()
    assert len(review.history()) == 1


def test_only_people_edit(review: ReviewFile) -> None:
    event = with_model(review)[0]
    with pytest.raises(ReviewError, match="only a person can"):
        review.set_verdict([event.id], "accepted", person=MODEL)


def test_an_unknown_event_scorer_or_status_is_named(review: ReviewFile) -> None:
    event = with_model(review)[0]
    with pytest.raises(ReviewError, match="nowhere is not in the review"):
        review.set_verdict(["nowhere"], "accepted")
    with pytest.raises(ReviewError, match="no scorer 'file:X'"):
        review.remove_scorer("file:X")
    with pytest.raises(ReviewError, match="must be accepted, rejected, unreviewed"):
        review.set_verdict([event.id], "changed")


def test_no_name_of_the_subject_is_in_the_file(review: ReviewFile) -> None:
    keys = review._database.connection.execute("SELECT key, value FROM meta").fetchall()
    assert {key for key, _ in keys} == {"recording", "file", "begun", "software"}

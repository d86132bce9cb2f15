"""Merging copies of a review: nothing is lost, what both changed is asked, undo takes it back."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from sleepscope.errors import ReviewError
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.recordings.identity import RecordingIdentity
from sleepscope.review import ReviewFile
from sleepscope.review.merge import merge
from tests.review.conftest import AB
from tests.review.merged import CD, FILE, ids, onsets, opened, planned, take


@pytest.fixture
def copy(night: Path, identity: RecordingIdentity, tmp_path: Path) -> Path:
    """Path of the recording beside which a copy of AB's review lies, begun and closed."""
    with ReviewFile.open(night, identity, person=AB) as review:
        events = [Event(100.0 * k, 1.0, "spindle", "C3") for k in range(1, 6)]
        review.import_set(EventSet.of(FILE, events))
        review.add_event(Event(10.0, 1.0, "spindle", "C3"))
        review.add_event(Event(20.0, 1.0, "spindle", "C3"))
        review.set_hypnogram(Hypnogram(("W", "N1", "N2", "N2"), scorer=AB))
    other = tmp_path / "other"
    other.mkdir()
    shutil.copyfile(night.with_suffix(".sleepscope"), other / "night.sleepscope")
    return other / "night.edf"


def test_two_peoples_sets_come_together_with_their_verdicts_and_logs(
    night: Path, copy: Path, identity: RecordingIdentity
) -> None:
    with opened(copy, identity, CD) as theirs:
        theirs.add_event(Event(30.0, 1.0, "spindle", "C3"))
        theirs.set_verdict([ids(theirs, FILE)[0]], "rejected")
        theirs.change_event(ids(theirs, FILE)[1], onset=201.0)
        n_theirs = len(theirs.history())
    with opened(night, identity) as mine:
        mine.add_event(Event(40.0, 1.0, "spindle", "C3"))
        mine.set_verdict([ids(mine, FILE)[0]], "accepted")
        n_mine = len(mine.history())
        before = copy.with_suffix(".sleepscope").read_bytes()
        assert planned(mine, copy).conflicts == []
        change = take(mine, copy)
        assert change.step.name == "Merge other"
        assert onsets(mine, CD) == [30.0, 201.0]
        assert onsets(mine) == [10.0, 20.0, 40.0]
        source = ids(mine, FILE)[0]
        assert mine.status_of(source, CD) == "rejected"
        assert mine.status_of(source, AB) == "accepted"
        assert mine.status_of(ids(mine, FILE)[1], CD) == "changed"
        assert mine.copy_of(ids(mine, FILE)[1], CD) is not None
        # Three steps of CD and the merge itself.
        assert len(mine.history()) == n_mine + 3 + 1
        assert n_theirs == 4 + 3
        assert {step.who for step in mine.history() if step.state == "fixed"} == {CD}
        mine.undo()
        assert mine.event_set(CD) is None
        assert mine.verdicts(CD) == {}
        mine.redo()
        assert onsets(mine, CD) == [30.0, 201.0]
    assert copy.with_suffix(".sleepscope").read_bytes() == before
    there = sorted(p.name for p in copy.parent.iterdir())
    assert there == ["night.sleepscope", "night.sleepscope.bak"]
    with opened(night, identity) as again:
        assert onsets(again, CD) == [30.0, 201.0]


def test_what_one_side_alone_touched_is_taken_from_it(
    night: Path, copy: Path, identity: RecordingIdentity
) -> None:
    with opened(copy, identity) as theirs:
        first, second = ids(theirs)
        theirs.change_event(first, onset=11.0)
        theirs.delete_events([second])
        theirs.add_event(Event(50.0, 1.0, "rem"))
    with opened(night, identity) as mine:
        plan = planned(mine, copy)
        assert plan.conflicts == []
        assert plan.notes == ["1 event: new.", "1 event: changed.", "1 event: deleted."]
        take(mine, copy)
        assert onsets(mine) == [11.0, 50.0]
        mine.undo()
        assert onsets(mine) == [10.0, 20.0]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [("mine", [12.0, 20.0]), ("theirs", [11.0, 20.0]), ("both", [11.0, 12.0, 20.0])],
)
def test_an_event_that_both_moved_is_asked(
    night: Path, copy: Path, identity: RecordingIdentity, choice: str, expected: list[float]
) -> None:
    with opened(copy, identity) as theirs:
        theirs.change_event(ids(theirs)[0], onset=11.0)
    with opened(night, identity) as mine:
        mine.change_event(ids(mine)[0], onset=12.0)
        (conflict,) = planned(mine, copy).conflicts
        assert (conflict.scorer, conflict.what) == (AB, "spindle at 00:00:12")
        assert conflict.mine == "spindle 12.00-13.00 s on C3"
        assert conflict.theirs == "spindle 11.00-12.00 s on C3"
        assert set(conflict.outcomes) == {"mine", "theirs", "both"}
        with pytest.raises(ReviewError, match="in conflict and not decided"):
            merge(mine, planned(mine, copy), {}, name="other")
        take(mine, copy, choice)
        assert onsets(mine) == expected
        mine.undo()
        assert onsets(mine) == [12.0, 20.0]


def test_a_verdict_that_both_gave_differently_is_asked_together_with_the_copy(
    night: Path, copy: Path, identity: RecordingIdentity
) -> None:
    with opened(copy, identity) as theirs:
        theirs.set_verdict([ids(theirs, FILE)[0]], "rejected")
    with opened(night, identity) as mine:
        mine.change_event(ids(mine, FILE)[0], onset=101.0)
        (conflict,) = planned(mine, copy).conflicts
        assert set(conflict.outcomes) == {"mine", "theirs"}
        assert conflict.mine.startswith("changed, spindle 101.00-102.00 s")
        assert conflict.theirs == "rejected"
        take(mine, copy, "theirs")
        assert mine.status_of(ids(mine, FILE)[0], AB) == "rejected"
        assert onsets(mine) == [10.0, 20.0]


def test_deleted_there_and_edited_here_is_asked(
    night: Path, copy: Path, identity: RecordingIdentity
) -> None:
    with opened(copy, identity) as theirs:
        theirs.delete_events([ids(theirs)[0]])
    with opened(night, identity) as mine:
        mine.change_event(ids(mine)[0], note="sure")
        (conflict,) = planned(mine, copy).conflicts
        assert conflict.theirs == "deleted"
        take(mine, copy)
        assert onsets(mine) == [10.0, 20.0]


def test_an_event_that_somebody_else_judged_is_not_deleted_without_a_question(
    night: Path, copy: Path, identity: RecordingIdentity
) -> None:
    with opened(copy, identity) as theirs:
        theirs.delete_events([ids(theirs)[0]])
    with opened(night, identity, CD) as mine:
        mine.set_verdict([ids(mine)[0]], "accepted")
        (conflict,) = planned(mine, copy).conflicts
        assert conflict.theirs == "deleted"


def test_epochs_that_both_staged_differently_are_asked_one_by_one(
    night: Path, copy: Path, identity: RecordingIdentity
) -> None:
    with opened(copy, identity) as theirs:
        theirs.set_hypnogram(Hypnogram(("N1", "N2", "N2", "R"), scorer=AB))
    with opened(night, identity) as mine:
        mine.set_hypnogram(Hypnogram(("W", "N3", "R", "N2"), scorer=AB))
        plan = planned(mine, copy)
        (conflict,) = plan.conflicts
        assert (conflict.what, conflict.mine, conflict.theirs) == ("epoch 2 (00:00:30)", "N3", "N2")
        take(mine, copy, "theirs")
        assert mine.hypnograms()[AB].stages == ("N1", "N2", "R", "R")
        mine.undo()
        assert mine.hypnograms()[AB].stages == ("W", "N3", "R", "N2")


def test_stages_on_another_grid_can_both_be_kept(
    night: Path, copy: Path, identity: RecordingIdentity
) -> None:
    with opened(copy, identity) as theirs:
        theirs.set_hypnogram(Hypnogram(("W", "N1"), 20.0, scorer=AB))
    with opened(night, identity) as mine:
        take(mine, copy, "both")
        assert set(mine.hypnograms()) == {AB, f"{AB} (2)"}


def test_files_without_a_common_past_come_together_by_names(
    night: Path, identity: RecordingIdentity, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    events = [Event(100.0 * k, 1.0, "spindle", "C3") for k in range(1, 6)]
    with opened(other / "night.edf", identity, CD) as theirs:
        theirs.import_set(EventSet.of(FILE, [Event(e.onset, 1.0, "spindle", "C3") for e in events]))
        theirs.import_set(EventSet.of("file:B", [Event(1.0, 1.0, "spindle")]))
        theirs.set_verdict([ids(theirs, FILE)[2]], "accepted")
    with opened(night, identity) as mine:
        mine.import_set(EventSet.of(FILE, events))
        mine.import_set(EventSet.of("file:B", [Event(2.0, 1.0, "spindle")]))
        take(mine, other / "night.edf")
        assert {s.scorer for s in mine.event_sets()} == {FILE, "file:B", "file:B (2)"}
        assert mine.status_of(ids(mine, FILE)[2], CD) == "accepted"
        assert onsets(mine, "file:B (2)") == [1.0]


def test_a_second_merge_of_the_same_file_changes_nothing(
    night: Path, copy: Path, identity: RecordingIdentity
) -> None:
    with opened(copy, identity, CD) as theirs:
        theirs.add_event(Event(30.0, 1.0, "spindle", "C3"))
    with opened(night, identity) as mine:
        assert take(mine, copy)
        n = len(mine.history())
        assert not take(mine, copy)
        assert len(mine.history()) == n


def test_a_set_that_one_side_removed_stays(
    night: Path, copy: Path, identity: RecordingIdentity
) -> None:
    with opened(copy, identity) as theirs:
        theirs.remove_scorer(FILE)
        theirs.remove_scorer(AB)
    with opened(night, identity) as mine:
        mine.set_verdict([ids(mine, FILE)[0]], "accepted")
        take(mine, copy)
        assert onsets(mine) == [10.0, 20.0]
        assert len(ids(mine, FILE)) == 5
        assert mine.status_of(ids(mine, FILE)[0], AB) == "accepted"


def test_a_set_that_was_removed_here_comes_back(
    night: Path, copy: Path, identity: RecordingIdentity
) -> None:
    with opened(copy, identity) as theirs:
        theirs.change_event(ids(theirs)[0], onset=11.0)
    with opened(night, identity) as mine:
        mine.remove_scorer(AB)
        take(mine, copy, "theirs")
        assert 20.0 in onsets(mine)
        mine.undo()
        assert mine.event_set(AB) is None
        mine.undo()
        assert onsets(mine) == [10.0, 20.0]


def test_a_set_that_ended_here_and_began_anew_takes_what_the_other_added(
    night: Path, copy: Path, identity: RecordingIdentity
) -> None:
    with opened(copy, identity) as theirs:
        theirs.add_event(Event(40.0, 1.0, "spindle", "C3"))
    with opened(night, identity) as mine:
        mine.remove_scorer(AB)
        mine.add_event(Event(30.0, 1.0, "spindle", "C3"))
        assert take(mine, copy)
        assert onsets(mine) == [10.0, 20.0, 30.0, 40.0]
        assert not take(mine, copy)
        mine.undo()
        assert onsets(mine) == [30.0]
        mine.redo()
        assert onsets(mine) == [10.0, 20.0, 30.0, 40.0]


def test_an_event_that_was_undone_here_stays_away_and_the_others_later_one_comes(
    night: Path, tmp_path: Path, identity: RecordingIdentity
) -> None:
    other = tmp_path / "other" / "night.edf"
    other.parent.mkdir()
    with opened(night, identity) as mine:
        mine.add_event(Event(10.0, 1.0, "spindle", "C3"))
    shutil.copyfile(night.with_suffix(".sleepscope"), other.with_suffix(".sleepscope"))
    with opened(other, identity) as theirs:
        theirs.add_event(Event(40.0, 1.0, "spindle", "C3"))
    with opened(night, identity) as mine:
        mine.undo()
        mine.add_event(Event(30.0, 1.0, "spindle", "C3"))
        assert take(mine, other)
        assert onsets(mine) == [30.0, 40.0]


def test_a_file_that_was_replaced_here_comes_back_beside_the_new_one(
    night: Path, copy: Path, identity: RecordingIdentity
) -> None:
    with opened(copy, identity, CD) as theirs:
        theirs.set_verdict([ids(theirs, FILE)[0]], "rejected")
    with opened(night, identity) as mine:
        mine.remove_scorer(FILE)
        mine.import_set(EventSet.of(FILE, [Event(7.0, 1.0, "spindle")]))
        take(mine, copy)
        assert onsets(mine, FILE) == [7.0]
        assert len(ids(mine, f"{FILE} (2)")) == 5
        assert mine.status_of(ids(mine, f"{FILE} (2)")[0], CD) == "rejected"


def test_scored_spans_are_joined(night: Path, copy: Path, identity: RecordingIdentity) -> None:
    with opened(copy, identity) as theirs:
        theirs.set_scored_spans(AB, [(0.0, 100.0), (300.0, 400.0)])
    with opened(night, identity) as mine:
        mine.set_scored_spans(AB, [(50.0, 200.0)])
        take(mine, copy)
        assert mine.event_set(AB).scored_spans == ((0.0, 200.0), (300.0, 400.0))


def test_reviews_of_two_recordings_are_refused(
    night: Path, copy: Path, identity: RecordingIdentity, tmp_path: Path
) -> None:
    stranger = tmp_path / "stranger.edf"
    other = RecordingIdentity(1, None, 10.0, "0" * 64)
    with ReviewFile.open(stranger, other), opened(night, identity) as mine:
        pass
    with opened(night, identity) as mine, pytest.raises(ReviewError, match="different recordings"):
        planned(mine, stranger)


def test_kept_explanations_are_no_part_of_a_merge(
    night: Path, identity: RecordingIdentity, copy: Path
) -> None:
    with opened(copy, identity) as theirs:
        theirs.maps.keep({"a": b"theirs", "b": b"theirs"})
    with opened(night, identity) as mine:
        mine.maps.keep({"a": b"mine"})
        plan = planned(mine, copy)
        assert plan.conflicts == []
        assert not plan.notes
        assert not take(mine, copy)
        assert mine.maps.read("a") == b"mine"
        assert mine.maps.read("b") is None


def test_a_copy_of_a_program_that_kept_no_explanations_is_merged(
    night: Path, identity: RecordingIdentity, copy: Path
) -> None:
    with opened(copy, identity) as theirs:
        theirs.add_event(Event(30.0, 1.0, "spindle", "C3"))
    file = copy.with_suffix(".sleepscope")
    older = sqlite3.connect(file, isolation_level=None)
    older.execute("DROP TABLE maps")
    older.execute("PRAGMA user_version = 2")
    older.close()
    before = file.read_bytes()
    with opened(night, identity) as mine:
        mine.maps.keep({"a": b"mine"})
        take(mine, copy)
        assert onsets(mine) == [10.0, 20.0, 30.0]
        assert mine.maps.read("a") == b"mine"
    assert file.read_bytes() == before
    with ReviewFile.open_file(file) as theirs:
        assert theirs.maps.known(["a"]) == frozenset()
        theirs.maps.keep({"a": b"x"})
        assert theirs.maps.read("a") is None

"""Blind, then reveal: hidden, frozen, shown, and each later edit measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from sleepscope.errors import ReviewError
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.recordings.identity import RecordingIdentity
from sleepscope.review import ReviewFile
from sleepscope.review.blind import (
    REPORT_COLUMNS,
    begin_blind,
    blind_report,
    end,
    freeze,
    report_rows,
    reveal,
)
from sleepscope.review.sitting import Sitting
from tests.review.conftest import AB

MODEL = "model:spindle-1d@12345678"
CD = "human:CD"


def import_model(review: ReviewFile) -> tuple[Event, ...]:
    events = [Event(100.0 * k, 1.0, "spindle", "C3", 0.9) for k in range(1, 6)]
    review.import_set(EventSet.of(MODEL, events))
    return review.event_set(MODEL).events


def mark(review: ReviewFile, onset: float, duration: float = 1.0) -> str:
    return review.add_event(Event(onset, duration, "spindle", "C3")).event_id


def sitting(review: ReviewFile) -> Sitting:
    found = review.sitting(AB)
    assert found is not None
    return found


def revealed(review: ReviewFile) -> dict[str, str]:
    """AB found the first two of five, and one that the model has not."""
    import_model(review)
    begin_blind(review, AB)
    ids = {"hit": mark(review, 100.0), "near": mark(review, 200.5), "own": mark(review, 950.0)}
    freeze(review, sitting(review), duration=3600.0)
    reveal(review, sitting(review), MODEL)
    return ids


@pytest.mark.parametrize(
    ("hides_others", "hidden"),
    [(False, {MODEL, "consensus:all"}), (True, {MODEL, "consensus:all", "file:B", CD})],
)
def test_a_model_is_hidden_until_the_reveal(
    review: ReviewFile, hides_others: bool, hidden: set[str]
) -> None:
    import_model(review)
    begin_blind(review, AB, hides_others=hides_others)
    everybody = (MODEL, "consensus:all", "file:B", CD, AB)
    assert {s for s in everybody if sitting(review).hides(s)} == hidden
    freeze(review, sitting(review), duration=3600.0)
    assert {s for s in everybody if sitting(review).hides(s)} == hidden
    reveal(review, sitting(review), MODEL)
    assert not any(sitting(review).hides(s) for s in everybody)


def test_a_blind_sitting_survives_closing(
    night: Path, identity: RecordingIdentity, review: ReviewFile
) -> None:
    import_model(review)
    begin_blind(review, AB, spans=[(0.0, 1000.0)])
    mark(review, 100.0)
    review.close()
    with ReviewFile.open(night, identity, person=AB) as again:
        assert sitting(again).state == "open"
        assert sitting(again).hides(MODEL)
        assert again.sitting(CD) is None
        freeze(again, sitting(again), duration=3600.0)
        assert again.event_set(AB).scored_spans == ((0.0, 1000.0),)


def test_frozen_events_stay_as_they_are(review: ReviewFile) -> None:
    import_model(review)
    begin_blind(review, AB)
    own = mark(review, 100.0)
    freeze(review, sitting(review), duration=3600.0)
    for edit in (
        lambda: mark(review, 5.0),
        lambda: review.change_event(own, onset=7.0),
        lambda: review.delete_events([own]),
        review.undo,
    ):
        with pytest.raises(ReviewError, match="frozen"):
            edit()
    review.add_event(Event(5.0, 1.0, "spindle"), CD)
    assert review.event_set(AB).scored_spans == ((0.0, 3600.0),)
    reveal(review, sitting(review), MODEL)
    mark(review, 5.0)


def test_states_follow_each_other(review: ReviewFile) -> None:
    import_model(review)
    begin_blind(review, AB)
    with pytest.raises(ReviewError, match="not ended yet"):
        begin_blind(review, AB)
    with pytest.raises(ReviewError, match="Only what is frozen"):
        reveal(review, sitting(review), MODEL)
    with pytest.raises(ReviewError, match="nothing to report"):
        blind_report(review, sitting(review))
    freeze(review, sitting(review), duration=3600.0)
    with pytest.raises(ReviewError, match="frozen already"):
        freeze(review, sitting(review), duration=3600.0)
    with pytest.raises(ReviewError, match="no scorer 'model:x'"):
        reveal(review, sitting(review), "model:x")
    end(review, sitting(review))
    assert review.sitting(AB) is None


def test_undo_does_not_go_back_behind_a_sitting_by_hiding_it(review: ReviewFile) -> None:
    revealed(review)
    for _ in range(10):
        review.undo()
    assert sitting(review).state == "revealed"


def test_each_edit_is_towards_the_model_or_away_from_it(review: ReviewFile) -> None:
    ids = revealed(review)
    model = review.event_set(MODEL).events
    review.set_verdict([model[2].id], "accepted")  # takes the model's word: -1 miss
    review.change_event(ids["near"], onset=200.0)  # 0.5 s nearer
    review.delete_events([ids["own"]])  # gives up a mark that the model has not
    review.delete_events([ids["hit"]])  # gives up a common one
    mark(review, 2000.0)  # one more that the model has not
    review.set_verdict([model[3].id], "rejected")  # the person never had it
    review.change_event(ids["near"], note="sure")  # the same place
    report = blind_report(review, sitting(review))
    found = [(one.direction, round(one.before - one.after, 3)) for one in report.leanings]
    # 1 s against 1 s, 0.5 s apart: IoU 1/3.
    assert found == [
        ("towards", 1.0),
        ("towards", round(2 / 3, 3)),
        ("towards", 1.0),
        ("away", -1.0),
        ("away", -1.0),
        ("neither", 0.0),
    ]
    assert report.counts == {"towards": 3, "away": 2, "neither": 1}
    assert (report.before.tp, report.before.fp, report.before.fn) == (2, 1, 3)
    assert (report.now.tp, report.now.fp, report.now.fn) == (2, 1, 3)


def test_accepting_the_models_word_for_an_own_event_is_towards_it(review: ReviewFile) -> None:
    revealed(review)
    model = review.event_set(MODEL).events
    review.set_verdict([model[1].id], "accepted")  # the person's own lies half a second off
    review.set_verdict([model[0].id], "accepted")  # the person's own is the same
    report = blind_report(review, sitting(review))
    assert [one.direction for one in report.leanings] == ["towards", "neither"]
    assert report.now.tp == 2


def test_taking_back_a_change_is_measured_too(review: ReviewFile) -> None:
    revealed(review)
    review.set_verdict([review.event_set(MODEL).events[2].id], "accepted")
    review.undo()
    review.redo()
    report = blind_report(review, sitting(review))
    assert [(one.verb, one.direction) for one in report.leanings] == [
        ("accept", "towards"),
        ("undo", "away"),
        ("redo", "towards"),
    ]


def test_edits_of_others_and_other_kinds_are_not_measured(review: ReviewFile) -> None:
    revealed(review)
    review.add_event(Event(300.0, 1.0, "spindle", "C3"), CD)
    review.add_event(Event(300.0, 1.0, "rem", "E1"))
    assert blind_report(review, sitting(review)).leanings == ()


def test_nothing_is_measured_after_the_end(review: ReviewFile) -> None:
    revealed(review)
    last = sitting(review)
    end(review, last)
    mark(review, 2000.0)
    assert review.leanings(last.id) == []


def test_the_report_comes_as_rows_and_survives_closing(
    night: Path, identity: RecordingIdentity, review: ReviewFile
) -> None:
    revealed(review)
    mark(review, 300.0)
    review.close()
    with ReviewFile.open(night, identity, person=AB) as again:
        (row,) = report_rows(blind_report(again, sitting(again)))
        values = dict(zip(REPORT_COLUMNS, row, strict=True))
        assert (values["who"], values["verb"]) == (AB, "add")
        assert values["step"] == "Add spindle at 00:05:00"
        assert (values["before"], values["after"]) == ("1.000", "0.000")
        assert values["direction"] == "towards"


def test_the_log_of_leanings_cannot_be_rewritten(review: ReviewFile) -> None:
    import sqlite3

    revealed(review)
    mark(review, 300.0)
    for statement in ("DELETE FROM leanings", "UPDATE leanings SET after = 0"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            review._database.connection.execute(statement)


def test_wide_changes_are_measured_where_they_reach(review: ReviewFile) -> None:
    """An event that reaches over its neighbours is measured together with them."""
    events = [Event(10.0, 2.0, "spindle"), Event(11.5, 2.0, "spindle"), Event(13.2, 2.0, "spindle")]
    review.import_set(EventSet.of(MODEL, events))
    begin_blind(review, AB)
    own = mark(review, 10.0, 2.0)
    freeze(review, sitting(review), duration=3600.0)
    reveal(review, sitting(review), MODEL)
    review.change_event(own, onset=13.2)
    (one,) = blind_report(review, sitting(review)).leanings
    assert one.direction == "neither"
    assert one.before == pytest.approx(one.after)

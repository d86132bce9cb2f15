"""A review file from elsewhere may hold anything; opening it ends in a sentence, not in a crash."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from sleepscope.errors import ReviewError
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.recordings.identity import RecordingIdentity
from sleepscope.review import ReviewFile
from tests.review.conftest import AB

FILE = "file:expert"


@pytest.fixture
def stored(night: Path, identity: RecordingIdentity) -> Path:
    """A closed review with a set, a verdict and stages."""
    with ReviewFile.open(night, identity, person=AB) as review:
        event = Event(10.0, 1.0, "spindle", "C3")
        review.import_set(EventSet.of(FILE, [event], [(0.0, 60.0)]))
        review.set_verdict([event.id], "accepted")
        review.set_hypnogram(Hypnogram(("W", "N2"), scorer=AB))
        return review.path


def _change(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement)
    connection.close()


def _open(night: Path, identity: RecordingIdentity, *, reading: bool) -> ReviewFile:
    if reading:
        return ReviewFile.open_existing(night, identity)
    return ReviewFile.open(night, identity, person=AB)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE scorers SET spans = '[[0, \"x\"]]'",
        "UPDATE scorers SET spans = '[['",
        "UPDATE scorers SET spans = '5'",
        "UPDATE verdicts SET at = 'yesterday'",
        "UPDATE hypnograms SET stages = 'W7'",
        "UPDATE hypnograms SET stages = 5",
        "UPDATE events SET onset = 'soon'",
        "UPDATE events SET duration = x'00'",
        "UPDATE events SET onset = 1e999",
        "UPDATE events SET confidence = 'high'",
        "UPDATE events SET kind = x'ff'",
        "UPDATE events SET channel = x'00'",
        "UPDATE meta SET value = '[]' WHERE key = 'recording'",
        "UPDATE meta SET value = '{' WHERE key = 'recording'",
        "ALTER TABLE verdicts RENAME TO opinions",
        "ALTER TABLE meta RENAME TO notes",
    ],
)
@pytest.mark.parametrize("reading", [False, True])
def test_content_that_is_no_review_is_told_in_a_sentence(
    stored: Path, night: Path, identity: RecordingIdentity, statement: str, reading: bool
) -> None:
    _change(stored, statement)
    with pytest.raises(ReviewError, match=r"night\.sleepscope"):
        _open(night, identity, reading=reading)
    assert not list(stored.parent.glob("*.lock"))


@pytest.mark.parametrize("facts", ["{", "[]", "{}", '{"channels": 5}'])
def test_a_run_that_says_nothing_is_told_in_a_sentence(
    stored: Path, night: Path, identity: RecordingIdentity, facts: str
) -> None:
    _change(stored, f"INSERT INTO runs VALUES (1, 1, 1, '{facts}', x'00')")
    with ReviewFile.open(night, identity, person=AB) as review:
        with pytest.raises(ReviewError, match=r"run 1 in night\.sleepscope"):
            review.detection_runs()
        with pytest.raises(ReviewError, match=r"run 1 in night\.sleepscope"):
            review.probability(1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE steps SET at = 'yesterday'",
        "INSERT INTO edits VALUES (99, 3, '', '', '', '', '{', '')",
    ],
)
def test_a_log_that_is_none_is_told_in_a_sentence_when_undone(
    stored: Path, night: Path, identity: RecordingIdentity, statement: str
) -> None:
    _change(stored, statement)
    with ReviewFile.open(night, identity, person=AB) as review:
        before = review.hypnograms()
        with pytest.raises(ReviewError, match=r"night\.sleepscope holds something"):
            review.undo()
        assert review.hypnograms() == before

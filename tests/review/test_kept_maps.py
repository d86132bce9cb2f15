"""Explanations are kept in the review file: they survive, have a limit, and are no edits."""

from __future__ import annotations

from pathlib import Path

import pytest

from sleepscope.errors import ReviewError
from sleepscope.recordings.identity import RecordingIdentity
from sleepscope.review import ReviewFile
from tests.review.conftest import AB


def test_what_is_kept_is_there_when_the_file_is_opened_again(
    review: ReviewFile, night: Path, identity: RecordingIdentity
) -> None:
    review.maps.keep({"a": b"one", "b": b"two"})
    review.close()
    with ReviewFile.open(night, identity, person=AB) as again:
        assert again.maps.read("a") == b"one"
        assert again.maps.read("c") is None
        assert again.maps.known(["b", "c"]) == {"b"}


def test_the_newest_answer_to_a_question_is_the_one_kept(review: ReviewFile) -> None:
    review.maps.keep({"a": b"old"})
    review.maps.keep({"a": b"new"})
    assert review.maps.read("a") == b"new"


def test_the_oldest_go_where_there_are_too_many_bytes(review: ReviewFile) -> None:
    for k in range(6):
        review.maps.keep({f"{k}": b"x" * 100}, most=350)
    assert review.maps.known(map(str, range(6))) == {"3", "4", "5"}


def test_keeping_is_no_step_of_undo(review: ReviewFile) -> None:
    review.maps.keep({"a": b"one"})
    assert review.next_undo is None


def test_thousands_are_asked_for_at_once(review: ReviewFile) -> None:
    review.maps.keep({str(k): b"x" for k in range(1200)})
    assert len(review.maps.known(map(str, range(2000)))) == 1200


def test_a_file_open_for_reading_alone_is_left_as_it_is(
    review: ReviewFile, night: Path, identity: RecordingIdentity
) -> None:
    with ReviewFile.open_existing(night, identity) as second:
        second.maps.keep({"a": b"one"})
        assert second.maps.read("a") is None


def test_a_file_that_may_not_be_written_says_so(review: ReviewFile) -> None:
    review._database.connection.execute("PRAGMA query_only = ON")
    with pytest.raises(ReviewError):
        review.maps.keep({"a": b"one"})

"""What a failing disk does to an edit: it is refused, and everything before it stays."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from sleepscope.errors import ReviewError
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.recordings.identity import RecordingIdentity
from sleepscope.review import ReviewFile, place
from tests.review.conftest import AB


def add(review: ReviewFile, onset: float, note: str = "") -> None:
    review.add_event(Event(onset, 1.0, "spindle", note=note))


def onsets(review: ReviewFile) -> list[float]:
    return [e.onset for s in review.event_sets() for e in s.events]


def test_a_full_disk_refuses_the_edit_and_keeps_the_earlier_ones(
    night: Path, identity: RecordingIdentity, review: ReviewFile
) -> None:
    add(review, 1.0)
    # SQLite reports a full disk when the file may not grow beyond this many pages.
    review._database.connection.execute("PRAGMA max_page_count = 1")
    with pytest.raises(ReviewError, match=r"night\.sleepscope was not changed: the disk is full"):
        add(review, 2.0, note="x" * 100_000)
    assert onsets(review) == [1.0]
    assert [s.name for s in review.history()] == ["Add spindle at 00:00:01"]
    review._database.connection.execute("PRAGMA max_page_count = 1000000")
    add(review, 3.0)
    review.close()
    with ReviewFile.open(night, identity) as again:
        assert onsets(again) == [1.0, 3.0]


def test_a_full_disk_refuses_an_import_whole(review: ReviewFile) -> None:
    review._database.connection.execute("PRAGMA max_page_count = 40")
    events = [Event(k / 10, 0.1, "spindle") for k in range(10_000)]
    with pytest.raises(ReviewError, match="disk is full"):
        review.import_set(EventSet.of("file:A", events))
    assert review.event_sets() == ()
    review._database.connection.execute("PRAGMA max_page_count = 1000000")
    review.import_set(EventSet.of("file:A", events))
    assert len(onsets(review)) == 10_000


def test_a_file_that_may_not_be_written_refuses_edits(review: ReviewFile) -> None:
    add(review, 1.0)
    review._database.connection.execute("PRAGMA query_only = 1")
    with pytest.raises(ReviewError, match="may not be written"):
        add(review, 2.0)
    with pytest.raises(ReviewError, match="may not be written"):
        review.undo()
    review._database.connection.execute("PRAGMA query_only = 0")
    assert onsets(review) == [1.0]
    review.undo()
    assert onsets(review) == []


def test_a_file_locked_by_another_program_refuses_edits(review: ReviewFile) -> None:
    review._database.connection.execute("PRAGMA busy_timeout = 0")
    other = sqlite3.connect(review.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(ReviewError, match="another program is writing"):
        add(review, 1.0)
    other.execute("ROLLBACK")
    other.close()
    add(review, 2.0)
    assert onsets(review) == [2.0]


def test_a_backup_that_cannot_be_written_is_a_notice(
    night: Path, identity: RecordingIdentity, review: ReviewFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(review, 1.0)
    review.close()

    def full(_path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(place, "_sync", full)
    with ReviewFile.open(night, identity, person=AB) as again:
        assert "No backup copy of night.sleepscope" in again.notices[0]
        add(again, 2.0)
    assert not place.backup_path(night.with_suffix(".sleepscope")).exists()


def test_a_lock_file_that_cannot_be_written_is_said(
    night: Path, identity: RecordingIdentity
) -> None:
    night.with_name("night.sleepscope.lock").mkdir()
    with pytest.raises(ReviewError, match=r"night\.sleepscope\.lock cannot be written"):
        ReviewFile.open(night, identity)


def test_every_commit_is_synced_to_the_disk(review: ReviewFile) -> None:
    execute = review._database.connection.execute
    assert execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert execute("PRAGMA synchronous").fetchone() == (2,)
    assert execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_the_edit_log_cannot_be_rewritten(review: ReviewFile) -> None:
    add(review, 1.0)
    for statement in ("DELETE FROM edits", "UPDATE edits SET who = 'nobody'"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            review._database.connection.execute(statement)

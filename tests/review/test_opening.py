"""Opening: whose file it is, where it lies, who holds it, and what if it is damaged."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest

from sleepscope.errors import ReviewError
from sleepscope.events.event import Event
from sleepscope.recordings.identity import RecordingIdentity
from sleepscope.review import ReviewFile, place
from sleepscope.review.database import APPLICATION_ID, MIGRATIONS
from tests.review.conftest import AB


def add(review: ReviewFile, onset: float = 1.0) -> None:
    review.add_event(Event(onset, 1.0, "spindle"))


def n_events(review: ReviewFile) -> int:
    return sum(len(s.events) for s in review.event_sets())


def reviewed(night: Path, identity: RecordingIdentity, n: int = 1) -> Path:
    with ReviewFile.open(night, identity, person=AB) as review:
        for k in range(n):
            add(review, float(k))
        return review.path


def test_the_review_lies_beside_the_recording_and_leaves_nothing_else(
    night: Path, identity: RecordingIdentity
) -> None:
    path = reviewed(night, identity)
    assert path == night.with_suffix(".sleepscope")
    assert [p.name for p in night.parent.iterdir()] == ["night.sleepscope"]


def test_another_recording_of_the_same_name_gets_a_review_of_its_own(
    night: Path, identity: RecordingIdentity
) -> None:
    reviewed(night, identity, 3)
    other = dataclasses.replace(identity, content_hash="0" * 64)
    with ReviewFile.open(night, other, person=AB) as review:
        assert review.path.name == "night (2).sleepscope"
        assert "night.sleepscope is the review of another recording" in review.notices[0]
        assert n_events(review) == 0
        add(review)
    with ReviewFile.open(night, other) as review:
        assert n_events(review) == 1
        assert review.notices == ()
    with ReviewFile.open(night, identity) as review:
        assert n_events(review) == 3


def test_a_renamed_recording_and_review_belong_together(
    night: Path, identity: RecordingIdentity
) -> None:
    reviewed(night, identity).rename(night.with_name("other.sleepscope"))
    with ReviewFile.open(night.with_name("other.edf"), identity) as review:
        assert n_events(review) == 1


def test_in_a_read_only_folder_the_review_lies_in_the_users_data_folder(
    night: Path,
    identity: RecordingIdentity,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    reviewed(night, identity, 2)
    data = tmp_path_factory.mktemp("data")
    monkeypatch.setattr(platformdirs, "user_data_path", lambda *_, **__: data)
    monkeypatch.setattr(place, "_can_write", lambda folder: folder != night.parent)
    with ReviewFile.open(night, identity, person=AB) as review:
        assert review.path.parent == data / "reviews"
        assert "cannot be written" in review.notices[0]
        assert n_events(review) == 2
        add(review, 100.0)
    with ReviewFile.open(night, identity) as review:
        assert n_events(review) == 3


def test_nowhere_to_write_is_said_in_one_sentence(
    night: Path, identity: RecordingIdentity, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_the_way = night.with_name("data")
    in_the_way.write_text("a file")
    monkeypatch.setattr(platformdirs, "user_data_path", lambda *_, **__: in_the_way)
    monkeypatch.setattr(place, "_can_write", lambda _: False)
    with pytest.raises(ReviewError, match="no place for the review"):
        ReviewFile.open(night, identity)


def test_a_second_opener_reads_only_and_learns_who_holds_it(
    night: Path, identity: RecordingIdentity, review: ReviewFile
) -> None:
    add(review)
    with ReviewFile.open(night, identity, person="human:CD") as second:
        assert second.read_only
        assert second.holder.person == AB
        assert second.holder.pid == os.getpid()
        assert f"open for editing by AB on {socket.gethostname()}" in second.notices[0]
        assert n_events(second) == 1
        with pytest.raises(ReviewError, match="read-only because AB on"):
            add(second)
        with pytest.raises(ReviewError, match="read-only"):
            second.undo()
        add(review, 5.0)
        second.refresh()
        assert n_events(second) == 2
    add(review, 9.0)
    review.close()
    with ReviewFile.open(night, identity, person="human:CD") as third:
        assert not third.read_only
        assert n_events(third) == 3


def test_the_lock_of_a_dead_process_is_taken_over(night: Path, identity: RecordingIdentity) -> None:
    path = reviewed(night, identity)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    holder = {"person": AB, "host": socket.gethostname(), "pid": dead.pid}
    lock = path.with_name(path.name + ".lock")
    lock.write_text(json.dumps(holder))
    with ReviewFile.open(night, identity, person=AB) as review:
        assert not review.read_only
        add(review, 9.0)
    assert not lock.exists()


def test_a_holder_on_another_computer_is_believed(night: Path, identity: RecordingIdentity) -> None:
    path = reviewed(night, identity)
    lock = path.with_name(path.name + ".lock")
    lock.write_text(json.dumps({"person": "human:EF", "host": "elsewhere", "pid": 1}))
    with ReviewFile.open(night, identity, person=AB) as review:
        assert review.read_only
        assert "EF on elsewhere (process 1)" in review.notices[0]
        assert f"delete {lock.name}" in review.notices[0]
    assert lock.exists()


def test_a_torn_lock_file_holds_nothing(night: Path, identity: RecordingIdentity) -> None:
    path = reviewed(night, identity)
    path.with_name(path.name + ".lock").write_text('{"person": "hum')
    with ReviewFile.open(night, identity, person=AB) as review:
        assert not review.read_only


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:12288] = b"\xa5" * 8192
    path.write_bytes(content)


def test_a_damaged_file_is_set_aside_and_restored_from_its_backup(
    night: Path, identity: RecordingIdentity
) -> None:
    path = reviewed(night, identity, 4)
    with ReviewFile.open(night, identity, person=AB):  # makes the backup
        pass
    damage(path)
    damaged = path.read_bytes()
    with ReviewFile.open(night, identity, person=AB) as review:
        assert n_events(review) == 4
        assert "was damaged and is kept as night.sleepscope.damaged-" in review.notices[0]
        add(review, 50.0)
    (aside,) = path.parent.glob("night.sleepscope.damaged-*")
    assert aside.read_bytes() == damaged


@pytest.mark.parametrize("length", [1, 100, 5000])
def test_a_cut_off_file_without_backup_is_set_aside_and_said(
    night: Path, identity: RecordingIdentity, length: int
) -> None:
    path = reviewed(night, identity)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(ReviewError, match=r"set aside as night\.sleepscope\.damaged-"):
        ReviewFile.open(night, identity)
    with ReviewFile.open(night, identity, person=AB) as review:
        assert n_events(review) == 0
        assert not review.read_only


def test_a_damaged_backup_is_not_restored(night: Path, identity: RecordingIdentity) -> None:
    path = reviewed(night, identity)
    with ReviewFile.open(night, identity):
        pass
    for file in (path, place.backup_path(path)):
        damage(file)
    with pytest.raises(ReviewError, match="no whole backup"):
        ReviewFile.open(night, identity)


def test_the_backup_is_the_review_as_it_was_opened(
    night: Path, identity: RecordingIdentity
) -> None:
    path = reviewed(night, identity, 2)
    with ReviewFile.open(night, identity, person=AB) as review:
        add(review, 77.0)
    shutil.copyfile(place.backup_path(path), path)
    with ReviewFile.open(night, identity) as review:
        assert n_events(review) == 2


def test_an_emptied_file_is_restored_from_its_backup(
    night: Path, identity: RecordingIdentity
) -> None:
    path = reviewed(night, identity, 2)
    with ReviewFile.open(night, identity):
        pass
    path.write_bytes(b"")
    with ReviewFile.open(night, identity) as review:
        assert n_events(review) == 2
        assert "was damaged" in review.notices[0]


def test_an_empty_file_is_a_fresh_review(night: Path, identity: RecordingIdentity) -> None:
    night.with_suffix(".sleepscope").touch()
    with ReviewFile.open(night, identity, person=AB) as review:
        add(review)
        assert n_events(review) == 1


def test_another_programs_database_is_left_alone(night: Path, identity: RecordingIdentity) -> None:
    path = night.with_suffix(".sleepscope")
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE songs (title TEXT)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(ReviewError, match="database of another program"):
        ReviewFile.open(night, identity)
    assert path.read_bytes() == before


def test_a_file_of_a_newer_program_is_refused(night: Path, identity: RecordingIdentity) -> None:
    path = reviewed(night, identity)
    newer = sqlite3.connect(path)
    newer.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    newer.close()
    with pytest.raises(ReviewError, match="newer SleepScope"):
        ReviewFile.open(night, identity)


def test_an_older_schema_is_brought_up_to_date(
    night: Path, identity: RecordingIdentity, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = reviewed(night, identity, 3)
    more = (*MIGRATIONS, ("CREATE TABLE later (x INTEGER)",))
    monkeypatch.setattr("sleepscope.review.database.MIGRATIONS", more)
    with ReviewFile.open(night, identity) as review:
        assert n_events(review) == 3
        assert review._database.version == len(more)
    again = sqlite3.connect(path)
    assert again.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert again.execute("SELECT count(*) FROM later").fetchone() == (0,)
    again.close()


def as_first_schema(path: Path) -> None:
    """Make a review file what the first released program wrote."""
    old = sqlite3.connect(path, isolation_level=None)
    for name in ("leanings", "sittings", "maps"):
        old.execute(f"DROP TABLE {name}")
    old.execute("PRAGMA user_version = 1")
    old.close()


def test_an_older_file_is_kept_before_it_is_brought_up_to_date(
    night: Path, identity: RecordingIdentity
) -> None:
    path = reviewed(night, identity, 3)
    as_first_schema(path)
    with ReviewFile.open(night, identity, person=AB) as review:
        assert n_events(review) == 3
        assert review.sittings() == ()
        add(review, 100.0)
    kept = path.with_name("night.sleepscope.schema1")
    old = sqlite3.connect(kept)
    assert old.execute("PRAGMA user_version").fetchone() == (1,)
    assert old.execute("SELECT count(*) FROM events").fetchone() == (3,)
    old.close()


def test_an_older_file_that_is_only_read_stays_as_it_is(
    night: Path, identity: RecordingIdentity
) -> None:
    path = reviewed(night, identity, 3)
    as_first_schema(path)
    before = path.read_bytes()
    with ReviewFile.open_existing(night, identity) as review:
        assert n_events(review) == 3
        assert review.sittings() == ()
        assert review.read_only
    assert path.read_bytes() == before


def test_an_older_file_that_cannot_be_kept_is_left_as_it_is(
    night: Path, identity: RecordingIdentity
) -> None:
    path = reviewed(night, identity)
    as_first_schema(path)
    path.with_name("night.sleepscope.schema1").mkdir()
    with pytest.raises(ReviewError, match="older SleepScope"):
        ReviewFile.open(night, identity)
    old = sqlite3.connect(path)
    assert old.execute("PRAGMA user_version").fetchone() == (1,)
    old.close()


def test_a_failed_migration_leaves_the_file_as_it_was(
    night: Path, identity: RecordingIdentity, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviewed(night, identity, 3)
    with monkeypatch.context() as patch:
        more = (*MIGRATIONS, ("CREATE TABLE later (x INTEGER)", "CREATE TABLE events (x)"))
        patch.setattr("sleepscope.review.database.MIGRATIONS", more)
        with pytest.raises(ReviewError, match="already exists"):
            ReviewFile.open(night, identity)
    with ReviewFile.open(night, identity) as review:
        assert n_events(review) == 3

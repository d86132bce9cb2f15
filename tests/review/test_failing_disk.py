"""A real full disk, a real read-only mount, real second processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import platformdirs
import pytest

from sleepscope.errors import ReviewError
from sleepscope.events.event import Event
from sleepscope.recordings.identity import RecordingIdentity
from sleepscope.review import ReviewFile, place
from tests.review.conftest import AB

MOUNT = shutil.which("mount")


def mounted(folder: Path, options: str) -> bool:
    """Mount a small file system in memory; only root may."""
    if MOUNT is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    command = [MOUNT, "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not mounted(folder, "size=1m"):
        pytest.skip("mounting a small disk takes root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def onsets(review: ReviewFile) -> list[float]:
    return [event.onset for s in review.event_sets() for event in s.events]


def fill(review: ReviewFile, kept: list[float]) -> None:
    """Add events until the disk is full; ``kept`` gets those that were acknowledged."""
    for k in range(3000):
        review.add_event(Event(float(k), 1.0, "spindle", note="x" * 2000))
        kept.append(float(k))


def fill_up(path: Path) -> None:
    """Take all room that is left on a disk."""
    with path.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)


def test_a_disk_that_fills_up_refuses_edits_and_loses_none(
    small_disk: Path, identity: RecordingIdentity
) -> None:
    night = small_disk / "night.edf"
    kept: list[float] = []
    with ReviewFile.open(night, identity, person=AB) as review:
        with pytest.raises(ReviewError, match="the disk is full"):
            fill(review, kept)
        assert 5 < len(kept) < 3000
        assert onsets(review) == kept
        with pytest.raises(ReviewError):
            review.add_event(Event(3500.0, 1.0, "spindle", note="y" * 20_000))
        assert onsets(review) == kept
    # Elsewhere there is room: the file goes on there, whole.
    roomy = small_disk.parent / "night.sleepscope"
    for name in ("night.sleepscope", "night.sleepscope-wal"):
        if (small_disk / name).exists():
            shutil.copyfile(small_disk / name, roomy.with_name(name))
    with ReviewFile.open(roomy.with_suffix(".edf"), identity, person=AB) as again:
        assert onsets(again) == kept
        review_event = again.add_event(Event(3500.0, 1.0, "spindle"))
        assert review_event.event_id is not None


def test_a_review_opens_on_a_full_disk(small_disk: Path, identity: RecordingIdentity) -> None:
    night = small_disk / "night.edf"
    with ReviewFile.open(night, identity, person=AB) as review:
        for k in range(10):
            review.add_event(Event(float(k), 1.0, "spindle"))
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="space"):
        fill_up(filler)
    with ReviewFile.open(night, identity, person=AB) as review:
        assert len(onsets(review)) == 10
        assert review.read_only
        assert "No space left" in review.notices[0]
        with pytest.raises(ReviewError, match="read-only"):
            review.add_event(Event(20.0, 1.0, "spindle"))
    filler.unlink()
    with ReviewFile.open(night, identity, person=AB) as review:
        assert len(onsets(review)) == 10
        review.add_event(Event(20.0, 1.0, "spindle"))


def test_a_read_only_mount_keeps_the_review_in_the_users_folder(
    tmp_path: Path, identity: RecordingIdentity, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cd"
    folder.mkdir()
    if not mounted(folder, "size=4m"):
        pytest.skip("mounting takes root")
    data = tmp_path / "data"
    monkeypatch.setattr(platformdirs, "user_data_path", lambda *_, **__: data)
    try:
        night = folder / "night.edf"
        with ReviewFile.open(night, identity, person=AB) as review:
            review.add_event(Event(1.0, 1.0, "spindle"))
        remount = [str(MOUNT), "-o", "remount,ro", str(folder)]
        subprocess.run(remount, check=True)
        before = night.with_suffix(".sleepscope").read_bytes()
        with ReviewFile.open_existing(night, identity) as reader:
            assert onsets(reader) == [1.0]
        with ReviewFile.open(night, identity, person=AB) as review:
            assert review.path.parent == data / "reviews"
            assert "cannot be written" in review.notices[0]
            assert onsets(review) == [1.0]
            review.add_event(Event(2.0, 1.0, "spindle"))
        with ReviewFile.open(night, identity, person=AB) as review:
            assert onsets(review) == [1.0, 2.0]
        assert night.with_suffix(".sleepscope").read_bytes() == before
        assert sorted(p.name for p in folder.iterdir()) == ["night.sleepscope"]
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


# --- a second process ---------------------------------------------------------------------------

HOLD = """
import sys
from pathlib import Path
from sleepscope.events.event import Event
from sleepscope.recordings.identity import RecordingIdentity
from sleepscope.review import ReviewFile

identity = RecordingIdentity(1000, None, 3600.0, "f" * 64)
review = ReviewFile.open(Path(sys.argv[1]), identity, person="human:CD")
print("open", flush=True)
for line in sys.stdin:
    review.add_event(Event(float(line), 1.0, "spindle"))
    print("added", flush=True)
review.close()
"""


@pytest.fixture
def holder(night: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that edits the review."""
    command = [sys.executable, "-c", HOLD, str(night)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stdout.readline() == "open\n"
        yield child
        if child.poll() is None:
            child.kill()


def add_there(child: subprocess.Popen[str], onset: float) -> None:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(f"{onset}\n")
    child.stdin.flush()
    assert child.stdout.readline() == "added\n"


def test_a_second_process_reads_only_and_follows(
    night: Path, identity: RecordingIdentity, holder: subprocess.Popen[str]
) -> None:
    add_there(holder, 1.0)
    with ReviewFile.open(night, identity, person=AB) as review:
        assert review.read_only
        assert review.holder.person == "human:CD"
        assert review.holder.pid == holder.pid
        assert f"by CD on {review.holder.host} (process {holder.pid})" in review.notices[0]
        assert onsets(review) == [1.0]
        add_there(holder, 2.0)
        review.refresh()
        assert onsets(review) == [1.0, 2.0]
        with pytest.raises(ReviewError, match="read-only because CD on"):
            review.add_event(Event(3.0, 1.0, "spindle"))


def test_after_the_other_process_closes_one_may_edit(
    night: Path, identity: RecordingIdentity, holder: subprocess.Popen[str]
) -> None:
    add_there(holder, 1.0)
    assert holder.stdin is not None
    holder.stdin.close()
    assert holder.wait(20) == 0
    with ReviewFile.open(night, identity, person=AB) as review:
        assert not review.read_only
        review.add_event(Event(2.0, 1.0, "spindle"))


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_after_the_other_process_was_killed_one_may_edit(
    night: Path, identity: RecordingIdentity, holder: subprocess.Popen[str]
) -> None:
    add_there(holder, 1.0)
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    lock = night.with_name("night.sleepscope.lock")
    assert json.loads(lock.read_text())["pid"] == holder.pid
    with ReviewFile.open(night, identity, person=AB) as review:
        assert not review.read_only
        assert review.notices == ()
        assert onsets(review) == [1.0]
        review.add_event(Event(2.0, 1.0, "spindle"))
    assert not lock.exists()
    assert place.backup_path(night.with_suffix(".sleepscope")).exists()

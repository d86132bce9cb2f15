"""Storage that fails under an open recording: a sentence each time, and never a written byte."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from sleepscope.errors import RecordingError
from sleepscope.recordings import open_recording, open_recordings, record_file
from sleepscope.recordings.edf_recording import EdfRecording
from sleepscope.recordings.identity import recording_identity
from tests.recordings.edf_bytes import MadeFile, MadeSignal
from tests.recordings.mne_files import write_brainvision

FAILURES = (errno.EIO, errno.ESTALE, errno.ENODEV, errno.ENOTCONN, errno.EACCES)
HAS_PREADV = hasattr(os, "preadv")


def night(folder: Path, **more: object) -> Path:
    """Twelve records of a second."""
    made = MadeFile([MadeSignal("C3-M2", np.arange(1200))], **more)  # type: ignore[arg-type]
    return made.write(folder / "night.edf")


def break_reading(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """From now on the system refuses to read."""

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "preadv" if HAS_PREADV else "read", fail)


@pytest.mark.parametrize("number", FAILURES)
def test_failing_read_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    recording = open_recording(night(tmp_path))
    break_reading(monkeypatch, number)
    with pytest.raises(RecordingError) as refusal:
        recording.read("C3-M2", 0, 5)
    assert str(refusal.value) == f"night.edf cannot be read any more: {os.strerror(number)}."
    with pytest.raises(RecordingError, match="cannot be read any more"):
        recording_identity(recording)


@pytest.mark.parametrize("number", FAILURES)
def test_failing_read_in_the_second_thread_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    recording = open_recording(night(tmp_path))
    monkeypatch.setattr(record_file, "_SHARED_BYTES", 100)
    fill = record_file.RecordFile._fill

    def fail_behind(self: record_file.RecordFile, target: memoryview, at: int, byte: int) -> None:
        if at >= 6:
            break_reading(monkeypatch, number)
        fill(self, target, at, byte)

    monkeypatch.setattr(record_file.RecordFile, "_fill", fail_behind)
    with pytest.raises(RecordingError, match=os.strerror(number)):
        recording.read("C3-M2", 0, 12)


@pytest.mark.parametrize("number", FAILURES)
def test_storage_that_fails_while_opening_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    path = night(tmp_path, onsets=range(12))
    break_reading(monkeypatch, number)
    with pytest.raises(RecordingError, match=os.strerror(number)):
        open_recording(path)


@pytest.mark.parametrize("number", FAILURES)
def test_file_that_cannot_be_opened_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    path = night(tmp_path)

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", fail)
    with pytest.raises(RecordingError, match=os.strerror(number)):
        EdfRecording(path)


def test_short_read_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not HAS_PREADV:
        pytest.skip("this system reads whole pieces")
    path = night(tmp_path)
    whole = open_recording(path).read("C3-M2", 0, 12)
    preadv = os.preadv
    monkeypatch.setattr(os, "preadv", lambda fd, views, at: preadv(fd, [views[0][:33]], at))
    np.testing.assert_array_equal(open_recording(path).read("C3-M2", 0, 12), whole)


@pytest.mark.skipif(os.name == "nt", reason="Windows does not delete open files")
def test_open_file_outlives_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "share"
    folder.mkdir()
    recording = open_recording(night(folder))
    shutil.rmtree(folder)
    assert len(recording.read("C3-M2", 0, 12)) == 1200


def test_one_failing_file_of_several_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = open_recordings([write_brainvision(tmp_path), night(tmp_path)])
    break_reading(monkeypatch, errno.EIO)
    with pytest.raises(RecordingError, match=r"^night\.edf cannot be read any more"):
        recording.read("C3-M2 (night.edf)", 0, 12)


def test_folder_that_cannot_be_written_is_no_matter(tmp_path: Path) -> None:
    paths = [write_brainvision(tmp_path), night(tmp_path)]
    before = {p.name: p.stat().st_mtime_ns for p in tmp_path.iterdir()}
    tmp_path.chmod(0o555)
    try:
        for path in paths:
            recording = open_recording(path)
            recording.read(recording.channels[0].label, 0, 1)
            recording.close()
        assert {p.name: p.stat().st_mtime_ns for p in tmp_path.iterdir()} == before
    finally:
        tmp_path.chmod(0o755)


def test_thirty_hours_are_read_to_the_last_sample(tmp_path: Path) -> None:
    hours = 30
    made = MadeFile([MadeSignal("C3-M2", np.arange(100))], n_records=hours * 3600)
    path = tmp_path / "long.edf"
    path.write_bytes(made.header())
    # A file with a hole takes no room on the disk; its last record alone is written.
    with path.open("r+b") as file:
        file.truncate(len(made.header()) + hours * 3600 * 200)
        file.seek(-200, os.SEEK_END)
        file.write(np.arange(100, dtype="<i2").tobytes())
    recording = open_recording(path)
    assert recording.notices == ()
    assert recording.duration == hours * 3600
    last = recording.read("C3-M2", hours * 3600 - 1, hours * 3600)
    np.testing.assert_allclose(last, np.arange(100) / 10, atol=1e-9)
    assert not recording.read("C3-M2", 25 * 3600, 25 * 3600 + 30).round(9).any()

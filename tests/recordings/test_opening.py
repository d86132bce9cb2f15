"""What a file is, is seen from what it holds; what is no recording is refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sleepscope.errors import RecordingError
from sleepscope.recordings import open_recording
from tests.recordings.edf_bytes import MadeFile, MadeSignal


def made(bdf: bool = False) -> MadeFile:
    """One second of one channel."""
    return MadeFile([MadeSignal("C3", np.arange(100))], bdf=bdf)


@pytest.mark.parametrize("name", ["a.edf", "a.bdf", "a.EDF", "a.rec", "a.txt", "a"])
@pytest.mark.parametrize("bdf", [False, True])
def test_reader_is_chosen_by_content_not_by_name(tmp_path: Path, name: str, bdf: bool) -> None:
    recording = open_recording(str(made(bdf).write(tmp_path / name)))
    assert len(recording.read("C3", 0, 1)) == 100


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "night.edf is empty."),
        (b"<!DOCTYPE html>\n<html>", "is a web page"),
        (b"\n <HTML><body>404", "is a web page"),
        (b"<?xml version='1.0'?><a/>", "is an XML file"),
        (b"version https://git-lfs.github.com/spec/v1\n", "was not downloaded"),
        (b"PK\x03\x04", "not a recording"),
        (b"0       " + b" " * 100, "ends after 108 bytes"),
        (made().header(), "no complete data record"),
        (made().header()[:300], "announces 1 signals"),
    ],
)
def test_what_is_no_recording_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "night.edf"
    path.write_bytes(content)
    with pytest.raises(RecordingError, match=sentence) as refusal:
        open_recording(path)
    said = str(refusal.value)
    assert said.endswith(".")
    assert "night.edf" in said
    assert "\n" not in said


def test_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="is a folder"):
        open_recording(tmp_path)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"There is no file .*nowhere\.edf"):
        open_recording(tmp_path / "nowhere.edf")

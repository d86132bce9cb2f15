"""Stages as text, one per line."""

from __future__ import annotations

from pathlib import Path

import pytest

from sleepscope.errors import EventFileError
from sleepscope.events import read_events


def test_words_digits_and_cases_are_stages_of_30_seconds(tmp_path: Path) -> None:
    path = tmp_path / "stages.txt"
    path.write_text("wake\nN1\nn2\n3\n5\n?\n", encoding="utf-8")
    hypnogram = read_events(path).hypnogram
    assert hypnogram is not None
    assert hypnogram.stages == ("W", "N1", "N2", "N3", "R", "?")
    assert hypnogram.epoch_seconds == 30


def test_windows_line_ends_byte_order_mark_and_heading_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "stages.csv"
    path.write_bytes(b"\xef\xbb\xbfStage\r\nW\r\nN2\r\n\r\n")
    hypnogram = read_events(path).hypnogram
    assert hypnogram is not None
    assert hypnogram.stages == ("W", "N2")


def test_stage_4_without_stage_5_is_said(tmp_path: Path) -> None:
    path = tmp_path / "stages.txt"
    path.write_text("0\n1\n2\n4\n", encoding="utf-8")
    assert any("REM" in notice for notice in read_events(path).notices)


def test_line_that_is_no_stage_far_down_is_refused_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "stages.txt"
    path.write_text("wake\n" * 2000 + "spindle\n", encoding="utf-8")
    with pytest.raises(EventFileError, match="Line 2001"):
        read_events(path)


@pytest.mark.real_data
def test_real_stages_reach_beyond_a_shorter_recording(real_data: Path) -> None:
    path = real_data / "recordings" / "mednick_example1_stages.txt"
    read = read_events(path, recording_duration=1200)
    assert read.hypnogram is not None
    assert len(read.hypnogram.stages) == 100
    assert any("beyond the end" in notice for notice in read.notices)

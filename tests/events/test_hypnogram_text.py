"""Stages as text, one per line."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from sleepscope.errors import EventFileError
from sleepscope.events import read_events
from sleepscope.events.reading import SeveralFormatsError


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


def test_stage_4_without_stage_5_has_to_be_explained(tmp_path: Path) -> None:
    path = tmp_path / "stages.txt"
    path.write_text("0\n1\n2\n4\n-1\n-2\n", encoding="utf-8")
    with pytest.raises(SeveralFormatsError, match="--read-as") as asked:
        read_events(path)
    assert [one.name for one in asked.value.candidates] == ["hypnogram-text", "hypnogram-aasm"]
    stages = {
        name: hypnogram.stages
        for name in ("hypnogram-text", "hypnogram-aasm")
        for hypnogram in [read_events(path, read_as=name).hypnogram]
        if hypnogram is not None
    }
    assert stages["hypnogram-text"] == ("W", "N1", "N2", "N3", "?", "?")
    assert stages["hypnogram-aasm"] == ("W", "N1", "N2", "R", "?", "?")


@pytest.mark.parametrize("digits", ["0\n1\n2\n3\n", "0\n2\n4\n5\n", "-1\n0\n2.0\n", "W\nN2\nR\n"])
def test_digits_that_mean_the_same_in_both_conventions_are_not_asked_about(
    tmp_path: Path, digits: str
) -> None:
    path = tmp_path / "stages.txt"
    path.write_text(digits, encoding="utf-8")
    assert read_events(path).hypnogram is not None


def test_format_that_nobody_knows_is_named(tmp_path: Path) -> None:
    path = tmp_path / "stages.txt"
    path.write_text("0\n1\n", encoding="utf-8")
    with pytest.raises(EventFileError, match=r"'nonsense' is no format .* hypnogram-aasm"):
        read_events(path, read_as="nonsense")


def test_hypnogram_that_yasa_saves_as_a_table(tmp_path: Path) -> None:
    path = tmp_path / "hypno.csv"
    path.write_text("Epoch,Stage\n0,WAKE\n1,N1\n2,ART\n3,REM\n4,UNS\n", encoding="utf-8")
    hypnogram = read_events(path).hypnogram
    assert hypnogram is not None
    assert hypnogram.stages == ("W", "N1", "?", "R", "?")


def test_hypnogram_with_clock_times_has_epochs_of_that_length(tmp_path: Path) -> None:
    path = tmp_path / "hypno.csv"
    path.write_text(
        "Time,Stage\n2022-12-15 22:30:00,WAKE\n2022-12-15 22:30:20,N2\n2022-12-15 22:30:40,N2\n",
        encoding="utf-8",
    )
    start = datetime.datetime(2022, 12, 15, 22, 29, 0)  # noqa: DTZ001  (EDF has no time zone)
    hypnogram = read_events(path, recording_start=start).hypnogram
    assert hypnogram is not None
    assert (hypnogram.start, hypnogram.stage_at(85), hypnogram.stage_at(65)) == (60.0, "N2", "W")


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

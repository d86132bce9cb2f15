"""Names of stages, and stages of any length on a grid."""

from __future__ import annotations

import pytest

from sleepscope.errors import EventFileError
from sleepscope.events.stages import is_named_stage, on_grid, stage_of


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("W", "W"),
        ("wake", "W"),
        ("0", "W"),
        ("n1", "N1"),
        ("Sleep stage 1", "N1"),
        ("Stage 2 sleep|2", "N2"),
        ("SLEEP-S2", "N2"),
        ("Sleep stage 4", "N3"),
        ("S3", "N3"),
        ("4", "N3"),
        ("5", "R"),
        ("REM", "R"),
        ("SLEEP-REM", "R"),
        ("Sleep stage R", "R"),
        ("Wake|0", "W"),
        ("Sleep stage ?", "?"),
        ("Movement time", "?"),
        ("-1", "?"),
        ("2.0", "N2"),
    ],
)
def test_stage_is_named_as_in_the_aasm_manual(text: str, stage: str) -> None:
    assert stage_of(text) == stage


@pytest.mark.parametrize("text", ["", "spindle", "12", "REC STOP", "N5", "Hypopnea"])
def test_other_words_are_no_stage(text: str) -> None:
    assert stage_of(text) is None


def test_bare_rem_may_be_an_eye_movement() -> None:
    assert not is_named_stage("REM")
    assert is_named_stage("Sleep stage REM")
    assert is_named_stage("N2")


def test_stretches_of_any_length_fill_epochs_of_30_seconds() -> None:
    hypnogram, notices = on_grid(
        [(0, 90, "W"), (90, 30, "N1"), (120, 60, "N2")], scorer="x", name="x"
    )
    assert hypnogram.stages == ("W", "W", "W", "N1", "N2", "N2")
    assert hypnogram.epoch_seconds == 30
    assert notices == ()


def test_time_between_stretches_is_unscored() -> None:
    hypnogram, _ = on_grid([(30, 30, "W"), (120, 30, "R")], scorer="x", name="x")
    assert hypnogram.start == 30
    assert hypnogram.stages == ("W", "?", "?", "R")


def test_epochs_of_20_seconds_are_kept() -> None:
    hypnogram, notices = on_grid(
        [(0, 20, "W"), (20, 20, "N1"), (40, 20, "N2")], scorer="x", name="x"
    )
    assert hypnogram.epoch_seconds == 20
    assert hypnogram.stages == ("W", "N1", "N2")
    assert notices == ()


@pytest.mark.parametrize("length", [2.0, 4.0, 5.0, 20.0])
def test_one_stretch_per_epoch_tells_its_length(length: float) -> None:
    stretches = [(7.5 + index * length, length, stage) for index, stage in enumerate(["W"] * 61)]
    hypnogram, notices = on_grid(stretches, scorer="x", name="x")
    assert (hypnogram.epoch_seconds, hypnogram.start) == (length, 7.5)
    assert len(hypnogram.stages) == 61
    assert notices == ()


def test_stages_off_the_grid_are_taken_at_the_middle_of_the_epoch_and_said() -> None:
    hypnogram, notices = on_grid([(0, 44, "W"), (44, 46, "N1")], scorer="x", name="x")
    assert hypnogram.stages == ("W", "N1", "N1")
    assert len(notices) == 1


def test_unscored_epochs_behind_the_recording_are_left_out() -> None:
    hypnogram, _ = on_grid([(0, 60, "W"), (60, 6000, "?")], scorer="x", name="x", duration=100)
    assert hypnogram.stages == ("W", "W", "?")


def test_a_duration_of_years_is_refused() -> None:
    with pytest.raises(EventFileError, match="duration in the file must be wrong"):
        on_grid([(0, 1e9, "W")], scorer="x", name="x")

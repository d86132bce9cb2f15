"""``sleepscope explain``: arrays and figures; what cannot be done is one sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Sleepscope

Marks = Callable[[str, str], Path]
SPINDLE = "60,1,spindle,EEG C3-M2,human:AB\n"


@pytest.fixture
def events(marks: Marks) -> Path:
    return marks("events.csv", SPINDLE + "90,0.8,spindle,EEG C3-M2,human:AB\n")


def test_maps_of_all_events_are_written(
    sleepscope: Sleepscope, night: Path, events: Path, tmp_path: Path
) -> None:
    out = tmp_path / "maps.npz"
    status, said, _ = sleepscope("explain", night, "--events", events, "--out", out)
    assert status == 0
    assert "2 of 2 events explained by spindle-1d" in said
    with np.load(out) as found:
        assert found["onset"].tolist() == [60.0, 90.0]
        assert found["channels"].tolist() == ["EEG C3-M2"] * 2
        assert found["first"].size == 3
        assert found["first"][-1] == found["times"].size == found["relevance"].size
        own = slice(*found["first"][:2])
        hottest = found["times"][own][np.argmax(found["relevance"][own])]
        assert 60.0 <= hottest < 61.0
        assert found["scale"] > 0
        assert not [key for key in found if "night" in str(found[key])]


@pytest.mark.parametrize(("model", "ending"), [("spindle-1d", "png"), ("spindle-2d", "svg")])
def test_each_event_is_drawn_with_truth_and_prediction(
    sleepscope: Sleepscope, night: Path, events: Path, marks: Marks, tmp_path: Path,
    model: str, ending: str,
) -> None:  # fmt: skip
    truth = marks("truth.csv", SPINDLE)
    folder = tmp_path / "drawn"
    status, said, _ = sleepscope(
        "explain", night, "--events", events, "--model", model, "--out", tmp_path / "m.npz",
        "--figures", folder, "--format", ending, "--truth", truth,
    )  # fmt: skip
    assert status == 0
    assert "2 figures drawn" in said
    drawn = sorted(folder.iterdir())
    assert [one.name for one in drawn] == [
        f"0001-spindle-60.00s.{ending}", f"0002-spindle-90.00s.{ending}"
    ]  # fmt: skip
    content = drawn[0].read_bytes()
    assert b"night" not in content
    assert b"Matplotlib" not in content
    if ending == "svg":
        assert b"Truth: spindle 60.00-61.00 s. Prediction: " in content
        assert b"no expert marked a spindle here" in drawn[1].read_bytes()


def test_an_event_at_the_very_edge_and_one_outside(
    sleepscope: Sleepscope, night: Path, marks: Marks, tmp_path: Path
) -> None:
    lines = "0,0.6,spindle,EEG C3-M2,human:AB\n119.5,0.5,spindle,EEG C3-M2,human:AB\n"
    edge = marks("edge.csv", lines + "500,1,spindle,EEG C3-M2,human:AB\n")
    status, said, _ = sleepscope("explain", night, "--events", edge, "--out", tmp_path / "m.npz")
    assert status == 0
    assert "2 of 3 events explained" in said
    assert "1 could not be explained" in said


def test_a_channel_that_the_recording_lacks_is_said(
    sleepscope: Sleepscope, night: Path, marks: Marks, tmp_path: Path
) -> None:
    other = marks("other.csv", "60,1,spindle,F4,human:AB\n")
    status, said, _ = sleepscope("explain", night, "--events", other, "--out", tmp_path / "m.npz")
    assert status == 0
    assert "has no F4; its events were explained on EEG C3-M2" in said


@pytest.mark.parametrize(
    ("lines", "words", "sentence"),
    [
        ("60,1,spindle,EMG chin,human:AB\n", (), "'EMG chin' is EMG, where spindle-1d needs EEG"),
        ("60,1,arousal,,human:AB\n", (), "neither spindles nor rapid eye movements"),
        ("60,1,arousal,,human:AB\n", ("--task", "spindle"), "the files hold arousal"),
        (SPINDLE, ("--most", "0"), "--most 0"),
        (SPINDLE, ("--task", "rem"), "There is no rem to explain"),
    ],
)
def test_what_cannot_be_explained_is_one_sentence(
    sleepscope: Sleepscope, night: Path, marks: Marks, tmp_path: Path,
    lines: str, words: tuple[str, ...], sentence: str,
) -> None:  # fmt: skip
    events = marks("events.csv", lines)
    out = tmp_path / "m.npz"
    status, _, err = sleepscope("explain", night, "--events", events, "--out", out, *words)
    assert status == 2
    assert sentence in err
    assert err.count("\n") == 1
    assert not out.exists()


def test_arrays_go_into_an_npz(sleepscope: Sleepscope, night: Path, events: Path) -> None:
    status, _, err = sleepscope("explain", night, "--events", events, "--out", "maps.csv")
    assert (status, "must end in .npz" in err) == (2, True)


def test_more_channels_than_the_model_reads_are_not_left_out_in_silence(
    sleepscope: Sleepscope, night: Path, events: Path, tmp_path: Path
) -> None:
    both = ["--channel", "EEG C3-M2", "--channel", "EEG C4-M1"]
    out = tmp_path / "m.npz"
    status, _, said = sleepscope("explain", night, "--events", events, *both, "--out", out)
    assert status == 2
    assert "spindle-1d reads EEG" in said
    assert not out.exists()

"""``sleepscope train rem-1d --dreams-rems DIR`` says what is missing before it begins."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Sleepscope


def test_only_the_eye_movement_model_learns_from_the_dreams_rems(
    sleepscope: Sleepscope, tmp_path: Path
) -> None:
    words = ("--data", tmp_path, "--dreams-rems", tmp_path, "--out", tmp_path / "o")
    status, out, err = sleepscope("train", "spindle-1d", *words)
    assert (status, out) == (2, "")
    assert err == "sleepscope: --dreams-rems is for rem-1d, not for spindle-1d.\n"


def test_a_folder_that_is_not_there_is_named(sleepscope: Sleepscope, tmp_path: Path) -> None:
    words = ("--dreams-rems", tmp_path / "nowhere", "--out", tmp_path / "o")
    status, _, err = sleepscope("train", "rem-1d", *words)
    assert status == 2
    assert "There is no folder" in err
    assert "nowhere for --dreams-rems" in err


def test_annotations_without_signals_are_not_enough(sleepscope: Sleepscope, tmp_path: Path) -> None:
    (tmp_path / "Visual_scoring1_excerpt1.txt").write_text("[vis1_REMs/EOGs]\n1.0 1.0\n")
    status, _, err = sleepscope(
        "train", "rem-1d", "--dreams-rems", tmp_path, "--out", tmp_path / "o"
    )
    assert status == 2
    assert "no signals of the DREAMS REMs" in err
    assert not (tmp_path / "o").exists()


def test_a_recording_that_is_not_the_published_one_is_refused(
    sleepscope: Sleepscope, tmp_path: Path
) -> None:
    (tmp_path / "excerpt1.edf").write_bytes(b"something else")
    status, _, err = sleepscope(
        "train", "rem-1d", "--dreams-rems", tmp_path, "--out", tmp_path / "o"
    )
    assert status == 2
    assert "excerpt1.edf is not the recording of the DREAMS REMs" in err
    assert "--unverified" in err

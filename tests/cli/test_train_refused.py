"""What ``sleepscope train`` and ``evaluate`` refuse, in one sentence and before the work begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Sleepscope

MADE = ("spindle", "--dataset", "simulated", "--nights", "2", "--minutes", "2")
BLOCKED = (*MADE, "--recipe", "spindle-window-1d", "--scheme", "blocked")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*MADE, "--folds", "0"), "2 people cannot be held out in 0 groups; choose from 2 to 2"),
        ((*MADE, "--folds", "1"), "cannot be held out in 1 groups"),
        ((*MADE, "--folds", "3"), "cannot be held out in 3 groups"),
        ((*MADE, "--steps", "0"), "Steps is 0; it must be above 0"),
        ((*MADE, "--seed", "-1"), "--seed is -1; it must be 0 or more"),
        ((*MADE, "--patience", "2"), "Early stopping needs a person to watch and one to learn"),
        ((*MADE, "--patience", "0"), "patience of 0 would stop before it begins"),
        ((*MADE, "--name", "a/b"), "'a/b' cannot be the name of a model"),
        ((*MADE, "--name", ""), "'' cannot be the name of a model"),
        ((*MADE[:4], "0"), "0 nights cannot be simulated"),
        (("spindle", "--dataset", "simulated", "x"), "'simulated' takes no folder"),
        (("spindle", "--dataset", "folder", "x", "--nights", "3"), "--nights goes with"),
        (("spindle", "--dataset", "folder", "x", "--scorer", "a"), "--scorer goes with"),
        ((*MADE, "--data", "x"), "--data is for bundled models"),
        ((*MADE, "--dreams-rems", "x"), "--dreams-rems is for bundled models"),
        (("rem-1d", "--steps", "3"), "--steps goes with spindle or rem, not with rem-1d"),
        (("rem-1d", "--smote-k", "3"), "--smote-k goes with spindle or rem, not with rem-1d"),
        (("rem-1d", "--from", "rem-1d"), "--from goes with spindle or rem"),
        ((*MADE, "--scheme", "blocked"), "spindle-1d answers moment by moment; choose the recipe"),
        ((*MADE, "--scheme", "shuffled"), "'shuffled' splits windows, but spindle-1d answers"),
        ((*BLOCKED, "--folds", "1"), "Windows cannot be split into 1 folds; 2 are the least"),
        ((*BLOCKED, "--patience", "2"), "the same people are on both sides; leave the patience"),
        (("rem-1d", "--scheme", "people"), "--scheme goes with spindle or rem, not with rem-1d"),
        (("rem-1d", "--unverified"), "--unverified goes with --dreams-rems"),
    ],
)
def test_what_makes_no_sense_leaves_no_folder_behind(
    sleepscope: Sleepscope, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    out = tmp_path / "run"
    status, _, err = sleepscope("train", *words, "--out", out)
    assert (status, err.count("\n")) == (2, 1)
    assert said in err
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--smote-k", "0"), "with 0 neighbours"),
        (("--smote-ratio", "0"), "to a ratio of 0"),
        (("--noise", "-1"), "Noise is -1; it must be 0 or more"),
        (("--shift", "1.5"), "it is a share of a window, 1 at most"),
        (("--stride", "0"), "cannot follow each other every 0 s"),
        (("--enough", "0.05"), "with 0.05 s of one and none with 0.1 s"),
    ],
)
def test_options_of_windows_are_checked_also_where_they_are_zero(
    sleepscope: Sleepscope, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    out = tmp_path / "run"
    status, _, err = sleepscope(
        "train", *MADE, "--recipe", "spindle-window-1d", *words, "--out", out
    )
    assert (status, err.count("\n")) == (2, 1)
    assert said in err
    assert not out.exists()


def test_models_of_two_kinds_are_not_compared(sleepscope: Sleepscope) -> None:
    words = ("--dataset", *MADE[2:], "--against", "rem-1d")
    status, out, err = sleepscope("evaluate", "spindle-1d", *words)
    assert (status, out) == (2, "")
    assert "--against takes a model of the same kind" in err


def test_figures_that_cannot_be_written_are_one_sentence(
    sleepscope: Sleepscope, tmp_path: Path
) -> None:
    target = tmp_path / "no folder" / "figures.json"
    words = ("--dataset", *MADE[2:], "--json", target)
    status, _, err = sleepscope("evaluate", "spindle-1d", *words)
    assert (status, err.count("\n")) == (2, 1)
    assert "figures.json could not be written" in err

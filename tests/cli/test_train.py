"""``sleepscope train``: each model is trained by its own recipe with what was asked for."""

from __future__ import annotations

import importlib
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sleepscope.cli.progress_bar import run_with_bar
from sleepscope.progress import Progress
from tests.cli.conftest import Sleepscope
from tests.review.test_detection_runs import CARD


@pytest.mark.parametrize(
    ("model", "module", "function", "seed"),
    [
        ("spindle-1d", "spindle_training", "train_spindles", lambda s: s.seed),
        ("spindle-1d-ensemble", "spindle_training", "train_spindles", lambda s: s.seed),
        ("rem-1d", "rem_1d", "train_rem_1d", lambda s: s.seed),
        ("spindle-2d", "spindle_training", "train_spindles", lambda s: s.seed),
        ("spindle-window-2d", "spindle_training", "train_spindles", lambda s: s.seed),
        ("rem-2d", "rem_1d", "train_rem_1d", lambda s: s.seed),
        (
            "spindle-window-1d",
            "published_spindle",
            "train_published_spindle",
            lambda s: s.fit.seed,
        ),
    ],
)
def test_the_recipe_of_the_model_gets_data_out_and_seed(
    sleepscope: Sleepscope,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    model: str,
    module: str,
    function: str,
    seed: Callable[[Any], int],
) -> None:
    asked: list[Any] = []

    def train(settings: Any) -> Iterator[Progress]:
        asked.append(settings)
        yield Progress(0, 1, "Training")
        return CARD

    recipe = importlib.import_module(f"sleepscope.training.{module}")
    monkeypatch.setattr(recipe, function, train)
    out_folder = tmp_path / "out"
    words = ["--data", tmp_path, "--out", out_folder, "--seed", "7"]
    status, out, err = sleepscope("train", model, *words)
    assert (status, err) == (0, "")
    assert out == f"spindle-1d 1.0 written to {out_folder} (sha256 1a2b3c4d)\n"
    (settings,) = asked
    assert (settings.data, settings.out, seed(settings)) == (tmp_path, out_folder, 7)
    if not function.startswith("train_rem"):
        # A stopped training goes on from here.
        assert settings.kept == out_folder / "kept"
    assert model.endswith("window-1d") or settings.recipe.name == model


def test_folders_are_checked_before_the_work_begins(sleepscope: Sleepscope, tmp_path: Path) -> None:
    status, _, err = sleepscope("train", "spindle-1d", "--data", tmp_path / "no", "--out", tmp_path)
    assert (status, "There is no folder" in err) == (2, True)
    file = tmp_path / "file"
    file.touch()
    status, _, err = sleepscope("train", "spindle-1d", "--data", tmp_path, "--out", file)
    assert (status, "is a file; name a folder" in err) == (2, True)


def test_a_folder_without_the_data_is_one_sentence(sleepscope: Sleepscope, tmp_path: Path) -> None:
    status, out, err = sleepscope(
        "train", "spindle-1d", "--data", tmp_path, "--out", tmp_path / "out"
    )
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert not (tmp_path / "out").exists()


def test_ctrl_c_closes_the_work() -> None:
    closed = False

    def work() -> Iterator[Progress]:
        nonlocal closed
        try:
            yield Progress(0, 1)
            signal.raise_signal(signal.SIGINT)
            yield Progress(1, 1)
        finally:
            closed = True

    # A shell that runs the tests in the background has them ignore Ctrl-C.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            run_with_bar(work())
    finally:
        signal.signal(signal.SIGINT, before)
    assert closed


def test_a_terminal_gets_a_bar_and_a_pipe_gets_none(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def work() -> Iterator[Progress]:
        for k in range(5):
            yield Progress(k, 5, f"Part {k}")
        return "done"

    assert run_with_bar(work()) == "done"
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert run_with_bar(work()) == "done"
    assert "Part 0" in capsys.readouterr().err

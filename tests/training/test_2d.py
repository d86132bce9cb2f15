"""The 2D networks are trained by name, as the 1D ones are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sleepscope.detection import DetectSettings, detect
from sleepscope.networks.checkpoint import load_network
from sleepscope.progress import finish
from sleepscope.recordings.opening import open_recording
from sleepscope.simulate import NightSettings, simulate_night
from sleepscope.training import rem_evaluation
from sleepscope.training.fit import FitSettings
from sleepscope.training.rem_1d import RemTraining, train_rem_1d
from sleepscope.training.rem_2d import REM_2D, rem_2d_training
from sleepscope.training.rule_choice import RuleGrid
from sleepscope.training.spindle_2d import SPINDLE_2D, SPINDLE_WINDOW_2D
from sleepscope.training.spindle_card import SpindleRecipe
from sleepscope.training.spindle_training import SpindleTraining, train_spindles

GRID = RuleGrid((0.4, 0.6), (0.4,), (0.2,), 3.0)


@pytest.mark.parametrize("recipe", [SPINDLE_2D, SPINDLE_WINDOW_2D], ids=lambda r: r.name)
def test_a_spindle_network_of_each_name_is_trained_and_detects(
    recipe: SpindleRecipe, dreams_like: Path, tmp_path: Path
) -> None:
    name = recipe.name
    arguments = {"width": 2} if name == "spindle-2d" else {}
    fewer = replace(recipe, inner_folds=2)
    settings = SpindleTraining(
        dreams_like, tmp_path, steps=2, arguments=arguments, grid=GRID, recipe=fewer
    )
    card = finish(train_spindles(settings))
    assert (card.name, card.architecture) == (name, recipe.architecture)
    assert card.results["command"] == recipe.command
    held_out = tmp_path / "held-out" / name / f"{name}-without-excerpt1.json"
    recording = open_recording(dreams_like / "excerpt1.txt")
    (found,) = finish(detect(recording, DetectSettings("spindle", str(held_out))))
    assert not found.trained_on
    assert found.probability.size == 1800 * found.sfreq


def test_the_eye_network_is_trained_and_detects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SLEEPSCOPE_DATA", raising=False)
    monkeypatch.setattr(rem_evaluation, "OUTSIDE_SUBJECTS", 1)
    fit = FitSettings(steps=2, batch_size=2)
    settings = RemTraining(tmp_path, subjects=3, held_out_share=0.34, fit=fit, recipe=REM_2D)
    card = finish(train_rem_1d(settings))
    assert (card.name, card.architecture) == ("rem-2d", "rem-wtc-cnn-2d")
    assert load_network(card).heads == card.classes
    assert "10 % of 77" not in card.limits
    night = simulate_night(NightSettings(minutes=1.0, stages=("R", "R")))
    (found,) = finish(detect(night.recording, DetectSettings("rem", str(card.path), ("E1", "E2"))))
    assert found.channels == ("E1", "E2")


def test_the_names_of_the_command_are_those_of_the_cards(tmp_path: Path) -> None:
    assert rem_2d_training(tmp_path).recipe.name == "rem-2d"

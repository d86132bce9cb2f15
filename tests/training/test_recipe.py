"""The published recipe runs its cells, keeps its folds and says its budget."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from sleepscope.progress import finish
from sleepscope.training import recipe
from sleepscope.training.recipe import SMALL_BUDGET, RecipeSettings, budget_words, run_cell
from sleepscope.training.window_splits import PROTOCOLS
from tests.benchmarks.published_recipe import kept, table


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> RecipeSettings:
    monkeypatch.setattr(recipe, "SLEEPERS", 3)
    monkeypatch.setattr(recipe, "SLEEPER_STRETCHES", 2)
    return RecipeSettings(Path(), steps=1)


def test_a_cell_has_figures_for_every_protocol_and_goes_on_where_it_stopped(
    small: RecipeSettings, tmp_path: Path
) -> None:
    loso = PROTOCOLS[2:]
    first = finish(run_cell("rem", "1D", small, tmp_path, loso))
    assert first["loso"]["pooled"]["windows"] == sum(
        fold["windows"] for fold in first["loso"]["per fold"].values()
    )
    fits: list[str] = []
    again = finish(run_cell("rem", "1D", small, tmp_path, loso), lambda p: fits.append(p.message))
    assert again == first
    assert not any("LEAKY" in message or "leave one" in message for message in fits)


def test_folds_of_other_features_are_run_again(
    small: RecipeSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loso = PROTOCOLS[2:]
    finish(run_cell("rem", "1D", small, tmp_path, loso))
    monkeypatch.setattr(recipe, "reads", lambda *_: "another band")
    fits: list[str] = []
    finish(run_cell("rem", "1D", small, tmp_path, loso), lambda p: fits.append(p.message))
    assert any("leave one subject out" in message for message in fits)


def test_the_table_keeps_no_cells_of_other_features(tmp_path: Path) -> None:
    path = tmp_path / "published_recipe.json"
    cells = {"spindle 1D": {}, "rem 1D": {}}
    seen = {"spindle 1D": "4.5-30 Hz", "rem 1D": recipe.reads("rem", "1D")}
    path.write_text(json.dumps({"budget": "b", "reads": seen, "cells": cells}), encoding="utf-8")
    assert list(kept(path, "b")) == ["rem 1D"]
    assert kept(path, "another") == {}
    path.write_text(json.dumps({"budget": "b", "cells": cells}), encoding="utf-8")
    assert kept(path, "b") == {}


def test_the_table_marks_the_leak_and_says_the_budget() -> None:
    figures = {"accuracy": 0.9571, "f1": 0.96, "mcc": None, "auprc": 0.5}
    found = {"pooled": figures, "mean": {"f1": 0.95}, "sd": {"f1": 0.01}, "cpu_seconds": 60.0}
    printed = table({"spindle 1D": {p.name: found for p in PROTOCOLS}}, budget_words(SMALL_BUDGET))
    assert "200 batches in 1D, 100 in 2D (batches of 256 windows in 1D and of 128 in 2D)" in printed
    row = "| spindles (DREAMS), 1D | shuffled 10-fold (LEAKY) | .957 | .960 | – | .500 |"
    assert "All folds: 3 min of one processor." in printed
    assert "Not run: spindles (DREAMS), 2D; REMs (simulated), 1D; REMs" in printed
    assert f"{row} .950 ± .010 |" in printed
    assert "all epochs" in budget_words(None)


def test_both_networks_are_shown_the_same_windows(small: RecipeSettings) -> None:
    one, other = (finish(recipe.rem_windows(small, dimensions)) for dimensions in ("1D", "2D"))
    assert len(one) > 100
    assert one.features.shape[1:] == (2, 1000)
    assert other.features.shape[1:] == (1, 128, 128)
    for name in ("labels", "subjects", "starts"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))

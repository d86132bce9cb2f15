"""Blocked and shuffled folds of a run: apart in time, or marked as a leak wherever they stand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sleepscope.app.dialogs.model_cards import card_html, summary
from sleepscope.cli import main
from sleepscope.errors import SettingsError
from sleepscope.networks.published_cnn_1d import PublishedCnn1d
from sleepscope.networks.published_cnn_2d import PublishedCnn2d
from sleepscope.progress import finish
from sleepscope.training import study, task_recipe
from sleepscope.training.dataset import Dataset
from sleepscope.training.datasets import DatasetRequest, read_dataset
from sleepscope.training.rule_choice import RuleGrid
from sleepscope.training.study import StudyReport, train_and_judge
from sleepscope.training.study_settings import StudySettings
from sleepscope.training.window_splits import WindowSplit

GRID = RuleGrid(thresholds=(0.5,), min_durations=(0.3,), max_gaps=(0.2,), ious=(0.2,))
NAMES = ("spindle-window-1d", "spindle-window-2d")
MADE = ("train", "spindle", "--dataset", "simulated", "--nights", "2", "--minutes", "2")
LEAKY = re.compile("leaky", re.IGNORECASE)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.setitem(
            task_recipe.RECIPES, name, replace(task_recipe.RECIPES[name], grid=GRID)
        )


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    """Two nights of one person."""
    made = read_dataset(DatasetRequest("simulated", "spindle", n_nights=2, minutes=2))
    return replace(made, nights=tuple(replace(night, subject="anna") for night in made.nights))


@pytest.fixture(scope="module")
def leaky(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], StudyReport]:
    """One whole shuffled run, made once."""
    out = tmp_path_factory.mktemp("leaky")
    reports: list[StudyReport] = []

    def made() -> StudyReport:
        if not reports:
            reports.append(finish(train_and_judge(dataset, settings(out, "shuffled"))))
        return reports[0]

    return made


def settings(out: Path, scheme: str, name: str = NAMES[0], **changes) -> StudySettings:
    return replace(StudySettings(out, "own", name, steps=2, folds=3, scheme=scheme), **changes)


def test_a_shuffled_run_is_marked_leaky_in_every_file_that_holds_a_figure(
    leaky: Callable[[], StudyReport],
) -> None:
    report = leaky()
    folder = report.card.path.parent
    texts = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    # Versions and names of nights hold no figure, the counts and weights of the model trained on
    # everybody none of a fold; the plain answers of the folds are binary, and their names say it.
    without = {"versions.json", "nights.json", "checkpoints/final.json", "own.safetensors"}
    texts -= without | {"checkpoints/final.safetensors"}
    assert {"settings.json", "results.json", "own.json", "log.csv"} <= texts
    assert {f"figures/{n}.png" for n in ("learning", "precision_recall", "confusion")} <= texts
    for name in texts:
        if name.endswith(".npz"):
            assert "leaky" in name
        else:
            said = (folder / name).read_bytes().decode("latin-1")
            assert LEAKY.search(said), name


def test_no_figure_of_a_shuffled_run_stands_under_the_name_of_an_honest_one(
    leaky: Callable[[], StudyReport],
) -> None:
    results = leaky().results
    assert not {"by event", "by sample", "by window"} & set(results)
    table = results["by window (LEAKY)"]
    assert table["leaky"]
    assert table["scheme"] == "shuffled 3-fold (LEAKY)"
    for name, value in table.items():
        if isinstance(value, dict):
            assert name.endswith("(LEAKY)")
    assert all(name.endswith("(LEAKY)") for name in table["per fold (LEAKY)"])
    counts = results["balancing"]["before the split (LEAKY)"]
    assert counts["made"] > 0
    assert table["pooled (LEAKY)"]["windows"] == sum(counts["after"].values())


def test_the_card_of_a_leaky_model_says_so_first_and_claims_nobody_unseen(
    leaky: Callable[[], StudyReport],
) -> None:
    report = leaky()
    card = report.card
    assert card.limits.startswith("Its figures are LEAKY (shuffled 3-fold (LEAKY)): never judged")
    assert "LEAKY" in summary(card)
    assert card_html(card).index("LEAKY") < card_html(card).index("by window")
    said = json.dumps(card.results).lower()
    assert "never saw" not in said
    assert "nothing about other nights or people" in said
    assert report.nights == ()


@pytest.mark.parametrize("name", NAMES)
def test_five_seconds_separate_what_is_read_on_both_sides_of_a_block(
    name: str, dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every column that a network reads holds its own time, s."""

    def clock(network, signals):
        step = network.samples_per_feature
        times = np.arange(signals.shape[-1] // step) * step / network.sfreq
        rows = 1 if step == 1 else 128
        return np.tile(times.astype(np.float32), (rows, 1))

    splits: list[WindowSplit] = []
    for network in (PublishedCnn1d, PublishedCnn2d):
        monkeypatch.setattr(network, "prepare", clock)
    monkeypatch.setattr(study._Study, "answers", _noting(splits))
    with pytest.raises(_EnoughError):
        finish(train_and_judge(dataset, settings(tmp_path, "blocked", name)))
    assert len(splits) == 3
    for split in splits:
        assert split.same_people
        assert not split.leaky
        both = set(split.training.subjects) & set(split.held_out.subjects)
        assert len(both) == 2  # recordings, though they are of one person
        for recording in both:
            read = [
                np.unique(side.features[side.subjects == recording][..., 0, :]).astype(float)
                for side in (split.training, split.held_out)
            ]
            place = np.searchsorted(*read)
            gaps = [
                np.abs(read[1] - read[0][np.clip(place + k, 0, len(read[0]) - 1)]) for k in (-1, 0)
            ]
            apart = np.min(gaps)
            # Half precision holds the clock of the 2D network to a 16th of a second.
            assert apart >= 5.0 - (0.0 if name == NAMES[0] else 0.07)


class _EnoughError(Exception):
    """All folds were seen."""


def _noting(splits: list[WindowSplit]):
    def answers(self, key, split, number, message):
        splits.append(split)
        if len(splits) == 3:
            raise _EnoughError
        yield from ()
        side = split.held_out
        return study.FoldAnswers(side.labels, side.soft, 0.0, {})

    return answers


def test_a_stopped_blocked_run_goes_on_to_the_same_figures(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = finish(train_and_judge(dataset, settings(tmp_path / "whole", "blocked")))
    stopped = settings(tmp_path / "stopped", "blocked")
    steps = train_and_judge(dataset, stopped)
    next(progress for progress in steps if progress.done > 4)
    steps.close()
    assert {p.name for p in (stopped.out / "checkpoints").iterdir()} == {"fold1.npz", "fold2.npz"}
    fits: list[str] = []
    begin = study.fit_fold
    monkeypatch.setattr(
        study, "fit_fold", lambda s, *rest: (fits.append(s.name), begin(s, *rest))[1]
    )
    again = finish(train_and_judge(dataset, stopped))
    assert fits == ["block 3"]
    assert again.results == whole.results
    assert again.card.sha256 == whole.card.sha256
    assert "the same people are on both sides" in again.results["protocol"]
    assert "5 s from what is learned from" in again.results["protocol"]
    assert again.card.limits.startswith("Judged on other minutes of the same people")
    assert "LEAKY" not in json.dumps(again.results)
    for key in ("fold1", "fold2", "fold3", "final"):
        counts = again.results["balancing"][key]
        assert counts["after"]["event"] - counts["before"]["event"] == counts["made"]


def test_the_command_marks_every_figure_of_the_leak(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [*MADE, "--recipe", NAMES[0], "--scheme", "shuffled", "--folds", "2", "--steps", "1"]
    assert main([*words, "--out", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    figures = [line for line in lines if re.search(r"\b(accuracy|f1|auprc) ", line)]
    assert len(figures) == 5  # two folds, mean, SD, pooled
    assert all("LEAKY" in line for line in figures)
    assert any(line.startswith("before the split (LEAKY): ") for line in lines)


def test_the_same_signal_in_two_nights_is_refused(dataset: Dataset, tmp_path: Path) -> None:
    twice = replace(dataset, nights=(dataset.nights[0], dataset.nights[0]))
    with pytest.raises(SettingsError, match="are the same signal; leave one of them out"):
        finish(train_and_judge(twice, settings(tmp_path, "blocked")))


def test_blocks_shorter_than_a_window_are_refused(dataset: Dataset, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="too short for blocked 40-fold: 0 of its folds"):
        finish(train_and_judge(dataset, settings(tmp_path, "blocked", folds=40)))

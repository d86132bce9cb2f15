"""Networks of windows are trained on one's own nights like any other: balanced inside the fold."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sleepscope.cli import main
from sleepscope.networks.checkpoint import load_network
from sleepscope.networks.model_card import ModelCard
from sleepscope.progress import finish
from sleepscope.training import task_recipe
from sleepscope.training.dataset import Dataset
from sleepscope.training.datasets import DatasetRequest, read_dataset
from sleepscope.training.rule_choice import RuleGrid
from sleepscope.training.study import train_and_judge
from sleepscope.training.study_settings import StudySettings
from sleepscope.training.window_fit import window_night
from sleepscope.training.windows import WindowCut

GRID = RuleGrid(thresholds=(0.3, 0.5), min_durations=(0.3,), max_gaps=(0.2,), ious=(0.2,))
NAMES = ("spindle-window-1d", "spindle-window-2d", "rem-window-1d", "rem-window-2d")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        quick = replace(task_recipe.RECIPES[name], grid=GRID)
        monkeypatch.setitem(task_recipe.RECIPES, name, quick)


@pytest.fixture(scope="module")
def datasets() -> dict[str, Dataset]:
    return {
        task: read_dataset(DatasetRequest("simulated", task, n_nights=2, minutes=2))
        for task in ("spindle", "rem")
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_network_of_windows_is_reached(
    name: str, datasets: dict[str, Dataset], tmp_path: Path
) -> None:
    dataset = datasets[name.split("-", 1)[0]]
    settings = StudySettings(tmp_path, "own", name, steps=2)
    report = finish(train_and_judge(dataset, settings))
    counts = report.results["balancing"]
    assert set(counts) == {"fold1", "fold2", "final"}
    for each in counts.values():
        assert each["before"]["event"] < each["before"]["none"]
        assert each["after"]["none"] <= 2 * each["before"]["event"]
        assert each["after"]["event"] - each["before"]["event"] == each["made"]
    night = dataset.nights[0]
    network = load_network(ModelCard.read(report.card.path))
    rng = np.random.default_rng(0)
    n_samples = 4 * network.alignment
    tracks = network.tracks(network.prepare(rng.normal(0, 20, (len(night.labels), n_samples))))
    assert np.isfinite(tracks.probability).all()
    assert report.card.window == 5.0


def test_a_stopped_run_goes_on_to_the_same_network(
    datasets: dict[str, Dataset], tmp_path: Path
) -> None:
    made = []
    for stop in (None, 3.0):
        settings = StudySettings(tmp_path / str(stop), "own", NAMES[0], steps=2)
        if stop is not None:
            steps = train_and_judge(datasets["spindle"], settings)
            next(progress for progress in steps if progress.done >= stop)
            steps.close()
            assert not (settings.out / "own.json").exists()
        made.append(finish(train_and_judge(datasets["spindle"], settings)))
    assert made[0].card.sha256 == made[1].card.sha256
    assert made[0].results["balancing"] == made[1].results["balancing"]


def test_windows_are_soft_where_experts_differ_and_absent_where_nobody_looked(
    datasets: dict[str, Dataset],
) -> None:
    night = datasets["spindle"].nights[0]
    both = ((10.0, 60.0),)
    experts = tuple(replace(expert, scored_spans=both) for expert in night.experts)
    lone = replace(experts[1], events=())
    settings = StudySettings(Path(), "own", NAMES[0], cut=WindowCut(5.0, 5.0))
    assert settings.windows is not None
    network = load_network(ModelCard.read(Path("models/spindle-window-1d.json")))
    example = next(iter(finish(datasets["spindle"].examples(network))))
    places = window_night(
        replace(night, experts=(experts[0], lone)), example, network, settings.windows
    ).places
    assert (places.starts >= 10.0).all()
    assert (places.starts <= 55.0).all()
    assert set(places.soft[places.labels == 1]) <= {0.5, 0.25}
    assert len(places.features[0]) == 0


def test_the_command_prints_the_counts_and_takes_its_options(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["train", "spindle", "--dataset", "simulated", "--nights", "2", "--minutes", "2"]
    words += ["--recipe", NAMES[0], "--steps", "1", "--out", str(tmp_path)]
    words += ["--balance", "smote", "--smote-k", "3", "--smote-ratio", "0.5", "--noise", "0.1"]
    assert main([*words, "--class-weights", "--soft-labels", "--stride", "2"]) == 0
    assert "of them made" in capsys.readouterr().out
    how = json.loads((tmp_path / "settings.json").read_text())["fit"]
    assert how["cut"]["stride"] == 2.0
    assert how["classifier"]["balancing"]["neighbours"] == 3
    assert how["classifier"]["balancing"]["ratio"] == 0.5
    assert how["classifier"]["augmentation"]["noise"] == 0.1
    assert how["classifier"]["class_weights"] is True
    assert how["classifier"]["soft_labels"] is True


def test_options_of_windows_are_refused_for_networks_without(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["train", "spindle", "--dataset", "simulated", "--nights", "2", "--minutes", "2"]
    assert main([*words, "--out", str(tmp_path), "--balance", "smote"]) != 0
    assert "--balance is for networks of windows" in capsys.readouterr().err

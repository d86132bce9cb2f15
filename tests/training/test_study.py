"""A run on one's own nights: judged on others, stopped and gone on with, the same every time."""

from __future__ import annotations

import json
import signal
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from sleepscope.cli import main
from sleepscope.errors import SettingsError
from sleepscope.networks.checkpoint import load_network
from sleepscope.networks.model_card import ModelCard
from sleepscope.progress import Progress, finish
from sleepscope.training import fit as fitting
from sleepscope.training import task_recipe
from sleepscope.training.dataset import Dataset
from sleepscope.training.datasets import DatasetRequest, read_dataset
from sleepscope.training.model_comparison import compare_models
from sleepscope.training.rule_choice import RuleGrid
from sleepscope.training.study import StudyReport, train_and_judge
from sleepscope.training.study_settings import StudySettings

GRID = RuleGrid(thresholds=(0.3, 0.5), min_durations=(0.3,), max_gaps=(0.2,), ious=(0.2,))


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return read_dataset(DatasetRequest("simulated", "spindle", n_nights=3, minutes=3))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = replace(task_recipe.RECIPES["spindle-1d"], grid=GRID)
    quick = replace(quick, fit=replace(quick.fit, batch_size=4, learning_rate=1e-2))
    monkeypatch.setitem(task_recipe.RECIPES, "spindle-1d", quick)


def settings(out: Path, **changes) -> StudySettings:
    return replace(StudySettings(out, "own", "spindle-1d", steps=6), **changes)


@pytest.fixture(scope="module")
def reports() -> dict[str, StudyReport]:
    return {}


@pytest.fixture
def report(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory, reports) -> StudyReport:
    """One whole run, made once."""
    if "whole" not in reports:
        torch.manual_seed(1)
        out = tmp_path_factory.mktemp("run")
        reports["whole"] = finish(train_and_judge(dataset, settings(out)))
    return reports["whole"]


def test_a_run_folder_holds_everything(report: StudyReport) -> None:
    folder = report.card.path.parent
    names = {str(p.relative_to(folder)) for p in folder.rglob("*.*") if "checkpoints" not in str(p)}
    assert names == {
        "settings.json", "versions.json", "results.json", "log.csv", "own.json", "own.safetensors",
        "figures/learning.png", "figures/precision_recall.png", "figures/confusion.png",
        "figures/reliability.png", "nights.json",
    }  # fmt: skip
    assert json.loads((folder / "versions.json").read_text())["torch"]
    assert load_network(ModelCard.read(report.card.path)).n_parameters > 1000


def test_results_stand_by_event_sample_and_window(report: StudyReport) -> None:
    results = report.results
    assert set(results["by event"]["pooled"]) == {"0.2", "0.3", "0.5"}
    assert len(results["by event"]["per night"]) == 3
    assert set(results["by sample"]) >= {"f1", "kappa"}
    assert results["by window"]["pooled"]["windows"] > 50
    assert "Leave one person out" in results["protocol"]
    assert "one to one at an IoU of at least 0.2" in results["rule"]
    assert report.card.results["rule"] == results["rule"]


def test_confidence_is_calibrated_on_other_people(report: StudyReport, dataset: Dataset) -> None:
    said = report.results["calibration"]
    assert "fitted on the other people" in said["rule"]
    assert said["confidence"]["events"] == sum(n for *_, n in said["confidence"]["curve"])
    assert said["confidence"]["ece"] <= said["mean probability"]["ece"] + 0.1
    rules = report.results["chosen"].values()
    assert any(rule["confidence_slope"] != 1.0 for rule in rules)
    # The card's is fitted on everybody, by networks that never saw them.
    assert report.card.settings["confidence_slope"] > 0


def test_with_two_people_nobody_is_left_to_calibrate_on(dataset: Dataset, tmp_path: Path) -> None:
    two = dataset.of(dataset.subjects[:2])
    report = finish(train_and_judge(two, settings(tmp_path, steps=2)))
    assert "calibration" not in report.results
    assert all(rule["confidence_slope"] == 1.0 for rule in report.results["chosen"].values())


def test_a_run_stopped_by_ctrl_c_goes_on_to_the_same_events(
    report: StudyReport, dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real SIGINT in the middle of a fold; the same command then does the rest alone."""
    monkeypatch.setattr("sleepscope.cli.train_task.read_named", lambda *_: dataset)
    words = ["train", "spindle", "--dataset", "simulated", "--name", "own", "--steps", "6"]
    words += ["--out", str(tmp_path)]
    sent: list[str] = []
    begin = fitting.FitMemory.own_randomness

    def interrupted(memory):
        if memory.path.name == "fold2.stopped" and len(sent) < 3:
            sent.append(memory.path.name)
            if len(sent) == 3:
                signal.raise_signal(signal.SIGINT)
        return begin(memory)

    monkeypatch.setattr(fitting.FitMemory, "own_randomness", interrupted)
    torch.manual_seed(99)
    before = signal.getsignal(signal.SIGINT)
    assert main(words) == 130
    assert (tmp_path / "checkpoints" / "fold1.safetensors").is_file()
    assert (tmp_path / "checkpoints" / "fold2.stopped").is_file()
    assert not (tmp_path / "own.json").exists()
    torch.manual_seed(7)
    assert main(words) == 0
    assert not (tmp_path / "checkpoints" / "fold2.stopped").exists()
    results = json.loads((tmp_path / "results.json").read_text())
    assert results["by event"] == json.loads(json.dumps(report.results["by event"]))
    assert ModelCard.read(tmp_path / "own.json").sha256 == report.card.sha256
    assert signal.getsignal(signal.SIGINT) is before


def test_the_same_run_finds_the_same_events(
    report: StudyReport, dataset: Dataset, tmp_path: Path
) -> None:
    torch.manual_seed(5)
    again = finish(train_and_judge(dataset, settings(tmp_path)))
    for one, other in zip(report.nights, again.nights, strict=True):
        assert [(e.onset, e.duration) for e in one.events] == [
            (e.onset, e.duration) for e in other.events
        ]
    assert again.card.sha256 == report.card.sha256


def test_a_run_that_is_done_is_not_trained_again(report: StudyReport, dataset: Dataset) -> None:
    folder = report.card.path.parent
    batches: list[Progress] = []
    again = finish(train_and_judge(dataset, settings(folder)), batches.append)
    assert again.card.sha256 == report.card.sha256
    assert not any(p.partial for p in batches)


def test_a_folder_of_another_run_is_refused(report: StudyReport, dataset: Dataset) -> None:
    with pytest.raises(SettingsError, match="holds a run with other settings"):
        finish(train_and_judge(dataset, settings(report.card.path.parent, seed=1)))


def test_one_person_is_too_few(dataset: Dataset, tmp_path: Path) -> None:
    alone = dataset.of(dataset.subjects[:1])
    with pytest.raises(SettingsError, match="1 person; at least 2"):
        finish(train_and_judge(alone, settings(tmp_path)))


def test_weights_trained_on_these_nights_are_no_beginning(
    report: StudyReport, dataset: Dataset, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match="judged on what it has seen"):
        finish(train_and_judge(dataset, settings(tmp_path, start=report.card)))


def test_a_model_compared_with_itself_shows_no_difference(report: StudyReport) -> None:
    same = compare_models(("new", report.nights), ("old", report.nights), None)
    assert same.interval == (0.0, 0.0)
    assert same.difference == 0
    assert same.verdict.startswith(
        "There is no difference between new and old that these nights could show"
    )


def test_a_model_that_finds_the_truth_is_better_than_one_that_finds_nothing(
    report: StudyReport,
) -> None:
    whole = [replace(n, events=tuple(n.night.truth.events)) for n in report.nights]
    none = [replace(n, events=()) for n in report.nights]
    better = compare_models(("new", whole), ("old", none), None)
    assert (better.new_f1, better.old_f1) == (1.0, 0.0)
    assert better.nights == tuple((n.night.name, 1.0, 0.0) for n in report.nights)
    assert better.verdict.startswith("new is better than old on these nights: F1 1.000")
    # At least 20 stretches, whatever the length of the nights.
    assert "resamples of 21 stretches of 27 s" in better.method
    assert "other people may differ more" in better.method
    worse = compare_models(("new", none), ("old", whole), None)
    assert worse.verdict.startswith("new is worse than old")


def test_evaluate_prints_the_rule(report: StudyReport, monkeypatch, capsys, dataset) -> None:
    monkeypatch.setattr("sleepscope.cli.evaluate.read_named", lambda *_: dataset)
    words = ["evaluate", str(report.card.path), "--dataset", "simulated"]
    assert main([*words, "--against", str(report.card.path)]) == 0
    said = capsys.readouterr().out
    assert "own was trained on 3 of these 3 nights" in said
    assert "one to one at an IoU of at least 0.2" in said
    assert "no difference" in said


def test_training_for_a_task_needs_a_dataset(tmp_path: Path, capsys) -> None:
    assert main(["train", "spindle", "--out", str(tmp_path)]) == 2
    assert "needs --dataset NAME FOLDER" in capsys.readouterr().err


def test_a_bundled_model_takes_no_dataset(tmp_path: Path, capsys) -> None:
    words = ["train", "rem-1d", "--dataset", "simulated", "--out", str(tmp_path)]
    assert main(words) == 2
    assert "--dataset goes with spindle or rem, as rem-1d has its own" in capsys.readouterr().err

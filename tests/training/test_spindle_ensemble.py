"""Training the ensemble: nobody left out is seen, nothing is fitted twice, a stop loses nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sleepscope.detection import DetectSettings, detect
from sleepscope.networks.model_card import ModelCard
from sleepscope.progress import finish
from sleepscope.recordings.identity import channel_hash
from sleepscope.recordings.opening import open_recording
from sleepscope.training import spindle_training
from sleepscope.training.rule_choice import RuleGrid
from sleepscope.training.spindle_ensemble import SPINDLE_ENSEMBLE
from sleepscope.training.spindle_training import (
    SpindleTraining,
    evaluate_training,
    train_spindles,
)

GRID = RuleGrid((0.4, 0.6), (0.4,), (0.2,), 3.0)


def settings(data, folder, **values):
    members = ({"inputs": (0, 1, 2, 3)}, {"inputs": (2, 3)})
    recipe = replace(SPINDLE_ENSEMBLE, members=members, inner_members=1)
    return SpindleTraining(
        data, steps=6, arguments={"width": 4}, grid=GRID, recipe=recipe, kept=folder, **values
    )


@pytest.fixture(scope="module")
def trained(dreams_like, tmp_path_factory):
    out = tmp_path_factory.mktemp("models")
    reports = []
    training = settings(dreams_like, out / "kept", out=out)
    return finish(train_spindles(training), reports.append), out, reports


def test_the_written_ensembles_detect_and_never_saw_who_was_left_out(trained, dreams_like):
    card, out, _ = trained
    recording = open_recording(dreams_like / "excerpt2.txt")
    hashed = channel_hash(recording, "C3-A1")
    assert hashed in {entry["hash"] for entry in card.trained_on}
    folder = out / "held-out" / "spindle-1d-ensemble"
    left = ModelCard.read(folder / "spindle-1d-ensemble-without-excerpt2.json")
    assert hashed not in {entry["hash"] for entry in left.trained_on}
    found = finish(detect(recording, DetectSettings("spindle", str(left.path))))[0]
    assert not found.trained_on
    assert found.probability.size == 1800 * 25
    assert len(list(folder.glob("*.json"))) == 4


def test_written_weights_say_what_the_evaluated_ones_said(trained, dreams_like):
    card, out, _ = trained
    folder = out / "held-out" / "spindle-1d-ensemble"
    hits = 0
    for number in (1, 2, 3):
        path = folder / f"spindle-1d-ensemble-without-excerpt{number}.json"
        recording = open_recording(dreams_like / f"excerpt{number}.txt")
        found = finish(detect(recording, DetectSettings("spindle", str(path))))[0]
        hits += len(found.events)
    row = card.results["model"]["all stages"]["0.2"]
    assert abs(hits - row["tp"] - row["fp"]) <= 1


def test_progress_runs_from_nothing_to_everything(trained):
    done = [report.done for report in trained[2]]
    assert done == sorted(done)
    assert trained[2][-1].fraction == 1.0


def test_a_second_run_goes_on_from_what_was_kept(trained, dreams_like, monkeypatch):
    card, out, _ = trained

    def refuse(*_values):
        raise AssertionError("a member that was kept is fitted again")

    monkeypatch.setattr(spindle_training, "fit", refuse)
    results = finish(evaluate_training(settings(dreams_like, out / "kept")))
    assert results["model"] == card.results["model"]


def test_members_fitted_to_others_have_other_names(dreams_like, tmp_path):
    training = settings(dreams_like, tmp_path)
    finish(evaluate_training(training))
    # Three pairs and three with the single one for the rule, by one member; four turns by two.
    assert len(list(tmp_path.glob("*.safetensors"))) == 6 + 8

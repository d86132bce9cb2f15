"""From a folder in the layout of DREAMS to a model that detects."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from sleepscope.detection import DetectSettings, detect
from sleepscope.errors import RecordingError, SettingsError
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.spindle_unet import SpindleUnet
from sleepscope.progress import finish
from sleepscope.recordings.identity import channel_hash
from sleepscope.recordings.opening import open_recording
from sleepscope.training import spindle_training
from sleepscope.training.dreams_spindles import read_excerpts, spindle_example
from sleepscope.training.fit import fit
from sleepscope.training.rule_choice import RuleGrid
from sleepscope.training.spindle_1d import SPINDLE_1D
from sleepscope.training.spindle_ensemble import SPINDLE_ENSEMBLE
from sleepscope.training.spindle_evaluation import (
    comparison_text,
    evaluate_spindles,
    evaluation_text,
    spindle_figures,
)
from sleepscope.training.spindle_training import SpindleTraining, train_spindles

SMALL_GRID = RuleGrid((0.4, 0.6), (0.4,), (0.2,), 3.0)


@pytest.fixture(scope="module")
def trained(dreams_like, tmp_path_factory):
    out = tmp_path_factory.mktemp("models")
    settings = SpindleTraining(
        dreams_like,
        out,
        steps=12,
        arguments={"width": 4},
        grid=SMALL_GRID,
        recipe=replace(SPINDLE_1D, inner_folds=2),
    )
    reports = []
    return finish(train_spindles(settings), reports.append), out, reports


def test_the_card_says_what_it_was_trained_on_and_under_which_licence(trained, dreams_like):
    card, _, _ = trained
    assert len(card.trained_on) == 4
    recording = open_recording(dreams_like / "excerpt3.txt")
    assert card.trained_on[2]["hash"] == channel_hash(recording, "C3-A1")
    assert {entry["licence"] for entry in card.trained_on} == {"CC BY-NC-ND 3.0"}
    assert "CC BY-NC-ND 3.0" in card.licence
    assert card.results["command"].startswith("python -m tests.benchmarks.spindle_loso")


def test_each_held_out_network_never_saw_its_excerpt(trained, dreams_like):
    _, out, _ = trained
    for number in (1, 2, 3, 4):
        path = out / "held-out" / "spindle-1d" / f"spindle-1d-without-excerpt{number}.json"
        card = ModelCard.read(path)
        hashed = channel_hash(open_recording(dreams_like / f"excerpt{number}.txt"), "C3-A1")
        assert len(card.trained_on) == 3
        assert hashed not in {entry["hash"] for entry in card.trained_on}


def test_the_written_model_detects_and_knows_its_training_recordings(trained, dreams_like):
    card, _, _ = trained
    recording = open_recording(dreams_like / "excerpt1.txt")
    found = finish(detect(recording, DetectSettings("spindle", str(card.path))))[0]
    assert found.trained_on
    held_out = card.path.parent / "held-out/spindle-1d/spindle-1d-without-excerpt1.json"
    other = finish(detect(recording, DetectSettings("spindle", str(held_out))))[0]
    assert not other.trained_on


def test_the_results_can_be_printed_and_are_json(trained):
    results = json.loads(json.dumps(trained[0].results))
    text = evaluation_text(results)
    for words in (
        "model, union of the experts, N2, N3",
        "DREAMS automatic",
        "excerpt3",
        "expert 2",
    ):
        assert words in text
    assert set(results["chosen"]) == {"excerpt1", "excerpt2", "excerpt3", "excerpt4"}
    assert set(results["per excerpt"]) == {"excerpt1", "excerpt2", "excerpt3"}
    low, high = results["intervals"]["N2, N3"]["0.2"]["over time"]
    assert low <= results["model"]["N2, N3"]["0.2"]["f1"] <= high
    assert results["single expert"]["all stages"]["0.2"]["tp"] <= 17
    assert "excerpts of one expert" in text
    assert results["experts"]["all stages"]["0.2"]["f1"] == 1.0


def test_figures_of_one_detector_are_those_of_its_tables(trained):
    results = trained[0].results
    figures = spindle_figures(results)
    assert figures["f1_05"] == results["model"]["N2, N3"]["0.5"]["f1"]
    assert figures["f1_expert1"] == results["expert 1"]["N2, N3"]["0.2"]["f1"]
    assert set(figures["per_excerpt"]) == {"excerpt1", "excerpt2", "excerpt3"}
    text = comparison_text({"spindle-1d": results})
    assert f"{figures['f1_02']:.3f}" in text
    assert "bootstrap over recordings" in text


def test_progress_runs_from_nothing_to_everything(trained):
    _, _, reports = trained
    done = [r.done for r in reports]
    assert done == sorted(done)
    assert reports[-1].fraction == 1.0


def test_too_few_doubly_scored_excerpts_are_refused(dreams_like):
    with pytest.raises(SettingsError, match="3 excerpts that two experts scored"):
        next(
            train_spindles(SpindleTraining(dreams_like, recipe=replace(SPINDLE_1D, inner_folds=3)))
        )


def test_a_folder_without_the_database_is_refused(tmp_path):
    with pytest.raises(RecordingError, match="does not hold the DREAMS spindles"):
        read_excerpts(tmp_path)


def test_heads_count_where_their_expert_looked(dreams_like):
    excerpts = read_excerpts(dreams_like)
    network = SpindleUnet(width=4)
    both, single = spindle_example(excerpts[0], network), spindle_example(excerpts[3], network)
    beyond = slice(1001 * 25, 1790 * 25)
    assert both.weights[0, beyond].max() == 0  # expert 1 stopped at 1000 s
    assert both.weights[1, beyond].min() > 0
    assert both.weights[2, beyond].min() > 0
    assert single.weights[1].max() == 0  # nobody else scored it
    np.testing.assert_array_equal(single.weights[2] > 0, single.targets[0] > 0)
    assert both.weights[1, 100 * 25] == 1.0  # N2
    assert both.weights[1, 1600 * 25] == pytest.approx(0.3)  # wake


def test_the_truth_of_the_evaluation_is_the_union_of_the_experts(dreams_like):
    excerpts = [e for e in read_excerpts(dreams_like) if len(e.experts) == 2]
    perfect = {e.subject: e.experts[1].events for e in excerpts}
    results = evaluate_spindles(excerpts, perfect)
    row = results["model"]["all stages"]["0.5"]
    assert (row["f1"], row["fp"], row["fn"]) == (1.0, 0, 0)
    assert row["tp"] == 3 * 29
    assert results["model"]["N2, N3"]["0.5"]["tp"] == 3 * 25
    assert results["dreams automatic"]["all stages"]["0.5"]["recall"] == pytest.approx(
        15 / 29, 1e-3
    )
    # Inside the first 1000 s, where expert 1 looked.
    assert results["expert 1"]["all stages"]["0.2"]["tp"] == 3 * 17


def test_neither_teacher_nor_pupil_is_fitted_to_who_is_left_out(dreams_like, monkeypatch):
    fitted = []

    def remembering(network, examples, *values):
        fitted.append((network.inputs, {e.subject for e in examples}, examples))
        return fit(network, examples, *values)

    monkeypatch.setattr(spindle_training, "fit", remembering)
    recipe = replace(SPINDLE_1D, teacher=replace(SPINDLE_ENSEMBLE, inner_members=2))
    training = spindle_training._Training(
        SpindleTraining(dreams_like, steps=3, arguments={"width": 4}, recipe=recipe)
    )
    finish(training.prepare())
    left_out = frozenset({"excerpt1", "excerpt3"})
    reports = []
    finish(training.network(left_out, 1), reports.append)
    assert [inputs for inputs, _, _ in fitted] == [(0, 1, 2, 3), (0,), (0, 1, 2, 3)]
    assert all(subjects == {"excerpt2", "excerpt4"} for _, subjects, _ in fitted)
    assert [r.done for r in reports] == sorted(r.done for r in reports)
    assert training.done == 9


def test_half_of_what_is_taught_is_the_experts_and_half_the_teachers(dreams_like):
    teacher = replace(SPINDLE_ENSEMBLE, inner_members=1)
    training = spindle_training._Training(
        SpindleTraining(
            dreams_like,
            steps=3,
            arguments={"width": 4},
            recipe=replace(SPINDLE_1D, teacher=teacher),
        )
    )
    finish(training.prepare())
    left_out = frozenset({"excerpt1"})
    plain = training.study.without(left_out)
    taught = finish(training._taught(plain, left_out))
    network = finish(training.teacher.network(left_out, 1))
    for before, after in zip(plain, taught, strict=True):
        said = network.tracks(
            next(e.features for e in training.teacher.study.examples if e.subject == before.subject)
        ).probability
        union = 2 * after.targets[2] - before.targets[2]
        np.testing.assert_allclose(union, said[: union.size], atol=1e-5)
        np.testing.assert_array_equal(after.weights, before.weights)
        assert set(np.unique(before.targets)) == {0.0, 1.0}

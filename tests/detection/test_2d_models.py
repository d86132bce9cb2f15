"""The 2D models that come with the program, on made-up nights and on what they were tested on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sleepscope.agreement import score
from sleepscope.detection import Detection, DetectSettings, detect
from sleepscope.explain.explain_events import explain_events
from sleepscope.networks.checkpoint import load_network
from sleepscope.networks.model_folder import find_model, held_out_models
from sleepscope.progress import finish
from sleepscope.simulate import NightSettings, SimulatedNight, simulate_night
from sleepscope.training import rem_evaluation
from sleepscope.training.rem_2d import REM_2D
from sleepscope.training.rem_evaluation import evaluate_rem
from sleepscope.training.spindle_2d import SPINDLE_2D
from tests.benchmarks.spindle_loso import shipped_results

RECIPES = {"spindle-2d": SPINDLE_2D, "rem-2d": REM_2D}


@pytest.fixture(scope="module")
def night() -> SimulatedNight:
    """Eight minutes of N2 and REM sleep that no training used."""
    return simulate_night(NightSettings(seed=77, minutes=8, stages=("N2",) * 10 + ("R",) * 6))


def _found(night: SimulatedNight, task: str, model: str) -> Detection:
    return finish(detect(night.recording, DetectSettings(task, model)))[0]


@pytest.mark.parametrize("name", RECIPES)
def test_card_and_weights_are_those_of_the_recipe(name: str) -> None:
    card, recipe = find_model(name), RECIPES[name]
    network = load_network(card)
    assert (card.architecture, card.normalisation) == (recipe.architecture, network.normalisation)
    assert card.settings["relevance_scale"] == recipe.relevance_scale
    assert card.settings["map_scale"] == recipe.map_scale


def test_planted_spindles_are_found_and_rem_sleep_has_few(night: SimulatedNight) -> None:
    found = _found(night, "spindle", "spindle-2d")
    channel = found.channels[0]
    truth = [e for e in night.truth.events if (e.kind, e.channel) == ("spindle", channel)]
    asleep = score(found.events, truth, stages=("N2",), hypnogram=night.hypnogram)
    assert asleep.f1 is not None
    assert asleep.f1 > 0.7
    in_rem = [e for e in found.events if night.hypnogram.stage_at(e.midpoint) == "R"]
    assert len(in_rem) <= 9


def test_planted_eye_movements_are_found_and_n2_has_few(night: SimulatedNight) -> None:
    found = _found(night, "rem", "rem-2d")
    truth = [e for e in night.truth.events if e.kind == "rem"]
    scores = score(found.events, truth, stages=("R",), hypnogram=night.hypnogram, by_channel=False)
    assert scores.f1 is not None
    assert scores.f1 > 0.7
    stages = [night.hypnogram.stage_at(e.midpoint) for e in found.events]
    assert stages.count("N2") <= 5


@pytest.mark.parametrize(("task", "stage"), [("spindle", "N2"), ("rem", "R")])
def test_1d_and_2d_are_two_scorers_that_can_be_compared(
    night: SimulatedNight, task: str, stage: str
) -> None:
    one, two = (_found(night, task, f"{task}-{kind}") for kind in ("1d", "2d"))
    assert one.card.scorer != two.card.scorer
    both = score(one.events, two.events, stages=(stage,), hypnogram=night.hypnogram)
    assert both.f1 is not None
    assert both.f1 > 0.7


@pytest.mark.parametrize("task", ["spindle", "rem"])
def test_maps_point_into_the_event_more_often_than_chance(night: SimulatedNight, task: str) -> None:
    found = _found(night, task, f"{task}-2d")
    steps = explain_events(night.recording, found.card, found.channels, found.events[:24])
    inside, chance = [], []
    for event, shown in zip(found.events, finish(steps), strict=False):
        assert shown.event_id == event.id
        within = (shown.times >= event.onset) & (shown.times < event.stop)
        inside.append(within[np.argmax(shown.over_time())])
        chance.append(within.mean())
    # Of 176 simulated movements .84, of held-out spindles .997; where chance has .35 and .43.
    assert len(inside) >= 15
    assert np.mean(inside) > np.mean(chance) + 0.2


def test_held_out_networks_never_saw_the_excerpt_they_are_for() -> None:
    everything = {entry["hash"] for entry in find_model("spindle-2d").trained_on}
    assert len(everything) == 8
    missing = [
        everything - {e["hash"] for e in c.trained_on} for c in held_out_models("spindle-2d")
    ]
    assert all(missing)
    assert len(set().union(*missing)) >= 6


@pytest.mark.real_data
def test_figures_on_dreams_are_those_of_the_card(real_data: Path) -> None:
    made = shipped_results(real_data / "dreams_spindles", "spindle-2d")
    results = find_model("spindle-2d").results
    for iou in ("0.2", "0.5"):
        shown = results["model"]["N2, N3"][iou]["f1"]
        assert made["model"]["N2, N3"][iou]["f1"] == pytest.approx(shown, abs=0.01)


@pytest.mark.real_data
def test_figures_on_real_eyes_are_those_of_the_card(
    real_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rem_evaluation, "OUTSIDE_SUBJECTS", 1)
    results = find_model("rem-2d").results
    made = finish(evaluate_rem("rem-2d", real_data))
    for key in ("yasa_f1_02", "n2n3_false_per_min", "n2n3_gated_false_per_min"):
        assert made[key] == pytest.approx(results[key], abs=0.02), key

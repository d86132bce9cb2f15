"""What the README says of the shipped models is what their cards say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sleepscope.agreement import pool, score, union
from sleepscope.networks.checkpoint import file_checksum
from sleepscope.networks.model_folder import available_models, find_model, held_out_models
from sleepscope.progress import finish
from sleepscope.training import rem_evaluation
from sleepscope.training.dreams_spindles import SLEEP, read_excerpts
from sleepscope.training.rem_evaluation import evaluate_rem
from tests.benchmarks.spindle_loso import shipped_events

README = Path(__file__).resolve().parents[2] / "README.md"
SPINDLES = ("spindle-1d", "spindle-1d-ensemble", "spindle-2d", "spindle-window-1d")


HELP = README.parent / "resources" / "help"


def figures(line: str) -> list[str]:
    """Figures behind the first cell of a line of a table."""
    return re.findall(r"(?<![\d.])-?\d?\.\d{2,3}", line.split("|", 2)[2])


def line_of(page: Path, words: str) -> str:
    """The line of a table that begins with these words."""
    lines = page.read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith(f"| {words}"))


def shown(value: float, digits: int = 3) -> str:
    """A figure as the pages have it."""
    return f"{value:.{digits}f}".removeprefix("0")


@pytest.mark.parametrize("model", SPINDLES)
def test_readme_and_card_have_the_same_figures(model):
    results = find_model(model).results
    asleep, whole = results["model"]["N2, N3"], results["model"]["all stages"]
    low, high = results["intervals"]["N2, N3"]["0.2"]["over time"]
    found = asleep["0.2"]
    values = [found["precision"], found["recall"], found["f1"], low, high]
    values += [asleep["0.5"]["f1"], whole["0.2"]["f1"]]
    cells = figures(line_of(README, f"`{model}`"))
    # The card is rounded to four digits, the page to three.
    assert [abs(float(cell)) for cell in cells] == pytest.approx(values, abs=5.6e-4)


def test_readme_says_what_the_windows_find_without_their_map():
    alone = find_model("spindle-window-1d").results["probability alone"]["N2, N3"]
    cells = figures(line_of(README, "the same, probability alone"))
    values = [alone["0.2"]["f1"], alone["0.5"]["f1"]]
    assert [float(cell) for cell in cells] == pytest.approx(values, abs=5.6e-4)


@pytest.mark.parametrize("page", [README, HELP / "detecting.md"], ids=lambda page: page.name)
def test_figures_of_eye_movements_are_those_of_the_card(page):
    results = find_model("rem-1d").results
    for words, key, digits in (
        ("simulated sub" if page is README else "simulated sle", "simulated_f1", 3),
        ("agreement with YASA", "yasa_f1_02", 3),
        ("the same without detections too small", "yasa_f1_02_from_its_floor", 3),
        ("false detections a minute", "n2n3_false_per_min", 2),
        ("the same without stretches of muscle" if page is README else "the same, muscle left out",
         "n2n3_gated_false_per_min", 2),
    ):  # fmt: skip
        assert figures(line_of(page, words))[0] == shown(results[key], digits), words


@pytest.mark.real_data
@pytest.mark.parametrize("model", ["rem-1d", "rem-2d"])
def test_a_card_of_eye_movements_says_what_a_run_on_real_eyes_finds(model, real_data, monkeypatch):
    # The simulated sleepers would take minutes; one is enough to come by.
    monkeypatch.setattr(rem_evaluation, "OUTSIDE_SUBJECTS", 1)
    said = find_model(model).results
    made = finish(evaluate_rem(model, real_data))
    real = [key for key in said if key.startswith(("yasa_", "n2n3_"))]
    assert {"yasa_f1_02", "n2n3_false_per_min", "n2n3_gated_false_per_min"} <= set(real)
    for key in real:
        if isinstance(said[key], float | int):
            assert made[key] == pytest.approx(said[key], abs=5e-4), key


def test_every_card_belongs_to_its_weights():
    for card in available_models():
        for one in (card, *held_out_models(card.name)):
            assert file_checksum(one.weights_path) == one.sha256


@pytest.mark.parametrize("model", SPINDLES)
def test_a_card_says_what_a_run_of_its_held_out_networks_reaches(model, real_data):
    excerpts = read_excerpts(real_data / "dreams_spindles")
    found = shipped_events(excerpts, model)
    card = find_model(model).results["model"]
    for iou in (0.2, 0.5):
        for name, stages in (("N2, N3", SLEEP), ("all stages", None)):
            parts = [
                score(
                    found[e.subject],
                    union(e.experts),
                    iou=iou,
                    stages=stages,
                    hypnogram=e.hypnogram,
                    by_channel=False,
                )
                for e in excerpts
                if len(e.experts) == 2
            ]
            pooled, row = pool(parts), card[name][f"{iou:g}"]
            assert (pooled.tp, pooled.fp, pooled.fn) == (row["tp"], row["fp"], row["fn"])

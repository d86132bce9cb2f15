"""What the README says of the shipped models is what their cards say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sleepscope.agreement import pool, score, union
from sleepscope.networks.checkpoint import file_checksum
from sleepscope.networks.model_folder import available_models, find_model, held_out_models
from sleepscope.training.dreams_spindles import SLEEP, read_excerpts
from tests.benchmarks.spindle_loso import shipped_events

README = Path(__file__).resolve().parents[2] / "README.md"
SPINDLES = ("spindle-1d", "spindle-1d-ensemble", "spindle-2d", "spindle-window-1d")


def figures(model: str) -> list[str]:
    """Cells of the README's table in which the line begins with the model."""
    for line in README.read_text(encoding="utf-8").splitlines():
        if line.startswith(f"| `{model}`"):
            return re.findall(r"(?<!\d)\.\d{3}", line)
    raise AssertionError(f"README has no line for {model}")


@pytest.mark.parametrize("model", SPINDLES)
def test_readme_and_card_have_the_same_figures(model):
    asleep = find_model(model).results["model"]["N2, N3"]
    shown = figures(model)
    for iou in ("0.2", "0.5"):
        assert f"{asleep[iou]['f1']:.3f}".removeprefix("0") in shown


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

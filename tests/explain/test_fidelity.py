"""What a card says of its maps is told, whatever stands in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from sleepscope.explain.fidelity import FIDELITY, fidelity_shortfalls, fidelity_words
from sleepscope.networks.model_folder import find_model
from sleepscope.networks.registry import build_network
from tests.benchmarks.fidelity_maps import judged
from tests.benchmarks.fidelity_randomised import block_of, cascade, randomised

CARD = find_model("spindle-1d")


def test_figures_of_a_card_are_one_sentence() -> None:
    told = {"pointing": 0.9, "iou": 0.61, "baseline_pointing": 0.8, "baseline_iou": 0.5,
            "deletion_beats_random": 1, "falls short": ["iou"]}  # fmt: skip
    card = replace(CARD, results={FIDELITY: told})
    words = fidelity_words(card)
    assert "0.90 of windows (11-16 Hz envelope alone 0.80)" in words
    assert "overlap 0.61 (0.50), deletion beats chance in 1.00" in words
    assert fidelity_shortfalls(card) == ("iou",)


@pytest.mark.parametrize("told", [None, 3, {}, {"pointing": "x", "falls short": 7}])
def test_strange_cards_are_no_crash(told: object) -> None:
    card = replace(CARD, results={FIDELITY: told})
    assert fidelity_words(card) == "" or "–" in fidelity_words(card)
    assert fidelity_shortfalls(card) == ()


def test_a_card_without_figures_says_nothing() -> None:
    assert fidelity_words(replace(CARD, results={})) == ""


def test_the_benchmarks_judgement_by_hand() -> None:
    truth = np.array([False, True, True, False, False])
    assert judged(np.array([0.0, 2.0, 0.9, 1.0, 0.1]), truth) == (1.0, pytest.approx(1 / 3))
    assert judged(np.array([3.0, 2.0, 2.0, np.nan, 0.0]), truth) == (0.0, pytest.approx(2 / 3))
    assert judged(-np.ones(5), truth) == (0.0, 0.0)


def test_weights_are_made_fresh_from_the_head_down() -> None:
    network = build_network("spindle-unet-1d").eval()
    blocks = cascade(network)
    assert (blocks[0], blocks[-1]) == ("head", "stem")
    kept, fresh = network.state_dict(), randomised(network, 1, blocks[:1]).state_dict()
    changed = {name.split(".")[0] for name in kept if not torch.equal(kept[name], fresh[name])}
    assert changed == {"head"}
    whole = randomised(network, 1).state_dict()
    assert not torch.equal(kept["stem.weight"], whole["stem.weight"])
    assert block_of("members.2.decoder_1.0") == "decoder_1"
    assert block_of("classifier.body.12") == "body.12"

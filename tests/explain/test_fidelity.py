"""What a card says of its maps is told, whatever stands in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sleepscope.explain.fidelity import FIDELITY, fidelity_shortfalls, fidelity_words
from sleepscope.networks.model_folder import find_model

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

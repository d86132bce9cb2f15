"""How far a model's maps were found to be faithful, as its card says."""

from __future__ import annotations

from typing import Any, Final

from sleepscope.networks.model_card import ModelCard

# Where a card keeps the figures of ``python -m tests.benchmarks.explanation_fidelity``.
FIDELITY: Final = "explanation fidelity"


def fidelity_words(card: ModelCard) -> str:
    """The figures of a model's maps in one sentence; "" where they were not measured."""
    found = card.results.get(FIDELITY)
    if not isinstance(found, dict):
        return ""

    def figure(name: str) -> str:
        value: Any = found.get(name)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return f"{value:.2f}" if is_number else "–"

    return (
        f"Maps of {card.name}, measured: highest inside the expert's event in "
        f"{figure('pointing')} of windows (11-16 Hz envelope alone {figure('baseline_pointing')}), "
        f"overlap {figure('iou')} ({figure('baseline_iou')}), deletion beats chance in "
        f"{figure('deletion_beats_random')}."
    )


def fidelity_shortfalls(card: ModelCard) -> tuple[str, ...]:
    """What of these figures does not reach the bar, in words."""
    found = card.results.get(FIDELITY)
    told = found.get("falls short", ()) if isinstance(found, dict) else ()
    return tuple(str(one) for one in told) if isinstance(told, list | tuple) else ()

"""The model card of the published 5-s network trained on DREAMS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from sleepscope.constants import SPINDLE
from sleepscope.detection.segmentation import EventRule
from sleepscope.networks.model_card import ModelCard
from sleepscope.training.dreams_spindles import SLEEP, Excerpt
from sleepscope.training.published_fit import FittedWindows

ARCHITECTURE: Final = "published-cnn-1d"


def window_card(
    name: str,
    trained_on: Sequence[Excerpt],
    fitted: FittedWindows,
    rule: EventRule,
    results: dict[str, Any],
) -> ModelCard:
    """The card of a fitted network; its checksum comes with ``networks.checkpoint.save_model``.

    Parameters
    ----------
    name : str
    trained_on : sequence of Excerpt
    fitted : FittedWindows
    rule : EventRule
        For events from the localised track.
    results : dict
        Ready for JSON.
    """
    network = fitted.network
    return ModelCard(
        name=name,
        version="1.1",
        architecture=ARCHITECTURE,
        arguments={},
        sha256="",
        task=SPINDLE,
        classes=("no spindle", "spindle"),
        channels=("EEG",),
        sfreq=network.sfreq,
        output_sfreq=network.output_sfreq,
        window=network.window,
        unit="µV",
        normalisation=network.normalisation,
        trained_on=tuple(e.origin for e in trained_on),
        settings={
            **asdict(rule),
            "min_sfreq": 2 * network.band[1],
            "stages": sorted(SLEEP),
            "relevance_scale": round(fitted.relevance_scale, 2),
            "parameters": network.n_parameters,
        },
        results=results,
        licence="CC BY-NC-ND 3.0 (that of the recordings it was trained on)",
        intended_use=(
            "Showing what the published 5-s network with Grad-CAM does, beside better models; "
            "candidate sleep spindles in one central EEG channel for research, to be checked by "
            "a person. Not a medical device."
        ),
        limits=(
            "Decides on windows of 5 s; where in them the spindle lies is told by Grad-CAM alone. "
            "Weaker than spindle-1d. Trained on eight patients of one sleep laboratory, 30 min "
            "each. In wake and REM sleep detections are mostly alpha: limit them to N2 and N3."
        ),
    )

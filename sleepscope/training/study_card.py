"""The model card of a detector that was trained on somebody's own nights."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sleepscope.constants import REM, SPINDLE
from sleepscope.detection.segmentation import EventRule
from sleepscope.networks.dense import DenseNetwork
from sleepscope.networks.model_card import ModelCard
from sleepscope.training.dataset import Dataset
from sleepscope.training.window_scheme import scheme_limits
from sleepscope.training.window_splits import Protocol

_CHANNELS = {SPINDLE: ("EEG",), REM: ("EOG", "EOG")}


def study_card(
    name: str,
    architecture: str,
    dataset: Dataset,
    network: DenseNetwork,
    rule: EventRule,
    results: dict[str, Any],
    window: float,
    protocol: Protocol | None = None,
) -> ModelCard:
    """The card; its checksum comes with ``networks.checkpoint.save_model``.

    ``window`` is what the network was shown at once while it was fitted, s; ``protocol`` how
    windows were split where it was not judged on people held out, which stands first in its limits.
    """
    people, nights = len(dataset.subjects), len(dataset.nights)
    stages = dataset.stages
    return ModelCard(
        name=name,
        version="1.0",
        architecture=architecture,
        arguments={},
        sha256="",
        task=dataset.task,
        classes=network.heads,
        channels=_CHANNELS[dataset.task],
        sfreq=network.sfreq,
        output_sfreq=network.output_sfreq,
        window=window,
        unit="µV",
        normalisation=network.normalisation,
        trained_on=dataset.origins(),
        settings={
            **asdict(rule),
            "min_sfreq": 2 * network.band[1],
            "parameters": network.n_parameters,
            "relevance_scale": results.get("relevance_scale")
            or (4.0 if dataset.task == SPINDLE else 8.0),
            **({} if stages is None else {"stages": sorted(stages)}),
        },
        results=results,
        licence=f"{dataset.licence} it was trained on"
        if dataset.licence.startswith("that")
        else f"{dataset.licence} (that of the recordings it was trained on)",
        intended_use=(
            f"Candidate events of kind '{dataset.task}' in recordings like those it was trained "
            f"on, to be checked by a person; research alone. Not a medical device."
        ),
        limits=("" if protocol is None else f"{scheme_limits(protocol)} ")
        + (
            f"Trained on {nights} nights of {people} people ({dataset.title}), scored by "
            f"{_experts(dataset.n_experts)}. It repeats their habits. Other laboratories, "
            f"channels and patients were not tested."
        ),
    )


def _experts(most: int) -> str:
    return "one expert" if most == 1 else f"up to {most} experts"

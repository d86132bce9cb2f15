"""The model cards of the dense spindle networks trained on DREAMS."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sleepscope.constants import SPINDLE
from sleepscope.detection.segmentation import EventRule
from sleepscope.networks.dense import DenseNetwork
from sleepscope.networks.model_card import ModelCard
from sleepscope.training.augmentation import Augmentation
from sleepscope.training.dreams_spindles import SLEEP, Excerpt
from sleepscope.training.fit import FitSettings


def _single(members: Sequence[DenseNetwork]) -> DenseNetwork:
    (network,) = members
    return network


@dataclass(frozen=True, slots=True)
class SpindleRecipe:
    """What is particular to one spindle model among those trained alike.

    Attributes
    ----------
    name, version, architecture : str
        Of the model card.
    augmentation : Augmentation
    command, protocol : str
        For the card: what prints its figures, and how they came about.
    relevance_scale : float
        Logits at which the colour of a Grad-CAM map is at its fullest.
    limits : str
        What the card says besides the limits that all of them share.
    map_scale : float
        The same as ``relevance_scale`` for maps over time and frequency; 0 for networks without.
    members : tuple of dict
        Arguments of the constructor of each network that is fitted; member ``k`` begins from the
        seed ``seed + k``.
    member_architecture : str
        Of these; the card's own if empty.
    join : callable
        Makes the model of its members; by default there is one and it is the model.
    inner_members : int
        How many members, from the first on, choose the rule.
    steps : int
        Batches for each network.
    teacher : SpindleRecipe or None
        A model whose members are fitted to the same excerpts first, as many as choose its rule.
        What this one is then taught is, moment by moment, half what the experts marked and half
        the teacher's probability: it says where the experts' marks are a matter of chance (Hinton
        et al. 2015, Distilling the knowledge in a neural network, arXiv:1503.02531).
    positive_weight : float
        How much more a moment inside an event counts in the fit.
    inner_folds : int or None
        Folds inside the training excerpts for the choice of the rule; None leaves out each of them
        in turn.
    """

    name: str
    version: str
    architecture: str
    augmentation: Augmentation
    command: str
    protocol: str
    relevance_scale: float
    limits: str = ""
    map_scale: float = 0.0
    members: tuple[dict[str, Any], ...] = ({},)
    member_architecture: str = ""
    join: Callable[[Sequence[Any]], DenseNetwork] = _single
    inner_members: int = 1
    steps: int = 150
    teacher: SpindleRecipe | None = None
    positive_weight: float = 2.0
    inner_folds: int | None = None


def spindle_card(
    recipe: SpindleRecipe,
    name: str,
    arguments: dict[str, Any],
    trained_on: Sequence[Excerpt],
    network: DenseNetwork,
    rule: EventRule,
    results: dict[str, Any],
) -> ModelCard:
    """The card of a network; its checksum comes with ``networks.checkpoint.save_model``.

    Parameters
    ----------
    recipe : SpindleRecipe
    name : str
        The recipe's, or that of a network that left somebody out.
    arguments : dict
        Of the architecture's constructor.
    trained_on : sequence of Excerpt
    network : DenseNetwork
    rule : EventRule
    results : dict
        Ready for JSON.
    """
    return ModelCard(
        name=name,
        version=recipe.version,
        architecture=recipe.architecture,
        arguments=arguments,
        sha256="",
        task=SPINDLE,
        classes=network.heads,
        channels=("EEG",),
        sfreq=network.sfreq,
        output_sfreq=network.output_sfreq,
        window=FitSettings().crop_seconds,
        unit="µV",
        normalisation=network.normalisation,
        trained_on=tuple(e.origin for e in trained_on),
        settings={
            **asdict(rule),
            "min_sfreq": 2 * network.band[1],
            "stages": sorted(SLEEP),
            "relevance_scale": recipe.relevance_scale,
            **({"map_scale": recipe.map_scale} if recipe.map_scale else {}),
            "parameters": network.n_parameters,
        },
        results=results,
        licence="CC BY-NC-ND 3.0 (that of the recordings it was trained on)",
        intended_use=(
            "Finding candidate sleep spindles in one central EEG channel of adults for research, "
            "to be checked by a person. Not a medical device."
        ),
        limits=(
            "Trained on eight patients of one sleep laboratory, 30 min each, scored by two experts "
            "who agree with each other at F1 0.70 in N2 and N3. In wake and REM sleep detections "
            "are mostly alpha: limit them to N2 and N3. Spindles of children, of sedated people "
            "and of frontal or parietal channels were not tested."
            f"{recipe.limits}"
        ),
    )

"""Where two hypnograms differ, epoch by epoch."""

from __future__ import annotations

from dataclasses import dataclass

from sleepscope.agreement.kappa import StageAgreement, epoch_disagreements, stage_agreement
from sleepscope.events.hypnogram import Hypnogram


@dataclass(frozen=True, slots=True)
class StageDifference:
    """An epoch that two scorers staged differently.

    Attributes
    ----------
    start, stop : float, s
    first, second : str
        Stages by the one and by the other.
    """

    start: float
    stop: float
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class StageComparison:
    """Two hypnograms compared.

    Attributes
    ----------
    first, second : str
        Scorers.
    agreement : StageAgreement
    differences : tuple of StageDifference
        By onset; epochs that either left unscored are none.
    """

    first: str
    second: str
    agreement: StageAgreement
    differences: tuple[StageDifference, ...]


def compare_stages(first: Hypnogram, second: Hypnogram) -> StageComparison:
    """Compare two hypnograms on the longer of their epochs, as ``stage_agreement`` does."""
    turned = second.epoch_seconds > first.epoch_seconds + 1e-9
    a, b = (second, first) if turned else (first, second)
    differences = tuple(
        StageDifference(one.start, one.start + a.epoch_seconds, *sides)
        for one in epoch_disagreements(a, b)
        for sides in [(one.b, one.a) if turned else (one.a, one.b)]
    )
    return StageComparison(first.scorer, second.scorer, stage_agreement(a, b), differences)

"""Cohen's kappa, and the agreement of two hypnograms epoch by epoch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sleepscope.constants import STAGES, UNSCORED
from sleepscope.errors import SettingsError
from sleepscope.events.hypnogram import Hypnogram


def kappa_of_counts(counts: NDArray[np.integer]) -> float | None:
    """Cohen's kappa of a square table of counts (Cohen 1960, doi:10.1177/001316446002000104).

    Parameters
    ----------
    counts : (n_classes, n_classes) ndarray of int

    Returns
    -------
    float or None
        None for an empty table, and where both sides used one and the same class throughout, so
        that chance alone agrees fully.
    """
    total = float(counts.sum())
    if not total:
        return None
    share = counts / total
    chance = float(share.sum(axis=0) @ share.sum(axis=1))
    if chance >= 1.0:
        return None
    return (float(np.trace(share)) - chance) / (1.0 - chance)


@dataclass(frozen=True, slots=True)
class StageAgreement:
    """Agreement of two hypnograms.

    Attributes
    ----------
    n_epochs : int
        Epochs that both staged.
    accuracy, kappa, macro_f1 : float or None
        None without a common epoch; ``macro_f1`` is the mean over the stages that either used.
    f1 : dict of stage to float
        For the stages that either used.
    confusion : (5, 5) tuple of tuples of int
        Rows: stages of ``a`` as in ``constants.STAGES``; columns: of ``b``.
    rule : str
        How the figures came about, in one sentence.
    """

    n_epochs: int
    accuracy: float | None
    kappa: float | None
    macro_f1: float | None
    f1: dict[str, float]
    confusion: tuple[tuple[int, ...], ...]
    rule: str


def stage_agreement(a: Hypnogram, b: Hypnogram) -> StageAgreement:
    """Compare two hypnograms epoch by epoch.

    The epochs are those of ``a``. Where ``b`` has shorter ones, the stage that fills most of the
    epoch counts, and the earlier one of two that fill the same. Epochs that either left unscored
    do not take part.

    Raises
    ------
    SettingsError
        If the epochs of ``b`` are longer than those of ``a``: compare the other way round.
    """
    if b.epoch_seconds > a.epoch_seconds + 1e-9:
        raise SettingsError(
            f"Epochs of {a.epoch_seconds:g} s cannot be compared with longer ones of "
            f"{b.epoch_seconds:g} s; put the hypnogram with the longer epochs first."
        )
    counts = np.zeros((len(STAGES), len(STAGES)), dtype=np.int64)
    for index, stage in enumerate(a.stages):
        other = b.main_stage(a.start + index * a.epoch_seconds, a.epoch_seconds)
        if UNSCORED not in (stage, other):
            counts[STAGES.index(stage), STAGES.index(other)] += 1
    total = int(counts.sum())
    used = counts.sum(axis=0) + counts.sum(axis=1)
    f1 = {stage: float(2 * counts[i, i] / used[i]) for i, stage in enumerate(STAGES) if used[i]}
    return StageAgreement(
        total,
        float(np.trace(counts)) / total if total else None,
        kappa_of_counts(counts),
        sum(f1.values()) / len(f1) if f1 else None,
        f1,
        tuple(tuple(int(n) for n in row) for row in counts),
        f"Epochs of {a.epoch_seconds:g} s were compared where both were staged.",
    )


@dataclass(frozen=True, slots=True)
class EpochDisagreement:
    """An epoch that two scorers staged differently.

    Attributes
    ----------
    start : float, s
        Of the epoch of ``a``, from the first sample.
    a, b : str
        Their stages.
    """

    start: float
    a: str
    b: str


def epoch_disagreements(a: Hypnogram, b: Hypnogram) -> tuple[EpochDisagreement, ...]:
    """Epochs that both staged, and differently; the rule is that of :func:`stage_agreement`."""
    found: list[EpochDisagreement] = []
    for index, stage in enumerate(a.stages):
        start = a.start + index * a.epoch_seconds
        other = b.main_stage(start, a.epoch_seconds)
        if UNSCORED not in (stage, other) and stage != other:
            found.append(EpochDisagreement(start, stage, other))
    return tuple(found)

"""Balance the windows of one training fold: SMOTE, random over- and under-sampling, weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import SettingsError
from sleepscope.training.windows import MADE, Windows

Method = Literal["none", "smote", "oversample", "undersample", "undersample+smote"]
# What a run keeps of a balancing, and balance_sentence tells.
COUNTED: Final = ("before", "after", "made")
METHODS: Final[tuple[str, ...]] = get_args(Method)


@dataclass(frozen=True, slots=True)
class Balancing:
    """How windows with and without an event are brought closer in number.

    Attributes
    ----------
    method : str
        "smote" makes windows between neighbours (Chawla et al. 2002, doi:10.1613/jair.953);
        "oversample" repeats windows, "undersample" leaves some out.
    neighbours : int
        k of SMOTE; fewer where a class is smaller.
    ratio : float
        The smaller class over the larger one afterwards, above 0 and up to 1.
    kept : float
        With "undersample+smote": windows of the larger class that are kept for each of the
        smaller before SMOTE fills up.
    seed : int
    """

    method: Method = "smote"
    neighbours: int = 5
    ratio: float = 1.0
    kept: float = 2.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise SettingsError(
                f"'{self.method}' is no way to balance; choose from {', '.join(METHODS)}."
            )
        if not (0 < self.ratio <= 1 and self.neighbours >= 1 and self.kept >= 1):
            raise SettingsError(
                f"Balancing to a ratio of {self.ratio:g} with {self.neighbours} neighbours and "
                f"{self.kept:g} windows kept cannot work; the ratio lies above 0 and up to 1, "
                f"the others are 1 or more."
            )


@dataclass(frozen=True, slots=True)
class Balanced:
    """The outcome.

    Attributes
    ----------
    windows : Windows
        Those that were made have no subject and no start.
    before, after : dict
        Windows of each class.
    """

    windows: Windows
    before: dict[str, int]
    after: dict[str, int]

    @property
    def sentence(self) -> str:
        """Counts before and after, to be printed."""
        return balance_sentence(self.before, self.after, int(self.windows.is_made.sum()))


def balance_sentence(before: dict[str, int], after: dict[str, int], made: int) -> str:
    """Windows of each class before and after balancing, in one sentence."""
    return (
        f"{before['event']} windows with and {before['none']} without an event "
        f"became {after['event']} and {after['none']}, {made} of them made."
    )


def balance(windows: Windows, settings: Balancing) -> Balanced:
    """Balance the training side of a split, and nothing else.

    Parameters
    ----------
    windows : Windows
        Of one training side.
    settings : Balancing

    Raises
    ------
    SettingsError
        If a class is empty, or windows were made before: what is made from made windows, or
        before a split, may carry a test recording into training.
    """
    if windows.is_made.any():
        raise SettingsError(
            f"{int(windows.is_made.sum())} of the {len(windows)} windows were made before; "
            f"balance the training side of a split once, after the split."
        )
    before = windows.counts
    if min(before.values()) == 0:
        raise SettingsError(
            f"The {len(windows)} windows of the training side are all of one class; "
            f"a classifier needs windows with and without events."
        )
    pipeline = _pipeline(settings, before)
    if pipeline is None:
        return Balanced(windows, before, before)
    flat = windows.features.reshape(len(windows), -1)
    rows, labels = pipeline.fit_resample(flat, windows.labels)
    kept = np.arange(len(windows))
    for name in ("under", "over"):
        if name in pipeline.named_steps:
            kept = pipeline.named_steps[name].sample_indices_
    balanced = _with_made(windows, kept, rows, labels)
    return Balanced(balanced, before, balanced.counts)


def class_weights(labels: NDArray[np.integer[Any]]) -> NDArray[np.float32]:
    """Weights of class 0 and 1 that make both count the same, with a mean of 1 over the windows."""
    counts = np.bincount(labels, minlength=2).astype(np.float64)
    return (labels.size / (2 * np.maximum(counts, 1))).astype(np.float32)


def _pipeline(settings: Balancing, counts: dict[str, int]) -> Any:
    """An imbalanced-learn pipeline, or None where there is nothing to do."""
    from imblearn.over_sampling import SMOTE, RandomOverSampler
    from imblearn.pipeline import Pipeline
    from imblearn.under_sampling import RandomUnderSampler

    fewer, more = sorted(counts.values())
    method, seed = settings.method, settings.seed
    steps: list[tuple[str, Any]] = []
    if method == "undersample+smote" and fewer / more < 1 / settings.kept:
        steps.append(
            ("under", RandomUnderSampler(sampling_strategy=1 / settings.kept, random_state=seed))
        )
        more = round(fewer * settings.kept)
    if method == "none" or fewer / more >= settings.ratio:
        return Pipeline(steps) if steps else None
    if method == "undersample":
        steps.append(
            ("under", RandomUnderSampler(sampling_strategy=settings.ratio, random_state=seed))
        )
    elif method == "oversample" or fewer < 2:
        steps.append(
            ("over", RandomOverSampler(sampling_strategy=settings.ratio, random_state=seed))
        )
    else:
        neighbours = min(settings.neighbours, fewer - 1)
        smote = SMOTE(sampling_strategy=settings.ratio, k_neighbors=neighbours, random_state=seed)
        steps.append(("smote", smote))
    return Pipeline(steps)


def _with_made(
    windows: Windows,
    kept: NDArray[np.intp],
    rows: NDArray[np.floating[Any]],
    labels: NDArray[np.int64],
) -> Windows:
    """Windows that stay, and made ones behind them, of the features as the pipeline gave them."""
    stay, made = windows.without_features()[kept], labels[kept.size :]
    return Windows(
        np.asarray(rows, windows.features.dtype).reshape(-1, *windows.features.shape[1:]),
        np.concatenate([stay.labels, made]),
        np.concatenate([stay.soft, made.astype(np.float32)]),
        np.concatenate([stay.subjects, np.full(len(made), MADE, stay.subjects.dtype)]),
        np.concatenate([stay.starts, np.full(len(made), np.nan)]),
        windows.seconds,
    )

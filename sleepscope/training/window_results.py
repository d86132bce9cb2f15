"""Figures of a classifier of windows: per fold, mean and standard deviation, pooled."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.training.published_scores import window_scores

FIGURES: Final = (
    "accuracy", "sensitivity", "specificity", "ppv", "f1", "mcc", "kappa", "auprc",
)  # fmt: skip
Figures = dict[str, float | int | None]


def window_figures(
    labels: NDArray[np.integer[Any]],
    probabilities: NDArray[np.floating[Any]],
    threshold: float = 0.5,
) -> Figures:
    """What :func:`~sleepscope.training.published_scores.window_scores` gives, kappa and AUPRC.

    Parameters
    ----------
    labels, probabilities : (n_windows,) ndarray
    threshold : float

    Returns
    -------
    dict
        With the confusion matrix's counts; None where a figure does not exist.
    """
    from sklearn.metrics import average_precision_score, cohen_kappa_score, confusion_matrix

    figures = window_scores(labels, probabilities, threshold)
    found = (probabilities >= threshold).astype(np.int64)
    counts = confusion_matrix(labels, found, labels=[0, 1])
    both = 0 < int(labels.sum()) < labels.size
    # Where one class alone was seen and said, chance agrees always and kappa does not exist.
    has_kappa = both or 0 < int(found.sum()) < found.size
    kappa = float(cohen_kappa_score(labels, found, labels=[0, 1])) if has_kappa else None
    area = float(average_precision_score(labels, probabilities)) if both else None
    return {
        **figures,
        "kappa": None if kappa is None else round(kappa, 4),
        "auprc": None if area is None else round(area, 4),
        "tn": int(counts[0, 0]),
        "fp": int(counts[0, 1]),
        "fn": int(counts[1, 0]),
        "tp": int(counts[1, 1]),
    }


def fold_table(
    folds: Mapping[str, tuple[NDArray[np.integer[Any]], NDArray[np.floating[Any]]]],
    threshold: float = 0.5,
) -> dict[str, Any]:
    """Figures of every fold, their mean and standard deviation, and those of all windows pooled.

    Parameters
    ----------
    folds : mapping of name to (labels, probabilities)
    threshold : float

    Returns
    -------
    dict
        Ready for JSON: "per fold", "mean", "sd", "pooled".
    """
    each = {name: window_figures(*pair, threshold) for name, pair in folds.items()}
    labels = np.concatenate([pair[0] for pair in folds.values()])
    probabilities = np.concatenate([pair[1] for pair in folds.values()])
    return {
        "per fold": each,
        **mean_and_sd(list(each.values())),
        "pooled": window_figures(labels, probabilities, threshold),
    }


def mean_and_sd(folds: Sequence[Mapping[str, float | int | None]]) -> dict[str, Figures]:
    """Mean and sample standard deviation over the folds in which a figure exists."""
    mean: Figures = {}
    sd: Figures = {}
    for name in FIGURES:
        values = [float(v) for fold in folds if (v := fold.get(name)) is not None]
        mean[name] = round(statistics.fmean(values), 4) if values else None
        sd[name] = round(statistics.stdev(values), 4) if len(values) > 1 else None
    return {"mean": mean, "sd": sd}

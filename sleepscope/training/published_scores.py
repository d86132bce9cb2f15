"""How well a classifier of windows does: never accuracy alone."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def window_scores(
    labels: NDArray[np.integer], probabilities: NDArray[np.floating], threshold: float = 0.5
) -> dict[str, float | int | None]:
    """Accuracy, sensitivity, specificity, PPV, F1 and Matthews' correlation of windows.

    Parameters
    ----------
    labels : (n_windows,) ndarray
        1 for windows with an event, 0 for those without.
    probabilities : (n_windows,) ndarray
    threshold : float

    Returns
    -------
    dict
        With the number of windows and of those with an event; None where a share is of nothing.
    """
    found, true = probabilities >= threshold, labels == 1
    tp, fp = int((found & true).sum()), int((found & ~true).sum())
    fn, tn = int((~found & true).sum()), int((~found & ~true).sum())
    spread = math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
    return {
        "windows": labels.size,
        "with event": tp + fn,
        "accuracy": _share(tp + tn, labels.size),
        "sensitivity": _share(tp, tp + fn),
        "specificity": _share(tn, tn + fp),
        "ppv": _share(tp, tp + fp),
        "f1": _share(2 * tp, 2 * tp + fp + fn),
        "mcc": _share(tp * tn - fp * fn, spread),
    }


def _share(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None

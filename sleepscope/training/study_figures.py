"""Results and pictures in the folder of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sleepscope.training.figures import (
    draw_confusion,
    draw_learning,
    draw_precision_recall,
    draw_reliability,
)
from sleepscope.training.run_folder import RunFolder
from sleepscope.training.window_scheme import window_key
from sleepscope.training.window_splits import Protocol


def write_results(
    folder: RunFolder,
    results: dict[str, Any],
    folds: Mapping[str, tuple[NDArray[np.int64], NDArray[np.float32]]],
    protocol: Protocol | None,
) -> None:
    """Write results.json and the figures.

    Parameters
    ----------
    folder : RunFolder
    results : dict
        Of the whole run.
    folds : mapping of name to (labels, probabilities)
        Of windows of 5 s.
    protocol : Protocol or None
        How windows were split, which stands over every figure; None where people were held out.
    """
    title = "" if protocol is None else protocol.title
    folder.write("results.json", results)
    curves = folder.curves()
    if curves:
        draw_learning(curves, folder.figures / "learning.png", title)
    labels = np.concatenate([pair[0] for pair in folds.values()])
    probabilities = np.concatenate([pair[1] for pair in folds.values()])
    if 0 < labels.sum() < labels.size:
        path = folder.figures / "precision_recall.png"
        draw_precision_recall(labels, probabilities, path, title)
    pooled = "pooled" if protocol is None else protocol.marked("pooled")
    counts = results[window_key(protocol)][pooled]
    draw_confusion(counts, folder.figures / "confusion.png", title)
    if "calibration" in results:
        draw_reliability(results["calibration"], folder.figures / "reliability.png")

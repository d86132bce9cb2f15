"""Pictures of a run: learning curves, precision against recall, confusion matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def draw_learning(
    curves: Mapping[str, Sequence[tuple[int, float]]], path: Path, title: str = ""
) -> None:
    """Loss against batches, one line for each network."""
    figure, axes = _axes()
    for name, points in curves.items():
        batches, losses = zip(*points, strict=True)
        axes.plot(batches, losses, linewidth=1, label=name)
    axes.set_xlabel("Batches")
    axes.set_ylabel("Training loss")
    if len(curves) <= 12:
        axes.legend(fontsize=7, frameon=False)
    _save(figure, path, title)


def draw_precision_recall(
    labels: NDArray[np.integer[Any]],
    probabilities: NDArray[np.floating[Any]],
    path: Path,
    title: str = "",
) -> None:
    """Precision against recall of windows of 5 s, at every threshold."""
    from sklearn.metrics import average_precision_score, precision_recall_curve

    figure, axes = _axes()
    precision, recall, _ = precision_recall_curve(labels, probabilities)
    area = average_precision_score(labels, probabilities)
    axes.plot(recall, precision, linewidth=1.5, label=f"AUPRC {area:.3f}")
    axes.axhline(float(np.mean(labels)), linestyle=":", color="grey", label="chance")
    axes.set_xlabel("Recall")
    axes.set_ylabel("Precision")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.02)
    axes.legend(frameon=False)
    _save(figure, path, title)


def draw_confusion(counts: Mapping[str, Any], path: Path, title: str = "") -> None:
    """Windows by what the experts and the network said; ``counts`` has tp, fp, fn, tn."""
    figure, axes = _axes(3.6)
    table = np.array([[counts["tn"], counts["fp"]], [counts["fn"], counts["tp"]]], dtype=float)
    share = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    axes.imshow(share, cmap="Blues", vmin=0, vmax=1)
    for row in range(2):
        for column in range(2):
            colour = "white" if share[row, column] > 0.5 else "black"
            text = f"{table[row, column]:.0f}\n{share[row, column]:.0%}"
            axes.text(column, row, text, ha="center", va="center", color=colour)
    axes.set_xticks([0, 1], ["none", "event"])
    axes.set_yticks([0, 1], ["none", "event"])
    axes.set_xlabel("Network")
    axes.set_ylabel("Experts")
    _save(figure, path, title)


def draw_reliability(calibration: Mapping[str, Any], path: Path) -> None:
    """Share of events that were right against their confidence, before and after calibration."""
    figure, axes = _axes(3.6)
    axes.plot([0, 1], [0, 1], linestyle=":", color="grey")
    names = (("mean probability", "before", "0.6"), ("confidence", "calibrated", "C0"))
    for name, title, colour in names:
        found = calibration[name]
        if found["curve"]:
            said, right, _ = zip(*found["curve"], strict=True)
            label = f"{title}, ECE {found['ece']:.3f}"
            axes.plot(said, right, marker="o", markersize=3, color=colour, label=label)
    axes.set_xlabel("Confidence")
    axes.set_ylabel("Share of events that were right")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.02)
    if any(calibration[name]["curve"] for name, *_ in names):
        axes.legend(frameon=False, fontsize=7)
    _save(figure, path, "")


def _save(figure: Any, path: Path, title: str) -> None:
    """Write it; what is to be said beside its figures stands over it and inside the file."""
    if title:
        figure.suptitle(title, fontsize=9)
    figure.savefig(path, metadata={"Title": title} if title else None)


def _axes(width: float = 5.0) -> tuple[Any, Any]:
    """A figure without a window, whatever screen there is."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, 3.6), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot()

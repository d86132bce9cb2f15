"""What the network of one fold said about the windows it was not shown, kept on the disk."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from sleepscope.networks.whole_file import write_all
from sleepscope.progress import Steps
from sleepscope.training.classifier_fit import ClassifierSettings, fit_classifier
from sleepscope.training.window_splits import WindowSplit


@dataclass(frozen=True, slots=True)
class FoldAnswers:
    """Labels and probabilities of the held-out windows.

    Attributes
    ----------
    labels : (n_windows,) ndarray of int64
    probabilities : (n_windows,) ndarray of float32
    seconds : float
        Processor time of the fit.
    counts : dict
        Windows of each class of the training side "before" and "after" balancing, and how many
        were "made"; empty in files of older runs.
    """

    labels: NDArray[np.int64] = field(repr=False)
    probabilities: NDArray[np.float32] = field(repr=False)
    seconds: float
    counts: dict[str, Any]


def fit_fold(
    split: WindowSplit, build: Callable[[], nn.Module], settings: ClassifierSettings
) -> Steps[FoldAnswers]:
    """Fit a fresh network to the training side alone and ask it about the other.

    Raises
    ------
    SettingsError
        As :func:`~sleepscope.training.classifier_fit.fit_classifier`.
    """
    began = time.process_time()
    fitted = yield from fit_classifier(build, split.training, settings)
    probabilities = fitted.probabilities(split.held_out)
    counts = {"before": fitted.before, "after": fitted.after, "made": fitted.made}
    seconds = time.process_time() - began
    return FoldAnswers(split.held_out.labels, probabilities, seconds, counts)


def kept_answers(path: Path, asked: str) -> FoldAnswers | None:
    """Those of a fold that was done before by the same settings, or None."""
    if not path.is_file():
        return None
    with np.load(path) as found:
        if str(found["asked"]) != asked or "seconds" not in found:
            return None
        counts = json.loads(str(found["counts"])) if "counts" in found else {}
        return FoldAnswers(found["labels"], found["probabilities"], float(found["seconds"]), counts)


def keep_answers(path: Path, asked: str, answers: FoldAnswers) -> None:
    """Write a fold to an .npz, all or nothing; ``asked`` are its settings in words.

    Raises
    ------
    OSError
    """
    content = io.BytesIO()
    np.savez(
        content,
        asked=asked,
        labels=answers.labels,
        probabilities=answers.probabilities,
        seconds=answers.seconds,
        counts=json.dumps(answers.counts),
    )
    write_all(path, content.getvalue())

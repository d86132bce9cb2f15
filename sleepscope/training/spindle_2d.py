"""Train the spindle networks that read wavelet power, as the one that reads the signal is trained.

Folds, choice of the rule and evaluation are those of :mod:`~sleepscope.training.spindle_1d`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sleepscope.training.augmentation import PowerAugmentation
from sleepscope.training.spindle_1d import SpindleTraining
from sleepscope.training.spindle_card import SpindleRecipe

_PROTOCOL: Final = (
    "Leave one excerpt out; weights, threshold, shortest duration and gap from the other excerpts "
    "alone (the rule from an inner cross-validation among them). The recipe is that of spindle-1d "
    "and was not varied."
)

SPINDLE_2D: Final = SpindleRecipe(
    name="spindle-2d",
    version="1.0",
    architecture="spindle-wtc-cnn-2d",
    augmentation=PowerAugmentation(31),
    command="python -m tests.benchmarks.spindle_loso --model spindle-2d --data DIR",
    protocol=_PROTOCOL,
    # 98 % of |relevance| around the held-out detections of excerpts 1, 2 and 5 stay under 0.8 to
    # 2.2, of the map under 1.1 to 2.5.
    relevance_scale=1.5,
    map_scale=2.0,
    limits=(
        " Its Grad-CAM map does not point at the spindle: its maximum over time lay inside the "
        "detection it explains in 24 % of 372 (a random point: 43 %), and the frequency that "
        "counted most was one of sigma in 18 % (chance: 25 %; tests.benchmarks.map_pointing)."
    ),
)
SPINDLE_WINDOW_2D: Final = SpindleRecipe(
    name="spindle-window-2d",
    version="1.0",
    architecture="published-cnn-2d",
    augmentation=PowerAugmentation(128),
    command="python -m tests.benchmarks.spindle_loso --model spindle-window-2d --data DIR",
    protocol=_PROTOCOL,
    relevance_scale=4.0,
    limits=(
        " Decides on windows of 5.12 s; between the windows that cover it a moment gets their "
        "mean, so that its events are far longer than spindles."
    ),
)
RECIPES: Final = {recipe.name: recipe for recipe in (SPINDLE_2D, SPINDLE_WINDOW_2D)}


def spindle_2d_training(
    name: str, data: Path, out: Path | None, seed: int = 0, steps: int = 150
) -> SpindleTraining:
    """Settings of the training of "spindle-2d" or "spindle-window-2d", for
    :func:`~sleepscope.training.spindle_1d.train_spindle_1d`.
    """
    return SpindleTraining(data, out, seed, steps, recipe=RECIPES[name])

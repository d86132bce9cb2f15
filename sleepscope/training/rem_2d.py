"""Train the eye movement network that reads coherence, as the one that reads the signals is."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sleepscope.training.augmentation import EyesMapsAugmentation
from sleepscope.training.fit import FitSettings
from sleepscope.training.rem_1d import RemRecipe, RemTraining

REM_2D: Final = RemRecipe(
    name="rem-2d",
    version="1.0",
    architecture="rem-wtc-cnn-2d",
    augmentation=EyesMapsAugmentation(31),
    evaluation="python -m tests.benchmarks.rem_agreement --model rem-2d",
    relevance_scale=8.0,
)
# Maps of a sleeper take fifty times the memory of the signals: fewer sleepers, fewer batches.
SUBJECTS: Final = 120
FIT: Final = FitSettings(
    steps=500, batch_size=24, event_share=0.0, positive_weight=1.0, dice_weight=0.0
)


def rem_2d_training(out: Path, data: Path | None = None, seed: int = 0) -> RemTraining:
    """Settings of the training of "rem-2d", for :func:`~sleepscope.training.rem_1d.train_rem_1d`.

    500 batches of 24 crops of 20 s, from 108 simulated sleepers; 12 more are held out.
    """
    return RemTraining(out, data, SUBJECTS, seed=seed, fit=FIT, recipe=REM_2D)

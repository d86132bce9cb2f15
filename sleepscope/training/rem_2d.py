"""Train the eye movement network that reads coherence, as the one that reads the signals is."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sleepscope.training.augmentation import EyesMapsAugmentation
from sleepscope.training.fit import FitSettings
from sleepscope.training.rem_1d import RemRecipe, RemTraining
from sleepscope.training.rule_choice import RuleGrid

REM_2D: Final = RemRecipe(
    name="rem-2d",
    version="1.0",
    architecture="rem-wtc-cnn-2d",
    augmentation=EyesMapsAugmentation(31),
    evaluation="python -m tests.benchmarks.rem_agreement --model rem-2d",
    # 98 % of |relevance| around detections in real REM sleep stay under 2.8, of the map under 6.5.
    relevance_scale=3.0,
    map_scale=6.5,
    limits=(
        " Finds fewer movements than rem-1d and places their ends less sharply, as wavelets "
        "are smooth over time; next to none in N2 and N3. Its Grad-CAM map: the maximum over "
        "time lay inside the movement in 67 % of 78 in real REM sleep (a random point: 34 %; "
        "of 176 simulated ones 84 %), and the frequency that counted most was one of 0.4-6 "
        "Hz in 95 % (chance: 75 %; tests.benchmarks.map_pointing)."
    ),
    # Maps are smooth over time: their probability rises slowly, and movements run together.
    grid=RuleGrid(
        thresholds=(0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5),
        min_durations=(0.2,),
        max_gaps=(0.0, 0.08),
        max_duration=None,
        split_thresholds=(0.2, 0.3, 0.4, 0.5, 0.6),
    ),
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

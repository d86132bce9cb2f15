"""How a detector of one's own is trained: one recipe for each task and kind of network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sleepscope.constants import REM, SPINDLE, SPINDLE_MAX_SECONDS
from sleepscope.training.augmentation import Augmentation, PowerAugmentation, SpindleAugmentation
from sleepscope.training.fit import FitSettings
from sleepscope.training.rem_examples import EyesAugmentation
from sleepscope.training.rule_choice import RuleGrid


@dataclass(frozen=True, slots=True)
class TaskRecipe:
    """What is particular to a task and its network.

    Attributes
    ----------
    architecture : str
    augmentation : Augmentation
    fit : FitSettings
    grid : RuleGrid
    """

    architecture: str
    augmentation: Augmentation
    fit: FitSettings
    grid: RuleGrid


RECIPES: Final = {
    "spindle-1d": TaskRecipe(
        "spindle-unet-1d",
        SpindleAugmentation(),
        FitSettings(steps=150, event_share=0.0),
        RuleGrid(max_duration=SPINDLE_MAX_SECONDS),
    ),
    "spindle-2d": TaskRecipe(
        "spindle-wtc-cnn-2d",
        PowerAugmentation(31),
        FitSettings(steps=150, event_share=0.0),
        RuleGrid(max_duration=SPINDLE_MAX_SECONDS),
    ),
    "rem-1d": TaskRecipe(
        "rem-dilated-1d",
        EyesAugmentation(),
        FitSettings(steps=300, positive_weight=1.0, dice_weight=0.0),
        RuleGrid(
            thresholds=tuple(k / 20 for k in range(4, 17)),
            min_durations=(0.1, 0.2, 0.3),
            max_gaps=(0.08, 0.2),
            max_duration=None,
            split_thresholds=(None, 0.5),
        ),
    ),
}
DEFAULTS: Final = {SPINDLE: "spindle-1d", REM: "rem-1d"}

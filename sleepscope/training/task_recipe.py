"""How a detector of one's own is trained: one recipe for each task and kind of network."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from sleepscope.constants import REM, SPINDLE, SPINDLE_MAX_SECONDS
from sleepscope.training.augmentation import Augmentation, PowerAugmentation, SpindleAugmentation
from sleepscope.training.fit import FitSettings
from sleepscope.training.rem_examples import EyesAugmentation
from sleepscope.training.rule_choice import RuleGrid
from sleepscope.training.window_fit import MAP_RECIPE, WindowRecipe


@dataclass(frozen=True, slots=True)
class TaskRecipe:
    """What is particular to a task and its network.

    Attributes
    ----------
    architecture : str
    augmentation : Augmentation
    fit : FitSettings
    grid : RuleGrid
    windows : WindowRecipe or None
        Of networks that classify windows; ``augmentation`` and ``fit`` are not used then.
    """

    architecture: str
    augmentation: Augmentation
    fit: FitSettings
    grid: RuleGrid
    windows: WindowRecipe | None = None


_WINDOW_GRID: Final = RuleGrid(
    thresholds=tuple(k / 20 for k in range(2, 19)),
    min_durations=(0.3, 0.5),
    max_gaps=(0.1, 0.2),
    max_duration=SPINDLE_MAX_SECONDS,
)
_WINDOW_FIT: Final = FitSettings(steps=300)
_EYES_GRID: Final = replace(_WINDOW_GRID, min_durations=(0.1, 0.3), max_duration=None)

RECIPES: Final = {
    "spindle-1d": TaskRecipe(
        "spindle-unet-1d",
        SpindleAugmentation(),
        FitSettings(steps=300, event_share=0.0),
        RuleGrid(max_duration=SPINDLE_MAX_SECONDS),
    ),
    "spindle-2d": TaskRecipe(
        "spindle-wtc-cnn-2d",
        PowerAugmentation(31),
        FitSettings(steps=300, event_share=0.0),
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
    "spindle-window-1d": TaskRecipe(
        "published-cnn-1d", SpindleAugmentation(), _WINDOW_FIT, _WINDOW_GRID, WindowRecipe()
    ),
    "spindle-window-2d": TaskRecipe(
        "published-cnn-2d", SpindleAugmentation(), _WINDOW_FIT, _WINDOW_GRID, MAP_RECIPE
    ),
    "rem-window-1d": TaskRecipe(
        "published-cnn-1d-eog", EyesAugmentation(), _WINDOW_FIT, _EYES_GRID, WindowRecipe()
    ),
    "rem-window-2d": TaskRecipe(
        "published-cnn-2d-eog", EyesAugmentation(), _WINDOW_FIT, _EYES_GRID, MAP_RECIPE
    ),
}
DEFAULTS: Final = {SPINDLE: "spindle-1d", REM: "rem-1d"}

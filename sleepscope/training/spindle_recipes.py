"""The dense spindle models that are trained on DREAMS, by name."""

from __future__ import annotations

from typing import Final

from sleepscope.training.spindle_1d import SPINDLE_1D
from sleepscope.training.spindle_2d import SPINDLE_2D, SPINDLE_WINDOW_2D
from sleepscope.training.spindle_ensemble import SPINDLE_ENSEMBLE

RECIPES: Final = {
    recipe.name: recipe for recipe in (SPINDLE_1D, SPINDLE_ENSEMBLE, SPINDLE_2D, SPINDLE_WINDOW_2D)
}

"""How "spindle-1d" is trained on DREAMS; the rest is in ``training.spindle_training``."""

from __future__ import annotations

from typing import Final

from sleepscope.training.augmentation import SpindleAugmentation
from sleepscope.training.spindle_card import SpindleRecipe
from sleepscope.training.spindle_ensemble import COMMAND, SPINDLE_ENSEMBLE

_PROTOCOL: Final = (
    "Leave one excerpt out; weights, threshold, shortest duration and gap from the other excerpts "
    "alone (the rule by leaving out each of them in turn). Excerpts 7 and 8, which one "
    "expert scored, are left out together. Eight variants of the recipe (window of "
    "normalisation, bands, augmentation) were compared on the same excerpts and could not be told "
    "apart: F1 0.758 to 0.768 with the best common threshold. The number of batches was doubled "
    "later, by networks that had left two excerpts out: for each excerpt to be judged, those of "
    "the others that its inner folds left out were ranked better moment by moment (average "
    "precision). Taught by the experts alone, with a rule from three inner "
    "folds, that reached F1 .756 here. Half of what is taught has come from three networks of "
    "spindle-1d-ensemble since, fitted to the same excerpts: better in the inner folds."
)
SPINDLE_1D: Final = SpindleRecipe(
    "spindle-1d",
    "1.1",
    "spindle-unet-1d",
    SpindleAugmentation(),
    COMMAND,
    _PROTOCOL,
    # 98 % of |relevance| around the detections of excerpts 1, 2 and 5 stay under 6.3 to 8.0
    # (explain.relevance_scale.robust_scale).
    relevance_scale=7.0,
    steps=300,
    teacher=SPINDLE_ENSEMBLE,
    positive_weight=1.5,
)

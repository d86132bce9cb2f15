"""One colour scale for all explanations of a model, so that two events can be compared."""

from __future__ import annotations

from typing import Final

import numpy as np

from sleepscope.networks.model_card import ModelCard

# Where a colour is at its fullest, for models whose card does not say: logits of +5 and -5 are
# probabilities of 0.993 and 0.007. In 93 detections of spindle-1d on DREAMS, by networks that had
# not seen them, 95 % of the peaks were below 4.7.
DEFAULT_SCALE: Final = 5.0


def relevance_scale(card: ModelCard) -> float:
    """Relevance, in logits, at which a colour is at its fullest: one for all events of a model.

    With one scale two events can be compared; scaled to its own extremes each event would look
    equally convincing. From the model card's settings, where training measured it and kept it as
    "relevance_scale"; ``DEFAULT_SCALE`` for cards without it.
    """
    scale = card.settings.get("relevance_scale", DEFAULT_SCALE)
    return float(scale) if isinstance(scale, int | float) and 0 < scale < np.inf else DEFAULT_SCALE

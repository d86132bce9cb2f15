"""One colour scale for all explanations of a model, so that two events can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from sleepscope.errors import SettingsError
from sleepscope.explain.explanation import Explanation
from sleepscope.networks.model_card import ModelCard

# Where a colour is at its fullest, for models whose card does not say: logits of +5 and -5 are
# probabilities of 0.993 and 0.007.
DEFAULT_SCALE: Final = 5.0


def relevance_scale(card: ModelCard) -> float:
    """Relevance, in logits, at which a colour is at its fullest: one for all events of a model.

    With one scale two events can be compared; scaled to its own extremes each event would look
    equally convincing. Measured in training (see :func:`robust_scale`) and kept in the model
    card's settings as "relevance_scale"; ``DEFAULT_SCALE`` for cards without it.
    """
    scale = card.settings.get("relevance_scale", DEFAULT_SCALE)
    return float(scale) if isinstance(scale, int | float) and 0 < scale < np.inf else DEFAULT_SCALE


def map_scale(card: ModelCard) -> float:
    """The same for maps over time and frequency, kept as "map_scale".

    Their values are larger than their mean over the frequencies: three times
    :func:`relevance_scale` for cards without it.
    """
    scale = card.settings.get("map_scale", 0.0)
    is_usable = isinstance(scale, int | float) and 0 < scale < np.inf
    return float(scale) if is_usable else 3 * relevance_scale(card)


def robust_scale(explanations: Sequence[Explanation], share: float = 0.98) -> float:
    """A scale for the explanations of many events: what ``share`` of all |relevance| stays under.

    Raises
    ------
    SettingsError
        If there is no relevance at all.
    """
    values = np.abs(np.concatenate([np.empty(0), *(e.over_time() for e in explanations)]))
    values = values[np.isfinite(values)]
    if not values.size or not values.any():
        raise SettingsError("A scale cannot be measured without any relevance.")
    return float(np.quantile(values, share)) or float(values.max())

"""An explained event together with what the network read around it."""

from __future__ import annotations

from dataclasses import dataclass

from sleepscope.app.coherence_maps import CoherenceMap
from sleepscope.explain.explanation import Explanation


@dataclass(frozen=True, slots=True, eq=False)
class ShownRelevance:
    """An explained event with what the network read around it.

    Attributes
    ----------
    explanation : Explanation
        With a map.
    values : CoherenceMap
        Coherence or power of its channels around the event.
    event : (float, float), s
        Onset and end.
    scale : float, logit
        Where a colour is at its fullest.
    """

    explanation: Explanation
    values: CoherenceMap
    event: tuple[float, float]
    scale: float

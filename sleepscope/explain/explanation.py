"""Why a network said what it said: relevance over time."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Explanation:
    """Relevance of the signal to one output of a network.

    Attributes
    ----------
    method, layer, target : str
        "Grad-CAM", the layer's name, and in words what was explained ("mean logit, 612.3-613.1 s").
    scorer : str
        Scorer name of the model.
    channels : tuple of str
        The channels the network read.
    times : (n,) ndarray of float64, s
        Centres of the receptive fields of the layer's bins, from the first sample of the
        recording; from the first to the last that has a say in the target.
    relevance : (n,) ndarray of float32
        In units of the logit, sign kept, never scaled.
    probability_times : (m,) ndarray of float64, s
    probability : (m,) ndarray of float32
        The network's probability track over the same stretch, 0..1.
    event_id : str or None
        The event it explains, if any.
    """

    method: str
    layer: str
    target: str
    scorer: str
    channels: tuple[str, ...]
    times: NDArray[np.float64] = field(repr=False)
    relevance: NDArray[np.float32] = field(repr=False)
    probability_times: NDArray[np.float64] = field(repr=False)
    probability: NDArray[np.float32] = field(repr=False)
    event_id: str | None = None

    def at(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Relevance at any moments, linear between bins, NaN outside the outermost ones."""
        if not self.times.size:  # no bin has its centre in the stretch
            return np.full(times.shape, np.nan)
        return np.interp(times, self.times, self.relevance, left=np.nan, right=np.nan)

"""Why a network said what it said: relevance over time, and over frequency."""

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
    relevance : (n,) or (n_freqs, n) ndarray of float32
        In units of the logit, sign kept, never scaled; NaN at moments that could not be used.
    probability_times : (m,) ndarray of float64, s
    probability : (m,) ndarray of float32
        The network's probability track over the same stretch, 0..1.
    event_id : str or None
        The event it explains, if any.
    freqs : (n_freqs,) ndarray of float64, Hz, or None
        Centres of the receptive fields of the layer's rows, from the highest to the lowest, of
        networks that read maps; else None.
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
    freqs: NDArray[np.float64] | None = field(default=None, repr=False)

    def over_time(self) -> NDArray[np.float32]:
        """Relevance of each moment, (n,): of a map the mean over its frequencies."""
        return self.relevance if self.relevance.ndim == 1 else self.relevance.mean(axis=0)

    def over_frequency(self) -> NDArray[np.float32]:
        """Relevance of each frequency of a map, (n_freqs,): the mean over its usable moments.

        Zero without any; empty for networks that read signals.
        """
        if self.freqs is None:
            return np.zeros(0, dtype=np.float32)
        known = self.relevance[:, np.isfinite(self.relevance).all(axis=0)]
        return known.mean(axis=1) if known.size else np.zeros(self.freqs.size, dtype=np.float32)

    def map_at(self, times: NDArray[np.float64], freqs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Relevance on a grid (n_freqs, n_times), linear in time and in the logarithm of Hz.

        NaN outside the outermost bins and rows: nothing is stretched to an edge.
        """
        if self.freqs is None or not self.times.size:
            return np.full((freqs.size, times.size), np.nan)
        over = [np.interp(times, self.times, r, left=np.nan, right=np.nan) for r in self.relevance]
        rows = np.interp(
            -np.log2(freqs),
            -np.log2(self.freqs),
            np.arange(self.freqs.size),
            left=np.nan,
            right=np.nan,
        )
        low = np.clip(np.nan_to_num(rows).astype(np.int64), 0, max(0, self.freqs.size - 2))
        share = (rows - low)[:, None]
        stacked = np.array(over)
        above = stacked[np.minimum(low + 1, self.freqs.size - 1)]
        return np.asarray(stacked[low] * (1 - share) + above * share, dtype=np.float64)

    def at(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Relevance :meth:`over_time` at any moments, linear between bins, NaN outside them."""
        if not self.times.size:  # no bin has its centre in the stretch
            return np.full(times.shape, np.nan)
        return np.interp(times, self.times, self.over_time(), left=np.nan, right=np.nan)

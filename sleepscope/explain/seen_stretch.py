"""What a network saw and said around an event, on the recording's time line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sleepscope.detection.inputs import USABLE, Stretch
from sleepscope.errors import GapError

if TYPE_CHECKING:
    from sleepscope.networks.dense import DenseNetwork


@dataclass(frozen=True, slots=True)
class SeenStretch:
    """Features and probability of the stretch that a network reads to speak about an event.

    Attributes
    ----------
    features : (n_features, n) ndarray
        From ``prepare``; the first sample lies at ``stretch.start``.
    low, behind : int
        Output samples of the event.
    middle : float
        The event's middle, in input samples from the start of the stretch.
    moments : (n_out,) ndarray, s
        Centres of the output samples.
    probability : (n_out,) ndarray
        NaN where not usable.
    """

    stretch: Stretch
    features: NDArray[np.float32]
    low: int
    behind: int
    middle: float
    start: float
    stop: float
    moments: NDArray[np.float64]
    probability: NDArray[np.float32]

    @classmethod
    def of(cls, network: DenseNetwork, stretch: Stretch, start: float, stop: float) -> SeenStretch:
        """Features and probability of a stretch."""
        stride, rate = network.stride, network.output_sfreq
        n_out = stretch.state.size // stride
        state = stretch.state[: n_out * stride].reshape(n_out, stride).max(axis=1, initial=0)
        first = stretch.first // stride
        low = min(max(round(start * rate) - first, 0), max(0, n_out - 1))
        behind = min(max(round(stop * rate) - first, low + 1), n_out)
        if not (state[low:behind] == USABLE).any():
            raise GapError(
                f"Nothing usable was recorded from {start:.2f} to {stop:.2f} s, "
                f"so there is nothing to explain."
            )
        features = network.prepare(stretch.signals)
        probability = network.tracks(features).probability[:n_out]
        return cls(
            stretch=stretch,
            features=features,
            low=low,
            behind=behind,
            middle=(start + stop) / 2 * stretch.sfreq - stretch.first,
            start=start,
            stop=stop,
            moments=(np.arange(first, first + n_out, dtype=np.float64) + 0.5) / rate,
            probability=np.where(state == USABLE, probability, np.nan).astype(np.float32),
        )

    def times(self, samples: NDArray[np.float64]) -> NDArray[np.float64]:
        """Seconds of the recording for positions in the stretch, in input samples."""
        return (self.stretch.first + samples) / self.stretch.sfreq

    def holds(self, times: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether moments lie in the stretch; a network may fill up what is too short for it."""
        end = self.stretch.start + self.stretch.state.size / self.stretch.sfreq
        inside: NDArray[np.bool_] = (times >= self.stretch.start) & (times < end)
        return inside

    def usable_at(self, times: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether the nearest input samples could be used; False outside the stretch."""
        index = np.round(times * self.stretch.sfreq).astype(np.int64) - self.stretch.first
        state = self.stretch.state
        inside = (index >= 0) & (index < state.size)
        usable: NDArray[np.bool_] = state[np.clip(index, 0, state.size - 1)] == USABLE
        return inside & usable

"""What a network saw and said around an event, on the recording's time line."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    def of(
        cls,
        network: DenseNetwork,
        stretch: Stretch,
        start: float,
        stop: float,
        features: NDArray[np.float32] | None = None,
    ) -> SeenStretch:
        """Features and probability of a stretch, seen for the event ``[start, stop)`` s.

        Features that were made already are taken as they are.

        Raises
        ------
        GapError
            If nothing usable was recorded in the event.
        """
        stride, rate = network.stride, network.output_sfreq
        n_out = stretch.state.size // stride
        state = stretch.state[: n_out * stride].reshape(n_out, stride).max(axis=1, initial=0)
        low, behind = _outputs(network, stretch, start, stop)
        _check_usable(state[low:behind] == USABLE, start, stop)
        if features is None:
            features = network.prepare(stretch.signals)
        probability = network.tracks(features).probability[:n_out]
        return cls(
            stretch=stretch,
            features=features,
            low=low,
            behind=behind,
            middle=_middle(stretch, start, stop),
            start=start,
            stop=stop,
            moments=(np.arange(n_out, dtype=np.float64) + stretch.first // stride + 0.5) / rate,
            probability=np.where(state == USABLE, probability, np.nan).astype(np.float32),
        )

    def about(self, network: DenseNetwork, start: float, stop: float) -> SeenStretch:
        """The same stretch, seen for another event; nothing is worked out again.

        Raises
        ------
        GapError
            If nothing usable was recorded in that event.
        """
        low, behind = _outputs(network, self.stretch, start, stop)
        _check_usable(np.isfinite(self.probability[low:behind]), start, stop)
        middle = _middle(self.stretch, start, stop)
        return replace(self, low=low, behind=behind, middle=middle, start=start, stop=stop)

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


def _outputs(network: DenseNetwork, stretch: Stretch, start: float, stop: float) -> tuple[int, int]:
    """Output samples ``[low, behind)`` of an event, counted from the start of the stretch."""
    n_out, first = stretch.state.size // network.stride, stretch.first // network.stride
    low = min(max(round(start * network.output_sfreq) - first, 0), max(0, n_out - 1))
    return low, min(max(round(stop * network.output_sfreq) - first, low + 1), n_out)


def _middle(stretch: Stretch, start: float, stop: float) -> float:
    """An event's middle, in input samples from the start of the stretch."""
    return (start + stop) / 2 * stretch.sfreq - stretch.first


def _check_usable(usable: NDArray[np.bool_], start: float, stop: float) -> None:
    if not usable.any():
        raise GapError(
            f"Nothing usable was recorded from {start:.2f} to {stop:.2f} s, "
            f"so there is nothing to explain."
        )

"""What a network is fitted to: features with a target and a weight for every head and moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import SettingsError
from sleepscope.events.event import Event
from sleepscope.events.event_set import Span


@dataclass(frozen=True, slots=True)
class Example:
    """One recording ready for training.

    Attributes
    ----------
    subject : str
        Whose recording it is: the unit that cross-validation keeps on one side.
    source : str
        What it was made from (a channel's hash): the same source under two subjects is found out.
    features : (n_features, n) ndarray of float32
        From ``DenseNetwork.prepare``.
    targets : (n_heads, n_out) ndarray of float32
        0..1.
    weights : (n_heads, n_out) ndarray of float32
        How much a moment counts; 0 where nobody looked.
    """

    subject: str
    source: str
    features: NDArray[np.float32] = field(repr=False)
    targets: NDArray[np.float32] = field(repr=False)
    weights: NDArray[np.float32] = field(repr=False)


def track_of(spans: Iterable[Span], n_out: int, sfreq: float) -> NDArray[np.float32]:
    """1 in the bins whose middle lies in a span, else 0.

    Parameters
    ----------
    spans : iterable of (start, stop), s
    n_out : int
        Number of bins.
    sfreq : float, Hz
        Bins per second.
    """
    track = np.zeros(n_out, dtype=np.float32)
    for start, stop in spans:
        low, high = round(start * sfreq), round(stop * sfreq)
        track[max(0, low) : max(0, high)] = 1.0
    return track


def events_track(events: Iterable[Event], n_out: int, sfreq: float) -> NDArray[np.float32]:
    """1 in the bins of events, else 0; see :func:`track_of`."""
    return track_of(((event.onset, event.stop) for event in events), n_out, sfreq)


class CropSampler:
    """Draws crops of equal length from examples, evenly over all seconds that count.

    Parameters
    ----------
    examples : sequence of Example
    stride : int
        Columns of the features per output sample.
    n_out : int
        Output samples of a crop.
    event_share : float
        Share of the crops that are drawn around an event.
    rng : numpy.random.Generator

    Raises
    ------
    SettingsError
        If there is no example as long as a crop.
    """

    def __init__(
        self,
        examples: Sequence[Example],
        stride: int,
        n_out: int,
        event_share: float,
        rng: np.random.Generator,
    ) -> None:
        self._examples = [e for e in examples if e.targets.shape[1] >= n_out]
        if not self._examples:
            raise SettingsError(
                f"None of the {len(examples)} recordings is as long as the {n_out} output samples "
                f"that training looks at at once."
            )
        self._stride, self._n_out, self._rng = stride, n_out, rng
        self._event_share = event_share
        self._counting = _places([e.weights.max(axis=0) > 0 for e in self._examples])
        self._events = _places(
            [np.asarray(((e.targets * e.weights) > 0).any(axis=0)) for e in self._examples]
        )

    def draw(self, n: int) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """``n`` crops: features (n, n_features, n_in), targets and weights (n, n_heads, n_out)."""
        crops = [self._crop() for _ in range(n)]
        features, targets, weights = (np.stack(part) for part in zip(*crops, strict=True))
        return features, targets, weights

    def _crop(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        around_event = self._events.size and self._rng.random() < self._event_share
        places = self._events if around_event else self._counting
        which, moment = places[self._rng.integers(len(places))]
        example = self._examples[which]
        first = int(moment) - int(self._rng.integers(self._n_out))
        first = min(max(first, 0), example.targets.shape[1] - self._n_out)
        out = slice(first, first + self._n_out)
        inputs = slice(first * self._stride, (first + self._n_out) * self._stride)
        return example.features[:, inputs], example.targets[:, out], example.weights[:, out]


def _places(masks: list[NDArray[np.bool_]]) -> NDArray[np.int64]:
    """(n, 2) array of example and moment where the masks are True."""
    found = [
        np.column_stack([np.full(np.count_nonzero(mask), index), np.flatnonzero(mask)])
        for index, mask in enumerate(masks)
    ]
    return np.concatenate(found).astype(np.int64)

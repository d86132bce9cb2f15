"""Which events of two scorers may be paired at all: those that overlap enough in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.events.channels import same_channel
from sleepscope.events.event import Event

# Detections of this length or less are moments, not stretches (DREAMS' automatic REMs).
POINT_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class Marks:
    """Events as arrays, in their order.

    Attributes
    ----------
    onset, length : (n_events,) ndarray of float64, s
    channel : (n_events,) ndarray of int
        Index into ``labels``.
    labels : tuple of str or None
        Channels that occur.
    """

    onset: NDArray[np.float64]
    length: NDArray[np.float64]
    channel: NDArray[np.intp]
    labels: tuple[str | None, ...]

    @classmethod
    def of(cls, events: Sequence[Event]) -> Marks:
        """The same events."""
        labels = [event.channel for event in events]
        codes = {label: code for code, label in enumerate(dict.fromkeys(labels))}
        return cls(
            np.array([event.onset for event in events], dtype=np.float64),
            np.array([event.duration for event in events], dtype=np.float64),
            np.array([codes[label] for label in labels], dtype=np.intp),
            tuple(codes),
        )

    @property
    def midpoint(self) -> NDArray[np.float64]:
        """Middle of each event, s."""
        return self.onset + self.length / 2

    def where(self, mask: NDArray[np.bool_]) -> Marks:
        """Those of the mask."""
        return Marks(self.onset[mask], self.length[mask], self.channel[mask], self.labels)


def candidates(
    a: Marks, b: Marks, iou: float, by_channel: bool
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
    """List all pairs that may be made.

    Parameters
    ----------
    a, b : Marks
        The two sides, by onset.
    iou : float
        Least intersection over union of two stretches.
    by_channel : bool
        Whether events on different channels are kept apart.

    Returns
    -------
    first, second : (n_pairs,) ndarray of int
        Indices into ``a`` and ``b``.
    overlap : (n_pairs,) ndarray of float
        IoU; NaN where one of the two is a point.
    closeness : (n_pairs,) ndarray of float
        0..1, which of several pairs is the better one: the IoU, or for points how near the centres
        are.
    """
    first, second = _near(a.onset, a.length, b.onset, b.length)
    overlap, closeness, allowed = _compare(
        a.onset[first], a.length[first], b.onset[second], b.length[second], iou
    )
    if by_channel:
        code_a, code_b = _channel_codes(a, b)
        x, y = code_a[first], code_b[second]
        allowed &= (x == y) | (x < 0) | (y < 0)
    return first[allowed], second[allowed], overlap[allowed], closeness[allowed]


def _channel_codes(a: Marks, b: Marks) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """One number per channel, the same for labels that mean the same; -1 for no channel."""
    known: dict[str, int] = {}
    for label in (*a.labels, *b.labels):
        if label is not None and label not in known:
            same = next((code for name, code in known.items() if same_channel(name, label)), None)
            known[label] = len(known) if same is None else same
    codes = [
        np.array([-1 if label is None else known[label] for label in side.labels], dtype=np.intp)
        for side in (a, b)
    ]
    empty = np.empty(0, np.intp)
    return (
        codes[0][a.channel] if len(codes[0]) else empty,
        codes[1][b.channel] if len(codes[1]) else empty,
    )


def _near(
    onset_a: NDArray[np.float64],
    length_a: NDArray[np.float64],
    onset_b: NDArray[np.float64],
    length_b: NDArray[np.float64],
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of events that touch or nearly do; b is split by length, so that one event of hours
    among thousands of short ones does not make every event its neighbour."""
    firsts, seconds = [np.empty(0, np.intp)], [np.empty(0, np.intp)]
    octave = np.ceil(np.log2(np.maximum(length_b, POINT_SECONDS)))
    for longest in np.unique(octave):
        members = np.flatnonzero(octave == longest)
        members = members[np.argsort(onset_b[members], kind="stable")]
        onsets = onset_b[members]
        reach = 2.0**longest + POINT_SECONDS
        low = np.searchsorted(onsets, onset_a - reach, "left")
        high = np.searchsorted(onsets, onset_a + length_a + POINT_SECONDS, "right")
        count = np.maximum(high - low, 0)
        first = np.repeat(np.arange(len(onset_a)), count)
        step = np.arange(len(first)) - np.repeat(np.cumsum(count) - count, count)
        firsts.append(first)
        seconds.append(members[np.repeat(low, count) + step])
    return np.concatenate(firsts), np.concatenate(seconds)


def _compare(
    onset_a: NDArray[np.float64],
    length_a: NDArray[np.float64],
    onset_b: NDArray[np.float64],
    length_b: NDArray[np.float64],
    iou: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """IoU (NaN where one is a point), closeness 0..1 for the assignment, and whether allowed."""
    stop_a, stop_b = onset_a + length_a, onset_b + length_b
    # A billionth of a second of tolerance: 0.05 s and an IoU of 0.2 are written in decimals.
    tiny = 1e-9
    point_a = length_a <= POINT_SECONDS + tiny
    point_b = length_b <= POINT_SECONDS + tiny
    shared = np.minimum(stop_a, stop_b) - np.maximum(onset_a, onset_b)
    union = np.maximum(length_a + length_b - shared, tiny)
    overlap = np.where(point_a | point_b, np.nan, np.maximum(shared, 0.0) / union)
    centre_a, centre_b = onset_a + length_a / 2, onset_b + length_b / 2
    a_in_b = point_a & (centre_a >= onset_b) & (centre_a < stop_b)
    b_in_a = point_b & (centre_b >= onset_a) & (centre_b < stop_a)
    apart = np.abs(centre_a - centre_b)
    both = point_a & point_b
    by_centre = np.where(both, apart <= POINT_SECONDS + tiny, a_in_b | b_in_a)
    scale = np.maximum(np.maximum(length_a, length_b), 2 * POINT_SECONDS)
    closeness = np.where(point_a | point_b, np.maximum(1 - apart / scale, 0.0), overlap)
    allowed = np.where(point_a | point_b, by_centre, overlap >= iou - tiny)
    return overlap, closeness, allowed.astype(np.bool_)

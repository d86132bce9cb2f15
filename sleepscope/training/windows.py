"""Sliding windows of scored recordings: where they lie and what the experts saw in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import SettingsError
from sleepscope.events.event_set import Span

# Windows that were made (SMOTE) lie in no recording.
MADE = ""


@dataclass(frozen=True, slots=True)
class WindowCut:
    """Length of the windows and the way from one to the next.

    Attributes
    ----------
    seconds : float
        Length.
    stride : float, s
        From one start to the next: 1 s is an overlap of 80 % for windows of 5 s.
    """

    seconds: float = 5.0
    stride: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.stride <= self.seconds:
            raise SettingsError(
                f"Windows of {self.seconds:g} s cannot follow each other every {self.stride:g} s; "
                f"the stride must be above 0 and at most the length."
            )

    @property
    def overlap(self) -> float:
        """Share of a window that the next one repeats, 0..1."""
        return 1 - self.stride / self.seconds


@dataclass(frozen=True, slots=True)
class LabelRule:
    """When a window shows an event.

    Attributes
    ----------
    enough : float, s
        It does if it holds this much of one, or the whole of a shorter one.
    trace : float, s
        It does not if it holds at most this much of any; what is in between is left out.
    """

    enough: float = 0.5
    trace: float = 0.1

    def __post_init__(self) -> None:
        if not 0 <= self.trace < self.enough:
            raise SettingsError(
                f"A window cannot show an event with {self.enough:g} s of one and none with "
                f"{self.trace:g} s; the first must be the larger, and neither below 0."
            )

    def label(self, events: NDArray[np.float64], start: float, stop: float) -> int | None:
        """1, 0, or None for too little of an event to tell; ``events`` is (n, 2), s."""
        if not events.size:
            return 0
        shared = np.minimum(events[:, 1], stop) - np.maximum(events[:, 0], start)
        whole = events[:, 1] - events[:, 0]
        if (shared >= np.minimum(self.enough, whole) - 1e-9).any():
            return 1
        return 0 if shared.max() <= self.trace else None


@dataclass(frozen=True, slots=True)
class ScoredSignal:
    """Features of one recording and what each expert marked in it.

    Attributes
    ----------
    subject : str
    features : (n_rows, n) or (n_maps, n_rows, n) ndarray of float32
    sfreq : float, Hz
        Columns of the features per second.
    usable : (n,) ndarray of bool
    events : tuple of tuple of (start, stop), s
        Marks, one tuple for each expert.
    looked : tuple of tuple of (start, stop), s
        Where each expert looked.
    doubtful : tuple of (start, stop), s
        What some would mark: windows that touch it and show nothing else are left out.
    """

    subject: str
    features: NDArray[np.float32] = field(repr=False)
    sfreq: float
    usable: NDArray[np.bool_] = field(repr=False)
    events: tuple[tuple[Span, ...], ...]
    looked: tuple[tuple[Span, ...], ...]
    doubtful: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Windows:
    """Labelled windows that know whose they are and where they come from.

    Attributes
    ----------
    features : (n, ...) ndarray of float32 or float16
    labels : (n,) ndarray of int64
        1 where any expert who looked saw an event, else 0.
    soft : (n,) ndarray of float32
        Share of the experts who looked that saw one.
    subjects : (n,) ndarray of str
        "" for windows that were made.
    starts : (n,) ndarray, s
        NaN for windows that were made.
    seconds : float
        Length of a window.
    """

    features: NDArray[np.float32] = field(repr=False)
    labels: NDArray[np.int64] = field(repr=False)
    soft: NDArray[np.float32] = field(repr=False)
    subjects: NDArray[np.str_] = field(repr=False)
    starts: NDArray[np.float64] = field(repr=False)
    seconds: float

    def __len__(self) -> int:
        return int(self.labels.size)

    def __getitem__(self, index: NDArray[Any]) -> Windows:
        return Windows(
            self.features[index],
            self.labels[index],
            self.soft[index],
            self.subjects[index],
            self.starts[index],
            self.seconds,
        )

    @property
    def counts(self) -> dict[str, int]:
        """Windows of each class."""
        some = int(self.labels.sum())
        return {"none": len(self) - some, "event": some}

    @property
    def is_made(self) -> NDArray[np.bool_]:
        """Which windows were made."""
        made: NDArray[np.bool_] = np.isnan(self.starts)
        return made

    def with_features(self, features: NDArray[np.float32]) -> Windows:
        """The same windows seen otherwise."""
        return replace(self, features=features)

    def without_features(self) -> Windows:
        """The same windows with nothing to see in them, for work on labels and places alone."""
        return self.with_features(self.features[:, ..., :0])

    def apart(self) -> Windows:
        """Windows side by side, in the order of time: nothing in them is counted twice."""
        kept: list[int] = []
        last: dict[str, float] = {}
        for index in np.lexsort((self.starts, self.subjects)):
            subject = str(self.subjects[index])
            if self.starts[index] >= last.get(subject, -np.inf) - 1e-9:
                kept.append(int(index))
                last[subject] = float(self.starts[index]) + self.seconds
        return self[np.array(kept, dtype=np.intp)]


def cut_windows(signal: ScoredSignal, cut: WindowCut, rule: LabelRule) -> Windows:
    """Windows of one recording that are usable, were looked at and clearly show one or the other.

    Parameters
    ----------
    signal : ScoredSignal
    cut : WindowCut
    rule : LabelRule
    """
    length = round(cut.seconds * signal.sfreq)
    marks = [np.array(events, dtype=np.float64).reshape(-1, 2) for events in signal.events]
    doubtful = np.array(signal.doubtful, dtype=np.float64).reshape(-1, 2)
    starts, labels, soft, firsts = [], [], [], []
    last = signal.usable.size / signal.sfreq - cut.seconds
    for start in np.arange(0.0, last + 1e-9, cut.stride):
        first = round(start * signal.sfreq)
        stop = start + cut.seconds
        if not signal.usable[first : first + length].all():
            continue
        said = [
            rule.label(events, start, stop)
            for events, looked in zip(marks, signal.looked, strict=True)
            if any(low <= start and stop <= high + 1e-9 for low, high in looked)
        ]
        label = _agreed(said)
        if label == 0 and rule.label(doubtful, start, stop) != 0:
            label = None
        if label is None:
            continue
        starts.append(start)
        labels.append(label)
        soft.append(np.mean([0.5 if one is None else one for one in said]))
        firsts.append(first)
    return Windows(
        take_windows(signal.features, np.array(firsts, dtype=np.intp), length),
        np.array(labels, dtype=np.int64),
        np.array(soft, dtype=np.float32),
        np.full(len(labels), signal.subject),
        np.array(starts, dtype=np.float64),
        cut.seconds,
    )


def read_features(
    windows: Windows, features: NDArray[np.floating[Any]], rate: float, seconds: float
) -> Windows:
    """The same windows with what a network reads of them; those too close to an end are left out.

    Parameters
    ----------
    windows : Windows
        Of one recording.
    features : (..., n_columns) ndarray
        Of the whole recording.
    rate : float, Hz
        Columns per second.
    seconds : float
        What the network reads, around the middle of a window.
    """
    length = round(seconds * rate)
    middles = windows.starts + windows.seconds / 2
    firsts = np.round((middles - seconds / 2) * rate).astype(np.intp)
    inside = (firsts >= 0) & (firsts + length <= features.shape[-1])
    kept = windows.without_features()[np.flatnonzero(inside)]
    return kept.with_features(take_windows(features, firsts[inside], length))


def take_windows(
    features: NDArray[np.floating[Any]], firsts: NDArray[np.intp], length: int
) -> NDArray[Any]:
    """Stretches (n, ..., length) of the last axis that begin at these columns."""
    windows = [features[..., first : first + length] for first in firsts]
    if not windows:
        return np.empty((0, *features.shape[:-1], length), features.dtype)
    return np.stack(windows)


def joined(parts: Sequence[Windows]) -> Windows:
    """The windows of several recordings.

    Raises
    ------
    SettingsError
        If there are none.
    """
    if not any(len(part) for part in parts):
        raise SettingsError(
            f"The {len(parts)} recordings hold no window that was scored and is usable."
        )
    return Windows(
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.soft for part in parts]),
        np.concatenate([part.subjects for part in parts]),
        np.concatenate([part.starts for part in parts]),
        parts[0].seconds,
    )


def _agreed(said: Sequence[int | None]) -> int | None:
    """1 if anybody who looked saw an event, 0 if nobody did, None where that cannot be told."""
    if 1 in said:
        return 1
    return 0 if said and None not in said else None

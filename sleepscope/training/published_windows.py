"""Training windows of the published 5-s network: cut, labelled and balanced inside one fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sleepscope.agreement import union
from sleepscope.detection.inputs import USABLE, input_length, read_samples
from sleepscope.errors import SettingsError
from sleepscope.events.event_set import Span
from sleepscope.networks.published_cnn_1d import PublishedCnn1d
from sleepscope.training.dreams_spindles import SLEEP, Excerpt

# A window shows a spindle if it holds this much of one, or all of it, and shows none if it holds
# less than a trace of any; windows in between are left out.
ENOUGH_SECONDS = 0.5
TRACE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class WindowSource:
    """One excerpt from which windows are cut.

    Attributes
    ----------
    subject : str
    features : (n_features, n_samples) ndarray of float32
        Not yet standardised.
    usable : (n_samples,) ndarray of bool
    events, spans : tuple of (start, stop), s
        Marks of all its experts, and where they looked.
    sfreq : float, Hz
    sleep : tuple of (start, stop), s
        N2 and N3: where a window counts in full.
    complete : bool
        Whether two experts looked for spindles; what a single one left out may be one all the
        same, so it is no example of "no spindle".
    """

    subject: str
    features: NDArray[np.float32] = field(repr=False)
    usable: NDArray[np.bool_] = field(repr=False)
    events: tuple[Span, ...]
    spans: tuple[Span, ...]
    sfreq: float
    sleep: tuple[Span, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Windows:
    """Labelled windows.

    Attributes
    ----------
    features : (n_windows, n_features, n_samples) ndarray of float32
    labels : (n_windows,) ndarray of int64
        1 for a spindle, 0 for none.
    starts : (n_windows,) ndarray, s
    """

    features: NDArray[np.float32] = field(repr=False)
    labels: NDArray[np.int64] = field(repr=False)
    starts: NDArray[np.float64] = field(repr=False)

    @property
    def counts(self) -> dict[str, int]:
        """Number of windows of each class."""
        positive = int(self.labels.sum())
        return {"none": self.labels.size - positive, "spindle": positive}

    def __getitem__(self, index: NDArray[np.intp]) -> Windows:
        return Windows(self.features[index], self.labels[index], self.starts[index])


def window_source(excerpt: Excerpt, network: PublishedCnn1d) -> WindowSource:
    """Features and marks of an excerpt; ``network`` has fresh, unfitted scales."""
    labels = (excerpt.label,)
    n_total = input_length(excerpt.recording, labels, network.sfreq)
    stretch = read_samples(excerpt.recording, labels, network.sfreq, 0, n_total)
    truth = union(excerpt.experts)
    return WindowSource(
        subject=excerpt.subject,
        features=network.prepare(stretch.signals),
        usable=stretch.state == USABLE,
        events=tuple((e.onset, e.stop) for e in truth.events),
        spans=truth.scored_spans or ((0.0, excerpt.recording.duration),),
        sleep=tuple(excerpt.hypnogram.spans_of(SLEEP)),
        complete=len(excerpt.experts) > 1,
        sfreq=network.sfreq,
    )


def cut_windows(source: WindowSource, seconds: float, hop: float) -> Windows:
    """Windows of one excerpt that are usable, scored and clearly one or the other.

    Parameters
    ----------
    source : WindowSource
    seconds : float
        Length of a window.
    hop : float, s
        From one start to the next: 1 s is an overlap of 80 % for windows of 5 s.
    """
    length = round(seconds * source.sfreq)
    features, labels, starts = [], [], []
    for start in np.arange(0.0, source.usable.size / source.sfreq - seconds + 1e-9, hop):
        first = round(start * source.sfreq)
        inside = any(a <= start and start + seconds <= b for a, b in source.spans)
        label = window_label(source.events, start, start + seconds)
        if label is None or not inside or not source.usable[first : first + length].all():
            continue
        features.append(source.features[:, first : first + length])
        labels.append(label)
        starts.append(start)
    shape = (0, source.features.shape[0], length)
    return Windows(
        np.stack(features) if features else np.empty(shape, np.float32),
        np.array(labels, dtype=np.int64),
        np.array(starts, dtype=np.float64),
    )


def training_windows(
    source: WindowSource, seconds: float, hop: float, other_stages: float, seed: int
) -> Windows:
    """Windows of one excerpt to learn from.

    Outside N2 and N3 a share of them is drawn, as detections there are mostly alpha; of excerpts
    that one expert scored only windows with a spindle are taken.

    Parameters
    ----------
    source : WindowSource
    seconds : float
        Length of a window.
    hop : float, s
    other_stages : float
        Share of the windows outside N2 and N3 that is taken.
    seed : int
    """
    windows = cut_windows(source, seconds, hop)
    middles = windows.starts + seconds / 2
    asleep = np.zeros(middles.size, dtype=bool)
    for start, stop in source.sleep:
        asleep |= (middles >= start) & (middles < stop)
    drawn = np.random.default_rng(seed).random(middles.size) < other_stages
    kept = (asleep | drawn) & (source.complete | (windows.labels == 1))
    return windows[np.flatnonzero(kept)]


def window_label(events: Sequence[Span], start: float, stop: float) -> int | None:
    """1 for a spindle, 0 for none, None for too little of one to tell."""
    most = 0.0
    for onset, end in events:
        shared = min(end, stop) - max(onset, start)
        if shared >= min(ENOUGH_SECONDS, end - onset) - 1e-9:
            return 1
        most = max(most, shared)
    return 0 if most <= TRACE_SECONDS else None


def joined(parts: Sequence[Windows]) -> Windows:
    """The windows of several excerpts together.

    Raises
    ------
    SettingsError
        If there is not at least one window of each class.
    """
    features, labels, starts = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("features", "labels", "starts")
    )
    if len(np.unique(labels)) < 2:
        raise SettingsError(
            f"The {labels.size} windows of the training recordings are all of one class; "
            f"a classifier needs windows with and without spindles."
        )
    return Windows(features, labels, starts)


def balanced(windows: Windows, negatives: float, seed: int) -> Windows:
    """As many windows of either class: negatives drawn at random, positives filled up by SMOTE.

    Made windows lie between windows of the training fold, hence this is never called on more
    than one side of a split. SMOTE: Chawla et al. 2002, doi:10.1613/jair.953.

    Parameters
    ----------
    windows : Windows
        Of one training fold.
    negatives : float
        Windows without a spindle to keep for each window with one.
    seed : int
    """
    from imblearn.over_sampling import SMOTE

    rng = np.random.default_rng(seed)
    none, some = np.flatnonzero(windows.labels == 0), np.flatnonzero(windows.labels == 1)
    kept = min(none.size, max(some.size, round(negatives * some.size)))
    chosen = windows[np.concatenate([rng.permutation(none)[:kept], some])]
    n_windows, n_features, length = chosen.features.shape
    neighbours = min(5, some.size - 1)
    if kept == some.size or neighbours < 1:
        return chosen
    sampler = SMOTE(random_state=seed, k_neighbors=neighbours)
    flat, labels = sampler.fit_resample(chosen.features.reshape(n_windows, -1), chosen.labels)
    starts = np.concatenate([chosen.starts, np.full(len(labels) - n_windows, np.nan)])
    features = np.asarray(flat, dtype=np.float32).reshape(-1, n_features, length)
    return Windows(features, np.asarray(labels, dtype=np.int64), starts)

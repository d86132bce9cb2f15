"""What the published 5-s network learns from: windows, and crops that are full of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.agreement import union
from sleepscope.detection.inputs import USABLE, input_length, read_samples
from sleepscope.errors import SettingsError
from sleepscope.events.event_set import Span
from sleepscope.networks.published_cnn_1d import PublishedCnn1d
from sleepscope.training.dreams_spindles import SLEEP, Excerpt
from sleepscope.training.windows import LabelRule, ScoredSignal, WindowCut, Windows, cut_windows

# A window shows a spindle if it holds half a second of one, or all of it, and shows none if it
# holds less than a tenth of a second of any; windows in between are left out.
WINDOW_LABELS: Final = LabelRule(enough=0.5, trace=0.1)


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


def source_windows(
    source: WindowSource, seconds: float, hop: float, *, with_features: bool = True
) -> Windows:
    """Windows of one excerpt that are usable, scored and clearly one or the other.

    Parameters
    ----------
    source : WindowSource
    seconds : float
        Length of a window.
    hop : float, s
        From one start to the next.
    with_features : bool
        Whether what the network reads is wanted too, or places and labels alone.
    """
    features = source.features if with_features else source.features[:0]
    signal = ScoredSignal(
        source.subject, features, source.sfreq, source.usable, (source.events,), (source.spans,)
    )
    return cut_windows(signal, WindowCut(seconds, hop), WINDOW_LABELS)


class WindowCrops:
    """Draws crops from excerpts and says what each of the windows in them shows.

    The windows of a crop follow each other at the hop at which the network reads a recording, so
    they share its convolutions, and where a spindle comes into them and leaves them tells its
    place. Of excerpts that one expert scored only windows with a spindle count.

    Parameters
    ----------
    sources : sequence of WindowSource
        Of one training fold.
    network : PublishedCnn1d
    n_windows : int
        Windows in a crop.
    spindle_share : float
        Share of the crops that are drawn around a window with a spindle.
    other_stages : float
        How often a window outside N2 and N3 is drawn for one in them, as detections there are
        mostly alpha.

    Attributes
    ----------
    counts : dict
        Windows of each class, one every 0.08 s, that a crop may be drawn around.

    Raises
    ------
    SettingsError
        If there are not windows of both classes, or no excerpt is as long as a crop.
    """

    def __init__(
        self,
        sources: Sequence[WindowSource],
        network: PublishedCnn1d,
        n_windows: int,
        spindle_share: float,
        other_stages: float,
    ) -> None:
        self._step, self._n_windows = network.stride, n_windows
        self._hop = network.hop // network.stride
        self.length = network.window_samples + (n_windows - 1) * network.hop
        self._share = spindle_share
        self._sources = [s for s in sources if s.usable.size >= self.length]
        if not self._sources:
            raise SettingsError(
                f"None of the {len(sources)} recordings is as long as the "
                f"{self.length / network.sfreq:.1f} s that training looks at at once."
            )
        made = [_targets(s, network.window, network.stride, other_stages) for s in self._sources]
        self._labels, self._counts, drawn = (list(part) for part in zip(*made, strict=True))
        self._places = np.concatenate(
            [np.column_stack([np.full(d.size, k), np.arange(d.size)]) for k, d in enumerate(drawn)]
        )
        shows, weight = np.concatenate(self._labels), np.concatenate(drawn)
        some = int(((weight > 0) & (shows > 0)).sum())
        self.counts = {"none": int((weight > 0).sum()) - some, "spindle": some}
        if min(self.counts.values()) == 0:
            raise SettingsError(
                f"The {sum(self.counts.values())} windows of the training recordings are all of "
                f"one class; a classifier needs windows with and without spindles."
            )
        self._all, self._spindles = np.cumsum(weight), np.cumsum(weight * shows)

    def scale(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Mean and standard deviation of each feature, over all that windows cover."""
        parts = []
        for source, counts in zip(self._sources, self._counts, strict=True):
            begins = np.zeros(source.usable.size + 1, dtype=np.int64)
            firsts = np.flatnonzero(counts) * self._step
            length = self.length - (self._n_windows - 1) * self._hop * self._step
            np.add.at(begins, firsts, 1)
            np.add.at(begins, firsts + length, -1)
            parts.append(source.features[:, np.cumsum(begins[:-1]) > 0])
        covered = np.concatenate(parts, axis=1)
        return covered.mean(axis=1), covered.std(axis=1)

    def draw(
        self, n: int, rng: np.random.Generator
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Features (n, n_features, length), labels and weights (n, n_windows) of ``n`` crops.

        A window whose label is not known has a weight of 0.
        """
        n_spindles = round(n * self._share)
        chosen = np.concatenate(
            [
                np.searchsorted(total, rng.random(k) * total[-1], side="right")
                for total, k in ((self._spindles, n_spindles), (self._all, n - n_spindles))
            ]
        )
        before = rng.integers(self._n_windows, size=n) * self._hop
        features, labels, weights = [], [], []
        for (index, place), moved in zip(self._places[chosen], before, strict=True):
            source = self._sources[index]
            last = (source.usable.size - self.length) // self._step
            first = min(max(0, int(place - moved)), last)
            windows = first + self._hop * np.arange(self._n_windows)
            features.append(
                source.features[:, first * self._step : first * self._step + self.length]
            )
            labels.append(self._labels[index][windows])
            weights.append(self._counts[index][windows])
        return np.stack(features), np.stack(labels), np.stack(weights)


def _targets(
    source: WindowSource, seconds: float, step: int, other_stages: float
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float64]]:
    """Of windows every ``step`` samples: label, whether it counts, how often it is drawn."""
    windows = source_windows(source, seconds, step / source.sfreq, with_features=False)
    n = max(0, (source.usable.size - round(seconds * source.sfreq)) // step + 1)
    labels, counts, drawn = np.zeros(n, np.float32), np.zeros(n, np.float32), np.zeros(n)
    places = np.round(windows.starts * source.sfreq / step).astype(np.intp)
    middles = windows.starts + seconds / 2
    asleep = np.zeros(middles.size, dtype=bool)
    for start, stop in source.sleep:
        asleep |= (middles >= start) & (middles < stop)
    usable = source.complete | (windows.labels == 1)
    labels[places] = windows.labels
    counts[places] = usable
    drawn[places] = np.where(asleep, 1.0, other_stages) * usable
    return labels, counts, drawn

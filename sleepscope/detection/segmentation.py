"""From a probability for every moment to events with an onset and an end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from operator import attrgetter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.detection.settings import DetectSettings
from sleepscope.errors import SettingsError
from sleepscope.networks.tracks import Tracks
from sleepscope.signals.missing import runs_of

# A run longer than so many of the longest events is cut from its start on.
_MOST_EVENTS = 20
# Eye movements that follow each other this closely (end to onset, s) are one burst: nine of ten
# successive marks of the DREAMS expert in REM sleep (doi:10.5281/zenodo.2650142, whose median mark
# of 1.2 s holds several movements) are further apart.
BURST_GAP: Final = 0.3
# Of a confidence: the order in which values are added up does not show.
_DECIMALS = 6
# Probabilities nearer to 0 or 1 have no log odds to speak of.
_LEAST_ODDS = 1e-6


@dataclass(frozen=True, slots=True)
class EventRule:
    """When a run of high probability counts as an event.

    Attributes
    ----------
    threshold : float
        Probability, 0..1, that a moment of an event reaches.
    min_duration : float, s
        Shorter runs are left out.
    max_gap : float, s
        Runs parted by no more than this are one event.
    max_duration : float or None, s
        Longer runs are cut where the probability is lowest.
    split_threshold : float or None
        Runs are cut where the network's split probability has a peak of this height; None where
        the network has no such output.
    burst_gap : float or None, s
        Events that are then parted by no more than this are joined again, those that were split,
        too; None leaves them single.
    confidence_slope, confidence_offset : float
        Confidence of an event whose mean probability has the log odds ``x``: the probability with
        the log odds ``slope * x + offset``. As fitted in training, so that of the events with a
        confidence of 0.8 four in five are right (Platt 1999). 1 and 0: the mean probability.
    """

    threshold: float
    min_duration: float
    max_gap: float
    max_duration: float | None = None
    split_threshold: float | None = None
    burst_gap: float | None = None
    confidence_slope: float = 1.0
    confidence_offset: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 < self.threshold < 1.0:
            raise SettingsError(
                f"A threshold of {self.threshold:g} does not work; it must lie between 0 and 1."
            )
        for name in ("min_duration", "max_gap"):
            value = getattr(self, name)
            if not 0.0 <= value <= 60.0:
                words = name.replace("_", " ").replace("min", "minimum").replace("max", "largest")
                raise SettingsError(
                    f"A {words} of {value:g} s does not work; it must lie between 0 and 60 s."
                )
        if not (self.confidence_slope > 0.0 and math.isfinite(self.confidence_offset)):
            raise SettingsError(
                f"A confidence with slope {self.confidence_slope:g} and offset "
                f"{self.confidence_offset:g} does not work; the slope must be above 0."
            )
        if self.max_duration is not None and not self.max_duration > 0.0:
            raise SettingsError(
                f"A largest duration of {self.max_duration:g} s does not work; it must be above 0."
            )
        if self.split_threshold is not None and not 0.0 < self.split_threshold < 1.0:
            raise SettingsError(
                f"A split threshold of {self.split_threshold:g} does not work; it must lie "
                f"between 0 and 1."
            )

    @classmethod
    def of(cls, settings: DetectSettings, chosen: dict[str, Any]) -> EventRule:
        """The person's settings, and where they left them open those of the model card.

        Parameters
        ----------
        settings : DetectSettings
        chosen : dict
            ``ModelCard.settings``.
        """
        names = {f.name for f in fields(cls)}
        values = {name: value for name, value in chosen.items() if name in names}
        values = {"threshold": 0.5, "min_duration": 0.0, "max_gap": 0.0, **values}
        for name in ("threshold", "min_duration", "max_gap"):
            value = getattr(settings, name)
            if value is not None:
                values[name] = value
        values["burst_gap"] = BURST_GAP if settings.bursts else None
        return cls(**values)

    def confidence(self, mean_probability: float) -> float:
        """Confidence of an event, 0..1."""
        if (self.confidence_slope, self.confidence_offset) == (1.0, 0.0):
            return round(mean_probability, _DECIMALS)
        inside = min(max(mean_probability, _LEAST_ODDS), 1.0 - _LEAST_ODDS)
        odds = self.confidence_slope * math.log(inside / (1.0 - inside)) + self.confidence_offset
        return round(1.0 / (1.0 + math.exp(-odds)), _DECIMALS)


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of samples ``[first, behind)`` of the probability track with its confidence."""

    first: int
    behind: int
    confidence: float


class Segmenter:
    """Turns a growing probability track into events, each as soon as nothing can change it.

    Parameters
    ----------
    rule : EventRule
    sfreq : float, Hz
        Rate of the track.
    """

    def __init__(self, rule: EventRule, sfreq: float) -> None:
        self._rule = rule
        self._sfreq = sfreq
        self._gap = round(rule.max_gap * sfreq)
        self._settled = 0
        # Events of a burst that may go on.
        self._open: list[Segment] = []

    def segments(self, tracks: Tracks, done: int, *, last: bool = False) -> list[Segment]:
        """New final events in the first ``done`` values of the tracks; ``last`` ends the run."""
        probability = tracks.probability[self._settled : done]
        offset = self._settled
        found: list[Segment] = []
        self._settled = done
        for first, behind in self._joined(probability):
            if not last and behind + self._gap >= probability.size:
                self._settled = offset + first
                break
            found += self.parts(tracks, offset + first, offset + behind)
        if self._rule.burst_gap is None:
            return found
        gap = round(self._rule.burst_gap * self._sfreq)
        bursts = _in_bursts(self._open + found, tracks, gap)
        may_go_on = not last and bursts and bursts[-1][-1].behind + gap >= self._settled
        self._open = bursts.pop() if may_go_on else []
        return [_burst(parts) for parts in bursts]

    def _joined(self, probability: NDArray[np.float32]) -> list[tuple[int, int]]:
        """Runs at or above the threshold, joined over short gaps in which the network spoke."""
        with np.errstate(invalid="ignore"):
            runs = runs_of(probability >= self._rule.threshold).tolist()
        joined: list[tuple[int, int]] = []
        for first, behind in runs:
            if joined:
                before = joined[-1][1]
                if first - before <= self._gap and np.isfinite(probability[before:first]).all():
                    joined[-1] = (joined[-1][0], behind)
                    continue
            joined.append((first, behind))
        return joined

    def parts(self, tracks: Tracks, first: int, behind: int) -> list[Segment]:
        """One run as events: cut at the network's splits, cut where too long, short ones gone."""
        shortest = max(1, int(np.ceil(self._rule.min_duration * self._sfreq - 1e-6)))
        edges = [first, *self._splits(tracks, first, behind, shortest), behind]
        result = []
        for low, high in pairwise(edges):
            for start, stop in self._not_too_long(tracks.probability, low, high, shortest):
                if stop - start >= shortest:
                    mean = np.mean(tracks.probability[start:stop], dtype=np.float64)
                    confidence = self._rule.confidence(float(mean))
                    result.append(Segment(start, stop, confidence))
        return result

    def _splits(self, tracks: Tracks, first: int, behind: int, shortest: int) -> list[int]:
        """Peaks of the split probability inside a run, far enough from each other."""
        if tracks.split is None or self._rule.split_threshold is None:
            return []
        inner = tracks.split[first:behind]
        peaks = [
            first + k
            for k in range(1, inner.size - 1)
            if inner[k] >= self._rule.split_threshold and inner[k - 1] < inner[k] >= inner[k + 1]
        ]
        kept: list[int] = []
        before = first
        for peak in peaks:
            if peak - before >= shortest and behind - peak >= shortest:
                kept.append(peak)
                before = peak
        return kept

    def _not_too_long(
        self, probability: NDArray[np.float32], first: int, behind: int, shortest: int
    ) -> list[tuple[int, int]]:
        """A run cut at its lowest values until no piece is longer than allowed."""
        longest = self._rule.max_duration
        if longest is None:
            return [(first, behind)]
        allowed = longest * self._sfreq
        pieces: list[tuple[int, int]] = []
        left = [(first, behind)]  # the next one last
        while left:
            low, high = left.pop()
            if high - low <= allowed or high - low < 2 * shortest + 1:
                pieces.append((low, high))
                continue
            # In a run of minutes the lowest value may be anywhere; looking for it ahead of the
            # next few events alone keeps the work in step with the run's length.
            reach = min(high - shortest, low + shortest + round(_MOST_EVENTS * allowed))
            cut = low + shortest + int(np.argmin(probability[low + shortest : reach]))
            left += [(cut, high), (low, cut)]
        return pieces


def events_from_probability(tracks: Tracks, sfreq: float, rule: EventRule) -> list[Segment]:
    """All events of a finished probability track.

    Parameters
    ----------
    tracks : Tracks
        NaN where the network abstained: no event reaches over it.
    sfreq : float, Hz
        Rate of the tracks.
    rule : EventRule

    Notes
    -----
    The same events as those of :class:`Segmenter` a whole night at a time, so fast that a threshold
    can be dragged: a run that is neither too long nor split never meets a Python loop.
    """
    probability = tracks.probability
    runs = _joined_runs(probability, rule.threshold, round(rule.max_gap * sfreq))
    first, behind = runs[:, 0], runs[:, 1]
    length = behind - first
    slow = np.zeros(len(runs), np.bool_)
    if rule.max_duration is not None:
        slow |= length > rule.max_duration * sfreq
    if tracks.split is not None and rule.split_threshold is not None:
        peaks = _peaks(tracks.split, rule.split_threshold)
        # The two outermost values of a run have no neighbour in it on one side.
        slow |= np.searchsorted(peaks, behind - 1) > np.searchsorted(peaks, first + 1)
    shortest = max(1, int(np.ceil(rule.min_duration * sfreq - 1e-6)))
    plain = ~slow & (length >= shortest)
    means = _means(probability, runs[plain])
    is_mean = (rule.confidence_slope, rule.confidence_offset) == (1.0, 0.0)
    # A mean as it is needs no call for each of ten thousand events.
    confidence = [round(m, _DECIMALS) for m in means] if is_mean else [*map(rule.confidence, means)]
    found = list(map(Segment, first[plain].tolist(), behind[plain].tolist(), confidence))
    segmenter = Segmenter(rule, sfreq)
    for low, high in runs[slow].tolist():
        found += segmenter.parts(tracks, low, high)
    found.sort(key=attrgetter("first"))
    if rule.burst_gap is None:
        return found
    gap = round(rule.burst_gap * sfreq)
    return [_burst(parts) for parts in _in_bursts(found, tracks, gap)]


def _in_bursts(segments: Sequence[Segment], tracks: Tracks, gap: int) -> list[list[Segment]]:
    """Events, by onset, that are no more than ``gap`` samples apart, burst by burst.

    Over a moment in which the network abstained nothing is joined.
    """
    bursts: list[list[Segment]] = []
    for segment in segments:
        if bursts:
            before = bursts[-1][-1].behind
            between = tracks.probability[before : segment.first]
            if segment.first - before <= gap and np.isfinite(between).all():
                bursts[-1].append(segment)
                continue
        bursts.append([segment])
    return bursts


def _burst(parts: Sequence[Segment]) -> Segment:
    """A burst; its confidence is the mean over its events, weighted by their length."""
    if len(parts) == 1:
        return parts[0]
    lengths = np.array([part.behind - part.first for part in parts], dtype=np.float64)
    confidence = np.average([part.confidence for part in parts], weights=lengths)
    return Segment(parts[0].first, parts[-1].behind, round(float(confidence), _DECIMALS))


def _joined_runs(probability: NDArray[np.float32], threshold: float, gap: int) -> NDArray[np.int64]:
    """Runs at or above a threshold, (n, 2), joined over short gaps in which the network spoke."""
    with np.errstate(invalid="ignore"):
        runs = runs_of(probability >= threshold)
    if len(runs) < 2:
        return runs
    left, right = runs[:-1, 1], runs[1:, 0]
    apart = right - left > gap
    near = np.flatnonzero(~apart)
    for step in range(int((right - left)[near].max(initial=0))):
        inside = np.minimum(left[near] + step, right[near] - 1)
        apart[near] |= ~np.isfinite(probability[inside])
    starts, ends = np.r_[True, apart], np.r_[apart, True]
    return np.stack([runs[starts, 0], runs[ends, 1]], axis=1)


def _means(probability: NDArray[np.float32], runs: NDArray[np.int64]) -> list[float]:
    """Mean of the probability over each run."""
    if not len(runs):
        return []
    # Sums from each edge to the next: every other one lies between two runs. A value behind the
    # last lets a run end with the track.
    padded = np.append(probability, np.float32(0))
    with np.errstate(invalid="ignore"):
        sums = np.add.reduceat(padded, runs.ravel(), dtype=np.float64)[::2]
    means: list[float] = (sums / (runs[:, 1] - runs[:, 0])).tolist()
    return means


def _peaks(split: NDArray[np.float32], threshold: float) -> NDArray[np.intp]:
    """Indices of the peaks of a track that reach the threshold."""
    with np.errstate(invalid="ignore"):
        inner = split[1:-1]
        is_peak = (inner >= threshold) & (split[:-2] < inner) & (inner >= split[2:])
    found: NDArray[np.intp] = np.flatnonzero(is_peak) + 1
    return found

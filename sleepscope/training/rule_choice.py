"""Choose threshold, shortest duration and gap on recordings whose events are known."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import product

from sleepscope.agreement import pool, score
from sleepscope.detection.segmentation import EventRule, events_from_probability
from sleepscope.errors import SettingsError
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.networks.tracks import Tracks
from sleepscope.progress import Progress, Steps


@dataclass(frozen=True, slots=True)
class ScoredTracks:
    """What a network said about a recording that it was not trained on, and the truth.

    Attributes
    ----------
    subject : str
    tracks : Tracks
    truth : EventSet
        False positives count inside its scored spans only.
    hypnogram : Hypnogram or None
    """

    subject: str
    tracks: Tracks = field(repr=False)
    truth: EventSet = field(repr=False)
    hypnogram: Hypnogram | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class RuleGrid:
    """Values that are tried.

    Attributes
    ----------
    thresholds : tuple of float
    min_durations, max_gaps : tuple of float, s
    max_duration : float or None, s
    split_thresholds : tuple of float or None
    ious : tuple of float
        F1 is averaged over these least overlaps: the first says what is found, the others how
        well the ends are placed.
    """

    thresholds: tuple[float, ...] = tuple(k / 20 for k in range(4, 17))
    min_durations: tuple[float, ...] = (0.3, 0.4, 0.5)
    max_gaps: tuple[float, ...] = (0.0, 0.2, 0.4)
    max_duration: float | None = 3.0
    split_thresholds: tuple[float | None, ...] = (None,)
    ious: tuple[float, ...] = (0.2, 0.5)

    def rules(self) -> list[EventRule]:
        """All combinations."""
        return [
            EventRule(threshold, shortest, gap, self.max_duration, split)
            for threshold, shortest, gap, split in product(
                self.thresholds, self.min_durations, self.max_gaps, self.split_thresholds
            )
        ]


def choose_rule(
    scored: Sequence[ScoredTracks],
    sfreq: float,
    grid: RuleGrid,
    stages: Collection[str] | None = None,
) -> Steps[EventRule]:
    """The rule with the largest pooled F1; the first of those that are equal.

    Parameters
    ----------
    scored : sequence of ScoredTracks
        From recordings that the networks behind the tracks did not see, and that are not those
        the rule will be tested on.
    sfreq : float, Hz
        Rate of the tracks.
    grid : RuleGrid
    stages : collection of str or None
        Compare in these stages only.

    Raises
    ------
    SettingsError
        If there is nothing to choose on.
    """
    if not scored:
        raise SettingsError("A rule for events cannot be chosen without scored recordings.")
    rules = grid.rules()
    best, best_f1 = rules[0], -1.0
    for index, rule in enumerate(rules):
        f1 = sum(_pooled_f1(scored, sfreq, rule, iou, stages) for iou in grid.ious)
        if f1 > best_f1 + 1e-9:
            best, best_f1 = rule, f1
        yield Progress(index + 1, len(rules), "Choosing the threshold")
    return best


def found_events(tracks: Tracks, sfreq: float, rule: EventRule, kind: str) -> list[Event]:
    """Events of a probability track that starts with the recording."""
    return [
        Event(
            segment.first / sfreq,
            (segment.behind - segment.first) / sfreq,
            kind,
            confidence=segment.confidence,
        )
        for segment in events_from_probability(tracks, sfreq, rule)
    ]


def _pooled_f1(
    scored: Sequence[ScoredTracks],
    sfreq: float,
    rule: EventRule,
    iou: float,
    stages: Collection[str] | None,
) -> float:
    parts = [
        score(
            found_events(one.tracks, sfreq, rule, ""),
            one.truth,
            iou=iou,
            stages=stages,
            hypnogram=one.hypnogram,
        )
        for one in scored
    ]
    return pool(parts).f1 or 0.0

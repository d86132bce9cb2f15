"""Precision and recall of a detector along its threshold."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.agreement.assignment import assign
from sleepscope.agreement.candidates import Marks, candidates
from sleepscope.agreement.matching import (
    checked_iou,
    checked_stages,
    rule_sentence,
    share_a_channel,
)
from sleepscope.constants import DEFAULT_IOU
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet, Span, common_spans
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.progress import Progress, Steps

THRESHOLDS: Final = tuple(round(0.05 + 0.025 * k, 3) for k in range(37))


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The scores at one threshold; figures as in :class:`~sleepscope.agreement.scores.Scores`."""

    threshold: float
    n_events: int
    tp: int
    fp: int
    fn: int
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True, slots=True)
class Reference:
    """A truth made ready to be held against many sets of events of one model.

    The rule is that of :mod:`sleepscope.agreement.matching`; only the counts are kept, so that a
    night is scored while its threshold is dragged.

    Attributes
    ----------
    truth : Marks
        By onset; those that take part.
    labels : tuple of str or None
        All channels of the truth.
    spans : tuple of (start, stop) or None, s
        Where events are compared.
    stages : tuple of str or None
    hypnogram : Hypnogram or None
    iou : float
    """

    truth: Marks
    labels: tuple[str | None, ...]
    spans: tuple[Span, ...] | None
    stages: tuple[str, ...] | None
    hypnogram: Hypnogram | None
    iou: float

    @classmethod
    def of(
        cls,
        truth: EventSet,
        *,
        iou: float = DEFAULT_IOU,
        spans: tuple[Span, ...] | None = None,
        stages: Collection[str] | None = None,
        hypnogram: Hypnogram | None = None,
    ) -> Reference:
        """Make a truth ready.

        Parameters
        ----------
        truth : EventSet
        spans : tuple of (start, stop) in s, or None
            Where the model looked; events count where both did.

        Raises
        ------
        SettingsError
            If the threshold or a stage does not exist, or stages are asked for without hypnogram.
        """
        checked_iou(iou)
        chosen = checked_stages(stages, hypnogram)
        both = common_spans(truth.scored_spans, spans)
        marks = Marks.of(truth.events)
        made = cls(marks, marks.labels, both, chosen, hypnogram, iou)
        return replace(made, truth=marks.where(made._takes_part(marks)))

    def _takes_part(self, marks: Marks) -> NDArray[np.bool_]:
        middle = marks.midpoint
        mask = np.ones(len(middle), np.bool_)
        if self.spans is not None:
            mask &= _inside(middle, self.spans)
        if self.stages is not None and self.hypnogram is not None:
            mask &= self._in_stages(self.hypnogram, middle)
        return mask

    def _in_stages(self, hypnogram: Hypnogram, moments: NDArray[np.float64]) -> NDArray[np.bool_]:
        """As ``hypnogram.stage_at`` says of each moment."""
        epoch = np.floor_divide(moments - hypnogram.start, hypnogram.epoch_seconds)
        wanted = np.array([stage in (self.stages or ()) for stage in hypnogram.stages], np.bool_)
        there = (epoch >= 0) & (epoch < len(wanted))
        found = np.zeros(len(moments), np.bool_)
        found[there] = wanted[epoch[there].astype(np.intp)]
        return found

    def point(self, threshold: float, events: Sequence[Event]) -> CurvePoint:
        """Score the events of one threshold, which are by onset."""
        found = Marks.of(events)
        taking_part = found.where(self._takes_part(found))
        by_channel = share_a_channel(found.labels, self.labels)
        first, second, _, closeness = candidates(taking_part, self.truth, self.iou, by_channel)
        n_found, n_truth = len(taking_part.onset), len(self.truth.onset)
        tp = len(assign(n_found, n_truth, first, second, closeness))
        fp, fn = n_found - tp, n_truth - tp
        return CurvePoint(
            threshold,
            n_found,
            tp,
            fp,
            fn,
            tp / n_found if n_found else None,
            tp / n_truth if n_truth else None,
            2 * tp / (2 * tp + fp + fn) if n_found + n_truth else None,
        )

    def rule_for(self, events: Sequence[Event]) -> str:
        """The rule in one sentence; whether channels are compared depends on the events."""
        by_channel = share_a_channel(Marks.of(events).labels, self.labels)
        return rule_sentence(self.iou, self.spans, self.stages, by_channel)


def _inside(moments: NDArray[np.float64], spans: Sequence[Span]) -> NDArray[np.bool_]:
    edges = np.array(spans, np.float64).reshape(-1, 2)
    if not len(edges):
        return np.zeros(len(moments), np.bool_)
    place = np.searchsorted(edges[:, 0], moments, "right") - 1
    found: NDArray[np.bool_] = (place >= 0) & (moments < edges[np.maximum(place, 0), 1])
    return found


def precision_recall(
    events_at: Callable[[float], Sequence[Event]],
    reference: Reference,
    *,
    thresholds: Sequence[float] = THRESHOLDS,
) -> Steps[tuple[CurvePoint, ...]]:
    """Match the events of each threshold with the truth.

    Yields
    ------
    Progress
        ``partial`` holds the points so far.

    Returns
    -------
    tuple of CurvePoint
        By threshold.
    """
    points: list[CurvePoint] = []
    for threshold in thresholds:
        yield Progress(len(points), len(thresholds), "Scoring thresholds", tuple(points))
        points.append(reference.point(threshold, events_at(threshold)))
    return tuple(points)

"""Precision and recall of a detector along its threshold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sleepscope.agreement.matching import match
from sleepscope.agreement.scores import score_match
from sleepscope.constants import DEFAULT_IOU
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
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


def precision_recall(
    events_at: Callable[[float], Sequence[Event]],
    truth: EventSet,
    *,
    thresholds: Sequence[float] = THRESHOLDS,
    iou: float = DEFAULT_IOU,
    stages: tuple[str, ...] | None = None,
    hypnogram: Hypnogram | None = None,
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
        points.append(
            point_at(
                threshold, events_at(threshold), truth, iou, stages=stages, hypnogram=hypnogram
            )
        )
    return tuple(points)


def point_at(
    threshold: float,
    events: Sequence[Event],
    truth: EventSet,
    iou: float = DEFAULT_IOU,
    *,
    stages: tuple[str, ...] | None = None,
    hypnogram: Hypnogram | None = None,
) -> CurvePoint:
    """Score the events of one threshold."""
    scores = score_match(
        match(
            EventSet("", tuple(events)),
            truth,
            iou=iou,
            stages=stages,
            hypnogram=hypnogram if stages is not None else None,
        )
    )
    return CurvePoint(
        threshold,
        scores.n_a,
        scores.tp,
        scores.fp,
        scores.fn,
        scores.precision,
        scores.recall,
        scores.f1,
    )

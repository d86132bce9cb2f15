"""How well two scorers agree, event by event, with the rule in words beside the figures."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sleepscope.agreement.matching import Match, SpanChoice, match, rule_sentence
from sleepscope.constants import DEFAULT_IOU
from sleepscope.errors import SettingsError
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet, Span
from sleepscope.events.hypnogram import Hypnogram


@dataclass(frozen=True, slots=True)
class Scores:
    """Event-by-event agreement of ``a`` (under test) with ``b`` (taken for the truth).

    A figure whose denominator is 0 is None (null in JSON), never NaN: precision without any event
    of ``a``, recall without any of ``b``, F1 where neither side has one. F1 is 0 where only one
    side has events.

    Attributes
    ----------
    n_a, n_b : int
        Events that took part.
    tp, fp, fn : int
        Pairs; events of ``a`` alone; events of ``b`` alone. False positives are counted only where
        events were compared: in ``spans`` and ``stages``.
    precision, recall, f1 : float or None
        0..1.
    mean_iou : float or None
        Mean over the pairs that have an IoU (points have none).
    n_iou : int
        Number of these pairs.
    iou : float
        Threshold of a pair.
    stages : tuple of str or None
        None for all stages.
    spans : tuple of (start, stop) or None, s
        None for the whole recording, or for recordings pooled with spans of their own.
    rule : str
        How the figures came about, in one sentence.
    n_recordings : int
        Recordings pooled.
    """

    n_a: int
    n_b: int
    tp: int
    fp: int
    fn: int
    precision: float | None
    recall: float | None
    f1: float | None
    mean_iou: float | None
    n_iou: int
    iou: float
    stages: tuple[str, ...] | None
    spans: tuple[Span, ...] | None
    rule: str
    by_channel: bool
    n_recordings: int = 1


def score(
    a: EventSet | Sequence[Event],
    b: EventSet | Sequence[Event],
    *,
    iou: float = DEFAULT_IOU,
    spans: SpanChoice = "scored",
    stages: Collection[str] | None = None,
    hypnogram: Hypnogram | None = None,
    by_channel: bool | None = None,
) -> Scores:
    """Match ``a`` against the truth ``b`` and score it; parameters as in :func:`match`."""
    return score_match(
        match(
            a,
            b,
            iou=iou,
            spans=spans,
            stages=stages,
            hypnogram=hypnogram,
            by_channel=by_channel,
        )
    )


def score_match(matched: Match) -> Scores:
    """Score a matching; its ``b`` is the truth."""
    overlaps = [pair.iou for pair in matched.pairs if pair.iou is not None]
    return _scores(
        (len(matched.pairs), len(matched.only_a), len(matched.only_b)),
        (sum(overlaps), len(overlaps)),
        iou=matched.iou,
        stages=matched.stages,
        spans=matched.spans,
        rule=matched.rule,
        by_channel=matched.by_channel,
    )


def pool(scores: Iterable[Scores]) -> Scores:
    """Add up the counts of several recordings and score the sums (micro average).

    Raises
    ------
    SettingsError
        If there is nothing to pool, or the scores differ in threshold or stages.
    """
    parts = list(scores)
    if not parts:
        raise SettingsError("There are no scores to pool.")
    first = parts[0]
    for part in parts[1:]:
        if (part.iou, part.stages) != (first.iou, first.stages):
            raise SettingsError(
                f"Scores at an IoU of {part.iou:g} in {_words(part.stages)} cannot be pooled with "
                f"scores at {first.iou:g} in {_words(first.stages)}."
            )
    same_spans = all(part.spans == first.spans for part in parts)
    by_channel = all(part.by_channel for part in parts)
    spans = first.spans if same_spans else None
    n_iou = sum(part.n_iou for part in parts)
    return _scores(
        (sum(p.tp for p in parts), sum(p.fp for p in parts), sum(p.fn for p in parts)),
        (sum(p.mean_iou * p.n_iou for p in parts if p.mean_iou is not None), n_iou),
        iou=first.iou,
        stages=first.stages,
        spans=spans,
        rule=rule_sentence(first.iou, spans if same_spans else "own", first.stages, by_channel),
        by_channel=by_channel,
        n_recordings=sum(part.n_recordings for part in parts),
    )


def macro_f1(scores: Iterable[Scores]) -> float | None:
    """Mean F1 over recordings; those in which neither side has an event are left out."""
    values = [part.f1 for part in scores if part.f1 is not None]
    return sum(values) / len(values) if values else None


def _words(stages: tuple[str, ...] | None) -> str:
    return "all stages" if stages is None else ", ".join(stages)


def _scores(
    counts: tuple[int, int, int],
    overlap: tuple[float, int],
    *,
    iou: float,
    stages: tuple[str, ...] | None,
    spans: tuple[Span, ...] | None,
    rule: str,
    by_channel: bool,
    n_recordings: int = 1,
) -> Scores:
    tp, fp, fn = counts
    total_iou, n_iou = overlap
    return Scores(
        n_a=tp + fp,
        n_b=tp + fn,
        tp=tp,
        fp=fp,
        fn=fn,
        precision=_ratio(tp, tp + fp),
        recall=_ratio(tp, tp + fn),
        f1=_ratio(2 * tp, 2 * tp + fp + fn),
        mean_iou=_ratio(total_iou, n_iou),
        n_iou=n_iou,
        iou=iou,
        stages=stages,
        spans=spans,
        rule=rule,
        by_channel=by_channel,
        n_recordings=n_recordings,
    )


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None

"""Scores by stage, channel and hour of a night, from one matching."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from sleepscope.agreement.bootstrap import Interval, bootstrap_night
from sleepscope.agreement.matching import Match, Pair
from sleepscope.agreement.scores import score_match
from sleepscope.constants import STAGES, UNSCORED
from sleepscope.events.channels import same_channel
from sleepscope.events.event import Event
from sleepscope.events.event_set import Span, common_spans
from sleepscope.events.hypnogram import Hypnogram

HOUR: Final = 3600.0


@dataclass(frozen=True, slots=True)
class PartScores:
    """Agreement in one part of the night.

    Attributes
    ----------
    name : str
        "N2", "C3-M2", "hour 1"; "" for events of no channel.
    tp, fp, fn : int
        A pair belongs to the part that its event of the truth is in.
    precision, recall, f1, mean_iou : float or None
        None where the denominator is 0.
    f1_interval : (low, high) or None
        Bootstrap 95 % interval; None where none was asked for.
    """

    name: str
    tp: int
    fp: int
    fn: int
    precision: float | None
    recall: float | None
    f1: float | None
    mean_iou: float | None
    f1_interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class Resampling:
    """How intervals of the parts are made, see :mod:`sleepscope.agreement.bootstrap`.

    Attributes
    ----------
    duration : float, s
        Of the recording.
    n_resamples, seed : int
    """

    duration: float
    n_resamples: int
    seed: int = 0


def by_stage(
    matched: Match, hypnogram: Hypnogram, resampling: Resampling | None = None
) -> tuple[PartScores, ...]:
    """Scores by the stage at the event's midpoint, in the order W, N1, N2, N3, R, unscored."""
    order = (*STAGES, UNSCORED)
    parts = _parts(
        matched,
        lambda event: hypnogram.stage_at(event.midpoint),
        resampling,
        lambda name: None if name == UNSCORED else hypnogram.spans_of({name}),
    )
    return tuple(sorted(parts, key=lambda part: order.index(part.name)))


def by_channel(matched: Match, resampling: Resampling | None = None) -> tuple[PartScores, ...]:
    """Scores by channel, by name; events of no channel last, under "".

    A channel has one row however the two sides spell it. A pair of which the truth names no
    channel is on that of the other event. Empty where channels were not compared: a hit would
    stand in the row of one channel and a false positive in that of another.
    """
    if not matched.by_channel:
        return ()
    labels: list[str] = []
    events = [*(pair.b for pair in matched.pairs), *matched.only_b]
    events += [*(pair.a for pair in matched.pairs), *matched.only_a]
    for label in dict.fromkeys(event.channel for event in events if event.channel is not None):
        if not any(same_channel(label, known) for known in labels):
            labels.append(label)
    name_of = {
        label: next(known for known in labels if same_channel(label, known))
        for label in {event.channel for event in events if event.channel is not None}
    }
    other = {pair.b.id: pair.a.channel for pair in matched.pairs}

    def channel_of(event: Event) -> str:
        label = event.channel if event.channel is not None else other.get(event.id)
        return "" if label is None else name_of[label]

    parts = _parts(matched, channel_of, resampling, lambda _name: None)
    return tuple(sorted(parts, key=lambda part: (part.name == "", part.name)))


def by_hour(matched: Match, resampling: Resampling | None = None) -> tuple[PartScores, ...]:
    """Scores by the hour from the start of the recording: "hour 1" is its first."""

    def spans_of(name: str) -> tuple[Span, ...]:
        number = int(name.split()[1])
        return (((number - 1) * HOUR, number * HOUR),)

    parts = _parts(
        matched,
        lambda event: f"hour {int(event.midpoint // HOUR) + 1}",
        resampling,
        spans_of,
    )
    return tuple(sorted(parts, key=lambda part: int(part.name.split()[1])))


def _parts(
    matched: Match,
    part_of: Callable[[Event], str],
    resampling: Resampling | None,
    spans_of: Callable[[str], tuple[Span, ...] | None],
) -> list[PartScores]:
    members: dict[str, tuple[list[Pair], list[Event], list[Event]]] = {}
    for pair in matched.pairs:
        members.setdefault(part_of(pair.b), ([], [], []))[0].append(pair)
    for event in matched.only_a:
        members.setdefault(part_of(event), ([], [], []))[1].append(event)
    for event in matched.only_b:
        members.setdefault(part_of(event), ([], [], []))[2].append(event)
    found: list[PartScores] = []
    for name, (pairs, only_a, only_b) in members.items():
        part = replace(matched, pairs=tuple(pairs), only_a=tuple(only_a), only_b=tuple(only_b))
        scores = score_match(part)
        found.append(
            PartScores(
                name, scores.tp, scores.fp, scores.fn, scores.precision, scores.recall, scores.f1,
                scores.mean_iou,
                None if resampling is None else _interval(part, spans_of(name), resampling),
            )
        )  # fmt: skip
    return found


def _interval(
    part: Match, spans: tuple[Span, ...] | None, resampling: Resampling
) -> Interval | None:
    """Of F1, from stretches of the part's own time."""
    whole = ((0.0, resampling.duration),) if part.spans is None else part.spans
    own = common_spans(whole, spans)
    if not own:
        return None
    part = replace(part, spans=own)
    return bootstrap_night(
        part, resampling.duration, n_resamples=resampling.n_resamples, seed=resampling.seed
    ).f1

"""Scores by stage, channel and hour of a night, from one matching."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sleepscope.agreement.matching import Match
from sleepscope.constants import STAGES, UNSCORED
from sleepscope.events.channels import same_channel
from sleepscope.events.event import Event
from sleepscope.events.hypnogram import Hypnogram


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
    """

    name: str
    tp: int
    fp: int
    fn: int
    precision: float | None
    recall: float | None
    f1: float | None
    mean_iou: float | None


def by_stage(matched: Match, hypnogram: Hypnogram) -> tuple[PartScores, ...]:
    """Scores by the stage at the event's midpoint, in the order W, N1, N2, N3, R, unscored."""
    order = (*STAGES, UNSCORED)
    parts = _parts(matched, lambda event: hypnogram.stage_at(event.midpoint))
    return tuple(sorted(parts, key=lambda part: order.index(part.name)))


def by_channel(matched: Match) -> tuple[PartScores, ...]:
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

    parts = _parts(matched, channel_of)
    return tuple(sorted(parts, key=lambda part: (part.name == "", part.name)))


def by_hour(matched: Match) -> tuple[PartScores, ...]:
    """Scores by the hour from the start of the recording: "hour 1" is its first."""
    parts = _parts(matched, lambda event: f"hour {int(event.midpoint // 3600) + 1}")
    return tuple(sorted(parts, key=lambda part: int(part.name.split()[1])))


def _parts(matched: Match, part_of: Callable[[Event], str]) -> list[PartScores]:
    counts: dict[str, list[float]] = {}

    def add(event: Event, column: int, overlap: float | None = None) -> None:
        row = counts.setdefault(part_of(event), [0, 0, 0, 0.0, 0])
        row[column] += 1
        if overlap is not None:
            row[3] += overlap
            row[4] += 1

    for pair in matched.pairs:
        add(pair.b, 0, pair.iou)
    for event in matched.only_a:
        add(event, 1)
    for event in matched.only_b:
        add(event, 2)
    return [
        PartScores(
            name,
            int(tp),
            int(fp),
            int(fn),
            tp / (tp + fp) if tp + fp else None,
            tp / (tp + fn) if tp + fn else None,
            2 * tp / (2 * tp + fp + fn),
            overlap / n_overlap if n_overlap else None,
        )
        for name, (tp, fp, fn, overlap, n_overlap) in counts.items()
    ]

"""Who is compared with whom, and what came of it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sleepscope.agreement.matching import Match, match
from sleepscope.agreement.queue import ORDERS, Order, QueueItem, review_queue
from sleepscope.agreement.scores import Scores, score_match
from sleepscope.app.language import tr
from sleepscope.constants import DEFAULT_IOU, STAGES
from sleepscope.events.channels import same_channel
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.progress import Progress, Steps


@dataclass(frozen=True, slots=True)
class CompareSettings:
    """What is compared.

    Attributes
    ----------
    a, b : str
        Scorer under test, scorer taken for the truth.
    kind : str
        Events of this kind.
    iou : float
        Overlap from which two events count as one.
    stages : tuple of str or None
        Only events in these stages; None for all.
    order : str
        What comes first among the disagreements, see ``agreement.queue``.
    """

    a: str
    b: str
    kind: str
    iou: float = DEFAULT_IOU
    stages: tuple[str, ...] | None = None
    order: Order = "nature"

    def to_text(self) -> str:
        """As JSON."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> CompareSettings:
        """From JSON; ValueError, TypeError or KeyError where it is none."""
        found = json.loads(text)
        stages = found["stages"]
        found["stages"] = None if stages is None else tuple(s for s in STAGES if s in stages)
        if found["order"] not in ORDERS or not 0 < found["iou"] <= 1:
            raise ValueError("strange settings")
        return cls(**found)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome of a comparison.

    Attributes
    ----------
    settings : CompareSettings
    outcome : Match
    scores : Scores
    queue : tuple of QueueItem
        Where the two differ or are not sure, in the chosen order.
    looks : mapping of event id to "matched", "missed" or "extra"
    channels : tuple of str
        The only channels that both looked at; empty where that is not known of either.
    """

    settings: CompareSettings
    outcome: Match = field(repr=False)
    scores: Scores
    queue: tuple[QueueItem, ...] = field(repr=False)
    looks: Mapping[str, str] = field(repr=False)
    channels: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        """How the figures came about, in words."""
        return f"{self.scores.rule} {self.channel_note}".rstrip()

    @property
    def channel_note(self) -> str:
        """Which channels alone were compared, "" where all were."""
        if not self.channels:
            return ""
        return f"Only events on {', '.join(self.channels)}, the channels that the model read."


def compare(
    a: EventSet,
    b: EventSet,
    settings: CompareSettings,
    hypnogram: Hypnogram | None,
    channels: tuple[str, ...] = (),
) -> Comparison:
    """Match two scorers' events of one kind, inside the spans that both scored.

    Parameters
    ----------
    channels : tuple of str
        What a model read, if one of the two is a model: it cannot miss an event elsewhere. They
        count only where the other side has events on them at all, because some files name their
        channels as no recording does.

    Raises
    ------
    SettingsError
        If stages are asked for without a hypnogram, or a setting is out of range.
    """
    sides = [of_kind(side, settings.kind) for side in (a, b)]
    if channels and all(any(is_on(e, channels) for e in side.events) for side in sides):
        sides = [side.with_events(e for e in side.events if is_on(e, channels)) for side in sides]
    else:
        channels = ()
    outcome = match(
        sides[0],
        sides[1],
        iou=settings.iou,
        stages=settings.stages,
        hypnogram=hypnogram if settings.stages is not None else None,
    )
    looks = {event.id: "missed" for event in outcome.only_b}
    looks |= {event.id: "extra" for event in outcome.only_a}
    for pair in outcome.pairs:
        looks[pair.a.id] = looks[pair.b.id] = "matched"
    return Comparison(
        settings,
        outcome,
        score_match(outcome),
        review_queue(
            outcome,
            others_a=[event for event in a.events if event.kind != settings.kind],
            others_b=[event for event in b.events if event.kind != settings.kind],
            hypnogram=hypnogram,
            order=settings.order,
        ),
        MappingProxyType(looks),
        channels,
    )


def compare_steps(
    a: EventSet,
    b: EventSet,
    settings: CompareSettings,
    hypnogram: Hypnogram | None,
    channels: tuple[str, ...] = (),
) -> Steps[Comparison]:
    """As :func:`compare`, for a job: 10,000 events a side take some tenths of a second."""
    yield Progress(0, 0, tr("Comparing"))
    return compare(a, b, settings, hypnogram, channels)


def of_kind(side: EventSet, kind: str) -> EventSet:
    """The same scorer's events of one kind."""
    return side.with_events(event for event in side.events if event.kind == kind)


def is_on(event: Event, channels: tuple[str, ...]) -> bool:
    """Whether an event is on one of the channels, or on none in particular."""
    return event.channel is None or any(same_channel(event.channel, label) for label in channels)

"""One-to-one matching of two scorers' events.

The rule, for events ``a`` and ``b`` of the two sides:

1. Only events whose midpoint lies in the compared spans, and in the chosen stages, take part.
2. ``a`` and ``b`` may be paired when their intersection over union in time is at least the
   threshold. Where one of them is a point (at most 0.05 s long) they may be paired when the
   point's centre lies in the other event; two points when their centres are at most 0.05 s apart.
3. Where channels are compared, events of two different channels are never paired; an event without
   a channel fits every channel.
4. Each event is in one pair at most. Among all such pairings the one with the most pairs is taken,
   and among these the one with the largest sum of IoU (for points: of closeness).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from sleepscope.agreement.assignment import assign
from sleepscope.agreement.candidates import POINT_SECONDS, Marks, candidates
from sleepscope.constants import DEFAULT_IOU, STAGES
from sleepscope.errors import SettingsError
from sleepscope.events.channels import same_channel
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet, Span, common_spans, in_spans, joined_spans
from sleepscope.events.hypnogram import Hypnogram

# spans: those that both scored, given ones, or None for everywhere.
SpanChoice = Literal["scored"] | Sequence[Span] | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two events taken for the same.

    Attributes
    ----------
    a, b : Event
        One of each side.
    iou : float or None
        Intersection over union in time; None where one of them is a point.
    """

    a: Event
    b: Event
    iou: float | None


@dataclass(frozen=True, slots=True)
class Match:
    """The outcome of a matching.

    Attributes
    ----------
    pairs : tuple of Pair
        By the onset of ``a``.
    only_a, only_b : tuple of Event
        Events that take part and have no partner, by onset.
    iou : float
        The threshold.
    spans : tuple of (start, stop) or None, s
        Where events were compared; None for everywhere.
    stages : tuple of str or None
        Stages in which events were compared; None for all.
    by_channel : bool
        Whether channels were compared.
    """

    pairs: tuple[Pair, ...]
    only_a: tuple[Event, ...]
    only_b: tuple[Event, ...]
    iou: float
    spans: tuple[Span, ...] | None
    stages: tuple[str, ...] | None
    by_channel: bool

    @property
    def rule(self) -> str:
        """The rule of this matching in one sentence."""
        return rule_sentence(self.iou, self.spans, self.stages, self.by_channel)


def rule_sentence(
    iou: float,
    spans: Sequence[Span] | Literal["own"] | None,
    stages: Sequence[str] | None,
    by_channel: bool | None,
) -> str:
    """State the rule of a matching in one sentence.

    ``spans`` "own" is each recording's own; ``by_channel`` None: where both name a channel.
    """
    if spans is None:
        where = "over the whole recording"
    elif spans == "own":
        where = "inside each recording's scored spans"
    elif len(spans) > 3:
        total = sum(stop - start for start, stop in spans)
        where = f"inside {len(spans)} scored spans of {total:g} s"
    elif spans:
        where = "inside " + ", ".join(f"{start:g}-{stop:g} s" for start, stop in spans)
    else:
        where = "inside no span at all, as nothing was scored by both"
    channels = "channel by channel" if by_channel else "whatever their channel"
    if by_channel is None:
        channels = "channel by channel where both name one in common"
    return (
        f"Events were paired one to one at an IoU of at least {iou:g} (the most pairs, then the "
        f"largest sum of IoU; points of at most {POINT_SECONDS:g} s by their centre), "
        f"{where}, in {'all stages' if stages is None else ', '.join(stages)}, by midpoint, "
        f"{channels}."
    )


def match(
    a: EventSet | Sequence[Event],
    b: EventSet | Sequence[Event],
    *,
    iou: float = DEFAULT_IOU,
    spans: SpanChoice = "scored",
    stages: Collection[str] | None = None,
    hypnogram: Hypnogram | None = None,
    by_channel: bool | None = None,
) -> Match:
    """Pair the events of two scorers one to one, by the rule at the head of this module.

    Parameters
    ----------
    a, b : EventSet or sequence of Event
        The two sides. Events of all kinds are compared: choose the kind first.
    iou : float
        Least intersection over union of a pair, above 0 and up to 1.
    spans : "scored", sequence of (start, stop) in s, or None
        Where to compare: the stretches that both sides scored, given ones, or everywhere.
    stages : collection of str, optional
        Compare in these stages of ``hypnogram`` only.
    hypnogram : Hypnogram, optional
        Needed for ``stages``.
    by_channel : bool, optional
        Whether events on different channels are kept apart. By default they are when the two sides
        have a channel in common; else the times alone count, as for a scorer of C3 against one of
        Cz.

    Returns
    -------
    Match

    Raises
    ------
    SettingsError
        If the threshold or a stage does not exist, or stages are asked for without hypnogram.
    """
    checked_iou(iou)
    chosen = checked_stages(stages, hypnogram)
    where = _spans(a, b, spans)
    events_a = _taking_part(a, where, chosen, hypnogram)
    events_b = _taking_part(b, where, chosen, hypnogram)
    if by_channel is None:
        by_channel = share_a_channel(
            {event.channel for event in _events(a)}, {event.channel for event in _events(b)}
        )
    first, second, overlap, closeness = candidates(
        Marks.of(events_a), Marks.of(events_b), iou, by_channel
    )
    taken = assign(len(events_a), len(events_b), first, second, closeness)
    chosen_a, chosen_b = first[taken].tolist(), second[taken].tolist()
    values = [None if value != value else value for value in overlap[taken].tolist()]  # NaN
    return Match(
        tuple(map(Pair, [events_a[i] for i in chosen_a], [events_b[j] for j in chosen_b], values)),
        _without(events_a, chosen_a),
        _without(events_b, chosen_b),
        iou,
        where,
        chosen,
        by_channel,
    )


def _without(events: list[Event], chosen: list[int]) -> tuple[Event, ...]:
    paired = set(chosen)
    return tuple(event for index, event in enumerate(events) if index not in paired)


def _events(side: EventSet | Sequence[Event]) -> Sequence[Event]:
    return side.events if isinstance(side, EventSet) else side


def checked_iou(iou: float) -> None:
    """Raise SettingsError where two events could never, or always, be paired."""
    if not 0 < iou <= 1:
        raise SettingsError(f"The IoU threshold is {iou:g}; it must be above 0 and at most 1.")


def checked_stages(
    stages: Collection[str] | None, hypnogram: Hypnogram | None
) -> tuple[str, ...] | None:
    """The stages to compare in, in the order of ``constants.STAGES``; None for all.

    Raises
    ------
    SettingsError
        If one does not exist, there is none, or there is no hypnogram.
    """
    if stages is None:
        return None
    unknown = sorted(set(stages) - {*STAGES})
    if unknown or not stages:
        raise SettingsError(
            f"'{unknown[0] if unknown else ''}' is no stage to compare in; choose from "
            f"{', '.join(STAGES)}."
        )
    if hypnogram is None:
        raise SettingsError(
            f"Comparing in {', '.join(stages)} needs a hypnogram; this recording has none."
        )
    return tuple(stage for stage in STAGES if stage in stages)


def _spans(
    a: EventSet | Sequence[Event], b: EventSet | Sequence[Event], spans: SpanChoice
) -> tuple[Span, ...] | None:
    if spans is None:
        return None
    if spans != "scored":
        return joined_spans((float(start), float(stop)) for start, stop in spans)
    return common_spans(
        a.scored_spans if isinstance(a, EventSet) else None,
        b.scored_spans if isinstance(b, EventSet) else None,
    )


def _taking_part(
    side: EventSet | Sequence[Event],
    spans: tuple[Span, ...] | None,
    stages: tuple[str, ...] | None,
    hypnogram: Hypnogram | None,
) -> list[Event]:
    events = list(_events(side))
    if not isinstance(side, EventSet):  # which keeps its events by onset
        events.sort(key=lambda event: (event.onset, event.duration, event.id))
    if spans is not None:
        events = [event for event in events if in_spans(event, spans)]
    if stages is not None and hypnogram is not None:
        events = [event for event in events if hypnogram.stage_at(event.midpoint) in stages]
    return events


def share_a_channel(a: Collection[str | None], b: Collection[str | None]) -> bool:
    """Whether two sides name a channel in common."""
    return any(same_channel(x, y) for x in a for y in b if x is not None and y is not None)

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
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from sleepscope.agreement.assignment import assign
from sleepscope.constants import DEFAULT_IOU, STAGES
from sleepscope.errors import SettingsError
from sleepscope.events.channels import same_channel
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet, Span, common_spans, in_spans
from sleepscope.events.hypnogram import Hypnogram

# Detections of this length or less are moments, not stretches (DREAMS' automatic REMs).
POINT_SECONDS: Final = 0.05

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
    by_channel: bool,
) -> str:
    """State the rule of a matching in one sentence; ``spans`` "own" is each recording's own."""
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
    return (
        f"Events were paired one to one at an IoU of at least {iou:g} (the most pairs, then the "
        f"largest sum of IoU; points of at most {POINT_SECONDS:g} s by their centre), "
        f"{where}, in {'all stages' if stages is None else ', '.join(stages)}, by midpoint, "
        f"{'channel by channel' if by_channel else 'whatever their channel'}."
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
    if not 0 < iou <= 1:
        raise SettingsError(f"The IoU threshold is {iou:g}; it must be above 0 and at most 1.")
    chosen = _stages(stages, hypnogram)
    where = _spans(a, b, spans)
    events_a = _taking_part(a, where, chosen, hypnogram)
    events_b = _taking_part(b, where, chosen, hypnogram)
    if by_channel is None:
        by_channel = _share_a_channel(_events(a), _events(b))
    first, second, overlap, closeness = _candidates(events_a, events_b, iou, by_channel)
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


def _stages(stages: Collection[str] | None, hypnogram: Hypnogram | None) -> tuple[str, ...] | None:
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
        return tuple(sorted((float(start), float(stop)) for start, stop in spans))
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


def _share_a_channel(a: Sequence[Event], b: Sequence[Event]) -> bool:
    labels_a = {event.channel for event in a if event.channel is not None}
    labels_b = {event.channel for event in b if event.channel is not None}
    return any(same_channel(x, y) for x in labels_a for y in labels_b)


def _candidates(
    a: list[Event], b: list[Event], iou: float, by_channel: bool
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
    """All pairs that the rule allows: indices into a and b, IoU (NaN for points), closeness."""
    onset_a, length_a = _times(a)
    onset_b, length_b = _times(b)
    first, second = _near(onset_a, length_a, onset_b, length_b)
    overlap, closeness, allowed = _compare(
        onset_a[first], length_a[first], onset_b[second], length_b[second], iou
    )
    if by_channel:
        code_a, code_b = _channel_codes(a, b)
        x, y = code_a[first], code_b[second]
        allowed &= (x == y) | (x < 0) | (y < 0)
    return first[allowed], second[allowed], overlap[allowed], closeness[allowed]


def _times(events: list[Event]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    onset = np.array([event.onset for event in events], dtype=np.float64)
    length = np.array([event.duration for event in events], dtype=np.float64)
    return onset, length


def _channel_codes(a: list[Event], b: list[Event]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """One number per channel, the same for labels that mean the same; -1 for no channel."""
    known: dict[str, int] = {}
    for event in (*a, *b):
        label = event.channel
        if label is not None and label not in known:
            same = next((code for name, code in known.items() if same_channel(name, label)), None)
            known[label] = len(known) if same is None else same
    codes = [
        np.array([-1 if e.channel is None else known[e.channel] for e in side], dtype=np.intp)
        for side in (a, b)
    ]
    return codes[0], codes[1]


def _near(
    onset_a: NDArray[np.float64],
    length_a: NDArray[np.float64],
    onset_b: NDArray[np.float64],
    length_b: NDArray[np.float64],
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of events that touch or nearly do; b is split by length, so that one event of hours
    among thousands of short ones does not make every event its neighbour."""
    firsts, seconds = [np.empty(0, np.intp)], [np.empty(0, np.intp)]
    octave = np.ceil(np.log2(np.maximum(length_b, POINT_SECONDS)))
    for longest in np.unique(octave):
        members = np.flatnonzero(octave == longest)
        members = members[np.argsort(onset_b[members], kind="stable")]
        onsets = onset_b[members]
        reach = 2.0**longest + POINT_SECONDS
        low = np.searchsorted(onsets, onset_a - reach, "left")
        high = np.searchsorted(onsets, onset_a + length_a + POINT_SECONDS, "right")
        count = np.maximum(high - low, 0)
        first = np.repeat(np.arange(len(onset_a)), count)
        step = np.arange(len(first)) - np.repeat(np.cumsum(count) - count, count)
        firsts.append(first)
        seconds.append(members[np.repeat(low, count) + step])
    return np.concatenate(firsts), np.concatenate(seconds)


def _compare(
    onset_a: NDArray[np.float64],
    length_a: NDArray[np.float64],
    onset_b: NDArray[np.float64],
    length_b: NDArray[np.float64],
    iou: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """IoU (NaN where one is a point), closeness 0..1 for the assignment, and whether allowed."""
    stop_a, stop_b = onset_a + length_a, onset_b + length_b
    # A billionth of a second of tolerance: 0.05 s and an IoU of 0.2 are written in decimals.
    tiny = 1e-9
    point_a = length_a <= POINT_SECONDS + tiny
    point_b = length_b <= POINT_SECONDS + tiny
    shared = np.minimum(stop_a, stop_b) - np.maximum(onset_a, onset_b)
    union = np.maximum(length_a + length_b - shared, tiny)
    overlap = np.where(point_a | point_b, np.nan, np.maximum(shared, 0.0) / union)
    centre_a, centre_b = onset_a + length_a / 2, onset_b + length_b / 2
    a_in_b = point_a & (centre_a >= onset_b) & (centre_a < stop_b)
    b_in_a = point_b & (centre_b >= onset_a) & (centre_b < stop_a)
    apart = np.abs(centre_a - centre_b)
    both = point_a & point_b
    by_centre = np.where(both, apart <= POINT_SECONDS + tiny, a_in_b | b_in_a)
    scale = np.maximum(np.maximum(length_a, length_b), 2 * POINT_SECONDS)
    closeness = np.where(point_a | point_b, np.maximum(1 - apart / scale, 0.0), overlap)
    allowed = np.where(point_a | point_b, by_centre, overlap >= iou - tiny)
    return overlap, closeness, allowed.astype(np.bool_)

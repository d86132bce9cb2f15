"""Events of a run at other thresholds, from its stored tracks: no network is asked again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from sleepscope.detection.segmentation import EventRule, events_from_probability
from sleepscope.events.event import Event
from sleepscope.events.event_set import Span
from sleepscope.networks.tracks import Tracks


@dataclass(frozen=True, slots=True)
class StoredTrack:
    """What a model said about one channel, or one pair of channels.

    Attributes
    ----------
    channel : str
        The channel its events are on.
    sfreq : float, Hz
        Rate of the tracks.
    tracks : Tracks
    rule : EventRule
        As applied when it was detected.
    """

    channel: str
    sfreq: float
    tracks: Tracks = field(repr=False)
    rule: EventRule


def events_at(
    stored: Iterable[StoredTrack],
    threshold: float,
    kind: str,
    spans: Sequence[Span] | None = None,
) -> tuple[Event, ...]:
    """Cut stored tracks at a threshold.

    Parameters
    ----------
    stored : iterable of StoredTrack
    threshold : float
        Probability, 0..1; durations and gaps stay as they were.
    kind : str
        Class of the events.
    spans : sequence of (start, stop) in s, optional
        Keep events whose midpoint lies in these alone: the stages that were chosen.

    Returns
    -------
    tuple of Event
        By onset, with confidence.
    """
    found: list[Event] = []
    for one in stored:
        rule = replace(one.rule, threshold=threshold)
        found += [
            Event(
                segment.first / one.sfreq,
                (segment.behind - segment.first) / one.sfreq,
                kind,
                one.channel,
                segment.confidence,
            )
            for segment in events_from_probability(one.tracks, one.sfreq, rule)
        ]
    if spans is not None:
        inside = _inside(np.array([event.midpoint for event in found]), spans)
        found = [event for event, keep in zip(found, inside.tolist(), strict=True) if keep]
    return tuple(sorted(found, key=lambda e: (e.onset, e.duration, e.channel or "")))


def _inside(moments: NDArray[np.float64], spans: Sequence[Span]) -> NDArray[np.bool_]:
    edges = np.array(sorted(spans), np.float64).reshape(-1, 2)
    place = np.searchsorted(edges[:, 0], moments, "right") - 1
    if not len(edges):
        return np.zeros(len(moments), np.bool_)
    found: NDArray[np.bool_] = (place >= 0) & (moments < edges[np.maximum(place, 0), 1])
    return found


def flips(before: Sequence[Event], after: Sequence[Event]) -> tuple[list[Event], list[Event]]:
    """Which events go and which come between two settings.

    An event stays when the other setting has one that overlaps it on its channel, however the
    edges move.

    Returns
    -------
    gone, new : list of Event
        By onset.
    """
    return _without_overlap(before, after), _without_overlap(after, before)


def _without_overlap(events: Sequence[Event], others: Sequence[Event]) -> list[Event]:
    edges: dict[str | None, tuple[NDArray[np.float64], NDArray[np.float64]]] = {}
    for channel in {event.channel for event in others}:
        there = sorted((e.onset, e.stop) for e in others if e.channel == channel)
        onsets, stops = np.array(there).T
        # The latest end so far: an event may lie within an earlier, longer one.
        edges[channel] = onsets, np.maximum.accumulate(stops)
    alone: list[Event] = []
    for channel in {event.channel for event in events}:
        own = [event for event in events if event.channel == channel]
        if channel not in edges:
            alone += own
            continue
        onsets, stops = edges[channel]
        last = np.searchsorted(onsets, [event.stop for event in own], "left") - 1
        reach = np.where(last >= 0, stops[np.maximum(last, 0)], -np.inf)
        onset = np.array([event.onset for event in own])
        alone += [e for e, far in zip(own, (reach <= onset).tolist(), strict=True) if far]
    return sorted(alone, key=lambda event: event.onset)

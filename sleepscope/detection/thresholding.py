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

# Channel, first sample, sample behind the last, confidence.
CutKey = tuple[str, int, int, float]


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
    known: dict[CutKey, Event] | None = None,
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
    known : dict, optional
        Events cut before from the same tracks: one with the same edges is the same object again.
        New ones are added.

    Returns
    -------
    tuple of Event
        By onset, with confidence.
    """
    known = {} if known is None else known
    found: list[Event] = []
    n_tracks = 0
    for one in stored:
        n_tracks += 1
        rule, sfreq, channel = replace(one.rule, threshold=threshold), one.sfreq, one.channel
        for segment in events_from_probability(one.tracks, sfreq, rule):
            key = channel, segment.first, segment.behind, segment.confidence
            event = known.get(key)
            if event is None:
                length = (segment.behind - segment.first) / sfreq
                event = Event(segment.first / sfreq, length, kind, channel, segment.confidence)
                known[key] = event
            found.append(event)
    if spans is not None:
        inside = _inside(np.array([event.midpoint for event in found]), spans)
        found = [event for event, keep in zip(found, inside.tolist(), strict=True) if keep]
    if n_tracks > 1:
        found.sort(key=lambda e: (e.onset, e.duration, e.channel or ""))
    return tuple(found)


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
    alone = np.ones(len(events), np.bool_)
    onset, stop, channel = _edges(events)
    other_onset, other_stop, other_channel = _edges(others)
    for label in set(channel) & set(other_channel):
        own = np.flatnonzero([one == label for one in channel])
        there = np.flatnonzero([one == label for one in other_channel])
        order = there[np.lexsort((other_stop[there], other_onset[there]))]
        onsets = other_onset[order]
        # The latest end so far: an event may lie within an earlier, longer one.
        stops = np.maximum.accumulate(other_stop[order])
        last = np.searchsorted(onsets, stop[own], "left") - 1
        reach = np.where(last >= 0, stops[np.maximum(last, 0)], -np.inf)
        alone[own] = reach <= onset[own]
    left = np.flatnonzero(alone)
    return [events[k] for k in left[np.argsort(onset[left], kind="stable")].tolist()]


def _edges(
    events: Sequence[Event],
) -> tuple[NDArray[np.float64], NDArray[np.float64], list[str | None]]:
    onset = np.array([event.onset for event in events], np.float64)
    length = np.array([event.duration for event in events], np.float64)
    return onset, onset + length, [event.channel for event in events]

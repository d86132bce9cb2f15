"""One scorer's events as the page shows them, found by bisection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from sleepscope.events.event import Event

NOWHERE: Mapping[str, str | None] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class LaneEvents:
    """A scorer's events with how each one is to look.

    Attributes
    ----------
    scorer : str
        As in :class:`~sleepscope.events.event_set.EventSet`.
    title : str
        For people: "expert 1".
    colour : str
        "#RRGGBB".
    events : tuple of Event
    looks : mapping of event id to "matched", "missed" or "extra"
        Events that are not in it look plain.
    statuses : mapping of event id to a verdict's status
    note : str
        What a reader must know of this lane ("trained on this recording").
    editable : bool
        Whether its events may be moved and resized here.
    """

    scorer: str
    title: str
    colour: str
    events: tuple[Event, ...] = field(default=(), repr=False)
    looks: Mapping[str, str] = field(default_factory=dict, repr=False)
    statuses: Mapping[str, str] = field(default_factory=dict, repr=False)
    note: str = ""
    editable: bool = True


class LaneIndex:
    """Events of one lane on one channel, by onset, with the arrays that bisection needs.

    Attributes
    ----------
    events : list of Event
    onsets, stops : (n_events,) ndarray of float64, s
        A negative duration counts as none.
    """

    def __init__(self, events: list[Event]) -> None:
        self.events = sorted(events, key=lambda event: event.onset)
        self.onsets = np.array([event.onset for event in self.events], dtype=np.float64)
        stops = np.array([event.stop for event in self.events], dtype=np.float64)
        self.stops = np.maximum(stops, self.onsets)
        # The latest end so far never falls, so it can be bisected although the ends cannot.
        self._latest = np.maximum.accumulate(self.stops)

    def between(self, start: float, stop: float) -> NDArray[np.intp]:
        """Indices of the events that touch ``[start, stop]``."""
        first = int(np.searchsorted(self._latest, start, side="left"))
        behind = int(np.searchsorted(self.onsets, stop, side="right"))
        return first + np.flatnonzero(self.stops[first:behind] >= start)

    def at(self, time: float, slack: float) -> Event | None:
        """The shortest event that holds a moment, else the shortest within ``slack`` seconds."""
        near = self.between(time - slack, time + slack)
        if len(near) == 0:
            return None

        def rank(i: int) -> tuple[bool, float]:
            onset, stop = self.onsets[i], self.stops[i]
            return not onset <= time <= stop, float(stop - onset)

        return self.events[min((int(i) for i in near), key=rank)]

    def blocks(
        self, start: float, stop: float, n_columns: int, near: NDArray[np.intp] | None = None
    ) -> list[tuple[int, int]]:
        """Columns ``[first, behind)`` that events cover, joined: for views of very many events.

        ``near`` are the indices of the events that count, if not all.
        """
        near = self.between(start, stop) if near is None else near
        scale = n_columns / (stop - start)
        firsts = np.clip(((self.onsets[near] - start) * scale).astype(int), 0, n_columns - 1)
        lasts = np.clip(((self.stops[near] - start) * scale).astype(int), 0, n_columns - 1)
        steps = np.zeros(n_columns + 1, dtype=int)
        np.add.at(steps, firsts, 1)
        np.add.at(steps, lasts + 1, -1)
        covered = np.concatenate([[False], np.cumsum(steps[:-1]) > 0, [False]])
        edges = np.flatnonzero(covered[1:] != covered[:-1])
        return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


class IndexedLane:
    """A lane with an index for each row that shows events of it; None for those of no row."""

    def __init__(
        self,
        lane: LaneEvents,
        before: IndexedLane | None = None,
        places: Mapping[str, str | None] = NOWHERE,
    ) -> None:
        self.lane = lane
        self.places = places
        same = before is not None and before.places == places
        if before is not None and same and before.lane.events is lane.events:
            # Only looks or verdicts changed: 10,000 events need no new index.
            self._index = before._index
        else:
            self._index = _Index(lane.events, places)

    @property
    def channels(self) -> Mapping[str | None, LaneIndex]:
        """Index of each row."""
        return self._index.channels

    @property
    def kinds(self) -> frozenset[str]:
        """Classes of the events."""
        return self._index.kinds

    @property
    def by_id(self) -> Mapping[str, Event]:
        """Every event."""
        return self._index.by_id


class _Index:
    """Made when it is first asked for: a lane that nobody looks at costs nothing."""

    def __init__(self, events: tuple[Event, ...], places: Mapping[str, str | None]) -> None:
        self._events = events
        self._places = places

    @cached_property
    def channels(self) -> dict[str | None, LaneIndex]:
        by_channel: dict[str | None, list[Event]] = defaultdict(list)
        places = self._places
        for event in self._events:
            channel = event.channel
            by_channel[places.get(channel, channel) if channel is not None else None].append(event)
        return {channel: LaneIndex(found) for channel, found in by_channel.items()}

    @cached_property
    def kinds(self) -> frozenset[str]:
        return frozenset(event.kind for event in self._events)

    @cached_property
    def by_id(self) -> dict[str, Event]:
        return {event.id: event for event in self._events}


def index_lanes(
    lanes: tuple[LaneEvents, ...],
    before: tuple[IndexedLane, ...] = (),
    places: Mapping[str, str | None] = NOWHERE,
) -> tuple[IndexedLane, ...]:
    """Index every lane; lanes whose events are the same object as before keep their index.

    ``places`` name the row of each channel that has none of its own, None where no row shows it.
    """
    # By their events, as a threshold that is dragged has a second lane of the same scorer.
    known = {id(indexed.lane.events): indexed for indexed in before}
    return tuple(IndexedLane(lane, known.get(id(lane.events)), places) for lane in lanes)

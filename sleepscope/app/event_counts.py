"""What each scorer's events hold: counted once a set, not again for every edit elsewhere."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sleepscope.app.per_set import PerSet
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram


@dataclass(frozen=True, slots=True)
class SetCounts:
    """Of one set.

    Attributes
    ----------
    kinds : Counter of str
        Events of each class, in the order of their first one.
    channels : frozenset of str
        Channels that events are on.
    has_confidence : bool
        Whether any event has one.
    """

    kinds: Counter[str]
    channels: frozenset[str]
    has_confidence: bool


class EventCounts:
    """Counts by set; the same set is not counted twice."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Another night is open."""
        self._counts = PerSet(_counts)
        self._staged: dict[str, tuple[EventSet, Hypnogram, Counter[str]]] = {}

    def of(self, event_set: EventSet) -> SetCounts:
        """Classes and channels of a set."""
        return self._counts.of(event_set)

    def stages(self, event_set: EventSet, hypnogram: Hypnogram) -> Counter[str]:
        """Events of a set in each stage, by their midpoints."""
        known = self._staged.get(event_set.scorer)
        if known is not None and known[0] is event_set and known[1] is hypnogram:
            return known[2]
        counts = Counter(hypnogram.stage_at(event.midpoint) for event in event_set.events)
        self._staged[event_set.scorer] = event_set, hypnogram, counts
        return counts


def _counts(event_set: EventSet) -> SetCounts:
    events = event_set.events
    return SetCounts(
        Counter(event.kind for event in events),
        frozenset(event.channel for event in events if event.channel is not None),
        any(event.confidence is not None for event in events),
    )

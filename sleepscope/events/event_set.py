"""One scorer's events of a recording, with the stretches in which that scorer looked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sleepscope.events.event import Event

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class EventSet:
    """Events of one scorer.

    Attributes
    ----------
    scorer : str
        "human:AB" for the person with initials AB, "model:spindle-1d@1a2b3c4d" for a model with
        the head of its checksum, "file:Visual_scoring1" for an imported file.
    events : tuple of Event
        By onset.
    scored_spans : tuple of (start, stop) or None
        Seconds in which this scorer looked; None for the whole recording.
    """

    scorer: str
    events: tuple[Event, ...] = ()
    scored_spans: tuple[Span, ...] | None = None

    @classmethod
    def of(
        cls, scorer: str, events: Iterable[Event], scored_spans: Iterable[Span] | None = None
    ) -> EventSet:
        """Build a set with its events brought into order."""
        spans = None if scored_spans is None else joined_spans(scored_spans)
        ordered = sorted(events, key=lambda e: (e.onset, e.duration, e.channel or "", e.id))
        return cls(scorer, tuple(ordered), spans)

    def with_events(self, events: Iterable[Event]) -> EventSet:
        """The same scorer and spans with other events."""
        return replace(self, events=EventSet.of(self.scorer, events).events)

    def by_id(self, event_id: str) -> Event | None:
        """The event with this id, or None."""
        return next((e for e in self.events if e.id == event_id), None)


def in_spans(event: Event, spans: tuple[Span, ...] | None) -> bool:
    """Whether the event's midpoint lies in one of the spans; None means everywhere."""
    return spans is None or any(start <= event.midpoint < stop for start, stop in spans)


def joined_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The stretches in order; those that overlap become one, so that no second counts twice."""
    joined: list[Span] = []
    for start, stop in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return tuple(joined)


def common_spans(
    first: tuple[Span, ...] | None, second: tuple[Span, ...] | None
) -> tuple[Span, ...] | None:
    """The stretches that lie in both sets of spans; None means everywhere."""
    if first is None or second is None:
        known = second if first is None else first
        return None if known is None else joined_spans(known)
    both = [(max(a, c), min(b, d)) for a, b in first for c, d in second]
    return joined_spans((start, stop) for start, stop in both if start < stop)

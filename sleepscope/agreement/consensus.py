"""One truth from several experts: their union."""

from __future__ import annotations

from collections.abc import Sequence

from sleepscope.events.channels import same_channel
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet, Span


def union(sets: Sequence[EventSet], *, scorer: str = "union") -> EventSet:
    """Merge the events of several scorers: what any of them marked.

    Events of one kind that overlap in time, on the same channel or with no channel on one side,
    become one event from the first onset to the last end; events that only touch stay apart. The
    result is scored wherever any of the scorers looked, so that a detection which the only scorer
    of a stretch left out counts as false. That is the truth of the DREAMS study.

    Parameters
    ----------
    sets : sequence of EventSet
        One per expert.
    scorer : str
        Name of the result.

    Returns
    -------
    EventSet
    """
    merged: list[Event] = []
    # Per kind the merged events that may still grow.
    growing: dict[str, list[int]] = {}
    events = (event for events in sets for event in events.events)
    for event in sorted(events, key=lambda e: (e.onset, -e.duration)):
        candidates = [i for i in growing.get(event.kind, []) if merged[i].stop > event.onset]
        index = next((i for i in candidates if _may_join(merged[i], event)), None)
        if index is None:
            candidates.append(len(merged))
            merged.append(
                Event(event.onset, event.duration, event.kind, event.channel, note=event.note)
            )
        else:
            old = merged[index]
            stop = max(old.stop, event.stop)
            merged[index] = Event(
                old.onset,
                stop - old.onset,
                old.kind,
                old.channel if old.channel is not None else event.channel,
                note=old.note,
                id=old.id,
            )
        growing[event.kind] = candidates
    return EventSet.of(scorer, merged, _joined([events.scored_spans for events in sets]))


def _may_join(first: Event, second: Event) -> bool:
    if first.channel is None or second.channel is None:
        return True
    return same_channel(first.channel, second.channel)


def _joined(all_spans: Sequence[tuple[Span, ...] | None]) -> tuple[Span, ...] | None:
    """Stretches in any of the spans; None (everywhere) where one of them is."""
    flat: list[Span] = []
    for spans in all_spans:
        if spans is None:
            return None
        flat.extend(spans)
    joined: list[Span] = []
    for start, stop in sorted(flat):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return tuple(joined)

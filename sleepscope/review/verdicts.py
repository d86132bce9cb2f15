"""What people decided, read out of a review: statuses, and the set a person stands for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sleepscope.events.event import Event, Status, Verdict
from sleepscope.events.event_set import EventSet
from sleepscope.review.content import ReviewContent


def verdicts_by_event(content: ReviewContent, person: str | None) -> Mapping[str, Verdict]:
    """Verdicts by event id: of one person, or of everybody, the latest of each event."""
    latest: dict[str, Verdict] = {}
    for verdict in content.verdicts():
        if person is not None and verdict.scorer != person:
            continue
        other = latest.get(verdict.event_id)
        if other is None or verdict.when >= other.when:
            latest[verdict.event_id] = verdict
    return MappingProxyType(latest)


def status_of(content: ReviewContent, event_id: str, person: str | None) -> Status:
    """Status of an event: a verdict on it, else what it is by itself."""
    content.event(event_id)
    by_person = content.verdicts_on(event_id)
    if person is not None:
        verdict = by_person.get(person)
    else:
        verdict = max(by_person.values(), key=lambda v: v.when, default=None)
    return content.own_status(event_id) if verdict is None else verdict.status


def statuses(content: ReviewContent) -> Mapping[str, Status]:
    """Status of every event that is not "unreviewed", by whoever decided last."""
    found = dict(content.own_statuses())
    judged = verdicts_by_event(content, None)
    return found | {event_id: status_of(content, event_id, None) for event_id in judged}


def accepted_events(content: ReviewContent, person: str) -> EventSet:
    """What a person stands for: accepted events of others as they are, and all of their own."""
    events: list[Event] = [
        content.event(verdict.event_id)
        for verdict in content.verdicts()
        if verdict.scorer == person and verdict.status == "accepted"
    ]
    own = content.event_set(person)
    if own is not None:
        events += own.events
    return EventSet.of(person, events, None if own is None else own.scored_spans)

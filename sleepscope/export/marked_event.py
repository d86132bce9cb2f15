"""Which events go into an export, each with its scorer and what was decided on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from sleepscope.errors import ExportError
from sleepscope.events.event import Event, Status
from sleepscope.events.event_set import EventSet
from sleepscope.review.review_reader import ReviewReader

Which = Literal["all", "accepted"]


@dataclass(frozen=True, slots=True)
class MarkedEvent:
    """One row of an export.

    Attributes
    ----------
    event : Event
    scorer : str
        Whose set it is in.
    status : str
        unreviewed, accepted, rejected, changed or added.
    """

    event: Event
    scorer: str
    status: Status


def marked_events(
    review: ReviewReader,
    which: Which = "all",
    *,
    scorers: Collection[str] | None = None,
    person: str | None = None,
) -> tuple[MarkedEvent, ...]:
    """Events of a review for an export.

    Parameters
    ----------
    review : ReviewReader
    which : {"all", "accepted"}
        "all": every event of every scorer. The source of a changed copy appears with the status
        "changed" under its own scorer, beside the person's copy. "accepted": what people stand
        for: accepted source events as they are, changed copies, added events.
    scorers : collection of str or None
        Only these sets.
    person : str or None
        Whose decisions count; None takes the latest of anybody.

    Raises
    ------
    ExportError
        If a scorer is not in the review.
    """
    there = {event_set.scorer: event_set for event_set in review.event_sets()}
    unknown = sorted(set(scorers or ()) - there.keys())
    if unknown:
        raise ExportError(
            f"There is no scorer '{unknown[0]}' in the review; there are "
            f"{', '.join(there) or 'none'}."
        )
    chosen = there.values() if scorers is None else [there[s] for s in there if s in scorers]
    marked = (
        MarkedEvent(event, event_set.scorer, review.status_of(event.id, person))
        for event_set in chosen
        for event in event_set.events
    )
    if which == "all":
        return in_order(marked)
    people = {person} if person is not None else {s for s in there if s.startswith("human:")}
    return in_order(m for m in marked if stands(m, people))


def stands(marked: MarkedEvent, people: Collection[str]) -> bool:
    """Whether somebody stands for an event: it is their own, or they accepted it."""
    if marked.scorer in people:
        return marked.status != "rejected"
    return marked.status == "accepted"


def marked_sets(
    event_sets: Iterable[EventSet], statuses: Mapping[str, Status] | None = None
) -> tuple[MarkedEvent, ...]:
    """Events that are in no review; ``statuses`` by event id where there are any."""
    known = statuses or {}
    return in_order(
        MarkedEvent(event, event_set.scorer, known.get(event.id, "unreviewed"))
        for event_set in event_sets
        for event in event_set.events
    )


def in_order(marked: Iterable[MarkedEvent]) -> tuple[MarkedEvent, ...]:
    """By onset, so that an export reads as the night went."""
    return tuple(
        sorted(
            marked,
            key=lambda m: (m.event.onset, m.event.duration, m.scorer, m.event.channel or ""),
        )
    )

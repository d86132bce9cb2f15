"""How far a person's events are from a model's, around an edit: towards it, or away."""

from __future__ import annotations

import bisect
import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sleepscope.agreement.matching import match
from sleepscope.events.event import Event
from sleepscope.review.rows import RowChange, event_of
from sleepscope.review.step import Step

# Smaller differences are the rounding of times, not a change of mind.
_SAME = 1e-6


@dataclass(frozen=True, slots=True)
class Leaning:
    """One edit after a reveal.

    Attributes
    ----------
    step : Step
    verb : str
        The step's own verb, or "undo" or "redo".
    when : datetime.datetime
    before, after : float
        Distance from the model around the edit: events of either that the other has not, and
        1 - IoU of each pair.
    """

    step: Step
    verb: str
    when: datetime.datetime
    before: float
    after: float

    @property
    def direction(self) -> Literal["towards", "away", "neither"]:
        """Whether the edit brought the person's events nearer to the model's."""
        if self.after < self.before - _SAME:
            return "towards"
        return "away" if self.after > self.before + _SAME else "neither"


def edited(
    mine: Mapping[str, Event],
    changes: Iterable[RowChange],
    person: str,
    scorer_id: int | None,
    others: Mapping[str, Event],
) -> dict[str, Event]:
    """What a person stands for once rows have changed.

    Parameters
    ----------
    mine : mapping of event id to Event
        What they stood for before: own events and accepted ones.
    person : str
    scorer_id : int or None
        Of the person's own set.
    others : mapping of event id to Event
        Events of others that the changes may accept.
    """
    after = dict(mine)
    for change in changes:
        row = change.row
        if change.target == "event" and row["scorer"] == scorer_id:
            after.pop(row["id"], None)
            if change.after is not None:
                after[row["id"]] = event_of(change.after)
        elif change.target == "verdict" and row["person"] == person:
            after.pop(row["event"], None)
            is_accepted = change.after is not None and row["status"] == "accepted"
            if is_accepted and row["event"] in others:
                after[row["event"]] = others[row["event"]]
    return after


def distances(
    before: Mapping[str, Event],
    after: Mapping[str, Event],
    model: Sequence[Event],
    iou: float,
    kinds: Collection[str],
) -> tuple[float, float] | None:
    """Distance from the model before and after; None where no event of these kinds changed.

    Only the stretch around what changed is looked at, widened until no event of either side
    reaches over its edges: elsewhere nothing can have changed.

    Parameters
    ----------
    before, after : mapping of event id to Event
        What the person stood for.
    model : sequence of Event
        By onset.
    iou : float
        Least overlap of a pair.
    kinds : collection of str
        Kinds that the model finds.
    """
    changed = [
        event
        for event_id in before.keys() | after.keys()
        if before.get(event_id) != after.get(event_id)
        for event in (before.get(event_id), after.get(event_id))
        if event is not None and event.kind in kinds
    ]
    if not changed:
        return None
    mine = [e for side in (before, after) for e in side.values() if e.kind in kinds]
    start, stop = min(e.onset for e in changed), max(e.stop for e in changed)
    near = _near(model, start, stop)
    while True:
        inside = [e for e in (*mine, *near) if e.onset <= stop and e.stop >= start]
        wider = min(e.onset for e in inside), max(e.stop for e in inside)
        if wider == (start, stop):
            break
        start, stop = wider
        near = _near(model, start, stop)
    found = [e for e in near if e.kind in kinds]
    return _distance(before, found, start, stop, iou, kinds), _distance(
        after, found, start, stop, iou, kinds
    )


def without_doubles(mine: Sequence[Event], model: Sequence[Event], iou: float) -> Sequence[Event]:
    """A person's events without own ones that say the same as an accepted event of the model."""
    ids = {event.id for event in model}
    accepted = [event for event in mine if event.id in ids]
    if not accepted:
        return mine
    own = [event for event in mine if event.id not in ids]
    doubles = {pair.a.id for pair in match(own, accepted, iou=iou, spans=None).pairs}
    return [event for event in mine if event.id not in doubles]


def _near(model: Sequence[Event], start: float, stop: float) -> list[Event]:
    """Events of a set by onset that lie in a stretch, at least in part."""
    behind = bisect.bisect_right(model, stop, key=lambda event: event.onset)
    return [event for event in model[:behind] if event.stop >= start]


def _distance(
    mine: Mapping[str, Event],
    model: Sequence[Event],
    start: float,
    stop: float,
    iou: float,
    kinds: Collection[str],
) -> float:
    here = [e for e in mine.values() if e.kind in kinds and e.onset <= stop and e.stop >= start]
    outcome = match(without_doubles(here, model, iou), model, iou=iou, spans=None)
    apart = sum(0.0 if pair.iou is None else max(0.0, 1.0 - pair.iou) for pair in outcome.pairs)
    return len(outcome.only_a) + len(outcome.only_b) + apart

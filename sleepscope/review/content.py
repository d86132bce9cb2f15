"""What a review file holds, in memory: read once on opening, then kept in step with each edit."""

from __future__ import annotations

import bisect
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from sleepscope.errors import ReviewError
from sleepscope.events.event import Event, Status, Verdict
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.review.database import Database
from sleepscope.review.loading import read_events
from sleepscope.review.rows import (
    Row,
    RowChange,
    event_of,
    event_row,
    hypnogram_of,
    spans_of,
    verdict_of,
)
from sleepscope.review.sitting import Sitting, sitting_of

# From this many events in one step on, sorting a set anew is cheaper than finding each place.
_MANY_EVENTS = 200

# SQLite keeps any type in any column. To it every text is larger than every number, and every blob
# larger than every text, so that one comparison asks for type and range.
_STRANGE = (
    "onset NOT BETWEEN -1e9 AND 1e9 OR duration NOT BETWEEN -1e9 AND 1e9 OR confidence > 1e9 "
    "OR id >= x'' OR kind >= x'' OR channel >= x''"
)


def _order(event: Event) -> tuple[float, float, str, str]:
    """The order of :meth:`EventSet.of`."""
    return event.onset, event.duration, event.channel or "", event.id


def _in_order(name: str, events: tuple[Event, ...], spans: str | None) -> EventSet:
    """A set of events that most often are in order already, as they were imported."""
    onsets = [event.onset for event in events]
    if all(map(operator.lt, onsets, onsets[1:])):
        return EventSet(name, events, spans_of(spans))
    return EventSet.of(name, events, spans_of(spans))


class ReviewContent:
    """Scorers, events, verdicts and hypnograms of one review file.

    Only living scorers are held: a removed one stays in the file, so that its removal can be
    undone, and is read again then.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._scorers: dict[int, Row] = {}
        self._events: dict[int, dict[str, Event]] = {}
        self._sets: dict[int, EventSet] = {}
        self._scorer_of: dict[str, int] = {}
        self._status: dict[str, Status] = {}
        self._origin: dict[str, str] = {}
        self._copies: dict[tuple[int, str], str] = {}
        self._verdicts: dict[str, dict[str, Verdict]] = {}
        self.hypnograms: dict[str, Hypnogram] = {}
        self.sittings: dict[int, Sitting] = {}
        with database.reading():
            self._read(database.connection.execute)

    def _read(self, execute: Callable[..., Any]) -> None:
        """Take in all that the file holds."""
        (strange,) = execute(f"SELECT EXISTS (SELECT 1 FROM events WHERE {_STRANGE})").fetchone()
        if strange:
            raise ValueError("an event without a time or a name")
        for id_, name, spans in execute("SELECT id, name, spans FROM scorers WHERE live"):
            self._bring({"id": id_, "name": name, "spans": spans, "live": 1})
        columns = ("event", "person", "status", "at")
        for values in execute(f"SELECT {', '.join(columns)} FROM verdicts"):
            self._put_verdict(dict(zip(columns, values, strict=True)))
        columns = ("scorer", "epoch_seconds", "start", "stages")
        for values in execute(f"SELECT {', '.join(columns)} FROM hypnograms"):
            hypnogram = hypnogram_of(dict(zip(columns, values, strict=True)))
            self.hypnograms[hypnogram.scorer] = hypnogram
        fields = ("id", "kind", "person", "state", "facts")
        for values in execute(f"SELECT {', '.join(fields)} FROM sittings ORDER BY id"):
            self.sittings[values[0]] = sitting_of(dict(zip(fields, values, strict=True)))

    # --- what there is -----------------------------------------------------------------------

    def event_sets(self) -> tuple[EventSet, ...]:
        """Every living set, in the order the scorers came."""
        return tuple(self._set(scorer) for scorer in sorted(self._scorers))

    def event_set(self, name: str) -> EventSet | None:
        """The set of one scorer, or None."""
        scorer = self.scorer_id(name)
        return None if scorer is None else self._set(scorer)

    def _set(self, scorer: int) -> EventSet:
        found = self._sets.get(scorer)
        if found is None:
            row = self._scorers[scorer]
            found = _in_order(row["name"], tuple(self._events[scorer].values()), row["spans"])
            self._sets[scorer] = found
        return found

    def scorer_id(self, name: str) -> int | None:
        """Row number of a living scorer, or None."""
        return next((id_ for id_, row in self._scorers.items() if row["name"] == name), None)

    def scorer_row(self, name: str) -> Row:
        """The row of a living scorer.

        Raises
        ------
        ReviewError
            If there is none of that name.
        """
        scorer = self.scorer_id(name)
        if scorer is None:
            names = ", ".join(row["name"] for row in self._scorers.values()) or "none yet"
            raise ReviewError(f"There is no scorer '{name}' in the review; there are: {names}.")
        return self._scorers[scorer]

    def scorer_name(self, event_id: str) -> str:
        """Name of the scorer an event belongs to."""
        name: str = self._scorers[self._scorer_of[event_id]]["name"]
        return name

    def event(self, event_id: str) -> Event:
        """One event.

        Raises
        ------
        ReviewError
            If it is not (or no longer) there.
        """
        scorer = self._scorer_of.get(event_id)
        if scorer is None:
            raise ReviewError(f"The event {event_id} is not in the review any more.")
        return self._events[scorer][event_id]

    def has_event(self, event_id: str) -> bool:
        """Whether the event is there and its scorer lives."""
        return event_id in self._scorer_of

    def row(self, event_id: str) -> Row:
        """The row of an event that is there."""
        event = self.event(event_id)
        return event_row(
            event,
            self._scorer_of[event_id],
            self._status.get(event_id, "unreviewed"),
            self._origin.get(event_id),
        )

    def own_status(self, event_id: str) -> Status:
        """Status an event has by itself, whatever people decided on it."""
        return self._status.get(event_id, "unreviewed")

    def own_statuses(self) -> Mapping[str, Status]:
        """Statuses that events have by themselves, but for "unreviewed"."""
        return MappingProxyType(self._status)

    def origin(self, event_id: str) -> str | None:
        """Id of the source event a changed copy was made from, or None."""
        return self._origin.get(event_id)

    def copy_of(self, person: str, source_id: str) -> str | None:
        """Id of a person's changed copy of a source event, or None."""
        scorer = self.scorer_id(person)
        return None if scorer is None else self._copies.get((scorer, source_id))

    def verdict(self, event_id: str, person: str) -> Verdict | None:
        """A person's verdict on an event, or None."""
        return self._verdicts.get(event_id, {}).get(person)

    def verdicts_on(self, event_id: str) -> Mapping[str, Verdict]:
        """Everybody's verdicts on an event, by person."""
        return self._verdicts.get(event_id, {})

    def verdicts(self) -> Iterator[Verdict]:
        """Every verdict on an event that is there."""
        for event_id, by_person in self._verdicts.items():
            if event_id in self._scorer_of:
                yield from by_person.values()

    # --- keeping in step ---------------------------------------------------------------------

    def apply(self, changes: Iterable[RowChange]) -> None:
        """Follow an edit that is committed already."""
        changes = tuple(changes)
        if sum(change.target == "event" for change in changes) > _MANY_EVENTS:
            for scorer in {c.row["scorer"] for c in changes if c.target == "event"}:
                self._sets.pop(scorer, None)
        for change in changes:
            row = change.row
            gone = change.after is None
            if change.target == "event":
                self._drop_event(row["id"])
                # What is put into a set that is away is read when that set comes back.
                if not gone and row["scorer"] in self._events:
                    self._put_event(row)
            elif change.target == "verdict":
                self._verdicts.get(row["event"], {}).pop(row["person"], None)
                if not gone:
                    self._put_verdict(row)
            elif change.target == "hypnogram":
                if gone:
                    self.hypnograms.pop(row["scorer"], None)
                else:
                    self.hypnograms[row["scorer"]] = hypnogram_of(row)
            elif change.target == "scorer":
                self._follow_scorer(row)
            elif change.target == "sitting":
                self.sittings[row["id"]] = sitting_of(row)

    def _follow_scorer(self, row: Row) -> None:
        if not row["live"]:
            self._take_away(row["id"])
        elif row["id"] not in self._scorers:
            self._bring(row)
        else:
            self._scorers[row["id"]] = row
            if row["id"] in self._sets:
                spans = spans_of(row["spans"])
                self._sets[row["id"]] = replace(
                    self._sets[row["id"]], scorer=row["name"], scored_spans=spans
                )

    def _bring(self, row: Row) -> None:
        scorer: int = row["id"]
        spans_of(row["spans"])  # strange ones are found on opening, not when first asked for
        self._scorers[scorer] = row
        plain, others = read_events(self._database.connection, scorer)
        events = {event.id: event for event in plain}
        for found in others:
            event_id = found["id"]
            events[event_id] = event_of(found)
            if found["status"] != "unreviewed":
                self._status[event_id] = found["status"]
            if found["origin"] is not None:
                self._origin[event_id] = found["origin"]
                self._copies[scorer, found["origin"]] = event_id
        self._events[scorer] = events
        self._scorer_of.update(dict.fromkeys(events, scorer))

    def _take_away(self, scorer: int) -> None:
        self._scorers.pop(scorer, None)
        self._sets.pop(scorer, None)
        for event_id in self._events.pop(scorer, {}):
            del self._scorer_of[event_id]
            self._status.pop(event_id, None)
            origin = self._origin.pop(event_id, None)
            if origin is not None:
                self._copies.pop((scorer, origin), None)

    def _put_event(self, row: Row) -> None:
        event, scorer = event_of(row), row["scorer"]
        self._events[scorer][event.id] = event
        self._scorer_of[event.id] = scorer
        if row["status"] != "unreviewed":
            self._status[event.id] = row["status"]
        if row["origin"] is not None:
            self._origin[event.id] = row["origin"]
            self._copies[scorer, row["origin"]] = event.id
        found = self._sets.get(scorer)
        if found is not None:
            at = bisect.bisect_left(found.events, _order(event), key=_order)
            events = (*found.events[:at], event, *found.events[at:])
            self._sets[scorer] = replace(found, events=events)

    def _drop_event(self, event_id: str) -> None:
        scorer = self._scorer_of.pop(event_id, None)
        if scorer is None:
            return
        event = self._events[scorer].pop(event_id)
        self._status.pop(event_id, None)
        origin = self._origin.pop(event_id, None)
        if origin is not None:
            self._copies.pop((scorer, origin), None)
        found = self._sets.get(scorer)
        if found is not None:
            at = bisect.bisect_left(found.events, _order(event), key=_order)
            events = found.events[:at] + found.events[at + 1 :]
            self._sets[scorer] = replace(found, events=events)

    def _put_verdict(self, row: Row) -> None:
        self._verdicts.setdefault(row["event"], {})[row["person"]] = verdict_of(row)

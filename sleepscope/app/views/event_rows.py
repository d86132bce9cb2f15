"""What a row of the event table says, and which rows hold the words that are looked for."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.app.clock import clock_text, elapsed_text
from sleepscope.app.language import later, tr
from sleepscope.app.views.kind_marks import kind_title
from sleepscope.events.event import STATUSES, Event
from sleepscope.events.event_query import EventQuery
from sleepscope.events.hypnogram import Hypnogram


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event and the title of its scorer."""

    event: Event
    scorer: str


@dataclass(frozen=True, slots=True)
class TableContext:
    """What is the same for all rows.

    Attributes
    ----------
    start : datetime.datetime or None
        Clock time of the recording's first sample.
    hypnogram : Hypnogram or None
    statuses : mapping of event id to status
    """

    start: datetime.datetime | None = None
    hypnogram: Hypnogram | None = None
    statuses: Mapping[str, str] = field(default_factory=dict, repr=False)

    def clock(self, row: EventRow) -> str:
        """Clock time of the onset."""
        return clock_text(self.start, row.event.onset, 1)

    def stage(self, row: EventRow) -> str:
        """Stage at the midpoint."""
        return "" if self.hypnogram is None else self.hypnogram.stage_at(row.event.midpoint)

    def status(self, row: EventRow) -> str:
        """What was decided on the event."""
        return self.statuses.get(row.event.id, "unreviewed")


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    text: Callable[[TableContext, EventRow], str]
    key: Callable[[TableContext, EventRow], Any]
    is_number: bool = False


def _words(title: str, text: Callable[[TableContext, EventRow], str]) -> _Column:
    return _Column(title, text, text)


def _confidence(_context: TableContext, row: EventRow) -> str:
    return "" if row.event.confidence is None else f"{row.event.confidence:.2f}"


def _confidence_key(_context: TableContext, row: EventRow) -> float:
    # Events without one come before those of no confidence at all.
    return -1.0 if row.event.confidence is None else row.event.confidence


def _note(_context: TableContext, row: EventRow) -> str:
    mark = tr("[unsure]") if row.event.unsure else ""
    return f"{mark} {row.event.note}".strip()


COLUMNS: Final = (
    _Column(later("Time"), lambda c, r: c.clock(r), lambda _, r: r.event.onset, True),
    _Column(
        later("Elapsed"),
        lambda _, r: elapsed_text(r.event.onset, 1),
        lambda _, r: r.event.onset,
        True,
    ),
    _Column(
        later("Length"),
        lambda _, r: f"{r.event.duration:.2f} s",
        lambda _, r: r.event.duration,
        True,
    ),
    _words(later("Kind"), lambda _, r: kind_title(r.event.kind)),
    _words(later("Channel"), lambda _, r: r.event.channel or ""),
    _words(later("Scorer"), lambda _, r: r.scorer),
    _Column(later("Conf."), _confidence, _confidence_key, True),
    _words(later("Stage"), lambda c, r: c.stage(r)),
    _words(later("Status"), lambda c, r: c.status(r)),
    _words(later("Note"), _note),
)
CLOCK, ELAPSED, STAGE, STATUS = 0, 1, 7, 8


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says, in small letters; all of it, and field by field."""

    event: Event
    text: str
    kind: str
    channel: str
    scorer: str
    stage: str
    note: str


class RowSearch:
    """Finds rows by what was typed; rows are put into words once, not at every letter typed."""

    def __init__(self) -> None:
        self._said: dict[str, Said] = {}
        self._times: dict[str, tuple[Event, str]] = {}
        self._context = TableContext()
        self._rows: Sequence[EventRow] = ()
        self._listed: list[Said] = []
        self._numbers: dict[str, NDArray[np.float64]] = {}

    def prepare(self, rows: Sequence[EventRow], context: TableContext) -> None:
        """Put rows into words before they are looked for."""
        if context.hypnogram is not self._context.hypnogram:
            self._said.clear()
        if context.start != self._context.start:
            self._times.clear()
        stages_changed = context.hypnogram is not self._context.hypnogram
        self._context = context
        if rows is self._rows and not stages_changed:
            return
        self._rows = rows
        self._listed = [self._say(row, context) for row in rows]
        self._numbers = {}

    def find(
        self, rows: Sequence[EventRow], context: TableContext, query: EventQuery
    ) -> Sequence[EventRow]:
        """Rows that meet the query, in the order given."""
        self.prepare(rows, context)
        kept: Iterable[int] = range(len(rows))
        for bound in query.bounds:
            holds = bound.holds(self._amounts(bound.quantity))
            kept = [k for k in kept if holds[k]]
        said = self._listed
        for field_, value in query.fields:
            if field_ == "status":
                kept = [k for k in kept if value in context.status(rows[k])]
            elif field_ == "stage":
                kept = [k for k in kept if said[k].stage.startswith(value)]
            else:
                kept = [k for k in kept if value in getattr(said[k], field_)]
        for word in query.words:
            kept = self._holding(word, kept, rows, context)
        return [rows[k] for k in kept]

    def _holding(
        self, word: str, kept: Iterable[int], rows: Sequence[EventRow], context: TableContext
    ) -> list[int]:
        said = self._listed
        # Times are only spelt out where one is looked for: it takes longer than all else.
        if ":" in word:
            return [
                k for k in kept if word in said[k].text or word in self._times_of(rows[k], context)
            ]
        if not any(word in status for status in STATUSES):
            return [k for k in kept if word in said[k].text]
        statuses = context.statuses
        return [
            k
            for k in kept
            if word in said[k].text or word in statuses.get(rows[k].event.id, "unreviewed")
        ]

    def _amounts(self, quantity: str) -> NDArray[np.float64]:
        if quantity not in self._numbers:
            # A missing confidence becomes NaN, which no bound holds for.
            amounts = [getattr(row.event, quantity) for row in self._rows]
            self._numbers[quantity] = np.array(amounts, dtype=np.float64)
        return self._numbers[quantity]

    def _say(self, row: EventRow, context: TableContext) -> Said:
        event = row.event
        known = self._said.get(event.id)
        if known is not None and known.event is event:
            return known
        parts = (
            event.kind,
            event.channel or "",
            row.scorer,
            context.stage(row),
            _note(context, row),
        )
        kind, channel, scorer, stage, note = (part.casefold() for part in parts)
        # Found by the name that files have and by the one that is read here.
        kind = f"{kind} {kind_title(event.kind).casefold()}"
        text = "\n".join((kind, channel, scorer, stage, note))
        self._said[event.id] = said = Said(event, text, kind, channel, scorer, stage, note)
        return said

    def _times_of(self, row: EventRow, context: TableContext) -> str:
        event = row.event
        known = self._times.get(event.id)
        if known is not None and known[0] is event:
            return known[1]
        text = f" {context.clock(row)} {elapsed_text(event.onset, 1)}"
        self._times[event.id] = event, text
        return text

"""What a row of the event table says, and which rows hold the words that are looked for."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sleepscope.app.clock import clock_text, elapsed_text
from sleepscope.app.language import later, tr
from sleepscope.events.event import Event
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
    _words(later("Kind"), lambda _, r: r.event.kind),
    _words(later("Channel"), lambda _, r: r.event.channel or ""),
    _words(later("Scorer"), lambda _, r: r.scorer),
    _Column(later("Conf."), _confidence, lambda _, r: r.event.confidence or -1.0, True),
    _words(later("Stage"), lambda c, r: c.stage(r)),
    _words(later("Status"), lambda c, r: c.status(r)),
    _words(later("Note"), _note),
)
CLOCK, ELAPSED, STAGE, STATUS = 0, 1, 7, 8


class RowSearch:
    """Finds rows by words; what a row says is put into words once, not at every letter typed."""

    def __init__(self) -> None:
        self._said: dict[str, tuple[Event, str]] = {}
        self._times: dict[str, tuple[Event, str]] = {}
        self._hypnogram: Hypnogram | None = None
        self._start: datetime.datetime | None = None

    def find(
        self, rows: Sequence[EventRow], context: TableContext, words: Sequence[str]
    ) -> list[EventRow]:
        """Rows that hold every word (in small letters), in the order given."""
        if context.hypnogram is not self._hypnogram:
            self._said.clear()
        if context.start != self._start:
            self._times.clear()
        self._hypnogram, self._start = context.hypnogram, context.start
        # Times are only spelt out where one is looked for: it takes longer than all else.
        with_times = any(":" in word for word in words)
        found = []
        for row in rows:
            text = f"{self._words_of(row, context)} {context.status(row)}"
            if with_times:
                text += self._times_of(row, context)
            if all(word in text for word in words):
                found.append(row)
        return found

    def _words_of(self, row: EventRow, context: TableContext) -> str:
        event = row.event
        known = self._said.get(event.id)
        if known is not None and known[0] is event:
            return known[1]
        mark = "[unsure]" if event.unsure else ""
        parts = (event.kind, event.channel or "", row.scorer, context.stage(row), event.note, mark)
        text = " ".join(parts).casefold()
        self._said[event.id] = event, text
        return text

    def _times_of(self, row: EventRow, context: TableContext) -> str:
        event = row.event
        known = self._times.get(event.id)
        if known is not None and known[0] is event:
            return known[1]
        text = f" {context.clock(row)} {elapsed_text(event.onset, 1)}"
        self._times[event.id] = event, text
        return text

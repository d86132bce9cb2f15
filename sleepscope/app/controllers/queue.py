"""Working through the disagreements: skip, the other event of a pair, all agreements at once."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from sleepscope.agreement.queue import Order, QueueItem, seconds_to_go
from sleepscope.app.clock import clock_text, elapsed_text
from sleepscope.app.commands import SetVerdict
from sleepscope.app.controllers.comparing import Comparing
from sleepscope.app.controllers.controller import Controller
from sleepscope.app.controllers.reviewing import Reviewing
from sleepscope.app.language import tr
from sleepscope.app.session import Session
from sleepscope.app.views.queue_panel import NATURE_WORDS, QueueRow
from sleepscope.constants import UNSCORED
from sleepscope.events.event import Status
from sleepscope.review.step import Change


class Queue(Controller):
    """What a person does with the list of disagreements.

    A decision is a verdict of the person, so it is in the review file when the key is released:
    after a restart the list goes on where it was left. The sources stay as they are; what the
    person accepted, changed and added is their own set.
    """

    changed = Signal()

    def __init__(
        self, session: Session, window: QWidget, comparing: Comparing, reviewing: Reviewing
    ) -> None:
        super().__init__(session, window)
        self._comparing = comparing
        self._reviewing = reviewing
        self._listed: tuple[QueueItem, ...] = ()
        self._rows: list[QueueRow] | None = None
        self._settled: set[int] | None = None
        self._settled_by = ""
        reviewing.beside = self.beside
        session.comparison_changed.connect(self._list)
        session.events_changed.connect(self._follow)

    @property
    def items(self) -> tuple[QueueItem, ...]:
        """The disagreements in their order."""
        comparison = self.session.comparison
        return () if comparison is None else comparison.queue

    def rows(self) -> list[QueueRow]:
        """The disagreements as they are listed."""
        if self._rows is None:
            self._rows = [self._row(item) for item in self.items]
        return self._rows

    def _list(self) -> None:
        if self.items is not self._listed:
            self._listed = self.items
            self._rows = self._settled = None
        self.changed.emit()

    def _follow(self, change: Change) -> None:
        """Ten thousand rows are not made anew for one decision."""
        places = self._comparing.places
        touched = {places[one] for one in change.event_ids if one in places}
        if not change.event_ids:
            self._rows = self._settled = None
        if self._rows is not None:
            rows = list(self._rows)
            for place in touched:
                decision = self._decision(self.items[place])
                if rows[place].decision != decision:
                    rows[place] = replace(rows[place], decision=decision)
            self._rows = rows
        if self._settled is not None:
            decided = {k for k in touched if self._comparing.is_decided(self.items[k])}
            self._settled = (self._settled - touched) | decided
        self.changed.emit()

    def _row(self, item: QueueItem) -> QueueRow:
        start = None if self.session.recording is None else self.session.recording.start
        return QueueRow(
            tr(NATURE_WORDS[item.nature]),
            clock_text(start, item.onset, 1) or elapsed_text(item.onset, 1),
            "" if item.stage == UNSCORED else item.stage,
            "" if item.confidence is None else f"{item.confidence:.2f}",
            f"{item.size:.2f}",
            self._decision(item),
        )

    def _decision(self, item: QueueItem) -> str:
        words: dict[Status, str] = {
            "accepted": tr("accepted"), "rejected": tr("rejected"), "changed": tr("changed"),
        }  # fmt: skip
        statuses = [self._comparing.decision_on(event.id) for event in item.events]
        # Of a pair of which one was taken, that one tells.
        for status in ("changed", "accepted", "rejected"):
            if status in statuses:
                return words[status]
        return tr("skipped") if item.events[0].id in self._comparing.skipped else ""

    def progress(self) -> tuple[int, int, float | None]:
        """Settled ones, all of them, and seconds left at the person's own pace."""
        items, review = self.items, self.session.review
        if self._settled is None or self._settled_by != self.session.person:
            decided = self._comparing.is_decided
            self._settled = {k for k, item in enumerate(items) if decided(item)}
            self._settled_by = self.session.person
        done = len(self._settled)
        if review is None or not self.session.person:
            return done, len(items), None
        moments = [v.when.timestamp() for v in review.verdicts(self.session.person).values()]
        return done, len(items), seconds_to_go(moments, len(items) - done)

    def beside(self, event_id: str) -> tuple[str, ...]:
        """The other event of a disagreement that is a pair, while going from one to the next."""
        place = self._comparing.place()
        if place is None or self._reviewing.go_on != self._comparing.next_disagreement:
            return ()
        return tuple(event.id for event in self.items[place].events if event.id != event_id)

    def pick(self, place: int) -> None:
        """Select a disagreement of the list, and go on from there."""
        if 0 <= place < len(self.items):
            self.session.select(self.items[place].events[0].id)
            self._reviewing.go_on = self._comparing.next_disagreement

    def skip(self) -> None:
        """Put the selected disagreement off and go to the next one."""
        place = self._comparing.place()
        if place is None:
            self._comparing.next_disagreement()
            return
        self._comparing.put_off(self.items[place])
        rows = self.rows()
        rows[place] = replace(rows[place], decision=self._decision(self.items[place]))
        self._comparing.next_disagreement()
        self._reviewing.go_on = self._comparing.next_disagreement
        self.changed.emit()

    def other_side(self) -> None:
        """Select the other event of a pair, to take that one instead."""
        place = self._comparing.place()
        events = () if place is None else self.items[place].events
        if len(events) < 2:
            self.session.say(tr("Only one of the two scorers has an event here."))
            return
        first, second = events
        self.session.select(second.id if self.session.selection == first.id else first.id)

    def set_order(self, order: Order) -> None:
        """Put the disagreements in another order."""
        settings = self.session.compare_settings
        if settings is not None:
            self.session.set_compare_settings(replace(settings, order=order))

    def accept_agreements(self) -> None:
        """Accept what both scorers have and nobody needs to look at, in one step."""
        comparison = self.session.comparison
        if comparison is None:
            return
        asked = {event.id for item in comparison.queue for event in item.events}
        pairs = [p for p in comparison.outcome.pairs if not {p.a.id, p.b.id} & asked]
        fresh = [
            pair.b.id
            for pair in pairs
            if not any(self._comparing.decision_on(event.id) for event in (pair.a, pair.b))
        ]
        if not fresh:
            self.session.say(tr("Every sure agreement is decided on already."))
            return
        self._reviewing.edit(
            SetVerdict(tuple(fresh), "accepted"),
            lambda _change: self.session.say(tr("{n} agreements accepted.", n=len(fresh))),
        )

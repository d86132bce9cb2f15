"""What is shown of the events, and selecting many of them."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import Signal

from sleepscope.app.controllers.controller import Controller
from sleepscope.app.language import tr
from sleepscope.app.scorers import title_of
from sleepscope.events.event_filter import EventFilter


class Hiding(Controller):
    """Hides and shows events by scorer, class, stage and confidence; selects the shown ones."""

    panel_requested = Signal()

    def ask_shown(self) -> None:
        """Let the person choose what is shown."""
        self.panel_requested.emit()

    def set_filter(self, event_filter: EventFilter) -> None:
        """Hide what the filter says."""
        self.session.set_event_filter(event_filter)

    def show_all(self) -> None:
        """Hide nothing any more."""
        self.session.set_event_filter(EventFilter())

    def hide_scorer(self) -> None:
        """Hide the scorer of the selected event."""
        if self.session.selection is not None:
            self.hide("scorers", self.session.scorer_of(self.session.selection))

    def hide_kind(self) -> None:
        """Hide the class of the selected event."""
        if self.session.selected is not None:
            self.hide("kinds", self.session.selected.kind)

    def hide(self, field: str, name: str) -> None:
        """Hide one of "scorers", "kinds" or "stages", and say so."""
        self.session.set_event_filter(self.session.event_filter.with_hidden(field, name, True))
        words = title_of(name) if field == "scorers" else name
        self.session.say(tr("{name} is hidden.", name=words))

    def select_all(self) -> None:
        """Select every shown event."""
        self._choose(lambda _scorer, _kind: True)

    def select_alike(self) -> None:
        """Select the shown events of the selected one's scorer and class."""
        selected, current = self.session.selected, self.session.selection
        if selected is not None and current is not None:
            scorer = self.session.scorer_of(current)
            self._choose(lambda by, kind: by == scorer and kind == selected.kind)

    def _choose(self, wanted: Callable[[str, str], bool]) -> None:
        session = self.session
        ids = [
            event.id
            for one in session.shown_event_sets()
            for event in one.events
            if wanted(one.scorer, event.kind)
        ]
        session.choose(ids, session.selection)
        session.say(tr("{n} events selected", n=f"{len(session.chosen):,}"))

    def toggle(self, event_id: str) -> None:
        """Take an event into the selection, or out of it."""
        chosen = self.session.chosen
        if event_id in chosen:
            self.session.choose(chosen - {event_id}, self.session.selection)
        else:
            self.session.choose(chosen | {event_id}, event_id)

    def extend_to(self, event_id: str) -> None:
        """Select from the selected event to this one: what its scorer has on its channel."""
        session = self.session
        first, last = session.selected, session.find_event(event_id)
        if first is None or last is None:
            session.select(event_id)
            return
        scorer = session.scorer_of(event_id)
        events = next(s.events for s in session.shown_event_sets() if s.scorer == scorer)
        low, high = sorted((first.onset, last.onset))
        between = {e.id for e in events if low <= e.onset <= high and e.channel == last.channel}
        session.choose(session.chosen | between, session.selection)

    def take_in(self, event_ids: Collection[str]) -> None:
        """Add events to the selection: what a rubber band touched."""
        self.session.choose(self.session.chosen.union(event_ids), self.session.selection)
        self.session.say(tr("{n} events selected", n=f"{len(self.session.chosen):,}"))

"""What stands beside the page about the events: the table, the counts, who can be compared."""

from __future__ import annotations

import operator

from PySide6.QtCore import QObject

from sleepscope.app.controllers.controller import pause
from sleepscope.app.frame import Frame
from sleepscope.app.per_set import PerSet
from sleepscope.app.scorers import compared_titles, rows, shown_choices, table_context, title_of
from sleepscope.app.session import Session
from sleepscope.app.theme import theme_named
from sleepscope.app.views.event_rows import EventRow
from sleepscope.events.event_set import EventSet
from sleepscope.review.step import Change

# Long enough that the page is painted before, short enough that nobody waits for the list.
SOON_MS = 60
# From so many changed events on, the table is made anew.
MANY_CHANGES = 200


class Listing(QObject):
    """Keeps the event table and the counts in step with the events."""

    def __init__(self, session: Session, frame: Frame, parent: QObject) -> None:
        super().__init__(parent)
        self.session = session
        self.frame = frame
        self._listed: tuple[EventSet, ...] = ()
        self._counted: tuple[object, ...] = ()
        self._rows: PerSet[list[EventRow]] = PerSet(lambda event_set: rows((event_set,)))
        self._changed: set[str] = set()
        self._is_new = True
        self._soon = pause(self, self.show, SOON_MS)

    def follow(self, change: Change | None = None) -> None:
        """Show what became of the events; None where anything may be another one."""
        if change is None or not change.event_ids:
            self._is_new = True
        else:
            self._changed |= change.event_ids
        if not self.session.has_many_events:
            self.show()
        else:
            self._soon.start()

    def show(self) -> None:
        """Show all of it now."""
        self._soon.stop()
        changed, is_new = frozenset(self._changed), self._is_new
        self._changed, self._is_new = set(), False
        self._list(changed, is_new)
        self.count()
        self.frame.compare_panel.set_settings(self.session.compare_settings)

    def _list(self, changed: frozenset[str], is_new: bool) -> None:
        session, table = self.session, self.frame.table
        sets, context = session.shown_event_sets(), table_context(session)
        if _same(sets, self._listed):
            # Most edits are verdicts, which leave the sets as they were.
            table.set_context(context)
            return
        scorers = [one.scorer for one in sets]
        same_scorers = scorers == [one.scorer for one in self._listed]
        self._listed = sets
        if is_new or not same_scorers or len(changed) > MANY_CHANGES:
            table.set_rows([row for one in sets for row in self._rows.of(one)], context)
            return
        found = [(session.find_event(one), one) for one in changed if session.is_shown(one)]
        table.change_rows(
            changed,
            [EventRow(event, title_of(session.scorer_of(one))) for event, one in found if event],
            context,
        )

    def count(self) -> None:
        """Offer scorers, kinds and stages where there are others than before."""
        session = self.session
        every = session.event_sets()
        theme = theme_named(session.settings.theme)
        counted = (*every, session.hypnogram, session.event_filter, theme)
        if _same(counted, self._counted):
            return
        self._counted = counted
        kinds = {kind: None for one in every for kind in session.counts.of(one).kinds}
        self.frame.compare_panel.set_choices(
            compared_titles(session), tuple(kinds), has_stages=session.hypnogram is not None
        )
        self.show_hidden()

    def show_hidden(self) -> None:
        """Say what is hidden, in the panel and above the page."""
        session, theme = self.session, theme_named(self.session.settings.theme)
        n_hidden = session.n_hidden
        self.frame.shown_events.set_choices(shown_choices(session, theme), n_hidden)
        self.frame.hidden_mark.set_hidden(n_hidden, theme.selection)


def _same(first: tuple[object, ...], second: tuple[object, ...]) -> bool:
    """Whether two tuples hold the very same objects."""
    return len(first) == len(second) and all(map(operator.is_, first, second))

"""The events that are shown, and what an edit may touch: never what is hidden."""

from __future__ import annotations

from collections.abc import Iterable

from sleepscope.errors import ReviewError
from sleepscope.events.event_filter import EventFilter
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.review.review_file import ReviewFile


class ShownEvents:
    """Sets as a filter leaves them, worked out once for each set.

    Attributes
    ----------
    filter : EventFilter
    """

    def __init__(self, event_filter: EventFilter) -> None:
        self.filter = event_filter
        self._known: dict[str, tuple[EventSet, EventSet]] = {}
        self._made_by: tuple[EventFilter, Hypnogram | None] = (event_filter, None)

    def sets(
        self, event_sets: Iterable[EventSet], hypnogram: Hypnogram | None
    ) -> tuple[EventSet, ...]:
        """Each set with its shown events alone, without the sets of hidden scorers.

        The same set gives the same object again, so that views see what did not change.
        """
        if (self.filter, hypnogram) != self._made_by:
            self._known, self._made_by = {}, (self.filter, hypnogram)
        known, made = self._known, {}
        for one in event_sets:
            before = known.get(one.scorer)
            same = before is not None and before[0] is one
            made[one.scorer] = before if same else (one, self.filter.shown(one, hypnogram))
        self._known = made
        return tuple(
            shown for scorer, (_, shown) in made.items() if scorer not in self.filter.scorers
        )

    def holds(self, review: ReviewFile, event_id: str, hypnogram: Hypnogram | None) -> bool:
        """Whether an event is there and shown."""
        try:
            event = review.event(event_id)
        except ReviewError:
            return False
        if self.filter.hides_nothing:
            return True
        return self.filter.shows(event, review.scorer_of(event_id), hypnogram)

    def editable(
        self,
        review: ReviewFile,
        event_ids: Iterable[str],
        person: str,
        hypnogram: Hypnogram | None,
    ) -> tuple[str, ...]:
        """The events whose edit touches nothing that is hidden.

        A verdict on an event takes the person's changed copy of it away, and deleting a copy
        resets its source: where one of the two is hidden, the other is left as it is.
        """
        ids = tuple(dict.fromkeys(event_ids))
        if self.filter.hides_nothing:
            return ids

        def is_clear(event_id: str) -> bool:
            related = (review.copy_of(event_id, person), review.origin_of(event_id))
            return all(
                self.holds(review, one, hypnogram)
                for one in (event_id, *related)
                if one is not None and review.has_event(one)
            )

        return tuple(event_id for event_id in ids if is_clear(event_id))

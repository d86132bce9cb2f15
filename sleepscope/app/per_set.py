"""What follows from a scorer's set alone: worked out anew only where the set is another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from sleepscope.events.event_set import EventSet

T = TypeVar("T")


class PerSet(Generic[T]):
    """Remembers an answer for each scorer; an edit makes a new set of one scorer only.

    Parameters
    ----------
    work_out : callable
        From a set to the answer.
    """

    def __init__(self, work_out: Callable[[EventSet], T]) -> None:
        self._work_out = work_out
        self._known: dict[str, tuple[EventSet, T]] = {}

    def of(self, event_set: EventSet) -> T:
        """The answer for a set."""
        known = self._known.get(event_set.scorer)
        if known is not None and known[0] is event_set:
            return known[1]
        answer = self._work_out(event_set)
        self._known[event_set.scorer] = (event_set, answer)
        return answer

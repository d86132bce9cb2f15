"""The status of every event: unreviewed, accepted, rejected, changed or added.

Only statuses other than "unreviewed" are held: of 50,000 events of models most are not, and every
edit hands out a snapshot.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sleepscope.review.review_file import ReviewFile
from sleepscope.review.step import Change

_USUAL: Final = "unreviewed"


class Statuses:
    """Statuses by event, read from a review once and then followed change by change."""

    def __init__(self) -> None:
        self._by_id: dict[str, str] = {}
        self._snapshot: Mapping[str, str] | None = None

    def forget(self) -> None:
        """Know of no event."""
        self._by_id, self._snapshot = {}, None

    def read(self, review: ReviewFile) -> None:
        """Take the status of every event of a review."""
        self._by_id = dict(review.statuses())
        self._snapshot = None

    def follow(self, review: ReviewFile, change: Change) -> None:
        """Read again what a change touched."""
        if not change.event_ids:
            if change.scorers:
                self.read(review)
            return
        self._snapshot = None
        for event_id in change.event_ids:
            status = review.status_of(event_id) if review.has_event(event_id) else _USUAL
            if status == _USUAL:
                self._by_id.pop(event_id, None)
            else:
                self._by_id[event_id] = status

    def of(self, event_id: str) -> str:
        """Status of one event."""
        return self._by_id.get(event_id, _USUAL)

    def snapshot(self) -> Mapping[str, str]:
        """Statuses as they are now, but for "unreviewed"; later changes do not show in it."""
        if self._snapshot is None:
            self._snapshot = MappingProxyType(dict(self._by_id))
        return self._snapshot

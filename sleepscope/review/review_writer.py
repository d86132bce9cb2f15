"""Writing a review: one transaction an edit, and undo and redo that read the log."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from sleepscope.errors import ReviewError
from sleepscope.review import edits
from sleepscope.review.blind import lean
from sleepscope.review.database import Database
from sleepscope.review.review_reader import ReviewReader
from sleepscope.review.rows import RowChange
from sleepscope.review.step import Change, OthersStepError, Step, StepState

# Nudges of one event within this time are one step of undo.
MERGE_SECONDS = 1.0


class ReviewWriter(ReviewReader):
    """A review whose edits are written to the disk before anybody sees them."""

    def __init__(self, database: Database, *, duration: float, **rest: Any) -> None:
        """Wrap an open database; ``duration`` is the recording's, s. See :class:`ReviewReader`."""
        super().__init__(database, **rest)
        self._duration = duration
        self._mergeable: tuple[int, object, datetime.datetime] | None = None
        self._now: Callable[[], datetime.datetime] = lambda: datetime.datetime.now(datetime.UTC)

    # --- undo --------------------------------------------------------------------------------

    def undo(self, person: str = "", *, anyone: bool = False, most: int = 1) -> Change:
        """Take back the last step that is not undone; an empty Change where there is none.

        Parameters
        ----------
        person : str
            Who wants it; by default who opened the file, "" for nobody in particular.
        anyone : bool
            Take back what somebody else did, too.
        most : int
            Take back so many steps at once, in one transaction; fewer where there are fewer.

        Raises
        ------
        OthersStepError
            If the step is somebody else's.
        """
        return self._travel(self._log.last_done, person, anyone, most, self._log.take_back)

    def redo(self, person: str = "", *, anyone: bool = False, most: int = 1) -> Change:
        """Do the last undone step again; see :meth:`undo`."""
        return self._travel(self._log.first_undone, person, anyone, most, self._log.do_again)

    def _travel(
        self,
        find: Callable[[], Step | None],
        person: str,
        anyone: bool,
        most: int,
        write: Callable[[Step, datetime.datetime], tuple[RowChange, ...]],
    ) -> Change:
        self._must_be_writable()
        person = person or self.person
        self._must_not_be_frozen(person)
        changes: list[RowChange] = []
        last: Step | None = None
        with self._database.writing():
            for _ in range(most):
                step = find()
                if step is None:
                    break
                if not anyone and person and step.who not in ("", person):
                    raise OthersStepError(step)
                written = write(step, self._now())
                state: StepState = "done" if step.state == "undone" else "undone"
                last = replace(step, state=state)
                changes += written
            if last is not None:
                self._lean(last, "redo" if last.state == "done" else "undo", changes)
        if last is None:
            return Change()
        self._mergeable = None
        return self._follow(last, changes)

    # --- writing -----------------------------------------------------------------------------

    def _must_be_writable(self) -> None:
        if self.read_only:
            if self.holder is None:
                raise ReviewError(f"{self.path.name} was opened read-only and cannot be edited.")
            raise ReviewError(
                f"{self.path.name} is open read-only because {self.holder} edits it; close it "
                "there, then open the recording again."
            )

    def _must_not_be_frozen(self, person: str) -> None:
        if any(s.person == person and s.state == "frozen" for s in self.sittings()):
            raise ReviewError(
                "Your events are frozen since you ended blind scoring; reveal the model's (B), "
                "then edit on."
            )

    def _lean(self, step: Step, verb: str, changes: Sequence[RowChange]) -> None:
        """Measure an edit against the model that was revealed to its person, and write it down."""
        for sitting in self.sittings():
            if sitting.state != "revealed":
                continue
            found = lean(self._content, sitting, changes)
            if found is not None:
                at = self._now().isoformat()
                self._log.lean(sitting.id, step, verb, at, *found)

    def _fresh_scorer_id(self) -> int:
        (highest,) = self._database.connection.execute(
            "SELECT coalesce(max(id), 0) FROM scorers"
        ).fetchone()
        return int(highest) + 1

    def write(
        self,
        edit: edits.Edit,
        person: str,
        merge_key: object = None,
        *,
        undoable: bool = True,
        bring: Callable[[Any], Sequence[RowChange]] | None = None,
    ) -> Change:
        """Write an edit that was worked out; see :mod:`sleepscope.review.edits`.

        ``bring`` puts rows into the file that the log does not name one by one (it gets
        ``connection.execute``) and returns the changes that bring them to life.
        """
        self._must_be_writable()
        if not edit.changes and bring is None:
            return Change(event_id=edit.event_id)
        when = self._now()
        into = self._step_to_join(edit, merge_key, when)
        changes = edit.changes
        with self._database.writing() as execute:
            if bring is not None:
                changes = (*bring(execute), *changes)
            step = self._log.record(
                edit.verb, edit.name, person, when, changes, undoable=undoable, into=into
            )
            self._lean(step, edit.verb, changes)
        key = merge_key if merge_key is not None else edit.merge_key
        self._mergeable = None if key is None or not undoable else (step.id, key, when)
        return self._follow(step, changes, event_id=edit.event_id)

    def _step_to_join(
        self, edit: edits.Edit, merge_key: object, when: datetime.datetime
    ) -> int | None:
        if self._mergeable is None:
            return None
        step_id, key, last = self._mergeable
        if merge_key is not None:
            return step_id if key == merge_key else None
        soon = (when - last).total_seconds() <= MERGE_SECONDS
        return step_id if edit.merge_key is not None and key == edit.merge_key and soon else None

    def _follow(
        self,
        step: Step,
        changes: Sequence[RowChange],
        *,
        event_id: str | None = None,
        scorer: str | None = None,
    ) -> Change:
        touched = [c.row["id"] for c in changes if c.target == "event"]
        touched += [c.row["event"] for c in changes if c.target == "verdict"]
        scorers = {c.row["name"] for c in changes if c.target == "scorer"}
        if any(c.target == "sitting" for c in changes):
            # Any set may have come into sight, or gone out of it.
            scorers |= {event_set.scorer for event_set in self.event_sets()}
        before = self._scorers_of(touched)
        self._content.apply(changes)
        return Change(
            step,
            frozenset(touched),
            frozenset(scorers | before | self._scorers_of(touched)),
            frozenset(c.row["scorer"] for c in changes if c.target == "hypnogram"),
            event_id,
            scorer,
        )

    def _scorers_of(self, event_ids: Iterable[str]) -> set[str]:
        there = (event_id for event_id in event_ids if self._content.has_event(event_id))
        return {self._content.scorer_name(event_id) for event_id in there}

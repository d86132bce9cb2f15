"""Reading a review: sets, verdicts, stages, runs and history of one recording."""

from __future__ import annotations

import contextlib
import datetime
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import ReviewError
from sleepscope.events.event import Event, Status, Verdict
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.review.content import ReviewContent
from sleepscope.review.database import Database
from sleepscope.review.edit_log import EditLog
from sleepscope.review.kept_maps import KeptMaps
from sleepscope.review.lock import Holder
from sleepscope.review.merge_side import Side
from sleepscope.review.run import DetectionRun, run_of, tracks_of
from sleepscope.review.sitting import Sitting
from sleepscope.review.step import Step
from sleepscope.review.verdicts import accepted_events, status_of, statuses, verdicts_by_event

# The largest row number of SQLite.
_LAST: Final = (1 << 63) - 1


class ReviewReader:
    """What a review file says; a context manager.

    Attributes
    ----------
    path : Path
        Of the review file itself.
    person : str
        Scorer name of who opened it ("human:AB"), or "".
    read_only : bool
        Whether somebody else is editing; every edit then raises ReviewError.
    holder : Holder or None
        Who that is.
    notices : tuple of str
        What the person should know about the opening, one sentence each.
    maps : KeptMaps
        Explanations that were worked out before.
    """

    def __init__(
        self,
        database: Database,
        *,
        person: str = "",
        holder: Holder | None = None,
        notices: Iterable[str] = (),
        release: Callable[[], None] = lambda: None,
    ) -> None:
        self.path = database.path
        self.person = person
        self.read_only = database.read_only
        self.holder = holder
        self.notices = tuple(notices)
        self._database = database
        self._release = release
        self.maps = KeptMaps(database)
        self._log = EditLog(database)
        self._content = ReviewContent(database)

    def refresh(self) -> None:
        """Read the file again: what somebody else wrote while it was open read-only."""
        self._content = ReviewContent(self._database)

    def close(self) -> None:
        """Let go of the file; the next one may edit."""
        self._database.close()
        self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def event_sets(self) -> tuple[EventSet, ...]:
        """Every scorer's set, in the order they came."""
        return self._content.event_sets()

    def event_set(self, scorer: str) -> EventSet | None:
        """One scorer's set, or None."""
        return self._content.event_set(scorer)

    def event(self, event_id: str) -> Event:
        """One event; ReviewError if it is not (or no longer) there."""
        return self._content.event(event_id)

    def has_event(self, event_id: str) -> bool:
        """Whether the event is (still) there."""
        return self._content.has_event(event_id)

    def scorer_of(self, event_id: str) -> str:
        """Name of the scorer an event belongs to; ReviewError if the event is not there."""
        self._content.event(event_id)
        return self._content.scorer_name(event_id)

    def origin_of(self, event_id: str) -> str | None:
        """Id of the source event that this one is a changed copy of, or None."""
        return self._content.origin(event_id)

    def copy_of(self, event_id: str, person: str) -> str | None:
        """Id of a person's changed copy of this event, or None."""
        return self._content.copy_of(person, event_id)

    def verdicts(self, person: str | None = None) -> Mapping[str, Verdict]:
        """Verdicts by event id: of one person, or the latest of anybody."""
        return verdicts_by_event(self._content, person)

    def verdict_on(self, event_id: str, person: str) -> Verdict | None:
        """One person's verdict on an event, None where they gave none."""
        return self._content.verdict(event_id, person)

    def status_of(self, event_id: str, person: str | None = None) -> Status:
        """Status of an event by one person, or by whoever decided last; see STATUSES."""
        return status_of(self._content, event_id, person)

    def statuses(self) -> Mapping[str, Status]:
        """Status of every event that is not "unreviewed", as :meth:`status_of` gives it."""
        return statuses(self._content)

    def accepted_set(self, person: str) -> EventSet:
        """What a person stands for: accepted events of others, and their own (not removed) ones."""
        return accepted_events(self._content, person)

    def touched_by_removal(self, scorer: str) -> tuple[str, ...]:
        """Events that would go with a scorer, or lose that person's verdict."""
        own = self._content.event_set(scorer)
        ids = [] if own is None else [event.id for event in own.events]
        ids += [one.event_id for one in self._content.verdicts() if one.scorer == scorer]
        return tuple(dict.fromkeys(ids))

    def hypnograms(self) -> Mapping[str, Hypnogram]:
        """Hypnograms by scorer."""
        return dict(self._content.hypnograms)

    def detection_runs(self) -> tuple[DetectionRun, ...]:
        """The runs whose events are in the file, oldest first."""
        rows = self._database.connection.execute(
            "SELECT runs.id, scorers.name, facts FROM runs JOIN scorers "
            "ON scorers.id = runs.scorer WHERE runs.live AND scorers.live ORDER BY runs.id"
        )
        return tuple(self._run(*row) for row in rows)

    def _run(self, run_id: int, scorer: str, facts: str) -> DetectionRun:
        try:
            return run_of(run_id, scorer, facts)
        except (ValueError, KeyError, TypeError) as error:
            raise self._strange_run(run_id) from error

    def _strange_run(self, run_id: int) -> ReviewError:
        return ReviewError(
            f"The detection run {run_id} in {self.path.name} cannot be read; "
            f"remove its set and detect again."
        )

    def probability(self, run_id: int) -> NDArray[np.float32]:
        """The probability track of a run, (n,), 0..1, NaN where the model abstained."""
        probability: NDArray[np.float32] = self._run_tracks(run_id)[0]
        return probability

    def split(self, run_id: int) -> NDArray[np.float32] | None:
        """Probability that a new event starts, (n,), or None where the model does not say."""
        tracks = self._run_tracks(run_id)
        return tracks[1] if len(tracks) > 1 else None

    def _run_tracks(self, run_id: int) -> NDArray[np.float32]:
        found = self._database.connection.execute(
            "SELECT probability, facts FROM runs WHERE id = ?", (run_id,)
        ).fetchone()
        if found is None:
            raise ReviewError(f"There is no detection run {run_id} in {self.path.name}.")
        try:
            return tracks_of(*found)
        except (ValueError, TypeError, AttributeError) as error:
            raise self._strange_run(run_id) from error

    def remembered(self, key: str) -> str:
        """What was put aside with :meth:`ReviewFile.remember`, "" where nothing was."""
        found = self._database.connection.execute(
            "SELECT value FROM meta WHERE key = ?", (f"memory:{key}",)
        ).fetchone()
        return str(found[0]) if found is not None else ""

    # --- sittings ----------------------------------------------------------------------------

    def sittings(self) -> tuple[Sitting, ...]:
        """Blind scorings and audits, oldest first."""
        return tuple(self._content.sittings.values())

    def sitting(self, person: str) -> Sitting | None:
        """The sitting that a person is in, or None."""
        mine = (s for s in self.sittings() if s.person == person and s.state != "ended")
        return next(mine, None)

    def fresh_sitting_id(self) -> int:
        """Row number for the next sitting."""
        return max(self._content.sittings, default=0) + 1

    def leanings(self, sitting: int) -> list[tuple[Step, str, datetime.datetime, float, float]]:
        """Edits after a reveal: step, verb, when, distance from the model before and after."""
        return self._log.leanings(sitting)

    def copy_to(self, path: Path) -> None:
        """Write a whole copy of the file as it is now.

        Raises
        ------
        sqlite3.Error
            If it cannot be written.
        """
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as copy:
            self._database.connection.backup(copy)

    def side(self) -> Side:
        """All rows of the file, for a merge."""
        with self._database.reading():
            return Side.read(self._database.connection)

    # --- history -----------------------------------------------------------------------------

    def touched(self, step: Step) -> frozenset[tuple[str, str | None]]:
        """Scorers and event ids that a step is about; None for a whole set or its stages."""
        found: set[tuple[str, str | None]] = set()
        names = dict(self._database.connection.execute("SELECT id, name FROM scorers"))
        for change in self._log.changes_of(step.id):
            row = change.row
            if change.target == "event":
                found.add((names[row["scorer"]], row["id"]))
            elif change.target == "verdict":
                event_id = row["event"]
                if self._content.has_event(event_id):
                    found.add((self._content.scorer_name(event_id), event_id))
            elif change.target == "scorer":
                found.add((row["name"], None))
            elif change.target == "hypnogram":
                found.add((row["scorer"], None))
        return frozenset(found)

    def n_steps_to(self, step_id: int) -> int:
        """Steps between now and the state right after a step: below 0 to take back."""
        back = self._log.count("done", step_id + 1, _LAST)
        return -back if back else self._log.count("undone", 0, step_id)

    def history(self) -> list[Step]:
        """Every step ever made, oldest first."""
        return self._log.steps()

    @property
    def next_undo(self) -> Step | None:
        """The step that undo would take back."""
        return self._log.last_done()

    @property
    def next_redo(self) -> Step | None:
        """The step that redo would do again."""
        return self._log.first_undone()

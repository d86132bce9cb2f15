"""The edit log: every change ever made, in order; undo and redo read it and write to it."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sleepscope.review.database import Database
from sleepscope.review.rows import Row, RowChange, Target
from sleepscope.review.step import Step, StepState

# Table, columns that make the key, other columns; the log's rows hold exactly these.
_TABLES: Final[dict[Target, tuple[str, tuple[str, ...], tuple[str, ...]]]] = {
    "event": (
        "events",
        ("id",),
        (
            "scorer",
            "onset",
            "duration",
            "kind",
            "channel",
            "confidence",
            "note",
            "unsure",
            "status",
            "origin",
        ),
    ),
    "verdict": ("verdicts", ("event", "person"), ("status", "at")),
    "scorer": ("scorers", ("id",), ("name", "spans", "live")),
    "hypnogram": ("hypnograms", ("scorer",), ("epoch_seconds", "start", "stages")),
    "sitting": ("sittings", ("id",), ("kind", "person", "state", "facts")),
}


def _upsert(target: Target) -> str:
    table, keys, others = _TABLES[target]
    columns = (*keys, *others)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) "
        f"VALUES ({', '.join(':' + c for c in columns)}) "
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET "
        + ", ".join(f"{c} = excluded.{c}" for c in others)
    )


def _delete(target: Target) -> str:
    table, keys, _ = _TABLES[target]
    return f"DELETE FROM {table} WHERE " + " AND ".join(f"{key} = :{key}" for key in keys)


_UPSERTS: Final = {target: _upsert(target) for target in _TABLES}
_DELETES: Final = {target: _delete(target) for target in _TABLES}


class EditLog:
    """Steps and edits of one review file. Every method belongs inside ``Database.writing``."""

    def __init__(self, database: Database) -> None:
        self._execute = database.connection.execute
        self._reading = database.reading

    def record(
        self,
        verb: str,
        name: str,
        who: str,
        when: datetime.datetime,
        changes: Iterable[RowChange],
        *,
        undoable: bool = True,
        into: int | None = None,
    ) -> Step:
        """Write changes to their tables and to the log.

        Parameters
        ----------
        undoable : bool
            Whether undo takes this step back.
        into : int or None
            An earlier step that this edit becomes part of; None begins a new one, and what was
            undone before can then not be redone any more.
        """
        at = when.isoformat()
        if into is None:
            if undoable:
                self._execute("UPDATE steps SET state = 'dropped' WHERE state = 'undone'")
            state: StepState = "done" if undoable else "fixed"
            cursor = self._execute(
                "INSERT INTO steps (name, verb, who, at, state) VALUES (?, ?, ?, ?, ?)",
                (name, verb, who, at, state),
            )
            step_id = cursor.lastrowid
            assert step_id is not None
        else:
            step_id, state = into, "done"
            self._execute("UPDATE steps SET name = ?, at = ? WHERE id = ?", (name, at, into))
        self._write(step_id, verb, who, at, changes)
        return Step(step_id, name, verb, who, when, state)

    def changes_of(self, step_id: int) -> Sequence[RowChange]:
        """The rows a step changed, in order, as it was first done."""
        return self._changes(step_id)

    def count(self, state: StepState, first: int, last: int) -> int:
        """Number of steps in a state with ``first <= id <= last``."""
        (number,) = self._execute(
            "SELECT count(*) FROM steps WHERE state = ? AND id BETWEEN ? AND ?",
            (state, first, last),
        ).fetchone()
        return int(number)

    def lean(
        self, sitting: int, step: Step, verb: str, at: str, before: float, after: float
    ) -> None:
        """Write how far a person's events were from the model's before and after an edit."""
        self._execute(
            "INSERT INTO leanings (sitting, step, at, verb, before, after) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (sitting, step.id, at, verb, before, after),
        )

    def leanings(self, sitting: int) -> list[tuple[Step, str, datetime.datetime, float, float]]:
        """What was written by :meth:`lean`, oldest first: step, verb, when, before, after."""
        columns = ", ".join(f"steps.{name}" for name in _STEP_COLUMNS)
        rows = self._execute(
            f"SELECT {columns}, leanings.verb, leanings.at, before, after FROM leanings "
            "JOIN steps ON steps.id = leanings.step WHERE sitting = ? ORDER BY leanings.id",
            (sitting,),
        )
        with self._reading():
            return [
                (_step(row[:6]), row[6], datetime.datetime.fromisoformat(row[7]), row[8], row[9])
                for row in rows
            ]

    def take_back(self, step: Step, when: datetime.datetime) -> tuple[RowChange, ...]:
        """Undo a step; returns what was written."""
        changes = tuple(change.inverse for change in reversed(self._changes(step.id)))
        self._set_state(step.id, "undone")
        self._write(step.id, "undo", step.who, when.isoformat(), changes)
        return changes

    def do_again(self, step: Step, when: datetime.datetime) -> tuple[RowChange, ...]:
        """Redo a step; returns what was written."""
        changes = tuple(self._changes(step.id))
        self._set_state(step.id, "done")
        self._write(step.id, "redo", step.who, when.isoformat(), changes)
        return changes

    def last_done(self) -> Step | None:
        """The step that undo would take back, or None."""
        return self._one("WHERE state = 'done' ORDER BY id DESC LIMIT 1")

    def first_undone(self) -> Step | None:
        """The step that redo would do again, or None."""
        return self._one("WHERE state = 'undone' ORDER BY id LIMIT 1")

    def steps(self) -> list[Step]:
        """Every step, oldest first."""
        with self._reading():
            return [_step(row) for row in self._execute(f"{_SELECT_STEP} ORDER BY id")]

    def _one(self, where: str) -> Step | None:
        with self._reading():
            row = self._execute(f"{_SELECT_STEP} {where}").fetchone()
            return None if row is None else _step(row)

    def _set_state(self, step_id: int, state: StepState) -> None:
        self._execute("UPDATE steps SET state = ? WHERE id = ?", (state, step_id))

    def _changes(self, step_id: int) -> Sequence[RowChange]:
        rows = self._execute(
            "SELECT target, before, after FROM edits WHERE step = ? "
            "AND verb NOT IN ('undo', 'redo') ORDER BY id",
            (step_id,),
        )
        with self._reading():
            return [RowChange(target, _parse(old), _parse(new)) for target, old, new in rows]

    def _write(
        self, step_id: int, verb: str, who: str, at: str, changes: Iterable[RowChange]
    ) -> None:
        for change in changes:
            if change.target == "run":
                self._execute("UPDATE runs SET live = :live WHERE id = :id", change.row)
            elif change.after is None:
                self._execute(_DELETES[change.target], change.row)
            else:
                self._execute(_UPSERTS[change.target], change.after)
            self._execute(
                "INSERT INTO edits (step, at, who, verb, target, before, after) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (step_id, at, who, verb, change.target, _text(change.before), _text(change.after)),
            )


_STEP_COLUMNS: Final = ("id", "name", "verb", "who", "at", "state")
_SELECT_STEP: Final = f"SELECT {', '.join(_STEP_COLUMNS)} FROM steps"


def _step(row: tuple[Any, ...]) -> Step:
    id_, name, verb, who, at, state = row
    return Step(id_, name, verb, who, datetime.datetime.fromisoformat(at), state)


def _text(row: Row | None) -> str | None:
    return None if row is None else json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def _parse(text: str | None) -> Row | None:
    if text is None:
        return None
    row: Row = json.loads(text)
    return row

"""One of two review files that are merged: its rows, its log, and what its log says of the past."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sleepscope.review.rows import Row, RowChange, Target

Key = tuple[str, ...]
# step, at, who, verb, target, before, after
LoggedEdit = tuple[int, str, str, str, Target, str | None, str | None]

EVENT_COLUMNS: Final = (
    "id",
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
)
_VERDICT: Final = ("event", "person", "status", "at")
_STEP: Final = ("id", "name", "verb", "who", "at", "state")
_HYPNOGRAM: Final = ("scorer", "epoch_seconds", "start", "stages")


@dataclass(frozen=True, slots=True)
class Side:
    """All rows of a review file.

    Attributes
    ----------
    recording : str
        Content hash of the recording.
    scorers : mapping of row number to row
        Removed ones, too: ``live`` tells.
    events : mapping of event id to row
        Also of removed scorers.
    verdicts : mapping of (event id, person) to row
    hypnograms : mapping of scorer to row
    log : sequence of LoggedEdit
        Oldest first.
    steps : mapping of row number to row
    runs, sittings, leanings : sequence of row
    """

    recording: str
    scorers: Mapping[int, Row]
    events: Mapping[str, Row]
    verdicts: Mapping[tuple[str, str], Row]
    hypnograms: Mapping[str, Row]
    log: Sequence[LoggedEdit] = field(repr=False)
    steps: Mapping[int, Row] = field(default_factory=dict, repr=False)
    runs: Sequence[Row] = field(default=(), repr=False)
    sittings: Sequence[Row] = field(default=(), repr=False)
    leanings: Sequence[Row] = field(default=(), repr=False)

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> Side:
        """Read an open review file."""

        def rows(table: str, columns: Sequence[str]) -> list[Row]:
            found = connection.execute(f"SELECT {', '.join(columns)} FROM {table}")
            return [dict(zip(columns, values, strict=True)) for values in found]

        query = "SELECT value FROM meta WHERE key = 'recording'"
        facts = connection.execute(query).fetchone()
        log = connection.execute(
            "SELECT step, at, who, verb, target, before, after FROM edits ORDER BY id"
        ).fetchall()
        return cls(
            "" if facts is None else str(json.loads(facts[0])["content_hash"]),
            {row["id"]: row for row in rows("scorers", ("id", "name", "spans", "live"))},
            {row["id"]: row for row in rows("events", EVENT_COLUMNS)},
            {(row["event"], row["person"]): row for row in rows("verdicts", _VERDICT)},
            {row["scorer"]: row for row in rows("hypnograms", _HYPNOGRAM)},
            log,
            {row["id"]: row for row in rows("steps", _STEP)},
            rows("runs", ("id", "scorer", "live", "facts", "probability")),
            rows("sittings", ("id", "kind", "person", "state", "facts")),
            rows("leanings", ("sitting", "step", "at", "verb", "before", "after")),
        )

    def live_names(self) -> dict[str, int]:
        """Row numbers of the living scorers by name."""
        return {row["name"]: id_ for id_, row in self.scorers.items() if row["live"]}

    def of_scorer(self, scorer: int) -> list[Row]:
        """The events of one scorer."""
        return [row for row in self.events.values() if row["scorer"] == scorer]

    def as_seen_by(self, scorers: Mapping[int, int], ids: Mapping[str, str]) -> Side:
        """The same rows with the other file's scorer numbers and event ids."""
        numbered = ({**row, "id": scorers[id_]} for id_, row in self.scorers.items())
        events = (in_terms_of("event", row, scorers, ids) for row in self.events.values())
        verdicts = (in_terms_of("verdict", row, scorers, ids) for row in self.verdicts.values())
        return replace(
            self,
            scorers={row["id"]: row for row in numbered},
            events={row["id"]: row for row in events},
            verdicts={(row["event"], row["person"]): row for row in verdicts},
        )


def in_terms_of(target: str, row: Row, scorers: Mapping[int, int], ids: Mapping[str, str]) -> Row:
    """A row with other scorer numbers and event ids."""
    if target == "event":
        origin = row["origin"]
        return {
            **row,
            "id": ids.get(row["id"], row["id"]),
            "scorer": scorers[row["scorer"]],
            "origin": None if origin is None else ids.get(origin, origin),
        }
    if target == "verdict":
        return {**row, "event": ids.get(row["event"], row["event"])}
    if target == "scorer":
        return {**row, "id": scorers.get(row["id"], row["id"])}
    return row


def common_length(first: Sequence[LoggedEdit], second: Sequence[LoggedEdit]) -> int:
    """How many edits two logs begin with alike: what both had when one was copied."""
    length = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        length += 1
    return length


def rows_before(
    edits: Iterable[LoggedEdit], scorers: Mapping[int, int], ids: Mapping[str, str]
) -> dict[Key, Row | None]:
    """Rows as they were before the edits that touch them, by :func:`key_of`."""
    found: dict[Key, Row | None] = {}
    for _step, _at, _who, _verb, target, before, after in edits:
        if target in ("run", "sitting", "scorer"):
            continue
        old, new = (None if text is None else json.loads(text) for text in (before, after))
        rows = [
            None if row is None else in_terms_of(target, row, scorers, ids) for row in (old, new)
        ]
        found.setdefault(key_of(target, rows[0] or rows[1] or {}), rows[0])
    return found


def key_of(target: str, row: Mapping[str, Any]) -> Key:
    """What tells a row from the others of its table."""
    if target == "event":
        return ("event", row["id"])
    if target == "verdict":
        return ("verdict", row["event"], row["person"])
    return ("hypnogram", row["scorer"])


def scorers_in(edits: Iterable[LoggedEdit]) -> set[int]:
    """Row numbers of the scorers that came with these edits."""
    found = set()
    for _step, _at, _who, _verb, target, before, after in edits:
        if target == "scorer":
            found.add(int(json.loads(after or before or "{}")["id"]))
    return found


def differs(target: Target, before: Row | None, after: Row | None) -> list[RowChange]:
    """The change from one row to another; none where they are the same."""
    return [] if before == after else [RowChange(target, before, after)]

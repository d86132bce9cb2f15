"""Read many events fast: a review of five scorers with 10,000 events each opens while one waits."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any, Final

from sleepscope.events.event import Event
from sleepscope.review.rows import Row

COLUMNS: Final = (
    "onset",
    "duration",
    "kind",
    "channel",
    "confidence",
    "note",
    "unsure",
    "id",
    "status",
    "origin",
)
_PLAIN = "note = '' AND NOT unsure AND status = 'unreviewed' AND origin IS NULL"
# Each group is one pass over the scorer's events: beyond this, row by row is faster.
_MOST_GROUPS = 8


def read_events(connection: sqlite3.Connection, scorer_id: int) -> tuple[list[Event], list[Row]]:
    """Events of one scorer.

    Returns
    -------
    list of Event
        Plain ones: no note, no doubt, nothing decided.
    list of dict
        Rows of the others.

    Notes
    -----
    Fetching from SQLite costs 0.25 µs a value and building a frozen dataclass 3 µs, 0.25 s for
    50,000 events. What plain events of a class and channel share is therefore not fetched, and
    they are filled column by column.
    """
    groups = connection.execute(
        f"SELECT DISTINCT kind, channel FROM events WHERE scorer = ? AND {_PLAIN}", (scorer_id,)
    ).fetchall()
    columns = ", ".join(COLUMNS)
    rows = f"SELECT {columns} FROM events WHERE scorer = ?"
    if len(groups) > _MOST_GROUPS:
        return [], _as_rows(connection.execute(rows, (scorer_id,)))
    plain: list[Event] = []
    for kind, channel in groups:
        found = connection.execute(
            "SELECT onset, duration, confidence, id FROM events "
            f"WHERE scorer = ? AND kind = ? AND channel IS ? AND {_PLAIN}",
            (scorer_id, kind, channel),
        ).fetchall()
        onsets, durations, confidences, ids = zip(*found, strict=True)
        plain += _filled(
            len(found),
            onset=onsets,
            duration=durations,
            kind=repeat(kind),
            channel=repeat(channel),
            confidence=confidences,
            note=repeat(""),
            unsure=repeat(False),
            id=ids,
        )
    others = connection.execute(f"{rows} AND NOT ({_PLAIN})", (scorer_id,))
    return plain, _as_rows(others)


def _as_rows(values: Iterable[Sequence[Any]]) -> list[Row]:
    return [dict(zip(COLUMNS, row, strict=True)) for row in values]


def _filled(number: int, **columns: Iterable[object]) -> list[Event]:
    """Frozen events built a column at a time, six times as fast as one by one."""
    assert columns.keys() == {field.name for field in dataclasses.fields(Event)}
    events: list[Event] = list(map(object.__new__, repeat(Event, number)))
    for name, values in columns.items():
        deque(map(getattr(Event, name).__set__, events, values), maxlen=0)
    return events

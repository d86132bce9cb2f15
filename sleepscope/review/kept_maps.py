"""Explanations kept in the review file, so that each is worked out once.

They follow from the recording and the model and are no edits: no step of undo holds them, and the
oldest go where there are too many.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sleepscope.review.database import Database

# Bytes: some ten thousand explanations of 1D models.
MOST_BYTES: Final = 48_000_000
# SQLite takes so many question marks in one statement.
_MOST_ASKED: Final = 500


class KeptMaps:
    """What was explained, by a word that says of which question it is the answer.

    Parameters
    ----------
    database : Database
        Of a review file; nothing is written into one that is open read-only.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, key: str) -> bytes | None:
        """What was kept under a word; None where there is nothing.

        Raises
        ------
        ReviewError
            If the file cannot be read.
        """
        with self._database.reading():
            row = self._database.connection.execute(
                "SELECT content FROM maps WHERE key = ?", (key,)
            ).fetchone()
        return row[0] if row is not None and isinstance(row[0], bytes) else None

    def known(self, keys: Iterable[str]) -> frozenset[str]:
        """Those of some words under which something was kept."""
        wanted, found = list(keys), set[str]()
        with self._database.reading():
            for first in range(0, len(wanted), _MOST_ASKED):
                part = wanted[first : first + _MOST_ASKED]
                marks = ",".join("?" * len(part))
                rows = self._database.connection.execute(
                    f"SELECT key FROM maps WHERE key IN ({marks})", part
                )
                found.update(key for (key,) in rows)
        return frozenset(found)

    def keep(self, made: Mapping[str, bytes], most: int = MOST_BYTES) -> None:
        """Keep explanations, as one transaction; the oldest go beyond ``most`` bytes.

        Raises
        ------
        ReviewError
            If the file cannot be written; then nothing of these is kept.
        """
        if self._database.read_only or not made:
            return
        with self._database.writing() as execute:
            for key, content in made.items():
                execute("INSERT OR REPLACE INTO maps (key, content) VALUES (?, ?)", (key, content))
            (total,) = execute("SELECT ifnull(sum(length(content)), 0) FROM maps").fetchone()
            if total > most:
                execute(
                    "DELETE FROM maps WHERE number <= (SELECT max(number) FROM (SELECT number, "
                    "sum(length(content)) OVER (ORDER BY number DESC) AS behind FROM maps) "
                    "WHERE behind > ?)",
                    (most,),
                )

"""A local library of reviewed events: features, verdicts and ids, and nothing that names anybody.

It grows only when a person asks, stays on this machine, and can be cleared.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import ReviewError
from sleepscope.events.event import STATUSES

# Features longer than this are none of a network here, and a file that says so is damaged.
_MOST_FEATURES: Final = 100_000
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS events (
    event_id TEXT NOT NULL,
    model TEXT NOT NULL,
    kind TEXT NOT NULL,
    verdict TEXT NOT NULL,
    features BLOB NOT NULL,
    PRIMARY KEY (event_id, model)
)
"""


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """A reviewed event.

    Attributes
    ----------
    event_id : str
    model : str
        Scorer name of the model whose features these are, checksum and all.
    kind : str
    verdict : str
        "accepted" or "rejected", ...: a status.
    values : (n_features,) ndarray of float32
        Standardised over its night.
    """

    event_id: str
    model: str
    kind: str
    verdict: str
    values: NDArray[np.float32] = field(repr=False)


class ReviewedLibrary:
    """The library in a file; every call opens and closes it.

    Parameters
    ----------
    path : Path
        Made when the first event is added.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, entries: Sequence[LibraryEntry]) -> int:
        """Add events, or renew those that are there; how many there are then.

        Raises
        ------
        ReviewError
            If the file cannot be written.
        """
        rows = [
            (e.event_id, e.model, e.kind, e.verdict, e.values.astype("<f4").tobytes())
            for e in entries
        ]
        with self._open() as database:
            database.executemany("INSERT OR REPLACE INTO events VALUES (?, ?, ?, ?, ?)", rows)
            database.commit()
            (count,) = database.execute("SELECT COUNT(*) FROM events").fetchone()
        return int(count)

    def entries(self, model: str) -> tuple[LibraryEntry, ...]:
        """All events with features of a model; none where there is no library.

        Raises
        ------
        ReviewError
            If the file cannot be read.
        """
        if not self.path.exists():
            return ()
        with self._open() as database:
            rows = database.execute(
                "SELECT event_id, model, kind, verdict, features FROM events WHERE model = ? "
                "ORDER BY event_id",
                (model,),
            ).fetchall()
        found = []
        for event_id, name, kind, verdict, blob in rows:
            is_whole = isinstance(blob, bytes) and len(blob) % 4 == 0
            if not is_whole or len(blob) > 4 * _MOST_FEATURES or verdict not in STATUSES:
                continue
            values = np.frombuffer(blob, dtype="<f4").astype(np.float32)
            if np.isfinite(values).all():
                found.append(LibraryEntry(str(event_id), str(name), str(kind), verdict, values))
        return tuple(found)

    def count(self) -> int:
        """Number of events of all models."""
        if not self.path.exists():
            return 0
        with self._open() as database:
            (count,) = database.execute("SELECT COUNT(*) FROM events").fetchone()
        return int(count)

    def clear(self) -> None:
        """Forget every event: the file goes.

        Raises
        ------
        ReviewError
            If it cannot be removed.
        """
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise ReviewError(
                f"The library {self.path.name} cannot be removed: {error.strerror}; close what "
                "else has it open."
            ) from error

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=5.0)) as database:
                database.execute(_SCHEMA)
                yield database
        except (sqlite3.Error, OSError) as error:
            raise ReviewError(
                f"The library of reviewed events {self.path.name} cannot be used: {error}; clear "
                "it, or remove the file."
            ) from error

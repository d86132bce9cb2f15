"""The SQLite file under a review: its schema, its transactions, its failures in words."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sleepscope.errors import EventFileError, ReviewError
from sleepscope.review.storage import is_on_network

# "SlSc" in ASCII: tells a review file from any other SQLite file.
APPLICATION_ID: Final = 0x536C5363

# Step n brings a file from schema n to n + 1. A released step is never edited: add one behind it.
MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    (
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
        """CREATE TABLE scorers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, spans TEXT,
            live INTEGER NOT NULL)""",
        "CREATE UNIQUE INDEX live_scorers ON scorers (name) WHERE live",
        """CREATE TABLE events (row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
            scorer INTEGER NOT NULL REFERENCES scorers (id), onset REAL NOT NULL,
            duration REAL NOT NULL, kind TEXT NOT NULL, channel TEXT, confidence REAL,
            note TEXT NOT NULL, unsure INTEGER NOT NULL, status TEXT NOT NULL, origin TEXT)""",
        "CREATE INDEX events_of_scorer ON events (scorer)",
        """CREATE TABLE verdicts (event TEXT NOT NULL REFERENCES events (id),
            person TEXT NOT NULL, status TEXT NOT NULL, at TEXT NOT NULL,
            PRIMARY KEY (event, person)) WITHOUT ROWID""",
        """CREATE TABLE hypnograms (scorer TEXT PRIMARY KEY, epoch_seconds REAL NOT NULL,
            start REAL NOT NULL, stages TEXT NOT NULL)""",
        """CREATE TABLE runs (id INTEGER PRIMARY KEY,
            scorer INTEGER NOT NULL REFERENCES scorers (id), live INTEGER NOT NULL,
            facts TEXT NOT NULL, probability BLOB NOT NULL)""",
        """CREATE TABLE steps (id INTEGER PRIMARY KEY, name TEXT NOT NULL, verb TEXT NOT NULL,
            who TEXT NOT NULL, at TEXT NOT NULL, state TEXT NOT NULL)""",
        "CREATE INDEX steps_by_state ON steps (state, id)",
        """CREATE TABLE edits (id INTEGER PRIMARY KEY, step INTEGER NOT NULL REFERENCES steps (id),
            at TEXT NOT NULL, who TEXT NOT NULL, verb TEXT NOT NULL, target TEXT NOT NULL,
            before TEXT, after TEXT)""",
        "CREATE INDEX edits_of_step ON edits (step)",
        """CREATE TRIGGER edits_are_kept BEFORE DELETE ON edits
            BEGIN SELECT raise(ABORT, 'the edit log is append-only'); END""",
        """CREATE TRIGGER edits_stay_as_they_are BEFORE UPDATE ON edits
            BEGIN SELECT raise(ABORT, 'the edit log is append-only'); END""",
    ),
    (
        # Blind sessions and audits, and how each edit after a reveal moved a person's events.
        """CREATE TABLE sittings (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, person TEXT NOT NULL,
            state TEXT NOT NULL, facts TEXT NOT NULL)""",
        """CREATE TABLE leanings (id INTEGER PRIMARY KEY,
            sitting INTEGER NOT NULL REFERENCES sittings (id),
            step INTEGER NOT NULL REFERENCES steps (id), at TEXT NOT NULL, verb TEXT NOT NULL,
            before REAL NOT NULL, after REAL NOT NULL)""",
        "CREATE INDEX leanings_of_sitting ON leanings (sitting)",
        """CREATE TRIGGER leanings_are_kept BEFORE DELETE ON leanings
            BEGIN SELECT raise(ABORT, 'the edit log is append-only'); END""",
        """CREATE TRIGGER leanings_stay_as_they_are BEFORE UPDATE ON leanings
            BEGIN SELECT raise(ABORT, 'the edit log is append-only'); END""",
    ),
    (
        # Explanations that were worked out, see kept_maps: by the question that each answers.
        """CREATE TABLE maps (number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE,
            content BLOB NOT NULL)""",
    ),
)


class DamagedFileError(ReviewError):
    """The file is not a whole SQLite database any more."""


class Database:
    """One connection to a review file.

    Attributes
    ----------
    path : Path
    read_only : bool
    connection : sqlite3.Connection
        In autocommit mode: every write goes through :meth:`writing`.
    """

    def __init__(self, path: Path, *, read_only: bool = False, immutable: bool = False) -> None:
        """Open the file and bring it to today's schema.

        Raises
        ------
        DamagedFileError
            If it is not a whole SQLite database.
        ReviewError
            If it is no review file, of a newer SleepScope, or cannot be opened.
        """
        self.path = path
        self.read_only = read_only or immutable
        mode = "immutable=1" if immutable else "mode=ro" if read_only else "mode=rwc"
        with self._in_words():
            self.connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None, timeout=2.0
            )
            try:
                self._prepare()
            except BaseException:
                self.connection.close()
                raise

    def _prepare(self) -> None:
        execute = self.connection.execute
        execute("PRAGMA foreign_keys = ON")
        # A page cache of 16 MB holds 50,000 events.
        execute("PRAGMA cache_size = -16000")
        self._check()
        is_old = 0 < self.version < len(MIGRATIONS)
        if self.read_only and is_old:
            self._read_from_memory()
        elif not self.read_only:
            # On a network share the write-ahead log is not safe: there SQLite keeps its older
            # journal, slower and just as safe.
            journal = "DELETE" if is_on_network(self.path.parent) else "WAL"
            execute(f"PRAGMA journal_mode = {journal}")
            execute("PRAGMA synchronous = FULL")
            if is_old:
                self._keep_old()
            self._migrate()

    def _read_from_memory(self) -> None:
        """An older file that may not be written is brought up to date in memory alone."""
        on_disk = self.connection
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        on_disk.backup(self.connection)
        on_disk.close()
        self._migrate()
        self.connection.execute("PRAGMA query_only = ON")

    def _keep_old(self) -> None:
        """Copy the file as the older program left it, before it is brought up to date."""
        kept = self.path.with_name(f"{self.path.name}.schema{self.version}")
        try:
            kept.unlink(missing_ok=True)
            with contextlib.closing(sqlite3.connect(kept, isolation_level=None)) as copy:
                self.connection.backup(copy)
        except (OSError, sqlite3.Error) as error:
            with contextlib.suppress(OSError):
                kept.unlink(missing_ok=True)
            raise ReviewError(
                f"{self.path.name} was written by an older SleepScope, and the copy {kept.name} "
                f"that is kept of it could not be written ({error}); free some space, then open "
                "the recording again."
            ) from error

    def _check(self) -> None:
        execute = self.connection.execute
        (verdict,) = execute("PRAGMA integrity_check(1)").fetchone()
        if verdict != "ok":
            raise DamagedFileError(f"The review file {self.path.name} is damaged ({verdict}).")
        (application,) = execute("PRAGMA application_id").fetchone()
        (tables,) = execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and application != APPLICATION_ID:
            raise ReviewError(
                f"{self.path.name} is a database of another program, not a SleepScope review file; "
                "rename it or move it away and open the recording again."
            )
        version = self.version
        if version > len(MIGRATIONS):
            raise ReviewError(
                f"{self.path.name} was written by a newer SleepScope (schema {version}, this one "
                f"knows up to {len(MIGRATIONS)}); update SleepScope to open it."
            )

    @property
    def version(self) -> int:
        """Schema of the file; 0 for a fresh one."""
        (version,) = self.connection.execute("PRAGMA user_version").fetchone()
        return int(version)

    def _migrate(self) -> None:
        for version in range(self.version, len(MIGRATIONS)):
            with self.writing() as execute:
                execute(f"PRAGMA application_id = {APPLICATION_ID}")
                for statement in MIGRATIONS[version]:
                    execute(statement)
                execute(f"PRAGMA user_version = {version + 1}")

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """A transaction: what is executed inside is committed to the disk as one, or not at all.

        Yields
        ------
        callable
            ``connection.execute``.

        Raises
        ------
        ReviewError
            If the disk is full, the file is locked or may not be written; nothing was changed.
        """
        with self._in_words():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection.execute
                self.connection.execute("COMMIT")
            except BaseException:
                # A COMMIT that failed leaves the transaction open; some failures end it.
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Whatever stands in the file is understood inside, or said to be strange.

        Raises
        ------
        ReviewError
            If the file cannot be read, or holds values that are none of a review.
        """
        with self._in_words():
            try:
                yield
            except (ValueError, KeyError, TypeError, AttributeError, EventFileError) as error:
                raise ReviewError(
                    f"The review file {self.path.name} holds something that is no part of a review "
                    f"({error}); put its backup {self.path.name}.bak in its place, or move it away "
                    f"and open the recording again."
                ) from error

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _in_words(error, self.path) from error

    def close(self) -> None:
        """Let go of the file; SQLite folds its journal into it."""
        self.connection.close()


def _in_words(error: sqlite3.Error, path: Path) -> ReviewError:
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return DamagedFileError(f"The review file {path.name} is damaged ({error}).")
    if name.startswith("SQLITE_FULL"):
        why = "the disk is full; free some space, then edit on"
    elif name.startswith(("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH")):
        why = "it may not be written; check its permissions and those of its folder"
    elif name.startswith("SQLITE_CANTOPEN"):
        why = f"it cannot be opened in {path.parent}; check that the folder may be written"
    elif name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        why = "another program is writing to it; close that program, then try again"
    else:
        why = f"{error}; what was saved before is still there"
    return ReviewError(f"The review file {path.name} was not changed: {why}.")

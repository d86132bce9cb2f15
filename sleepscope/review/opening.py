"""Opening a review: the right file, whole, locked, backed up."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sleepscope import __version__
from sleepscope.errors import ReviewError
from sleepscope.review.database import Database
from sleepscope.review.lock import Holder, ReviewLock
from sleepscope.review.place import find_place, known_places, open_to_read, open_whole, write_backup

if TYPE_CHECKING:
    from sleepscope.recordings.identity import RecordingIdentity


@dataclass(slots=True)
class Opened:
    """An open database and what came with it.

    Attributes
    ----------
    database : Database
    notices : list of str
    holder : Holder or None
        Who edits it, where that is somebody else.
    release : callable
        Gives the lock back.
    """

    database: Database
    notices: list[str] = field(default_factory=list)
    holder: Holder | None = None
    release: Callable[[], None] = lambda: None

    def close(self) -> None:
        """Let go of the file, and of the lock."""
        self.database.close()
        self.release()


def open_review(recording: Path, identity: RecordingIdentity, person: str) -> Opened:
    """Open or begin the review file of a recording; see :meth:`ReviewFile.open`."""
    place = find_place(recording, identity.content_hash)
    notices = [place.notice] if place.notice else []
    strangers: list[Path] = []
    for path in place.candidates():
        is_new = not path.exists()
        opened = _open_locked(path, person)
        try:
            belongs = _belongs(opened.database, recording, identity)
        except BaseException:
            opened.close()
            raise
        if not belongs:
            opened.close()
            strangers.append(path)
            continue
        if strangers and is_new:
            notices.append(
                f"{strangers[0].name} is the review of another recording and was left alone; "
                f"this review is kept in {path.name}."
            )
        opened.notices[:0] = notices
        if not opened.database.read_only and not is_new:
            notice = write_backup(opened.database)
            opened.notices += [notice] if notice else []
        return opened
    raise ReviewError(
        f"{place.folder} holds the reviews of {len(strangers)} other recordings called "
        f"{place.stem}; rename this recording to begin another one."
    )


def find_review(recording: Path, identity: RecordingIdentity) -> Opened:
    """Open the review of a recording for reading alone; see :meth:`ReviewFile.open_existing`."""
    for place in known_places(recording, identity.content_hash):
        for path in place.candidates():
            if not path.exists():
                break
            opened = Opened(open_to_read(path))
            try:
                if _belongs(opened.database, recording, identity):
                    return opened
            except BaseException:
                opened.close()
                raise
            opened.close()
    raise ReviewError(
        f"There is no review of {recording.name} yet; open it in SleepScope, or detect something."
    )


def open_by_name(path: Path, person: str, *, read_only: bool) -> tuple[Opened, RecordingIdentity]:
    """Open a review file itself; see :meth:`ReviewFile.open_file`."""
    from sleepscope.recordings.identity import RecordingIdentity

    if not path.is_file():
        raise ReviewError(f"There is no review file {path}; name a file that ends in .sleepscope.")
    opened = Opened(open_to_read(path)) if read_only else _open_locked(path, person)
    try:
        with opened.database.reading():
            query = "SELECT value FROM meta WHERE key = 'recording'"
            facts = json.loads(opened.database.connection.execute(query).fetchone()[0])
            start = facts["start"]
            identity = RecordingIdentity(
                int(facts["size"]),
                None if start is None else datetime.datetime.fromisoformat(start),
                float(facts["duration"]),
                str(facts["content_hash"]),
            )
    except BaseException:
        opened.close()
        raise
    return opened, identity


def _open_locked(path: Path, person: str) -> Opened:
    lock = ReviewLock(path, person)
    try:
        is_mine = lock.acquire()
    except ReviewError as error:
        # A full disk has no room for a lock; what is in the review can be read all the same.
        if not path.exists():
            raise
        return Opened(open_to_read(path), [f"{path.name} is read-only here: {error}"])
    if not is_mine:
        notice = (
            f"{path.name} is open for editing by {lock.holder or 'another program'}, so it is "
            f"read-only here; if that is wrong, delete {lock.path.name} and open it again."
        )
        return Opened(Database(path, read_only=True), [notice], lock.holder)
    try:
        database, notice = open_whole(path)
    except BaseException:
        lock.release()
        raise
    return Opened(database, [notice] if notice else [], None, lock.release)


def _belongs(database: Database, recording: Path, identity: RecordingIdentity) -> bool:
    """Whether a review is of this recording; a fresh one becomes so."""
    facts = _facts(identity)
    with database.reading():
        query = "SELECT value FROM meta WHERE key = 'recording'"
        found = database.connection.execute(query).fetchone()
        if found is not None:
            return bool(json.loads(found[0])["content_hash"] == facts["content_hash"])
    if not database.read_only:
        begun = datetime.datetime.now(datetime.UTC).isoformat()
        with database.writing() as execute:
            for key, value in (
                ("recording", json.dumps(facts)),
                ("file", recording.name),
                ("begun", begun),
                ("software", f"SleepScope {__version__}"),
            ):
                execute("INSERT INTO meta VALUES (?, ?)", (key, value))
    return True


def _facts(identity: RecordingIdentity) -> dict[str, Any]:
    facts = dataclasses.asdict(identity)
    return {
        name: value.isoformat() if isinstance(value, datetime.datetime) else value
        for name, value in facts.items()
    }

"""Where the review file of a recording lies, its backup copy, and what becomes of a damaged one."""

from __future__ import annotations

import contextlib
import datetime
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sleepscope.errors import ReviewError
from sleepscope.review.database import DamagedFileError, Database

SUFFIX: Final = ".sleepscope"
# The smallest page of an SQLite file, bytes; what is shorter counts as empty there.
_SMALLEST_PAGE: Final = 512
# More reviews of other recordings of the same name than this are hardly in one folder.
_MOST_NAMESAKES: Final = 99


@dataclass(frozen=True, slots=True)
class Place:
    """A folder and the stem of the review files in it.

    Attributes
    ----------
    folder : Path
    stem : str
    notice : str
        A sentence for the person, or "".
    """

    folder: Path
    stem: str
    notice: str = ""

    def candidates(self) -> Iterator[Path]:
        """Names in the order they are tried: NIGHT.sleepscope, "NIGHT (2).sleepscope", ..."""
        yield self.folder / f"{self.stem}{SUFFIX}"
        for number in range(2, _MOST_NAMESAKES + 1):
            yield self.folder / f"{self.stem} ({number}){SUFFIX}"


def known_places(recording: Path, content_hash: str) -> tuple[Place, Place]:
    """Beside the recording, and in the user's data folder."""
    import platformdirs

    folder = platformdirs.user_data_path("sleepscope", appauthor=False) / "reviews"
    return Place(recording.parent, recording.stem), Place(
        folder,
        f"{recording.stem}-{content_hash[:8]}",
        f"The folder {recording.parent} cannot be written, so the review is kept in {folder}.",
    )


def find_place(recording: Path, content_hash: str) -> Place:
    """Beside the recording, or in the user's data folder where that one cannot be written.

    A review file that lies beside a recording in a read-only folder is copied over once, and
    edited there.
    """
    beside, place = known_places(recording, content_hash)
    if _can_write(recording.parent):
        return beside
    folder = place.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        source, target = next(beside.candidates()), next(place.candidates())
        if source.exists() and not target.exists():
            shutil.copyfile(source, target)
    except OSError as error:
        raise ReviewError(
            f"Neither {recording.parent} nor {folder} can be written ({error.strerror}), so there "
            "is no place for the review."
        ) from error
    return place


def _can_write(folder: Path) -> bool:
    # Asking the file system is the only test that is right for root, Windows and network shares.
    try:
        with tempfile.TemporaryFile(dir=folder, prefix=".sleepscope-"):
            return True
    except OSError:
        return False


def open_whole(path: Path) -> tuple[Database, str]:
    """Open a review file; where it is damaged, set it aside and go on from its backup copy.

    Returns
    -------
    Database, str
        And a sentence for the person, "" where all is well.

    Raises
    ------
    ReviewError
        If it is damaged and there is no whole backup; the damaged file is set aside all the same.
    """
    backup = backup_path(path)
    try:
        if _was_emptied(path, backup):
            raise DamagedFileError(f"The review file {path.name} was cut off.")
        return Database(path), ""
    except DamagedFileError:
        aside = _set_aside(path)
    if backup.exists():
        when = datetime.datetime.fromtimestamp(backup.stat().st_mtime)  # noqa: DTZ006  (local time)
        with contextlib.suppress(DamagedFileError):
            Database(backup, immutable=True).close()
            _copy(backup, path)
            return Database(path), (
                f"{path.name} was damaged and is kept as {aside.name}; the review goes on from "
                f"the backup of {when:%Y-%m-%d %H:%M}."
            )
    raise ReviewError(
        f"{path.name} is damaged and has no whole backup; it was set aside as {aside.name}, and "
        "opening the recording again begins a new review."
    )


def open_to_read(path: Path) -> Database:
    """Open a review file without writing anything, also in a folder that cannot be written."""
    if not path.with_name(path.name + "-wal").exists():
        # Nobody writes to it and it has no journal: SQLite need not lay an index beside it.
        return Database(path, immutable=True)
    return Database(path, read_only=True)


def _was_emptied(path: Path, backup: Path) -> bool:
    """Whether SQLite would silently begin anew in a file that held something."""
    size = path.stat().st_size if path.exists() else None
    return size is not None and size < _SMALLEST_PAGE and (size > 0 or backup.exists())


def _set_aside(path: Path) -> Path:
    stamp = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")  # noqa: DTZ005  (local time)
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    number = 2
    while aside.exists():
        aside = path.with_name(f"{path.name}.damaged-{stamp}-{number}")
        number += 1
    path.replace(aside)
    for journal in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + journal).replace(aside.with_name(aside.name + journal))
    return aside


def backup_path(path: Path) -> Path:
    """Where the backup copy of a review file lies."""
    return path.with_name(path.name + ".bak")


def write_backup(database: Database) -> str:
    """Copy a whole review file, as it was found on opening.

    Returns
    -------
    str
        A sentence for the person where that failed (the review itself works all the same).
    """
    target = backup_path(database.path)
    try:
        if _is_current(target, database.path):
            return ""
        with tempfile.TemporaryDirectory(
            dir=target.parent, prefix=".sleepscope-", ignore_cleanup_errors=True
        ) as folder:
            copy = Path(folder) / target.name
            destination = sqlite3.connect(copy, isolation_level=None)
            try:
                destination.execute("PRAGMA synchronous = OFF")  # _sync does it once, below
                database.connection.backup(destination)
            finally:
                destination.close()
            _sync(copy)
            copy.replace(target)
    except (OSError, sqlite3.Error) as error:
        return f"No backup copy of {database.path.name} could be written ({error})."
    return ""


def _is_current(backup: Path, path: Path) -> bool:
    journal = path.with_name(path.name + "-wal")
    if not backup.exists() or (journal.exists() and journal.stat().st_size):
        return False
    return backup.stat().st_mtime_ns > path.stat().st_mtime_ns


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    _sync(target)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())

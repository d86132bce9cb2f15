"""Who edits a review file now: one at a time, and a crashed program holds nothing."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from sleepscope.errors import ReviewError


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a review file open for editing.

    Attributes
    ----------
    person : str
        Scorer name, or "" where none was given.
    host : str
        Name of the computer.
    pid : int
        Process number on it.
    """

    person: str
    host: str
    pid: int

    def __str__(self) -> str:
        who = f"{self.person.removeprefix('human:')} on " if self.person else ""
        return f"{who}{self.host} (process {self.pid})"


class ReviewLock:
    """A lock file beside a review file.

    The operating system's lock on it says whether the holder lives: it ends with the process,
    however that ended. What is written in it says who it is. A holder on another computer is
    believed, because not every network share passes locks on.
    """

    def __init__(self, review_path: Path, person: str = "") -> None:
        self.path = review_path.with_name(review_path.name + ".lock")
        self.holder: Holder | None = None
        self._person = person
        self._file: int | None = None

    def acquire(self) -> bool:
        """Take the lock, or learn in :attr:`holder` who has it.

        Raises
        ------
        ReviewError
            If the lock file cannot be written.
        """
        try:
            while self._file is None:
                file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
                if not self._take(file):
                    os.close(file)
                    return False
                if _still_there(file, self.path):
                    self._file = file
                else:
                    os.close(file)
            me = Holder(self._person, socket.gethostname(), os.getpid())
            os.lseek(self._file, 0, os.SEEK_SET)
            os.truncate(self._file, 0)
            os.write(self._file, json.dumps(asdict(me)).encode())
        except OSError as error:
            self.release()
            raise ReviewError(
                f"The lock file {self.path.name} cannot be written in {self.path.parent}: "
                f"{error.strerror}."
            ) from error
        self.holder = me
        return True

    def _take(self, file: int) -> bool:
        self.holder = _read(file)
        elsewhere = self.holder is not None and self.holder.host != socket.gethostname()
        if elsewhere:
            return False
        taken = _lock(file)
        if taken is None:  # no locks on this file system: go by what is written
            return self.holder is None or not _lives(self.holder.pid)
        return taken

    def release(self) -> None:
        """Let the next one in."""
        if self._file is None:
            return
        # Unlinking first and closing then leaves no moment in which somebody else's lock file is
        # taken away; Windows refuses to unlink an open file, so there it is emptied and stays.
        with contextlib.suppress(OSError):
            os.truncate(self._file, 0)
            self.path.unlink()
        os.close(self._file)
        self._file = None
        self.holder = None


def _read(file: int) -> Holder | None:
    try:
        content = json.loads(
            os.pread(file, 4096, 0) if hasattr(os, "pread") else os.read(file, 4096)
        )
        return Holder(str(content["person"]), str(content["host"]), int(content["pid"]))
    except (ValueError, KeyError, TypeError):
        return None  # empty, or cut off by a crash: nobody to name


def _still_there(file: int, path: Path) -> bool:
    """Whether ``path`` is still the file that was locked (another holder may have unlinked it)."""
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> bool | None:
        # Byte 1 MB behind the text, so that the text stays readable for others.
        os.lseek(file, 1 << 20, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            return False if error.errno in (errno.EACCES, errno.EDEADLK) else None
        return True

    def _lives(_pid: int) -> bool:
        return True
else:
    import fcntl

    def _lock(file: int) -> bool | None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            return False if error.errno in (errno.EWOULDBLOCK, errno.EACCES) else None
        return True

    def _lives(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True

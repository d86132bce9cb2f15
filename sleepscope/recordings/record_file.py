"""The data records of a file: rectangles of bytes, read without mapping and without holding them.

Plain reads were chosen over a memory map. A map of a file that another program cuts short, or of a
network folder that goes away, kills the whole process (SIGBUS) at the next touched page, while a
read comes back short and becomes a sentence. A page of 16 channels takes 0.6 ms. One
channel of an eight-hour night of 153 MB costs 45 ms where a map takes 30, and 25-31 ms when two
threads share the work, which is what ``in_two_threads`` does with long reads.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import RecordingError

# Bytes read at a time: small enough to stay in the processor's cache until it is unpacked.
_BLOCK_BYTES = 1 << 20
# From this many unwanted bytes between two wanted pieces, a read of its own is cheaper.
_SKIP_BYTES = 16 << 10
# From this many bytes of file on, two threads read faster than one.
_SHARED_BYTES = 16 << 20


class RecordFile:
    """Records of one size, one behind the other, in a file that is only ever read.

    Parameters
    ----------
    path : Path
        The file.
    data_offset, record_bytes : int, bytes
        Where the first record begins, and the length of each.

    Raises
    ------
    RecordingError
        If the file cannot be opened.
    """

    def __init__(self, path: Path, data_offset: int, record_bytes: int) -> None:
        self.path = path
        self._data_offset = data_offset
        self.record_bytes = record_bytes
        self._lock = threading.Lock()
        try:
            self._descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        except OSError as error:
            raise RecordingError(
                f"{path.name} cannot be opened: {error.strerror or error}."
            ) from error
        # Let go of together with the object, so that a recording may simply be dropped.
        self._release = weakref.finalize(self, os.close, self._descriptor)
        self._opened_as = fingerprint(os.fstat(self._descriptor))

    def close(self) -> None:
        """Let go of the file."""
        self._release()

    def rows(self, first: int, count: int, offset: int, width: int) -> Iterator[NDArray[np.uint8]]:
        """Bytes ``[offset, offset + width)`` of each of ``count`` records, in blocks.

        Yields
        ------
        (n, width) ndarray of uint8
            One row a record (or a piece of a very long one, n = 1); it is overwritten by the next.

        Raises
        ------
        RecordingError
            If the file was cut short, replaced or changed since it was opened.
        """
        self._check_unchanged()
        if width > _BLOCK_BYTES:
            yield from self._long_rows(first, count, offset, width)
            return
        apart = self.record_bytes - width > _SKIP_BYTES
        stride = width if apart else self.record_bytes
        n_rows = min(count, max(1, _BLOCK_BYTES // stride))
        block = np.empty(n_rows * stride, dtype=np.uint8)
        bytes_of = block.data
        for at in range(first, first + count, n_rows):
            n = min(n_rows, first + count - at)
            if apart:
                for k in range(n):
                    self._fill(bytes_of[k * width : (k + 1) * width], at + k, offset)
            else:
                self._fill(bytes_of[: (n - 1) * stride + width], at, offset)
            yield block[: n * stride].reshape(n, stride)[:, :width]

    def head(self, n_bytes: int) -> bytes:
        """The first ``n_bytes`` of the file."""
        self._check_unchanged()
        buffer = bytearray(n_bytes)
        self._fill_at(memoryview(buffer), 0)
        return bytes(buffer)

    def _long_rows(
        self, first: int, count: int, offset: int, width: int
    ) -> Iterator[NDArray[np.uint8]]:
        # A multiple of 6, so that no sample of two or three bytes is torn apart.
        step = _BLOCK_BYTES // 6 * 6
        block = np.empty(step, dtype=np.uint8)
        for record in range(first, first + count):
            for at in range(0, width, step):
                n = min(step, width - at)
                self._fill(block.data[:n], record, offset + at)
                yield block[:n].reshape(1, n)

    def _fill(self, target: memoryview, record: int, offset: int) -> None:
        self._fill_at(target, self._data_offset + record * self.record_bytes + offset)

    def _fill_at(self, target: memoryview, position: int) -> None:
        filled = 0
        try:
            while filled < len(target):
                n = self._read_at(target[filled:], position + filled)
                if n == 0:
                    break
                filled += n
        except OSError as error:
            reason = error.strerror or error
            raise RecordingError(f"{self.path.name} cannot be read any more: {reason}.") from error
        if filled < len(target):
            raise self._changed()

    def _read_at(self, target: memoryview, position: int) -> int:
        """Read once; threads do not wait for each other where the system can read at a place."""
        if hasattr(os, "preadv"):
            return os.preadv(self._descriptor, [target], position)
        with self._lock:
            os.lseek(self._descriptor, position, os.SEEK_SET)
            piece = os.read(self._descriptor, len(target))
        target[: len(piece)] = piece
        return len(piece)

    def _check_unchanged(self) -> None:
        """Refuse to mix what was opened with what lies there now; a moved file stays readable."""
        if not self._release.alive:
            raise RecordingError(f"{self.path.name} was closed and cannot be read any more.")
        try:
            now = self.path.stat()
        except OSError:
            return
        if fingerprint(now) != self._opened_as:
            raise self._changed()

    def _changed(self) -> RecordingError:
        return RecordingError(
            f"{self.path.name} was changed, replaced or cut short since it was opened; "
            "open it again."
        )


def in_two_threads(work: Callable[[int, int], None], count: int, bytes_each: int) -> None:
    """Do a piece of work on ``count`` records, in two threads where so much is read that it pays.

    Parameters
    ----------
    work : callable of (first, behind)
        Works on the records ``[first, behind)``.
    count : int
        Records in all.
    bytes_each : int, bytes
        What has to be passed of the file for each.
    """
    half = count // 2
    if half == 0 or count * bytes_each < _SHARED_BYTES:
        work(0, count)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(max_workers=1) as pool:
        second = pool.submit(work, half, count)
        work(0, half)
        second.result()


def fingerprint(status: os.stat_result) -> tuple[int, int, int]:
    """What changes when a file is replaced, cut or written to."""
    return status.st_ino, status.st_size, status.st_mtime_ns

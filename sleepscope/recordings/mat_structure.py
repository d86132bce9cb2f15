"""Whether a MATLAB file is built as it says: readers of it crash the process where it is not.

The layout is that of "MAT-File Format", level 5 (MathWorks): elements of a type, a size and as many
bytes, in which matrices hold flags, dimensions, a name and then numbers, letters, cells or fields.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from sleepscope.errors import RecordingError

_HEADER_BYTES = 128
_MATRIX, _COMPRESSED = 14, 15
# Bytes of one item of each type of element.
_ITEM_BYTES = {1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 4, 9: 8, 12: 8, 13: 8, 16: 1, 17: 2, 18: 4}
_CELL, _STRUCT, _CHARACTERS, _NUMERIC = 1, 2, 4, range(6, 16)
_COMPLEX = 0x0800
_TYPE_INT32, _TYPE_UINT32, _TYPES_OF_NAMES = 5, 6, (1, 2)
_MOST_DEPTH = 12
_LONGEST_FIELD_NAME = 256
# Samples of a night in the file itself; a packed file may unfold to a thousand times its size.
_MOST_BYTES = 8 << 30

_Element = tuple[int, memoryview]


class _DamageError(Exception):
    """The file is not built as it says."""


def check_mat(path: Path) -> None:
    """Refuse a MATLAB file that is damaged or of a version that cannot be read.

    Raises
    ------
    RecordingError
        If it is; nothing of it is quoted.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise RecordingError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    if raw.startswith((b"MATLAB 7.3", b"\x89HDF")):
        raise RecordingError(
            f"{path.name} is saved in MATLAB's format 7.3, which is not read; save it in EEGLAB "
            "as version 6 or 7."
        )
    order = {b"IM": "<", b"MI": ">"}.get(raw[126:128])
    if not raw.startswith(b"MATLAB 5.0") or order is None:
        raise RecordingError(f"{path.name} is no MATLAB file of version 5 to 7, as EEGLAB saves.")
    try:
        for kind, payload in _elements(memoryview(raw)[_HEADER_BYTES:], order):
            if kind == _COMPRESSED:
                for inner in _elements(_unpacked(payload), order):
                    _check_matrix(inner, order, 0)
            else:
                _check_matrix((kind, payload), order, 0)
    except (_DamageError, StopIteration, ValueError, struct.error) as error:
        raise RecordingError(f"{path.name} is damaged: it is not built as it says.") from error


def _unpacked(payload: memoryview) -> memoryview:
    unfold = zlib.decompressobj()
    try:
        unpacked = unfold.decompress(payload, _MOST_BYTES)
    except zlib.error as error:
        raise _DamageError from error
    if not unfold.eof:
        raise _DamageError
    return memoryview(unpacked)


def _elements(data: memoryview, order: str) -> Iterator[_Element]:
    """Type and bytes of each element."""
    at = 0
    while at < len(data):
        kind, size = struct.unpack_from(f"{order}II", data, at)
        start, step = at + 8, -(-size // 8) * 8
        if kind >> 16:  # up to four bytes are held in the tag itself
            kind, size = kind & 0xFFFF, kind >> 16
            start, step = at + 4, 0
            if size > 4:
                raise _DamageError
        if size > len(data) - start or kind not in (_MATRIX, _COMPRESSED, *_ITEM_BYTES):
            raise _DamageError
        yield kind, data[start : start + size]
        at += 8 + (size if kind == _COMPRESSED else step)


def _check_matrix(element: _Element, order: str, depth: int) -> None:
    kind, payload = element
    if kind != _MATRIX or depth > _MOST_DEPTH:
        raise _DamageError
    if not len(payload):
        return
    parts = _elements(payload, order)
    flags = _numbers(next(parts), order, _TYPE_UINT32)
    shape = _numbers(next(parts), order, _TYPE_INT32)
    name_kind, _ = next(parts)
    if len(flags) != 2 or len(shape) < 2 or min(shape) < 0 or name_kind not in _TYPES_OF_NAMES:
        raise _DamageError
    count, what = math.prod(shape), flags[0] & 0xFF
    if what == _CELL:
        _check_items(parts, count, order, depth)
    elif what == _STRUCT:
        _check_items(parts, count * _field_count(parts, order), order, depth)
    elif what == _CHARACTERS or what in _NUMERIC:
        for _ in range(2 if flags[0] & _COMPLEX else 1):
            kind, payload = next(parts)
            # Letters of UTF-8 may take several bytes; numbers are as many as announced.
            items, rest = divmod(len(payload), _ITEM_BYTES.get(kind, 1))
            few = items < count if kind == 16 else items != count
            if kind == _MATRIX or rest or few:
                raise _DamageError
    else:  # objects, functions and sparse matrices are in no EEGLAB set
        raise _DamageError
    if next(parts, None) is not None:
        raise _DamageError


def _numbers(element: _Element, order: str, expected: int) -> tuple[int, ...]:
    kind, payload = element
    if kind != expected or len(payload) % 4:
        raise _DamageError
    letter = "I" if kind == _TYPE_UINT32 else "i"
    return struct.unpack(f"{order}{len(payload) // 4}{letter}", payload)


def _field_count(parts: Iterator[_Element], order: str) -> int:
    """How many fields each struct of an array has."""
    (width, *more) = _numbers(next(parts), order, _TYPE_INT32)
    kind, names = next(parts)
    usable = 0 < width <= _LONGEST_FIELD_NAME and kind in _TYPES_OF_NAMES
    if more or not usable or len(names) % width:
        raise _DamageError
    return len(names) // width


def _check_items(parts: Iterator[_Element], count: int, order: str, depth: int) -> None:
    # Each item takes eight bytes at least, so a wrong count ends the loop early.
    for _ in range(count):
        _check_matrix(next(parts), order, depth + 1)

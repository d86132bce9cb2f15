"""MATLAB files of version 5 to 7: numbers, texts and structs of them, and nothing else.

Only what a file of stages is made of is read; cells, sparse matrices and objects are passed over.
No size that a file states is believed before the bytes are there, so that a broken or hostile
file ends in one sentence and never fills the memory. The layout is MathWorks' "MAT-File Format",
chapter 1.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator, Mapping

import numpy as np

from sleepscope.errors import EventFileError

MatValue = np.ndarray | str | Mapping[str, "MatValue"]

# Scores of a night have some kB; a packed file may unfold to a thousand times its size.
_MOST_UNPACKED_BYTES = 64 * 1024 * 1024
_MOST_FIELDS = 1000
_MOST_DEPTH = 4

_HEADER_BYTES = 128
_MATRIX, _COMPRESSED = 14, 15
_NUMBERS = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8"}
_NUMBERS[13] = "u8"
_TEXTS = {1: "utf-8", 2: "utf-8", 4: "utf-16", 16: "utf-8", 17: "utf-16", 18: "utf-32"}
_STRUCT, _CHARACTERS = 2, 4
_NUMERIC_CLASSES = range(6, 16)


class _DamageError(Exception):
    """The bytes are no MATLAB file; turned into a sentence by the one who knows its name."""


def is_mat(head: bytes) -> bool:
    """Whether the bytes begin like a MATLAB file of version 5 to 7."""
    return head.startswith(b"MATLAB 5.0 MAT-file") and head[126:128] in {b"IM", b"MI"}


def is_mat_7_3(head: bytes) -> bool:
    """Whether the bytes begin like a MATLAB file of version 7.3, which is HDF5."""
    return head.startswith(b"MATLAB 7.3 MAT-file")


def read_mat(raw: bytes, name: str) -> dict[str, MatValue]:
    """Read the variables of a file by name.

    Parameters
    ----------
    raw : bytes
        The whole file.
    name : str
        Its name, for sentences.

    Returns
    -------
    dict of str to array, str or mapping
        Arrays are flat, in MATLAB's order of columns; a struct is a mapping of its fields.

    Raises
    ------
    EventFileError
        If the file is damaged or unfolds to more than 64 MB.
    """
    try:
        order = "<" if raw[126:128] == b"IM" else ">"
        found: dict[str, MatValue] = {}
        left = _MOST_UNPACKED_BYTES
        for kind, payload in _elements(memoryview(raw)[_HEADER_BYTES:], order):
            inside = payload
            if kind == _COMPRESSED:
                inside = _unpacked(payload, left)
                left -= len(inside)
                kind, inside = next(_elements(inside, order), (0, payload[:0]))
            if kind != _MATRIX:
                raise _DamageError("something that is no variable")
            variable, value = _matrix(inside, order, 0)
            if variable and value is not None:
                found[variable] = value
    except _DamageError as damage:
        raise EventFileError(f"{name} is a damaged MATLAB file: it holds {damage}.") from damage
    return found


def _unpacked(payload: memoryview, most: int) -> memoryview:
    unpacker = zlib.decompressobj()
    try:
        unpacked = unpacker.decompress(payload, most + 1)
    except zlib.error as error:
        raise _DamageError("packed bytes that cannot be unpacked") from error
    if len(unpacked) > most:
        raise _DamageError(f"more than {_MOST_UNPACKED_BYTES // 2**20} MB of variables")
    return memoryview(unpacked)


def _elements(data: memoryview, order: str) -> Iterator[tuple[int, memoryview]]:
    """Yield the type and the bytes of each element."""
    position = 0
    while position < len(data):
        if len(data) - position < 8:
            raise _DamageError("an element that is cut off")
        kind, size = struct.unpack_from(f"{order}II", data, position)
        if kind >> 16:  # up to four bytes are held in the tag itself
            kind, size = kind & 0xFFFF, kind >> 16
            if size > 4:
                raise _DamageError(f"a short element of {size} bytes")
            yield kind, data[position + 4 : position + 4 + size]
            position += 8
            continue
        position += 8
        if size > len(data) - position:
            raise _DamageError(f"an element of {size} bytes where {len(data) - position} are left")
        yield kind, data[position : position + size]
        # Elements begin at multiples of eight bytes, but for packed ones.
        position += size if kind == _COMPRESSED else -(-size // 8) * 8


def _matrix(data: memoryview, order: str, depth: int) -> tuple[str, MatValue | None]:
    """Name and value of a variable or field; None for what is not read."""
    if not data:
        return "", None
    parts = _elements(data, order)
    try:
        flags = np.frombuffer(next(parts)[1], f"{order}u4")
        shape = np.frombuffer(next(parts)[1], f"{order}i4").tolist()
        name = bytes(next(parts)[1]).decode("ascii", errors="replace")
        kind = int(flags[0]) & 0xFF
        count = math.prod(shape)
        if kind == _STRUCT and count == 1 and depth < _MOST_DEPTH:
            return name, _struct(parts, order, depth)
        if kind == _CHARACTERS:
            return name, _text(*next(parts), order)
        if kind in _NUMERIC_CLASSES:
            values = _numbers(*next(parts), order)
            if len(values) != count:
                raise _DamageError(f"{len(values)} numbers where {count} are announced")
            return name, values
    except (StopIteration, IndexError, ValueError) as error:
        raise _DamageError("a variable without its parts") from error
    return name, None


def _numbers(kind: int, payload: memoryview, order: str) -> np.ndarray:
    if kind not in _NUMBERS:
        raise _DamageError(f"numbers of the unknown type {kind}")
    return np.frombuffer(payload, order + _NUMBERS[kind])


def _text(kind: int, payload: memoryview, order: str) -> str:
    if kind not in _TEXTS:
        raise _DamageError(f"text of the unknown type {kind}")
    encoding = _TEXTS[kind]
    if encoding != "utf-8":
        encoding += "-le" if order == "<" else "-be"
    return bytes(payload).decode(encoding, errors="replace")


def _struct(parts: Iterator[tuple[int, memoryview]], order: str, depth: int) -> dict[str, MatValue]:
    width = int(np.frombuffer(next(parts)[1], f"{order}i4")[0])
    joined = bytes(next(parts)[1])
    if width < 1 or len(joined) > width * _MOST_FIELDS:
        raise _DamageError(f"a struct with names of {width} letters")
    names = [joined[start : start + width] for start in range(0, len(joined), width)]
    fields: dict[str, MatValue] = {}
    for raw_name in names:
        _, value = _matrix(next(parts)[1], order, depth + 1)
        if value is not None:
            fields[raw_name.split(b"\0")[0].decode("ascii", errors="replace")] = value
    return fields

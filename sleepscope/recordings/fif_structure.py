"""Whether a FIF file is built as it says: MNE reads broken ones for ever, or beyond their end.

A FIF file is a chain of tags of a kind, a type, a size and where the next one is, perhaps listed in
a directory; blocks hold tags. A recording of more than 2 GB is split, each part naming the next.
MEG/EEG FIF format, Elekta Neuromag; Gramfort et al. 2013, doi:10.3389/fnins.2013.00267.
"""

from __future__ import annotations

import gzip
import io
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sleepscope.errors import RecordingError

# Kinds of tags, and what blocks hold, as numbered by the format.
_FILE_ID, _DIRECTORY_POINTER, _BLOCK_START, _BLOCK_END = 100, 101, 104, 105
_ROLE, _PART_NUMBER, _PART_NAME = 115, 117, 118
_PARTS_BLOCK, _NEXT_PART = 118, 2
_SIGNAL_BLOCKS = (102, 112, 119)
_READ = (_DIRECTORY_POINTER, _BLOCK_START, _BLOCK_END, _ROLE, _PART_NUMBER, _PART_NAME)
_INT, _STRING, _ID, _DIRECTORY, _POINTS = 3, 10, 31, 32, 36
_TYPES = {*range(12), 13, 14, 16, 20, 21, 23, *range(30, 38)}
# Dense and two kinds of sparse matrices of 32-bit integers, dates, floats and complex numbers.
_MATRICES = {
    coding | item
    for coding in (0x40000000, 0x40100000, 0x40200000)
    for item in (3, 4, 5, 6, 20, 21)
}
_TAG_BYTES = 16
# A day of raw data has some ten thousand tags.
_MOST_TAGS = 200_000
_DEEPEST = 50
_LONGEST_NAME = 255
# Positions are 32-bit numbers. A packed file could unfold to a thousand times its size.
_MOST_BYTES = 1 << 31
_MOST_PARTS = 200


class _DamageError(Exception):
    """The file is not built as it says; the words end the sentence."""


class _Tag(NamedTuple):
    kind: int
    data_type: int
    size: int
    following: int
    position: int


def check_fif(path: Path) -> None:
    """Refuse a FIF file, or a part that continues it, that MNE would read for ever or crash on.

    Raises
    ------
    RecordingError
        If it is damaged, holds no continuous signals or lacks a part; nothing of it is quoted.
    """
    parts, waiting = {path}, [path]
    while waiting:
        part = waiting.pop()
        try:
            named = _continuations(part)
        except _DamageError as damage:
            raise RecordingError(f"{part.name} is a damaged FIF file: it has {damage}.") from None
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise RecordingError(f"{part.name} is damaged: it cannot be unpacked.") from error
        except OSError as error:
            raise RecordingError(
                f"{part.name} cannot be read: {error.strerror or error}."
            ) from error
        for name in named:
            following = part.with_name(name)
            if following in parts or len(parts) == _MOST_PARTS:
                raise RecordingError(
                    f"{path.name} is damaged: its parts name each other in a circle or are more "
                    f"than {_MOST_PARTS}."
                )
            if not following.is_file():
                raise RecordingError(
                    f"{path.name} is split, and the part that follows {part.name} does not lie "
                    "beside it."
                )
            parts.add(following)
            waiting.append(following)


def _continuations(path: Path) -> list[str]:
    """Names of the parts that follow a part; its tags are checked on the way."""
    packed = path.suffix.lower() == ".gz"
    has_signals = False
    # Blocks that name parts, also those that lack their end.
    naming: list[dict[int, bytes]] = []
    with gzip.open(path, "rb") if packed else path.open("rb", buffering=0) as file:
        blocks: list[tuple[int, dict[int, bytes]]] = []
        for tag, data in _tags(_Bytes(file, None if packed else os.fstat(file.fileno()).st_size)):
            if tag.kind == _BLOCK_START:
                blocks.append((_integer(tag, data), {}))
                has_signals |= blocks[-1][0] in _SIGNAL_BLOCKS
                if blocks[-1][0] == _PARTS_BLOCK:
                    naming.append(blocks[-1][1])
                if len(blocks) > _DEEPEST:
                    raise _DamageError(f"more than {_DEEPEST} blocks inside each other")
            elif tag.kind == _BLOCK_END and blocks:
                blocks.pop()
            elif blocks and blocks[-1][0] == _PARTS_BLOCK:
                _keep(tag, data, blocks[-1][1])
    if not has_signals:
        raise RecordingError(f"{path.name} is a FIF file that holds no continuous signals.")
    return list(dict.fromkeys(n for of_parts in naming for n in _following(path.name, of_parts)))


class _Bytes:
    """The bytes of a file, packed or not, of which some may be announced but not there."""

    def __init__(self, file: gzip.GzipFile | io.FileIO, size: int | None) -> None:
        self._file = file
        self._size = size

    def at(self, position: int, count: int) -> bytes:
        """``count`` bytes, fewer at the end."""
        self._file.seek(position)
        return self._file.read(count)

    def reach(self, end: int) -> bool:
        """Whether there are ``end`` bytes; of a packed file none is counted twice going on."""
        if self._size is not None:
            return end <= self._size
        return end <= _MOST_BYTES and (end == 0 or len(self.at(end - 1, 1)) == 1)


def _tags(content: _Bytes) -> Iterator[tuple[_Tag, bytes]]:
    """Each tag as MNE will meet it, with the bytes of those that are looked into."""
    first = _tag(content, 0)
    if first is None or (first.kind, first.data_type, first.size) != (_FILE_ID, _ID, 20):
        raise _DamageError("no file identity at its beginning")
    pointer = _tag(content, first.following or _TAG_BYTES + first.size)
    if pointer is None or pointer.kind != _DIRECTORY_POINTER:
        raise _DamageError("no pointer to a directory")
    directory = _integer(pointer, _checked(content, pointer))
    listed = _tag(content, directory) if directory > 0 else None
    found = _chained(content) if listed is None or not listed.size else _listed(content, listed)
    for number, tag in enumerate(found):
        if number == _MOST_TAGS:
            raise _DamageError(f"more than {_MOST_TAGS} tags")
        yield tag, _checked(content, tag)


def _tag(content: _Bytes, position: int) -> _Tag | None:
    if position < 0:
        raise _DamageError("a tag ahead of its beginning")
    head = content.at(position, _TAG_BYTES)
    if len(head) < _TAG_BYTES:
        return None
    kind, data_type, size, following = struct.unpack(">iIii", head)
    return _Tag(kind, data_type, size, following, position)


def _chained(content: _Bytes) -> Iterator[_Tag]:
    """The tags as each points to the next."""
    position = 0
    while (tag := _tag(content, position)) is not None:
        yield tag
        if tag.following < 0:
            return
        behind = position + _TAG_BYTES + tag.size
        if 0 < tag.following < behind:
            raise _DamageError("a tag that points back")
        position = tag.following or behind


def _listed(content: _Bytes, directory: _Tag) -> Iterator[_Tag]:
    """The tags as listed in the directory."""
    if directory.data_type != _DIRECTORY or not 0 < directory.size <= _MOST_TAGS * _TAG_BYTES:
        raise _DamageError("a directory that is none")
    entries = content.at(directory.position + _TAG_BYTES, directory.size)
    if len(entries) < directory.size or directory.size % _TAG_BYTES:
        raise _DamageError("a directory that is cut short")
    for kind, data_type, size, position in struct.iter_unpack(">iIii", entries):
        if kind == position == -1:  # the last entry of many directories lists nothing
            continue
        tag = _tag(content, position)
        if tag is None or (tag.kind, tag.data_type, tag.size) != (kind, data_type, size):
            raise _DamageError("a directory that lists a tag where there is none")
        yield tag


def _checked(content: _Bytes, tag: _Tag) -> bytes:
    """Refuse a tag that cannot be; its bytes if it is looked into, else none."""
    if tag.size < 0:
        raise _DamageError("a tag of less than no bytes")
    if tag.size and tag.data_type not in _TYPES and tag.data_type not in _MATRICES:
        raise _DamageError("a tag of an unknown type")
    start = tag.position + _TAG_BYTES
    looked_into = tag.kind in _READ or tag.data_type == _POINTS
    data = content.at(start, min(tag.size, _LONGEST_NAME)) if looked_into else b""
    if not content.reach(start + tag.size):
        raise _DamageError("a tag that ends behind its end; perhaps it was cut short")
    if tag.data_type == _POINTS and tag.size:
        # Three numbers, the last of which counts points of three coordinates.
        count = int.from_bytes(data[8:12], "big", signed=True)
        if len(data) < 12 or not 0 <= count <= (tag.size - 12) // 12:
            raise _DamageError("more points than fit into their tag")
    return data


def _integer(tag: _Tag, data: bytes) -> int:
    if tag.data_type != _INT or tag.size != 4:
        raise _DamageError("a tag without the number that belongs into it")
    return int.from_bytes(data, "big", signed=True)


def _keep(tag: _Tag, data: bytes, of_parts: dict[int, bytes]) -> None:
    """Keep what says which part follows."""
    if tag.kind in (_ROLE, _PART_NUMBER):
        _integer(tag, data)
        of_parts.setdefault(tag.kind, data)
    elif tag.kind == _PART_NAME:
        if tag.data_type != _STRING or len(data) != tag.size:
            raise _DamageError("a tag without the name that belongs into it")
        of_parts[tag.kind] = data


def _following(name: str, of_parts: dict[int, bytes]) -> Iterator[str]:
    """The name of the part that follows a part called ``name``, as a block says it."""
    if int.from_bytes(of_parts.get(_ROLE, b"\0\0\0\x02"), "big") != _NEXT_PART:
        return
    if _PART_NAME in of_parts:
        said = of_parts[_PART_NAME].decode("latin-1")
    elif _PART_NUMBER in of_parts:
        # The first part may go without a number: night.fif, night-1.fif, night-2.fif.
        number = int.from_bytes(of_parts[_PART_NUMBER], "big", signed=True)
        stem, _, ending = name.partition(".")
        head, _, last = stem.rpartition("-")
        if not last.isdigit() or not head:
            head = stem
            if number != 1:
                raise _DamageError("a part that follows it without a name")
        said = f"{head}-{number}.{ending}"
    else:
        return
    # Names with folders would lead away from the recording, to anything on this computer.
    if said in ("", ".", "..") or any(letter in said for letter in "/\\:\0"):
        raise _DamageError("a part that follows it in another folder")
    yield said

"""Annotations that MNE-Python saved as FIF, alone or inside a recording.

The few tags that hold annotations are read here and not with MNE: that takes milliseconds, works
without MNE, and no size stated in a broken file is believed before the bytes are there.
Gramfort et al. 2013, doi:10.3389/fnins.2013.00267.
"""

from __future__ import annotations

import datetime
import json
import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from sleepscope.errors import EventFileError
from sleepscope.events.clock import shift_of
from sleepscope.events.event_file import EventFile, Source
from sleepscope.events.marks import Mark, file_of_marks

NAME = "MNE annotations (FIF)"

# Kinds of tags, and the block of annotations, as in MNE's constants.
_FILE_ID, _BLOCK_START, _BLOCK_END, _ANNOTATIONS = 100, 104, 105, 3810
_MEAS_DATE, _LABELS, _STARTS, _STOPS, _CHANNELS = 204, 206, 3568, 3569, 3801
_WANTED = {_MEAS_DATE, _LABELS, _STARTS, _STOPS, _CHANNELS}
_NUMBERS = {3: ">i4", 4: ">f4", 5: ">f8"}
# A day of raw data has some ten thousand tags.
_MOST_TAGS = 200_000
_MOST_TAG_BYTES = 32 * 1024 * 1024
_MOST_ANNOTATIONS = 200_000


def sniff(head: bytes) -> bool:
    """Whether the first tag is a FIF file's."""
    return head.startswith(struct.pack(">iIi", _FILE_ID, 31, 20))


def read(source: Source) -> EventFile:
    """Read stages into a hypnogram, the rest into events.

    Raises
    ------
    EventFileError
        If the file is damaged or holds no annotations.
    """
    try:
        with source.path.open("rb") as file:
            tags = dict(_annotation_tags(file, source))
    except OSError as error:
        raise EventFileError(f"{source.name} cannot be read: {error.strerror}.") from error
    if not tags:
        raise EventFileError(f"{source.name} is a FIF file without annotations.")
    starts = _numbers(tags.get(_STARTS), source)
    stops = _numbers(tags.get(_STOPS), source)
    labels = _labels(tags.get(_LABELS), len(starts))
    if not len(starts) == len(stops) == len(labels):
        raise _damage(
            source, f"{len(starts)} starts, {len(stops)} ends and {len(labels)} descriptions"
        )
    if not np.all(np.abs(np.append(starts, stops)) < 1e9):  # False for NaN
        raise _damage(source, "a time that cannot be")
    shift, notice = shift_of(_orig_time(tags.get(_MEAS_DATE)), source)
    channels = _channels(tags.get(_CHANNELS), len(starts))
    marks = [
        Mark(float(start) + shift, max(0.0, float(stop - start)), label or "other", channel)
        for start, stop, label, named in zip(starts, stops, labels, channels, strict=True)
        for channel in named or (None,)
    ]
    return file_of_marks(marks, source, NAME, (notice,) if notice else ())


def _damage(source: Source, what: str) -> EventFileError:
    return EventFileError(f"{source.name} is a damaged FIF file: it holds {what}.")


def _annotation_tags(file: BinaryIO, source: Source) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """Yield kind, type and bytes of the tags inside the block of annotations."""
    size_of_file = os.fstat(file.fileno()).st_size
    position = 0
    inside = False
    for _ in range(_MOST_TAGS):
        if size_of_file - position < 16:
            return
        file.seek(position)
        kind, data_type, size, following = struct.unpack(">iIii", file.read(16))
        if not 0 <= size <= size_of_file - position - 16:
            raise _damage(source, f"a tag of {size} bytes beyond its end")
        if kind in {_BLOCK_START, _BLOCK_END} and size == 4:
            (block,) = struct.unpack(">i", file.read(4))
            if block == _ANNOTATIONS:
                inside = kind == _BLOCK_START
        elif inside and kind in _WANTED:
            if size > _MOST_TAG_BYTES:
                raise _damage(source, f"a tag of {size} bytes")
            yield kind, (data_type, file.read(size))
        if following < 0:
            return
        behind = position + 16 + size
        if 0 < following < behind:
            raise _damage(source, "a tag that points back")
        position = following or behind
    raise _damage(source, f"more than {_MOST_TAGS} tags")


def _numbers(tag: tuple[int, bytes] | None, source: Source) -> np.ndarray:
    if tag is None:
        return np.empty(0)
    data_type, data = tag
    form = _NUMBERS.get(data_type)
    if form is None or len(data) % np.dtype(form).itemsize:
        raise _damage(source, "times of an unknown type")
    values = np.frombuffer(data, form).astype(float)
    if len(values) > _MOST_ANNOTATIONS:
        raise _damage(source, f"{len(values)} annotations")
    return values


def _labels(tag: tuple[int, bytes] | None, count: int) -> list[str]:
    if tag is None or count == 0:
        return [""] * count
    joined = tag[1].decode("latin-1")
    return [label.replace("{COLON}", ":") for label in joined.split(":", count)]


def _orig_time(tag: tuple[int, bytes] | None) -> datetime.datetime | None:
    """The moment from which onsets count; MNE keeps it in UTC, EDF in local time, unchanged."""
    form = None if tag is None else _NUMBERS.get(tag[0])
    if tag is None or form is None or len(tag[1]) % np.dtype(form).itemsize:
        return None
    parts = np.frombuffer(tag[1], form).astype(float)
    if not 1 <= len(parts) <= 2 or not np.all(np.abs(parts) < 1e11):
        return None
    moment = float(parts[0]) + (float(parts[1]) / 1e6 if len(parts) == 2 else 0.0)
    epoch = datetime.datetime(1970, 1, 1)  # noqa: DTZ001
    try:
        return epoch + datetime.timedelta(seconds=moment)
    except OverflowError:
        return None


def _channels(tag: tuple[int, bytes] | None, count: int) -> list[tuple[str, ...]]:
    """Channels of each annotation; () for all channels."""
    nothing: list[tuple[str, ...]] = [()] * count
    if tag is None:
        return nothing
    try:
        listed = json.loads(tag[1].decode("latin-1"))
        named = [tuple(str(channel) for channel in one) for one in listed]
    except (ValueError, TypeError, RecursionError):
        return nothing
    return named if len(named) == count else nothing

"""The annotation lists (TALs) of an EDF+ or BDF+ file, without its signals.

Kemp & Olivan 2003, European data format 'plus', doi:10.1016/S1388-2457(03)00123-8. Only the
bytes of the annotation signals are read, so that a night of 10 GB costs nothing, and headers with
a wrong number of records, which edfio refuses, are read as far as the file goes.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sleepscope.errors import EventFileError

# What a list begins with: an onset, perhaps a duration. Lists end in 0x14 0x00.
_HEAD = re.compile(rb"([+-]\d+(?:\.\d*)?)(?:\x15(\d*\.?\d+|\d+\.))?\x14")
# A night has some MB of annotation bytes, padding included; more than this is a broken header.
_MOST_BYTES = 64 * 1024 * 1024
_MOST_RECORDS = 2_000_000
_MOST_ANNOTATIONS = 200_000
# Small records are read many at a time.
_BLOCK_BYTES = 1024 * 1024
_ANNOTATION_LABELS = ("EDF Annotations", "BDF Annotations")


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotation; onset from the first sample, duration None where the file gives none."""

    onset: float
    duration: float | None
    text: str


@dataclass(frozen=True, slots=True)
class AnnotationLists:
    """All annotations of a file.

    Attributes
    ----------
    annotations : tuple of Annotation
        In the order of the file.
    start : datetime.datetime or None
        Clock time of the first sample; None where the header's date or time is broken.
    duration : float or None, s
        Length of the signals in the file; None for a file of annotations alone.
    latin1 : bool
        Whether a text was not UTF-8 and was read as Latin-1.
    """

    annotations: tuple[Annotation, ...]
    start: datetime.datetime | None
    duration: float | None
    latin1: bool


@dataclass(frozen=True, slots=True)
class _Layout:
    header_bytes: int
    record_bytes: int
    n_records: int
    record_seconds: float
    # Offset and length in a record of each annotation signal.
    pieces: tuple[tuple[int, int], ...]
    only_annotations: bool


def is_edf(head: bytes) -> bool:
    """Whether the bytes begin like EDF or BDF."""
    return head.startswith((b"0       ", b"\xffBIOSEMI"))


def read_annotation_lists(path: Path) -> AnnotationLists:
    """Read the annotations of an EDF+ or BDF+ file.

    Raises
    ------
    EventFileError
        If the file is plain EDF (no annotations), its header is broken or it cannot be read.
    """
    try:
        with path.open("rb") as file:
            head = file.read(256)
            try:
                n_signals = int(head[252:256])
                if not 0 < n_signals <= 4096:
                    raise ValueError
                layout = _layout(head, file.read(256 * n_signals), path)
            except ValueError:
                raise EventFileError(
                    f"{path.name} begins like EDF, but its header is broken, so its annotations "
                    "cannot be found."
                ) from None
            if not layout.pieces:
                raise EventFileError(
                    f"{path.name} is an EDF or BDF file without annotations: it holds signals only."
                )
            return _parse(_read_records(file, layout, path), _start(head), layout, path)
    except OSError as error:
        raise EventFileError(f"{path.name} cannot be read: {error.strerror}.") from error


def _read_records(file: BinaryIO, layout: _Layout, path: Path) -> Iterator[list[bytes]]:
    """Yield the annotation bytes of each record, without their padding."""
    wanted = layout.n_records * sum(length for _, length in layout.pieces)
    if wanted > _MOST_BYTES or layout.n_records > _MOST_RECORDS:
        raise EventFileError(
            f"By its header {path.name} has {wanted / 2**20:.0f} MB of annotations in "
            f"{layout.n_records} records; at most {_MOST_BYTES // 2**20} MB in {_MOST_RECORDS} "
            "records are read."
        )
    at_once = max(1, _BLOCK_BYTES // max(1, layout.record_bytes))
    for first in range(0, layout.n_records, at_once):
        number = min(at_once, layout.n_records - first)
        begin = layout.header_bytes + first * layout.record_bytes
        if number == 1:
            yield [_read_at(file, begin + offset, length) for offset, length in layout.pieces]
            continue
        block = _read_at(file, begin, number * layout.record_bytes)
        for start in range(0, number * layout.record_bytes, layout.record_bytes):
            yield [
                block[start + offset : start + offset + length].rstrip(b"\0")
                for offset, length in layout.pieces
            ]


def _read_at(file: BinaryIO, position: int, length: int) -> bytes:
    file.seek(position)
    return file.read(length).rstrip(b"\0")


def _layout(head: bytes, fields: bytes, path: Path) -> _Layout:
    n_signals = len(fields) // 256
    if n_signals != int(head[252:256]):
        raise ValueError("cut off inside the header")
    labels = [fields[i * 16 : i * 16 + 16].decode("latin-1").strip() for i in range(n_signals)]
    at = n_signals * 216
    samples = [int(fields[at + i * 8 : at + i * 8 + 8]) for i in range(n_signals)]
    if min(samples) < 0:
        raise ValueError("negative number of samples")
    sizes = [n * (3 if head[0] == 0xFF else 2) for n in samples]
    offsets = [sum(sizes[:i]) for i in range(n_signals)]
    found = [i for i, label in enumerate(labels) if label in _ANNOTATION_LABELS and sizes[i]]
    header_bytes = 256 * (n_signals + 1)
    record_bytes = sum(sizes)
    # The number of records in the header is -1 in a file that was not closed, and wrong in others.
    behind_header = path.stat().st_size - header_bytes
    n_records = max(0, math.ceil(behind_header / record_bytes)) if record_bytes else 0
    declared = int(head[236:244])
    if declared >= 0:
        n_records = min(n_records, declared)
    return _Layout(
        header_bytes,
        record_bytes,
        n_records,
        float(head[244:252]),
        tuple((offsets[i], sizes[i]) for i in found),
        len(found) == n_signals,
    )


def _start(head: bytes) -> datetime.datetime | None:
    numbers = re.findall(rb"\d+", head[168:176] + b" " + head[176:184])
    if len(numbers) != 6:
        return None
    day, month, year, hour, minute, second = (int(n) for n in numbers)
    # EDF: years 85-99 are 1985-1999, 00-84 are 2000-2084.
    century = 1900 if year >= 85 else 2000
    try:
        return datetime.datetime(century + year, month, day, hour, minute, second)  # noqa: DTZ001
    except ValueError:
        return None


def _parse(
    records: Iterable[list[bytes]], start: datetime.datetime | None, layout: _Layout, path: Path
) -> AnnotationLists:
    annotations: list[Annotation] = []
    latin1 = False
    first_sample: float | None = None
    last_record = 0.0
    n_records = 0
    for record in records:
        n_records += 1
        for number, piece in enumerate(record):
            for order, (found, texts) in enumerate(_lists(piece)):
                if len(annotations) + len(texts) > _MOST_ANNOTATIONS:
                    raise EventFileError(
                        f"{path.name} holds more than {_MOST_ANNOTATIONS} annotations; no scoring "
                        "of a night does."
                    )
                onset = float(found[1])
                # The first list of a record says when the record starts; its first text is empty.
                if number == 0 and order == 0 and not texts[0]:
                    first_sample = onset if first_sample is None else first_sample
                    last_record = onset
                    texts = texts[1:]
                for raw in texts:
                    text, fallen_back = _decode(raw)
                    latin1 |= fallen_back
                    duration = None if found[2] is None else float(found[2])
                    if text:
                        annotations.append(Annotation(onset, duration, text))
    offset = first_sample or 0.0
    if offset:
        annotations = [Annotation(a.onset - offset, a.duration, a.text) for a in annotations]
    if start is not None and abs(offset) < 86400:
        start += datetime.timedelta(seconds=offset)
    length = None
    if not layout.only_annotations and n_records:
        whole = max(last_record - offset, (n_records - 1) * layout.record_seconds)
        length = whole + layout.record_seconds
    return AnnotationLists(tuple(annotations), start, length, latin1)


def _lists(piece: bytes) -> Iterator[tuple[re.Match[bytes], list[bytes]]]:
    """Head and texts of each annotation list in the bytes of a record."""
    for part in piece.split(b"\x00"):
        found = _HEAD.search(part) if part.endswith(b"\x14") else None
        # The head's own 0x14 is not the one that ends the list.
        if found is not None and found.end() < len(part):
            yield found, part[found.end() : -1].split(b"\x14")


def _decode(raw: bytes) -> tuple[str, bool]:
    try:
        return raw.decode("utf-8").strip(), False
    except UnicodeDecodeError:
        return raw.decode("latin-1").strip(), True

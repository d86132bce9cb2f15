"""Annotation lists byte by byte, with sizes and contents no program writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from sleepscope.errors import EventFileError
from sleepscope.events.edf_tal import Annotation, read_annotation_lists
from tests.recordings.edf_bytes import MadeFile, MadeSignal


def made(folder: Path, *records: bytes, said_records: str | None = None) -> Path:
    """An EDF+ file of annotations alone, one list of bytes a record."""
    width = max(map(len, records))
    width += width % 2
    fields = {"reserved": "EDF+C", "records": said_records or str(len(records))}
    signal = MadeSignal("EDF Annotations", samples_per_record=width // 2)
    header = MadeFile([signal], n_records=len(records), fields=fields).header()
    path = folder / "marks.edf"
    path.write_bytes(header + b"".join(record.ljust(width, b"\0") for record in records))
    return path


def found(path: Path) -> list[Annotation]:
    return list(read_annotation_lists(path).annotations)


def test_one_list_may_hold_several_texts_and_a_record_several_lists(tmp_path: Path) -> None:
    record = b"+0\x14\x14\0+1.5\x150.5\x14one\x14two\x14\0-2\x14three\x14\0"
    assert found(made(tmp_path, record)) == [
        Annotation(1.5, 0.5, "one"),
        Annotation(1.5, 0.5, "two"),
        Annotation(-2.0, None, "three"),
    ]


def test_a_list_that_fills_its_record_needs_no_zero_behind_it(tmp_path: Path) -> None:
    assert found(made(tmp_path, b"+0\x14\x14\0+1\x14full\x14")) == [Annotation(1, None, "full")]


@pytest.mark.parametrize("duration", [b"0.5", b".5", b"0.50"])
def test_duration_may_leave_out_its_zero(tmp_path: Path, duration: bytes) -> None:
    record = b"+0\x14\x14\0+1\x15" + duration + b"\x14x\x14\0"
    assert found(made(tmp_path, record)) == [Annotation(1, 0.5, "x")]


def test_lists_without_end_or_head_are_passed_over(tmp_path: Path) -> None:
    record = b"+0\x14\x14\0+1\x14cut off\0no head\x14\0+\x14\0+2\x14\0+3\x14good\x14\0"
    assert found(made(tmp_path, record)) == [Annotation(3, None, "good")]


def test_records_are_those_that_are_there_whatever_the_header_says(tmp_path: Path) -> None:
    records = [b"+%d\x14\x14\0+%d.5\x14mark\x14\0" % (k, k) for k in range(9)]
    for said in ("-1", "99999999"):
        path = made(tmp_path, *records, said_records=said)
        assert [a.onset for a in found(path)] == [k + 0.5 for k in range(9)]


def test_more_records_or_annotations_than_any_night_has_are_refused(tmp_path: Path) -> None:
    path = made(tmp_path, b"+1", said_records="3000000")
    with path.open("ab") as file:
        file.truncate(path.stat().st_size + 2 * 3_000_000)
    with pytest.raises(EventFileError, match="3000000 records"):
        found(path)
    with pytest.raises(EventFileError, match="200000 annotations"):
        found(made(tmp_path, b"+0\x14" + b"x\x14" * 200_002 + b"\0"))

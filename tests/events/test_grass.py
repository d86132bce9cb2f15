"""Report workbooks of Grass Twin, and workbooks that are none."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from sleepscope.errors import EventFileError
from sleepscope.events import EventFile, read_events
from tests.events.made_files import archive, workbook


def read(folder: Path, content: bytes) -> EventFile:
    path = folder / "report.xls"
    path.write_bytes(content)
    return read_events(path)


def test_stages_are_numbered_and_the_log_runs_past_midnight(tmp_path: Path) -> None:
    file = read(tmp_path, workbook())
    assert file.hypnogram is not None
    assert file.hypnogram.stages == ("W", "N2", "?", "R")
    assert [(e.onset, e.kind) for e in file.event_sets[0].events] == [
        (0, "Start"),
        (40, "movement"),
    ]


def test_another_workbook_is_named_by_its_sheets(tmp_path: Path) -> None:
    with pytest.raises(EventFileError, match=r"with Prices;.*CSV"):
        read(tmp_path, workbook({"Prices": [["1"]]}))


def test_other_archives_and_damage_are_refused(tmp_path: Path) -> None:
    for content, sentence in (
        (archive({"a.txt": b"x"}), "is missing"),
        (workbook()[:200], "cannot be unpacked"),
        (archive({"xl/workbook.xml": b"<a", "xl/_rels/workbook.xml.rels": b"<b/>"}), "well-formed"),
        (
            archive(
                {"xl/workbook.xml": b"<!DOCTYPE a><a/>", "xl/_rels/workbook.xml.rels": b"<b/>"}
            ),
            "document type",
        ),
    ):
        with pytest.raises(EventFileError, match=sentence):
            read(tmp_path, content)


def test_a_bomb_is_refused_unfolded_no_further_than_its_limit(tmp_path: Path) -> None:
    bomb = b"<workbook>" + b" " * (64 * 2**20)
    parts = {"xl/_rels/workbook.xml.rels": b"<b/>", "xl/workbook.xml": bomb}
    with pytest.raises(EventFileError, match="too large"):
        read(tmp_path, archive(parts))


def test_old_workbooks_are_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(EventFileError, match=r"\.xlsx"):
        read(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


def test_no_part_is_written_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("../../escaped.xml", "<a/>")
    with pytest.raises(EventFileError):
        read_events(path)
    assert list(tmp_path.iterdir()) == [path]

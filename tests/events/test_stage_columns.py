"""Stages as text in columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from sleepscope.errors import EventFileError
from sleepscope.events import EventFile, read_events


def read(folder: Path, text: str) -> EventFile:
    path = folder / "scored.txt"
    path.write_text(text, encoding="ascii")
    return read_events(path)


def test_a_flag_is_an_artefact_of_its_epoch(tmp_path: Path) -> None:
    file = read(tmp_path, "0 0\n1 0\n2 0\n2 2\n5 0\n8 1\n")
    assert file.hypnogram is not None
    assert file.hypnogram.stages == ("W", "N1", "N2", "N2", "R", "?")
    assert [(e.onset, e.duration, e.kind, e.note) for e in file.event_sets[0].events] == [
        (90, 30, "artifact", "flag 2"),
        (150, 30, "artifact", "flag 1"),
    ]


@pytest.mark.parametrize("between", ["          ", "\t"])
def test_latencies_tell_the_length_of_the_epoch(tmp_path: Path, between: str) -> None:
    rows = [("latency", "type"), ("0", "No Stage"), ("20", "Wake"), ("40", "Stage3"), ("60", "REM")]
    file = read(tmp_path, "\n".join(between.join(row) for row in rows))
    assert file.hypnogram is not None
    assert file.hypnogram.stages[:4] == ("?", "W", "N3", "R")


def test_a_line_that_is_none_is_refused_by_number(tmp_path: Path) -> None:
    with pytest.raises(EventFileError, match="Line 3"):
        read(tmp_path, "latency  type\n0  Wake\n30  Dozing\n")
    with pytest.raises(EventFileError, match="Line 2000"):
        read(tmp_path, "2 0\n" * 1999 + "2 0 0\n")

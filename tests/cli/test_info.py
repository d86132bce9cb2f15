"""What ``sleepscope info`` says of recordings and event files."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import edfio
import numpy as np
import pytest

from sleepscope.cli import info
from tests.cli.conftest import Sleepscope


def test_a_recording_is_described(sleepscope: Sleepscope, night: Path) -> None:
    (night.parent / "night.csv").write_text("onset,duration,kind,scorer\n")
    status, out, err = sleepscope("info", night)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "night.edf"
    assert "  start     2001-12-31 23:00:00" in lines
    assert "  duration  0:02:00 (120 s)" in lines
    assert "  channels  2: 1 EEG, 1 EMG" in lines
    assert "    label      kind    rate  unit        range" in lines
    assert "    EEG C3-M2  EEG   100 Hz  µV    -500 to 500" in lines
    assert "  beside    night.csv" in lines


def test_an_event_file_is_described(
    sleepscope: Sleepscope, marks: Callable[[str, str], Path]
) -> None:
    path = marks("a.csv", "1,1,spindle,C3,file:A\n5,1,spindle,C3,file:A\n7,1,rem,,human:AB\n")
    _, out, _ = sleepscope("info", path)
    assert "  events    file:A: 2 (2 spindle)" in out
    assert "  events    human:AB: 1 (1 rem)" in out


def test_stages_are_described(sleepscope: Sleepscope, stages: Path) -> None:
    _, out, _ = sleepscope("info", stages)
    assert "stages    4 epochs of 30 s: 2 W, 2 N2" in out


def test_a_file_that_cannot_be_read_does_not_hide_the_others(
    sleepscope: Sleepscope, night: Path
) -> None:
    page = night.with_name("page.edf")
    page.write_text("<!DOCTYPE html><html></html>")
    status, out, err = sleepscope("info", page, night)
    assert status == 2
    assert err.count("\n") == 1
    assert "web page" in err
    assert "EEG C3-M2" in out


def test_a_recording_cut_in_its_first_record_is_refused_as_a_recording(
    sleepscope: Sleepscope, tmp_path: Path
) -> None:
    path = tmp_path / "cut.edf"
    signal = edfio.EdfSignal(np.zeros(6000), 100.0, label="C3-M2", physical_range=(-100, 100))
    marks = [edfio.EdfAnnotation(1.0, 1.0, "spindle")]
    edfio.Edf([signal], annotations=marks, data_record_duration=60.0).write(path)
    path.write_bytes(path.read_bytes()[:2000])
    status, out, err = sleepscope("info", path)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "no complete data record" in err


def test_annotations_and_stages_inside_a_recording_are_counted(
    sleepscope: Sleepscope, tmp_path: Path
) -> None:
    signal = edfio.EdfSignal(np.linspace(-1, 1, 9000), 100, label="C3", physical_dimension="uV")
    annotations = [
        edfio.EdfAnnotation(0, 30, "Sleep stage W"),
        edfio.EdfAnnotation(30, 60, "Sleep stage N2"),
        *(edfio.EdfAnnotation(40 + n, 0.5, "Spindle@@C3") for n in range(3)),
        edfio.EdfAnnotation(0, None, "Lights off"),
    ]
    edfio.Edf([signal], annotations=annotations).write(tmp_path / "night.edf")
    status, out, err = sleepscope("info", tmp_path / "night.edf")
    assert (status, err) == (0, "")
    assert "  events    file:night: 4 (3 spindle, 1 Lights off)" in out
    assert "  stages    3 epochs of 30 s: 2 N2, 1 W" in out


def test_a_hypnogram_in_edf_says_when_it_begins(sleepscope: Sleepscope, tmp_path: Path) -> None:
    path = tmp_path / "h.edf"
    edfio.Edf(
        [],
        recording=edfio.Recording(startdate=datetime.date(2001, 12, 31)),
        starttime=datetime.time(23, 1, 2),
        annotations=[edfio.EdfAnnotation(0, 30, "Sleep stage W")],
    ).write(path)
    _, out, _ = sleepscope("info", path)
    assert out.splitlines() == [
        "h.edf",
        "  format    EDF+ annotations",
        "  start     2001-12-31 23:01:02",
        "  stages    1 epochs of 30 s: 1 W",
    ]


def test_gaps_are_counted_and_the_first_are_listed() -> None:
    lines = list(info._describe_gaps(tuple((float(n), n + 0.5) for n in range(12))))
    assert lines[0] == "  gaps      12, 6.000 s in which nothing was recorded"
    assert lines[1] == "    0.000 to 0.500 s"
    assert (len(lines), lines[-1]) == (12, "    and 2 more")


def test_many_kinds_are_cut_short(
    sleepscope: Sleepscope, marks: Callable[[str, str], Path]
) -> None:
    path = marks("a.csv", "".join(f"{n},1,kind {n:02},,file:A\n" for n in range(20)))
    _, out, _ = sleepscope("info", path)
    assert "1 kind 07 and 12 other kinds)" in out


def test_the_rate_of_a_table_without_one_can_be_given(
    sleepscope: Sleepscope, tmp_path: Path
) -> None:
    path = tmp_path / "signal.csv"
    path.write_text("C3,C4\n" + "1.5,2.5\n-1.5,0.25\n" * 100)
    status, _, err = sleepscope("info", path)
    assert (status, "does not say its sampling rate" in err) == (2, True)
    status, out, _ = sleepscope("info", path, "--rate", "100")
    assert (status, "100 Hz" in out) == (0, True)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("Dear colleague,\nthe file is attached.\n", "neither a recording nor a file of events"),
        ("onset,duration,kind,scorer\nsoon,1,spindle,file:A\n", "the onset 'soon'"),
        ("<PSGAnnotation><ScoredEvent>", "not well-formed XML"),
    ],
)
def test_the_reader_that_knows_the_file_says_why_it_is_refused(
    sleepscope: Sleepscope, tmp_path: Path, content: str, says: str
) -> None:
    path = tmp_path / "x.txt"
    path.write_text(content)
    status, out, err = sleepscope("info", path)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert says in err


def test_no_text_of_a_file_moves_the_cursor(
    sleepscope: Sleepscope, marks: Callable[[str, str], Path]
) -> None:
    _, out, _ = sleepscope("info", marks("a.csv", "1,1,\x1b[2J,,file:A\n"))
    _, _, err = sleepscope("info", marks("b.csv", "\x1b[2J,1,x,,file:A\n"))
    assert "\x1b" not in out + err

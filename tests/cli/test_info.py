"""What ``sleepscope info`` says of recordings and event files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Sleepscope


def test_a_recording_is_described(sleepscope: Sleepscope, night: Path) -> None:
    (night.parent / "night.csv").write_text("onset,duration,kind,scorer\n")
    status, out, err = sleepscope("info", night)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "night.edf"
    assert "  start     2001-12-31 23:00:00" in lines
    assert "  duration  0:02:00 (120 s)" in lines
    assert any(line.split() == ["EEG", "C3-M2", "EEG", "100", "Hz", "µV"] for line in lines)
    assert "  beside    night.csv" in lines


def test_an_event_file_is_described(
    sleepscope: Sleepscope, marks: Callable[[str, str], Path]
) -> None:
    path = marks("a.csv", "1,1,spindle,C3,file:A\n5,1,spindle,C3,file:A\n7,1,rem,,human:AB\n")
    _, out, _ = sleepscope("info", path)
    assert "  events    file:A: 2 spindle" in out
    assert "  events    human:AB: 1 rem" in out


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

"""File > Merge: conflicts are decided in a dialog, and one undo takes all back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from sleepscope.app.commands import AddEvent, ChangeEvent
from sleepscope.app.main_window import MainWindow
from sleepscope.events.event import Event
from sleepscope.review import ReviewFile

KEY, MODIFIER = Qt.Key, Qt.KeyboardModifier
AB = "human:AB"


def own(window: MainWindow) -> list[float]:
    return [event.onset for event in window.session.review.event_set(AB).events]


@pytest.fixture
def copy(open_night: MainWindow, night: Path, tmp_path: Path) -> Path:
    """Another copy of the open review in which AB moved an event and added one."""
    session = open_night.session
    for onset in (10.0, 20.0):
        session.do(AddEvent(Event(onset, 1.0, "spindle", "C3")))
    path = tmp_path / "home.sleepscope"
    session.review.copy_to(path)
    with ReviewFile.open_file(path, person=AB, read_only=False) as other:
        other.change_event(other.event_set(AB).events[0].id, onset=11.0)
        other.add_event(Event(30.0, 1.0, "spindle", "C3"))
    return path


def test_without_a_conflict_enter_merges_and_undo_takes_it_back(
    open_night: MainWindow, qtbot: QtBot, copy: Path
) -> None:
    dialog = open_night.controllers.merging.offer(copy)
    assert dialog.boxes == []
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(dialog, KEY.Key_Return)
    assert own(open_night) == [11.0, 20.0, 30.0]
    rows = [row.event.onset for row in open_night.table.model.rows if row.scorer == "AB"]
    assert sorted(rows) == [11.0, 20.0, 30.0]
    open_night.traces.canvas.setFocus()
    qtbot.keyClick(open_night.traces.canvas, KEY.Key_Z, MODIFIER.ControlModifier)
    assert own(open_night) == [10.0, 20.0]


@pytest.mark.parametrize(
    ("downs", "expected"),
    [(0, [12.0, 20.0, 30.0]), (1, [11.0, 20.0, 30.0]), (2, [11.0, 12.0, 20.0, 30.0])],
)
def test_a_conflict_is_decided_by_keys(
    open_night: MainWindow, qtbot: QtBot, copy: Path, downs: int, expected: list[float]
) -> None:
    session = open_night.session
    session.do(ChangeEvent(session.review.event_set(AB).events[0].id, {"onset": 12.0}))
    dialog = open_night.controllers.merging.offer(copy)
    (box,) = dialog.boxes
    assert [box.itemText(k) for k in range(3)] == ["Keep mine", "Keep theirs", "Keep both"]
    assert dialog.table.item(0, 0).text() == "AB"
    for _ in range(downs):
        qtbot.keyClick(box, KEY.Key_Down)
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(dialog, KEY.Key_Return)
    assert own(open_night) == expected


def test_a_key_asks_for_a_file(open_night: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(
        open_night.traces.canvas, KEY.Key_M, MODIFIER.ControlModifier | MODIFIER.AltModifier
    )
    (dialog,) = open_night.findChildren(QFileDialog)
    dialog.reject()


def test_the_open_review_itself_and_strangers_are_refused(
    open_night: MainWindow, night: Path, tmp_path: Path, sentences: list[str]
) -> None:
    merging = open_night.controllers.merging
    assert merging.offer(open_night.session.review.path) is None
    assert "is the review that is open" in sentences[-1]
    assert merging.offer(night) is None
    assert merging.offer(tmp_path / "none.sleepscope") is None
    assert len(sentences) == 3


def test_a_copy_that_holds_nothing_new_is_said(
    open_night: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "same.sleepscope"
    open_night.session.review.copy_to(path)
    shutil.copyfile(path, tmp_path / "again.sleepscope")
    with qtbot.waitSignal(open_night.session.said) as said:
        assert open_night.controllers.merging.offer(path) is None
    assert "nothing that is not here" in said.args[0]

"""The dialogs on names of events and on files that several formats fit."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from sleepscope.app.dialogs.asking import Question
from sleepscope.app.main_window import MainWindow
from sleepscope.events.own_kinds import read_own_kinds


def dialog_of(window: MainWindow) -> Question:
    return next(d for d in window.findChildren(Question) if d.isVisible())


def press_ok(dialog: Question, qtbot: QtBot) -> None:
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    qtbot.mouseClick(ok, Qt.MouseButton.LeftButton)


def test_a_name_gets_a_kind_and_the_next_file_is_read_so(
    open_night: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    marks = tmp_path / "marks.csv"
    marks.write_text("Onset,Duration,Annotation\n1,1,Spindel\n", encoding="utf-8")
    opening = open_night.controllers.opening
    opening.open_events([marks])
    open_night.actions_by_id["event_names"].trigger()
    dialog = dialog_of(open_night)
    names = [dialog.table.item(row, 0).text() for row in range(dialog.table.rowCount())]
    assert names == ["Spindel"]
    box = dialog.table.cellWidget(0, 1)
    assert isinstance(box, QComboBox)
    qtbot.keyClicks(box.lineEdit(), "spindle")
    press_ok(dialog, qtbot)
    assert dict(read_own_kinds().kinds) == {"Spindel": "spindle"}
    again = tmp_path / "again.csv"
    again.write_bytes(marks.read_bytes())
    opening.open_events([again])
    sets = {s.scorer: [e.kind for e in s.events] for s in open_night.session.event_sets()}
    assert sets["file:marks"] == ["Spindel"]
    assert sets["file:again"] == ["spindle"]


def test_one_name_with_two_kinds_keeps_the_dialog_open(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_by_id["event_names"].trigger()
    dialog = dialog_of(window)
    add = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Add a name")
    qtbot.mouseClick(add, Qt.MouseButton.LeftButton)
    for row, kind in enumerate(("spindle", "rem")):
        dialog.table.item(row, 0).setText("S")
        dialog.table.cellWidget(row, 1).setCurrentText(kind)
    press_ok(dialog, qtbot)
    assert dialog.isVisible()
    assert dialog.trouble.text() == "'S' stands for spindle and for rem; remove one of the two."
    dialog.reject()
    assert read_own_kinds().kinds == {}


def test_a_file_that_several_formats_fit_is_asked_about(
    open_night: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    stages = tmp_path / "stages.txt"
    stages.write_text("0\n1\n2\n4\n4\n3\n2\n2\n", encoding="utf-8")
    open_night.controllers.opening.open_events([stages])
    dialog = dialog_of(open_night)
    second = dialog.findChildren(QRadioButton)[1]
    assert "2 R" in second.text()
    second.setFocus()
    qtbot.keyClick(second, Qt.Key.Key_Space)
    press_ok(dialog, qtbot)
    hypnogram = open_night.session.hypnogram
    assert hypnogram is not None
    assert hypnogram.stages[3:5] == ("R", "R")

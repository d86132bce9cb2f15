"""Asking where to write a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from sleepscope.app.dialogs.save_dialog import ask_where


def test_a_name_without_an_ending_gets_the_usual_one(qtbot, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    taken: list[Path] = []
    names = "Figure (*.png *.svg);;Table (*.csv)"
    ask_where(window, "Export", tmp_path / "importance.png", names, taken.append)
    (dialog,) = window.findChildren(QFileDialog)
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "mine")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(taken))
    assert taken == [tmp_path / "mine.png"]

"""A person without a mouse: every key goes to what has the focus, dialogs included."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QDeadlineTimer, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)

from sleepscope.app.dialogs.asking import Question
from sleepscope.app.main_window import MainWindow

KEY, NOTHING = Qt.Key, Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
# Stops of Tab in the whole window, at the most.
MOST_TABS = 60
D = TypeVar("D", bound=QDialog)


def focused() -> QWidget:
    """What has the focus; keys are lost where nothing has."""
    widget = QApplication.focusWidget()
    assert widget is not None, "nothing has the focus"
    return widget


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = NOTHING) -> None:
    """Press a key wherever the focus is."""
    QTest.keyClick(focused(), key, modifier)


def type_text(text: str) -> None:
    """Type into what has the focus."""
    QTest.keyClicks(focused(), text)


def tab_to(is_there: Callable[[QWidget], bool]) -> None:
    """Press Tab until the focus is there."""
    for _ in range(MOST_TABS):
        if is_there(focused()):
            return
        press(KEY.Key_Tab)
    raise AssertionError("Tab does not lead there")


def in_front(window: MainWindow, kind: type[D]) -> D:
    """The open dialog of a kind, active as a window manager makes it."""
    dialog = next(d for d in window.findChildren(kind) if d.isVisible())
    _activate(dialog)
    return dialog


def back_to(window: MainWindow) -> None:
    """What a window manager does when a dialog closes; without a screen nobody does."""
    _activate(window)


def _activate(widget: QWidget) -> None:
    widget.activateWindow()
    deadline = QDeadlineTimer(5000)
    # A dialog calls itself active while its parent is, so the focus itself is waited for.
    while QApplication.activeWindow() is not widget or QApplication.focusWidget() is None:
        assert not deadline.hasExpired(), "the window does not become active"
        QApplication.processEvents()


def name_file(window: MainWindow, path: Path) -> None:
    """Type a path into the open file dialog and press Enter."""
    dialog = in_front(window, QFileDialog)
    tab_to(lambda widget: isinstance(widget, QLineEdit))
    press(KEY.Key_A, CONTROL)
    type_text(str(path))
    press(KEY.Key_Return)
    assert not dialog.isVisible(), "the file dialog did not take the name"
    back_to(window)


def import_night(window: MainWindow, night: Path) -> None:
    """Open a recording by Ctrl+O and its name, take the files beside it, go to the traces."""
    press(KEY.Key_O, CONTROL)
    name_file(window, night)
    tab_to(lambda widget: isinstance(widget, QPushButton) and widget.text() == "Open")
    press(KEY.Key_Space)
    press(KEY.Key_Escape)
    assert window.traces.canvas.hasFocus()


def export_accepted(window: MainWindow, target: Path) -> None:
    """Write what was accepted to a CSV file by Ctrl+E, the arrows, Enter and a name."""
    press(KEY.Key_E, CONTROL)
    question = in_front(window, Question)
    tab_to(lambda widget: isinstance(widget, QRadioButton))
    for _ in range(2):
        press(KEY.Key_Down)
    assert question.accepted_only.isChecked()
    press(KEY.Key_Return)
    name_file(window, target)

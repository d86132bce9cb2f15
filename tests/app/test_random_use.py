"""A person who presses anything anywhere: no exception, no warning of Qt, no growing memory."""

from __future__ import annotations

import gc
import random
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from sleepscope.app.main_window import MainWindow
from sleepscope.errors import SleepScopeError

KEYS = tuple(
    getattr(Qt.Key, f"Key_{name}")
    for name in (
        "Left", "Right", "PageUp", "PageDown", "Home", "End", "Plus", "Minus", "0", "1", "2",
        "3", "4", "W", "R", "U", "N", "D", "X", "G", "B", "Return", "F1", "F2", "BracketLeft",
        "BracketRight", "Escape",
    )
)  # fmt: skip
MODIFIERS = (
    *(Qt.KeyboardModifier.NoModifier,) * 4,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
UNDO = ((Qt.Key.Key_Z, MODIFIERS[5]), (Qt.Key.Key_Z, MODIFIERS[4] | MODIFIERS[5]))
BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton)
N_ACTS = 150
# The offscreen platform says this of every window and menu.
HARMLESS = "This plugin does not support"


class Anyone:
    """Does one random thing after another, the same ones for the same seed."""

    def __init__(self, window: MainWindow, seed: int) -> None:
        self.window = window
        self.random = random.Random(seed)

    def act(self) -> None:
        """One key, turn of the wheel, drag, click or size."""
        acts: tuple[Callable[[], None], ...] = (
            self._press, self._press, self._press, self._undo, self._wheel, self._wheel,
            self._drag, self._drag, self._click_night, self._resize,
        )  # fmt: skip
        self.random.choice(acts)()
        QApplication.processEvents()
        dialog = QApplication.activeModalWidget() or QApplication.activePopupWidget()
        if dialog is not None:
            dialog.close()

    def _press(self) -> None:
        modifier = self.random.choice(MODIFIERS[:5])
        QTest.keyClick(self.window.traces.canvas, self.random.choice(KEYS), modifier)

    def _undo(self) -> None:
        QTest.keyClick(self.window.traces.canvas, *self.random.choice(UNDO))

    def _place(self, widget: QWidget) -> QPoint:
        # A little outside too: the pointer may leave the widget while a button is held.
        width, height = widget.width(), widget.height()
        return QPoint(self.random.randint(-20, width + 20), self.random.randint(-20, height + 20))

    def _wheel(self) -> None:
        canvas = self.window.traces.canvas
        at = self._place(canvas)
        event = QWheelEvent(
            QPointF(at),
            QPointF(canvas.mapToGlobal(at)),
            QPoint(),
            QPoint(0, self.random.choice((-240, -120, -15, 15, 120, 240))),
            Qt.MouseButton.NoButton,
            self.random.choice(MODIFIERS),
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(canvas, event)

    def _drag(self) -> None:
        canvas, button = self.window.traces.canvas, self.random.choice(BUTTONS)
        modifier = self.random.choice(MODIFIERS)
        QTest.mousePress(canvas, button, modifier, self._place(canvas))
        for _ in range(self.random.randint(0, 4)):
            QTest.mouseMove(canvas, self._place(canvas))
        if self.random.random() < 0.1:
            QTest.keyClick(canvas, Qt.Key.Key_Escape)
        QTest.mouseRelease(canvas, button, modifier, self._place(canvas))

    def _click_night(self) -> None:
        strip = self.window.hypnogram
        QTest.mouseClick(strip, BUTTONS[0], MODIFIERS[0], self._place(strip))

    def _resize(self) -> None:
        self.window.resize(self.random.randint(700, 1700), self.random.randint(400, 1000))


@pytest.mark.parametrize("seed", range(2))
def test_anything_in_any_order_is_survived(
    open_night: MainWindow, qtlog: Any, sentences: list[str], seed: int
) -> None:
    failures: list[BaseException] = []
    open_night.session.failed.connect(failures.append)
    person = Anyone(open_night, seed)
    for _ in range(N_ACTS):
        person.act()
    page = open_night.session.page
    assert 0 <= page.start <= page.duration
    assert [error for error in failures if not isinstance(error, SleepScopeError)] == [], sentences
    said = [record.message for record in qtlog.records if HARMLESS not in record.message]
    assert said == []
    review = open_night.session.review
    assert review is not None
    assert review.next_undo is not None


def test_turning_pages_leaves_no_objects_behind(open_night: MainWindow, qtbot: QtBot) -> None:
    canvas = open_night.traces.canvas

    def walk() -> int:
        for key in (Qt.Key.Key_Right,) * 7 + (Qt.Key.Key_Left,) * 7:
            qtbot.keyClick(canvas, key)
            QApplication.processEvents()
        gc.collect()
        return len(gc.get_objects())

    walk()
    before = walk()
    for _ in range(3):
        after = walk()
    assert after <= before + 50
    cache = canvas.layers._reader.cache
    assert len(cache._signals) <= cache.PAGES * len(open_night.session.channels)

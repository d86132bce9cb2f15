"""A person who presses, drags, chooses and opens anything anywhere, the same for the same seed."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from sleepscope.app.main_window import MainWindow
from sleepscope.errors import SleepScopeError

KEYS = tuple(
    getattr(Qt.Key, f"Key_{name}")
    for name in (
        "Left", "Right", "PageUp", "PageDown", "Home", "End", "Plus", "Minus", "0", "1", "2",
        "3", "4", "W", "R", "U", "N", "D", "X", "G", "H", "B", "S", "V", "Return", "F1", "F2",
        "BracketLeft", "BracketRight", "Escape", "Delete", "Tab",
    )
)  # fmt: skip
DIALOG_KEYS = (
    Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Up,
    Qt.Key.Key_A, Qt.Key.Key_7, Qt.Key.Key_Backspace,
)  # fmt: skip
MODIFIERS = (
    *(Qt.KeyboardModifier.NoModifier,) * 4,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
UNDO = ((Qt.Key.Key_Z, MODIFIERS[5]), (Qt.Key.Key_Z, MODIFIERS[4] | MODIFIERS[5]))
BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton)
# These end the visit, or leave the night for another one.
NOT_CHOSEN = ("quit", "demo", "close")
# A dialog that waits for an answer in an event loop of its own is closed after so long.
PATIENCE_MS = 400


class Anyone:
    """Does one random thing after another.

    Parameters
    ----------
    window : MainWindow
    seed : int
    detects : bool
        Whether detections are begun, too: they load the networks.

    Attributes
    ----------
    done : deque of str
        The last acts in words.
    n_done : int
        How many acts those and the earlier ones are.
    """

    def __init__(self, window: MainWindow, seed: int, *, detects: bool = False) -> None:
        self.window = window
        self.random = random.Random(seed)
        self.detects = detects
        self.done: deque[str] = deque(maxlen=40)
        self.n_done = 0
        self._blocking: QWidget | None = None
        self._closer = QTimer(window)
        self._closer.setInterval(PATIENCE_MS)
        self._closer.timeout.connect(self._close_what_blocks)
        self._closer.start()
        self.window.destroyed.connect(self._closer.stop)

    def act(self) -> None:
        """One key, turn of the wheel, drag, click, size, choice from a menu, dock or dialog."""
        acts: tuple[Callable[[], str], ...] = (
            self._press, self._press, self._press, self._undo, self._wheel, self._wheel,
            self._drag, self._drag, self._click_night, self._resize, self._choose, self._choose,
            self._choose, self._dock, self._click_anywhere, self._click_anywhere, self._detect,
        )  # fmt: skip
        act = self.random.choice(acts)
        self._begin(f"{act.__name__}: …")
        self.done[-1] = f"{act.__name__}: {act()}"
        QApplication.processEvents()
        self._answer()

    def _begin(self, words: str) -> None:
        self.done.append(words)
        self.n_done += 1

    # --- dialogs and menus -------------------------------------------------------------------

    def _answer(self) -> None:
        """Try some keys in what is in front, then agree to it or send it away."""
        for _ in range(5):
            front = QApplication.activePopupWidget() or QApplication.activeModalWidget()
            if front is None:
                front = next((w for w in self._dialogs() if w.isVisible()), None)
            if front is None:
                return
            name = f"{type(front).__name__} {front.windowTitle()!r}"
            for _ in range(self.random.randint(0, 4)):
                within = front.focusWidget() or front
                QTest.keyClick(within, self.random.choice(DIALOG_KEYS))
            agrees = self.random.random() < 0.4
            self.done.append(f"{'agrees to' if agrees else 'leaves'} {name}")
            QTest.keyClick(front, Qt.Key.Key_Return if agrees else Qt.Key.Key_Escape)
            QApplication.processEvents()
            if _is_there(front) and front.isVisible():
                front.close()
                QApplication.processEvents()

    def _dialogs(self) -> list[QWidget]:
        return [w for w in QApplication.topLevelWidgets() if isinstance(w, (QDialog, QMenu))]

    def _close_what_blocks(self) -> None:
        front = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if front is not None and front is self._blocking:
            front.close()
        self._blocking = front

    # --- acts --------------------------------------------------------------------------------

    def _press(self) -> str:
        modifier, key = self.random.choice(MODIFIERS[:5]), self.random.choice(KEYS)
        QTest.keyClick(self.window.traces.canvas, key, modifier)
        return f"{modifier.name} {key.name}"

    def _undo(self) -> str:
        key, modifier = self.random.choice(UNDO)
        QTest.keyClick(self.window.traces.canvas, key, modifier)
        return modifier.name or ""

    def _place(self, widget: QWidget) -> QPoint:
        # A little outside too: the pointer may leave the widget while a button is held.
        width, height = widget.width(), widget.height()
        return QPoint(self.random.randint(-20, width + 20), self.random.randint(-20, height + 20))

    def _wheel(self) -> str:
        canvas = self.window.traces.canvas
        at, modifier = self._place(canvas), self.random.choice(MODIFIERS)
        event = QWheelEvent(
            QPointF(at),
            QPointF(canvas.mapToGlobal(at)),
            QPoint(),
            QPoint(0, self.random.choice((-240, -120, -15, 15, 120, 240))),
            Qt.MouseButton.NoButton,
            modifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(canvas, event)
        return f"{modifier.name} {event.angleDelta().y()}"

    def _drag(self) -> str:
        canvas, button = self.window.traces.canvas, self.random.choice(BUTTONS)
        modifier = self.random.choice(MODIFIERS)
        QTest.mousePress(canvas, button, modifier, self._place(canvas))
        for _ in range(self.random.randint(0, 4)):
            QTest.mouseMove(canvas, self._place(canvas))
        if self.random.random() < 0.1:
            QTest.keyClick(canvas, Qt.Key.Key_Escape)
        QTest.mouseRelease(canvas, button, modifier, self._place(canvas))
        return f"{button.name} {modifier.name}"

    def _click_night(self) -> str:
        strip = self.window.hypnogram
        QTest.mouseClick(strip, BUTTONS[0], MODIFIERS[0], self._place(strip))
        return ""

    def _resize(self) -> str:
        self.window.resize(self.random.randint(700, 1700), self.random.randint(400, 1000))
        return f"{self.window.width()} x {self.window.height()}"

    def _choose(self) -> str:
        actions = [
            action
            for name, action in self.window.actions_by_id.items()
            if action.isEnabled() and name not in NOT_CHOSEN
            and (self.detects or name != "detect")
        ]  # fmt: skip
        actions += [*self.window.theme_actions.values(), *self.window.length_actions.values()]
        action = self.random.choice(actions)
        action.trigger()
        return action.objectName() or action.text()

    def _dock(self) -> str:
        dock = self.random.choice(self.window.docks)
        if self.random.random() < 0.3:
            dock.toggleViewAction().trigger()
        else:
            dock.show()
            dock.raise_()
        return dock.objectName()

    def _click_anywhere(self) -> str:
        """A click on any widget on the screen: tables, sliders, boxes, strips, headers."""
        there = [w for w in self.window.findChildren(QWidget) if w.isVisible() and w.isEnabled()]
        widget = self.random.choice(there)
        inside = QPoint(
            self.random.randint(0, max(0, widget.width() - 1)),
            self.random.randint(0, max(0, widget.height() - 1)),
        )
        button = self.random.choice((*BUTTONS[:2], Qt.MouseButton.RightButton))
        words = f"{type(widget).__name__} {widget.objectName()} {button.name}"
        self.done[-1] = f"_click_anywhere: {words}"
        QTest.mouseClick(widget, button, self.random.choice(MODIFIERS[:6]), inside)
        return words

    def _detect(self) -> str:
        session = self.window.session
        if not self.detects or session.recording is None:
            return "not"
        if session.jobs.jobs:
            self.window.actions_by_id["cancel"].trigger()
            return "cancelled"
        # Ten detections upon each other are nobody's night.
        models = [s.scorer for s in session.event_sets() if s.scorer.startswith("model:")]
        if len(models) > 2:
            self.window.controllers.reviewing.undo()
            return "undone instead"
        try:
            self.window.detect(self.random.choice(("spindle", "rem")))
        except SleepScopeError as error:
            return str(error)
        return "begun"


def _is_there(widget: QWidget) -> bool:
    """Whether a widget was not destroyed by what was done to it."""
    from shiboken6 import isValid

    return bool(isValid(widget))

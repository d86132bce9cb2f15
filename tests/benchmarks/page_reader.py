"""A person who turns pages in the main window and waits for each picture."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from tests.benchmarks.looking import look_for

PAGE = 30.0
SIZE = (1600, 900)
# A quick reader's look at a page: the pause between two turns, in which the window may read ahead.
LOOK_MS = 100
NIGHT_REPAINTS = 20
PATIENCE_S = 60
DRAGS, DRAG_STEPS = 3, 20


@dataclass
class Times:
    """Times of some turns, ms: on the clock and of the processors."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def __add__(self, other: Times) -> Times:
        return Times(self.wall + other.wall, self.cpu + other.cpu)

    def figures(self, name: str) -> dict[str, float]:
        """Median and 95th percentile under a name."""
        return {
            f"{name}_ms_median": float(np.median(self.wall)),
            f"{name}_ms_p95": float(np.percentile(self.wall, 95)),
            f"{name}_cpu_ms_median": float(np.median(self.cpu)),
        }


class Reader:
    """A person at the main window, who waits for each picture."""

    def __init__(self) -> None:
        from PySide6.QtCore import QEvent, QObject

        from sleepscope.app.main_window import MainWindow
        from sleepscope.app.session import Session
        from sleepscope.app.settings import Settings
        from sleepscope.app.window import make_application

        class Watch(QObject):
            """Counts how often a widget is painted."""

            painted = 0

            def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
                self.painted += event.type() == QEvent.Type.Paint
                return False

        self.application = make_application()
        self.window: Any = MainWindow(Session(Settings()))
        self.window.resize(*SIZE)
        self.window.show()
        self.canvas = self.window.traces.canvas
        self._watch = Watch()
        self.canvas.installEventFilter(self._watch)
        self.settle()

    def settle(self, milliseconds: int = LOOK_MS) -> None:
        """Look at the page for a while; the window works ahead meanwhile."""
        look_for(milliseconds)

    def timed(self, act: Callable[[], object], times: Times) -> None:
        """Do something and wait until the traces are painted anew, a minute at most."""
        before = self._watch.painted
        wall, cpu = time.perf_counter(), time.process_time()
        act()
        while self._watch.painted == before:
            self.application.processEvents()
            if time.perf_counter() - wall > PATIENCE_S:
                raise TimeoutError("Nothing was painted for a minute.")
        times.wall.append(1e3 * (time.perf_counter() - wall))
        times.cpu.append(1e3 * (time.process_time() - cpu))
        self.settle()

    def press(self, key: Any, times: Times) -> None:
        """Press a key where the focus is."""
        from PySide6.QtTest import QTest

        self.timed(lambda: QTest.keyClick(self.canvas, key), times)

    def turn(self, n_turns: int) -> Times:
        """Pages in order, from the first one on."""
        from PySide6.QtCore import Qt

        self.window.session.set_page(0.0)
        self.settle()
        times = Times()
        for _ in range(n_turns):
            self.press(Qt.Key.Key_Right, times)
        return times

    def jump(self, starts: Iterable[float]) -> Times:
        """Pages anywhere, by a click into the hypnogram."""
        from PySide6.QtCore import QPoint, Qt
        from PySide6.QtTest import QTest

        strip, times = self.window.hypnogram, Times()
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        for start in starts:
            place = QPoint(round(strip.x(start + PAGE / 2)), 20)
            # A click into the page that is on the screen would paint nothing.
            if self.window.session.page.at(strip.time(place.x())) != self.window.session.page:
                self.timed(partial(QTest.mouseClick, strip, left, none, place), times)
        return times

    def repaint_night(self) -> Times:
        """The whole night on the screen, drawn with another gain again and again."""
        from PySide6.QtCore import Qt

        session = self.window.session
        self.window.controllers.paging.set_length(session.recording.duration)
        self._wait_for_pyramids()
        self.settle()
        times = Times()
        for k in range(NIGHT_REPAINTS):
            self.press(Qt.Key.Key_Minus if k % 2 else Qt.Key.Key_Plus, times)
        self.window.controllers.paging.set_length(PAGE)
        return times

    def drag_window(self, length: float) -> Times:
        """A page of some hours dragged through the night with the middle button."""
        from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
        from PySide6.QtGui import QMouseEvent
        from PySide6.QtTest import QTest

        session, canvas, times = self.window.session, self.canvas, Times()
        self.window.controllers.paging.set_length(length)
        self._wait_for_pyramids()
        session.set_page(0.0)
        self.settle()
        middle, none = Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier
        width, height = canvas.width(), canvas.height() // 2

        def move(x: int) -> None:
            place = QPointF(x, height)
            self.application.sendEvent(
                canvas,
                QMouseEvent(
                    QEvent.Type.MouseMove, place, canvas.mapToGlobal(place),
                    Qt.MouseButton.NoButton, middle, none,
                ),
            )  # fmt: skip

        # A drag that reaches the end of the night would paint nothing more.
        room = session.recording.duration - length
        for _ in range(min(DRAGS, int(room / length))):
            QTest.mousePress(canvas, middle, none, QPoint(width - 50, height))
            for x in np.linspace(width - 60, width * 0.2, DRAG_STEPS):
                self.timed(partial(move, round(x)), times)
            QTest.mouseRelease(canvas, middle, none, QPoint(round(width * 0.2), height))
        assert session.page.start > 0
        self.window.controllers.paging.set_length(PAGE)
        return times

    def _wait_for_pyramids(self) -> None:
        session = self.window.session
        while session.jobs.jobs or len(session.pyramids()) < len(session.channels):
            self.settle(10)

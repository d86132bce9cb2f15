"""A small recording, a view of it on the screen, and a mouse."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from sleepscope.app.views.event_lanes import LaneEvents
from sleepscope.app.views.trace_view import TraceView
from sleepscope.events.event import Event
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.recording import ArrayRecording

NO_KEY = Qt.KeyboardModifier.NoModifier
SECONDS = 300
RATES = {"C3-M2": ("EEG", 256.0), "E1-M2": ("EOG", 128.0), "Flow": ("RESP", 32.0)}


@pytest.fixture
def recording() -> ArrayRecording:
    """Three channels of 300 s at their own rates: 10-Hz waves of 50 µV."""
    channels, signals = [], {}
    for label, (kind, sfreq) in RATES.items():
        n = round(SECONDS * sfreq)
        channels.append(Channel(label, kind, "µV", sfreq, n))
        signals[label] = 50.0 * np.sin(2 * np.pi * 10 * np.arange(n) / sfreq)
    start = datetime.datetime(2024, 1, 1, 23, 0)  # noqa: DTZ001
    return ArrayRecording(Path("night.edf"), tuple(channels), signals, start=start)


@pytest.fixture
def lanes() -> tuple[LaneEvents, ...]:
    """Two scorers: a person's events can be changed, a file's cannot."""
    mine = (
        Event(5.0, 2.0, "spindle", "C3-M2", id="mine"),
        Event(20.0, 0.0, "other", "C3-M2", id="point"),
        Event(12.0, 3.0, "arousal", None, id="common"),
    )
    theirs = (Event(5.5, 1.0, "spindle", "C3-M2", id="theirs"),)
    return (
        LaneEvents("human:AB", "AB", "#0072B2", mine),
        LaneEvents("file:x", "expert 1", "#D55E00", theirs, editable=False),
    )


@pytest.fixture
def view(qtbot: QtBot, recording: ArrayRecording) -> TraceView:
    """A view of the first 30 s, painted."""
    made = TraceView()
    qtbot.addWidget(made)
    made.resize(1000, 600)
    made.set_recording(recording)
    made.set_page(0.0, 30.0)
    made.show()
    qtbot.waitExposed(made)
    return made


class Mouse:
    """Real mouse events at a moment and a place of the page."""

    def __init__(self, view: TraceView) -> None:
        self.canvas = view.canvas

    def point(self, time: float, place: str | float) -> QPoint:
        """Pixel of a moment on a channel's trace, or at a height."""
        geometry = self.canvas.layers.geometry
        if isinstance(place, str):
            row = geometry.row(place)
            assert row is not None
            place = row.trace.middle
        return QPoint(round(geometry.x(time)), round(place))

    def time(self, time: float) -> float:
        """The moment of the pixel that a moment falls on."""
        return self.canvas.layers.geometry.time(round(self.canvas.layers.geometry.x(time)))

    def press(
        self,
        at: QPoint,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
        modifier: Qt.KeyboardModifier = NO_KEY,
    ) -> None:
        QTest.mousePress(self.canvas, button, modifier, at)

    def move(self, to: QPoint) -> None:
        QTest.mouseMove(self.canvas, to)
        QApplication.processEvents()

    def release(self, at: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        QTest.mouseRelease(self.canvas, button, NO_KEY, at)

    def drag(
        self,
        start: QPoint,
        stop: QPoint,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
        modifier: Qt.KeyboardModifier = NO_KEY,
    ) -> None:
        self.press(start, button, modifier)
        self.move((start + stop) / 2)
        self.move(stop)
        self.release(stop, button)

    def click(self, at: QPoint) -> None:
        QTest.mouseClick(self.canvas, Qt.MouseButton.LeftButton, NO_KEY, at)

    def wheel(
        self, at: QPoint, turn: int, modifier: Qt.KeyboardModifier = NO_KEY, sideways: bool = False
    ) -> None:
        send_wheel(self.canvas, at, turn, modifier, sideways)


def send_wheel(
    widget: QWidget, at: QPoint, turn: int, modifier: Qt.KeyboardModifier, sideways: bool
) -> None:
    """Turn the wheel by eighths of a degree."""
    delta = QPoint(turn, 0) if sideways else QPoint(0, turn)
    event = QWheelEvent(
        QPointF(at),
        QPointF(widget.mapToGlobal(at)),
        QPoint(),
        delta,
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


@pytest.fixture
def mouse(view: TraceView) -> Mouse:
    return Mouse(view)


@pytest.fixture
def heard(view: TraceView) -> Callable[[str], list[tuple[object, ...]]]:
    """Follow a signal: a list that grows by the arguments of each emission."""

    def follow(name: str) -> list[tuple[object, ...]]:
        calls: list[tuple[object, ...]] = []
        getattr(view, name).connect(lambda *arguments: calls.append(arguments))
        return calls

    return follow

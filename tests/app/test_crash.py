"""A fault is told: one of painting once, every other each time."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from sleepscope.app import crash
from sleepscope.app.views import page_layers
from sleepscope.app.views.trace_view import TraceView


@pytest.fixture
def told() -> Iterator[list[BaseException]]:
    heard: list[BaseException] = []
    crash.install(heard.append)
    yield heard
    crash.uninstall()


def fail() -> None:
    raise ZeroDivisionError


def raised_by(call: object) -> None:
    try:
        call()
    except ZeroDivisionError as error:
        sys.excepthook(type(error), error, error.__traceback__)


def test_a_fault_of_painting_is_told_once(told: list[BaseException]) -> None:
    def paintEvent() -> None:
        fail()

    for _ in range(5):
        raised_by(paintEvent)
    assert len(told) == 1


def test_another_fault_is_told_each_time(told: list[BaseException]) -> None:
    raised_by(fail)
    raised_by(fail)
    assert len(told) == 2


def test_a_page_that_fails_to_paint_leaves_no_painter(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = TraceView()
    qtbot.addWidget(view)
    layers = view.canvas.layers
    monkeypatch.setattr(page_layers, "paint_axis", lambda *_: fail())
    with pytest.raises(ZeroDivisionError):
        layers._drawn(layers.size, layers._paint_traces)
    monkeypatch.undo()
    assert not layers._drawn(layers.size, layers._paint_traces).paintingActive()

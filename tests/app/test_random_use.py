"""A person who presses anything anywhere: no exception, no warning of Qt, no growing memory."""

from __future__ import annotations

import gc
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from sleepscope.app.main_window import MainWindow
from sleepscope.errors import SleepScopeError
from tests.app.anyone import Anyone

N_ACTS = 150
# The offscreen platform says this of every window and menu.
HARMLESS = "This plugin does not support"


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

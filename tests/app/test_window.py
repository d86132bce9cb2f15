"""The window on the screen that there is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sleepscope.app.window import keep_on_screen


@pytest.mark.parametrize(
    ("room", "fills"),
    [((1920, 1080), False), ((1600, 900), True), ((1366, 768), True), ((1600, 940), False)],
)
def test_window_with_its_title_bar_stays_on_the_screen(
    qtbot: QtBot, room: tuple[int, int], fills: bool
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1600, 900)
    keep_on_screen(window, QSize(*room))
    assert window.isMaximized() == fills

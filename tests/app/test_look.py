"""What Qt draws by itself can be seen in every theme."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QTabBar,
    QToolBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from sleepscope.app.look import apply_look
from sleepscope.app.main_window import MainWindow
from sleepscope.app.theme import CONTRAST, DARK, LIGHT, THEMES, Theme


def distance(first: QColor, second: QColor) -> int:
    """How far apart two colours are in their lightness, 0 to 255."""
    return abs(first.lightness() - second.lightness())


@pytest.mark.parametrize("theme", [DARK, CONTRAST])
def test_fields_and_buttons_have_a_frame_that_is_seen(qtbot: QtBot, theme: Theme) -> None:
    whole = QWidget()
    qtbot.addWidget(whole)
    row = QHBoxLayout(whole)
    fields = QLineEdit(whole), QPushButton("Add", whole)
    for widget in fields:
        row.addWidget(widget)
    apply_look(theme, 1.0)
    try:
        whole.resize(300, 60)
        whole.show()
        picture = whole.grab().toImage()
        for widget in fields:
            edge = widget.geometry()
            frame = picture.pixelColor(edge.left(), edge.center().y())
            assert distance(frame, QColor(theme.window)) > 40
    finally:
        apply_look(LIGHT, 1.0)


@pytest.mark.parametrize("name", tuple(THEMES))
def test_a_switch_that_is_on_differs_from_one_that_is_off(
    open_night: MainWindow, name: str
) -> None:
    open_night.controllers.showing.set_theme(name)
    theme = THEMES[name]
    bar = open_night.findChild(QToolBar)
    picture = bar.grab().toImage()
    for action, is_on in (("filters", True), ("coherence", False)):
        assert open_night.actions_by_id[action].isChecked() == is_on
        button = bar.widgetForAction(open_night.actions_by_id[action])
        spot = button.geometry().topLeft()
        ground = picture.pixelColor(spot.x() + 4, spot.y() + 4)
        assert (distance(ground, QColor(theme.window)) >= 12) == is_on


@pytest.mark.parametrize("theme", [LIGHT, DARK, CONTRAST])
def test_open_list_of_a_focused_box_is_whole(qtbot: QtBot, theme: Theme) -> None:
    box = QComboBox()
    qtbot.addWidget(box)
    box.addItems(["one", "two", "three", "four"])
    apply_look(theme, 1.0)
    try:
        box.show()
        box.setFocus()
        qtbot.waitUntil(box.hasFocus)
        box.showPopup()
        view = box.view()
        qtbot.waitUntil(view.isVisible)
        last = view.visualRect(box.model().index(3, 0))
        assert last.bottom() < view.viewport().height()
        box.hidePopup()
    finally:
        apply_look(LIGHT, 1.0)


@pytest.mark.parametrize("theme", [LIGHT, DARK, CONTRAST])
def test_chosen_line_of_an_open_list_is_seen(qtbot: QtBot, theme: Theme) -> None:
    box = QComboBox()
    qtbot.addWidget(box)
    box.addItems(["one", "two", "three"])
    apply_look(theme, 1.0)
    try:
        box.show()
        box.showPopup()
        view = box.view()
        qtbot.waitUntil(view.isVisible)
        second = box.model().index(1, 0)
        view.setCurrentIndex(second)
        line = view.visualRect(second)
        picture = view.grab().toImage()
        ground = picture.pixelColor(picture.width() - 8, line.center().y())
        assert ground.name() == QColor(theme.accent).name()
        box.hidePopup()
    finally:
        apply_look(LIGHT, 1.0)


def test_panels_give_their_place_to_the_traces_and_come_back(
    open_night: MainWindow, qtbot: QtBot
) -> None:
    canvas = open_night.traces.canvas
    narrow = canvas.width()
    shown = [dock.objectName() for dock in open_night.docks if not dock.isHidden()]
    qtbot.keyClick(canvas, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: canvas.width() > narrow + 300)
    assert all(dock.isHidden() for dock in open_night.docks)
    qtbot.keyClick(canvas, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: canvas.width() == narrow)
    assert [dock.objectName() for dock in open_night.docks if not dock.isHidden()] == shown


def test_larger_text_leaves_the_traces_their_room_and_goes_back(
    open_night: MainWindow, qtbot: QtBot
) -> None:
    canvas, before = open_night.traces.canvas, open_night.traces.canvas.size()
    title = open_night.docks[0].titleBarWidget()
    height = title.fontMetrics().height()
    open_night.session.settings.text_size = 2.0
    open_night.presenter.apply_theme()
    qtbot.waitUntil(lambda: title.fontMetrics().height() > 1.5 * height)
    qtbot.waitUntil(lambda: canvas.height() < before.height())
    geometry = canvas.layers.geometry
    assert geometry.left <= 0.25 * canvas.width()
    assert sum(row.trace.height for row in geometry.rows) >= 0.3 * canvas.height()
    open_night.session.settings.text_size = 1.0
    open_night.presenter.apply_theme()
    # The spectrogram may have come in between, and taken some of the height.
    qtbot.waitUntil(lambda: canvas.width() == before.width())


@pytest.mark.parametrize("theme", [LIGHT, DARK, CONTRAST])
def test_tabs_hide_what_lies_below_them(qtbot: QtBot, theme: Theme) -> None:
    below = QWidget()
    qtbot.addWidget(below)
    below.setAutoFillBackground(True)
    apply_look(theme, 1.0)
    try:
        ground = below.palette()
        ground.setColor(QPalette.ColorRole.Window, QColor("#00FF00"))
        below.setPalette(ground)
        bar = QTabBar(below)
        for name in ("Compare", "Queue"):
            bar.addTab(name)
        below.resize(300, 60)
        bar.resize(bar.sizeHint())
        below.show()
        picture = below.grab().toImage()
        places = [bar.tabRect(k).topLeft() + QPoint(4, 4) for k in range(bar.count())]
        selected, other = (picture.pixelColor(place) for place in places)
        assert other == QColor(theme.window)
        assert selected not in (other, QColor("#00FF00"))
    finally:
        apply_look(LIGHT, 1.0)

"""Every panel is reached by its tab, and the tab says which one it is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QLabel, QTabBar, QToolTip
from pytestqt.qtbot import QtBot

from sleepscope.app.main_window import MainWindow


@pytest.fixture
def bars(open_night: MainWindow, qtbot: QtBot) -> list[QTabBar]:
    """Both bars of tabs, with every panel there is."""
    for dock in open_night.docks:
        dock.show()

    def found() -> list[QTabBar]:
        return [bar for bar in open_night.findChildren(QTabBar) if bar.isVisible()]

    qtbot.waitUntil(lambda: sum(bar.count() for bar in found()) == len(open_night.docks))
    return found()


def test_every_panel_comes_in_front_by_its_tab(
    open_night: MainWindow, qtbot: QtBot, bars: list[QTabBar]
) -> None:
    by_tab = {dock.windowTitle(): dock for dock in open_night.docks}
    assert len(by_tab) == len(open_night.docks)
    for bar in bars:
        for k in range(bar.count()):
            bar.setCurrentIndex((k + 1) % bar.count())
            if bar.tabRect(k).center().x() > bar.width():
                bar.setCurrentIndex(k)  # where letters are wide, the tabs scroll
            qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(k).center())
            dock = by_tab[bar.tabText(k)]
            qtbot.waitUntil(lambda dock=dock: not dock.visibleRegion().isEmpty())


def test_tip_over_a_tab_is_the_whole_title_of_the_panel_and_its_menu(
    open_night: MainWindow, bars: list[QTabBar], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, *_: said.append(text))
    tips: dict[str, str] = {}
    for bar in bars:
        for k in range(bar.count()):
            place = bar.tabRect(k).center()
            tip = QHelpEvent(QEvent.Type.ToolTip, place, bar.mapToGlobal(place))
            QApplication.sendEvent(bar, tip)
            tips[bar.tabText(k)] = said[-1]
    assert tips["Event map"] == "Map of events"
    for dock in open_night.docks:
        assert tips[dock.windowTitle()] == dock.toggleViewAction().text()
        assert dock.titleBarWidget().findChild(QLabel).text() == tips[dock.windowTitle()]


def test_tabs_of_a_place_are_short_enough_for_the_docks(bars: list[QTabBar]) -> None:
    for bar in bars:
        # In letters, as fonts differ: so many the default width of the docks holds.
        assert sum(len(bar.tabText(k)) for k in range(bar.count())) <= 60
        for k in range(bar.count()):
            words = bar.fontMetrics().horizontalAdvance(bar.tabText(k))
            assert bar.tabRect(k).width() - words <= bar.fontMetrics().height() + 8

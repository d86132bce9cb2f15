"""Tabs of docks that lie upon each other: short names, so that all are in sight, and whole tips."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QDockWidget, QTabBar, QToolTip


class DockTabs(QObject):
    """Cares for every bar of tabs that Qt makes for the docks of a window."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._full: dict[str, str] = {}

    def name(self, dock: QDockWidget, title: str) -> None:
        """Say the whole title over the tab of a dock, and in the menu that shows the dock."""
        self._full[dock.windowTitle()] = title
        dock.toggleViewAction().setText(title)

    def take(self, bar: QTabBar) -> None:
        """Names on tabs are whole; where larger text leaves them no room, the tabs scroll."""
        bar.setElideMode(Qt.TextElideMode.ElideNone)
        bar.setUsesScrollButtons(True)
        bar.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QTabBar) and isinstance(event, QHelpEvent):
            k = watched.tabAt(event.pos())
            short = watched.tabText(k) if k >= 0 else ""
            QToolTip.showText(event.globalPos(), self._full.get(short, short), watched)
            return True
        return False

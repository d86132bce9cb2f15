"""The title of a dock: Qt's own keeps its size when the text of the window grows."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QStyle, QToolButton, QWidget

from sleepscope.app.language import tr


class DockTitle(QWidget):
    """A dock's name, a button that takes it out of the window and one that closes it.

    The View menu closes and opens docks, too.
    """

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        label = QLabel(dock.windowTitle(), self)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 2, 0)
        row.setSpacing(2)
        row.addWidget(label, 1)
        floating = self._button(
            QStyle.StandardPixmap.SP_TitleBarNormalButton,
            tr("Take {title} out of the window, or back in", title=dock.windowTitle()),
        )
        floating.clicked.connect(lambda: dock.setFloating(not dock.isFloating()))
        closing = self._button(
            QStyle.StandardPixmap.SP_TitleBarCloseButton,
            tr("Close {title}; the View menu brings it back", title=dock.windowTitle()),
        )
        closing.clicked.connect(dock.close)
        row.addWidget(floating)
        row.addWidget(closing)

    def _button(self, icon: QStyle.StandardPixmap, words: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(self.style().standardIcon(icon))
        button.setAutoRaise(True)
        side = self.fontMetrics().capHeight() + 2
        button.setIconSize(QSize(side, side))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(words)
        button.setAccessibleName(words)
        return button

    # The dock itself is dragged and, by a double click, taken out: it gets what is not taken here.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.ignore()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.ignore()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.ignore()

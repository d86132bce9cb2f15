"""The title of a dock: Qt's own keeps its size when the text of the window grows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QIcon, QMouseEvent, QPainter
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QStyle, QToolButton, QWidget

from sleepscope.app.language import tr


class DockTitle(QWidget):
    """A dock's name, a button that takes it out of the window and one that closes it.

    The View menu closes and opens docks, too. ``title`` is longer than what stands on a tab.
    """

    def __init__(self, dock: QDockWidget, title: str) -> None:
        super().__init__(dock)
        self._icons: dict[QToolButton, QStyle.StandardPixmap] = {}
        label = QLabel(title, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 2, 0)
        row.setSpacing(2)
        row.addWidget(label, 1)
        floating = self._button(
            QStyle.StandardPixmap.SP_TitleBarNormalButton,
            tr("Take {title} out of the window, or back in", title=title),
        )
        floating.clicked.connect(lambda: dock.setFloating(not dock.isFloating()))
        closing = self._button(
            QStyle.StandardPixmap.SP_TitleBarCloseButton,
            tr("Close {title}; the View menu brings it back", title=title),
        )
        closing.clicked.connect(dock.close)
        row.addWidget(floating)
        row.addWidget(closing)
        self._colour()

    def _button(self, icon: QStyle.StandardPixmap, words: str) -> QToolButton:
        button = QToolButton(self)
        button.setAutoRaise(True)
        side = self.fontMetrics().capHeight() + 2
        button.setIconSize(QSize(side, side))
        self._icons[button] = icon
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(words)
        button.setAccessibleName(words)
        return button

    def _colour(self) -> None:
        """Icons in the colour of the words: Qt's own are dark grey, on a dark window too."""
        for button, name in self._icons.items():
            drawn = (
                self.style().standardIcon(name).pixmap(button.iconSize(), self.devicePixelRatioF())
            )
            with QPainter(drawn) as painter:
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
                painter.fillRect(drawn.rect(), self.palette().windowText())
            button.setIcon(QIcon(drawn))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    # The dock itself is dragged and, by a double click, taken out: it gets what is not taken here.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.ignore()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.ignore()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.ignore()

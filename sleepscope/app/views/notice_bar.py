"""Sentences that the person should read but that need no answer, each with a button to dismiss."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sleepscope.app.language import tr

# More than these would push the traces off the page; the rest waits behind a button.
MOST_SHOWN = 2


class Notice(QFrame):
    """One sentence; ``dismissed`` when the person closed it."""

    dismissed = Signal()

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.label = QLabel(text, self)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.close_button = QToolButton(self)
        self.close_button.setText("✕")
        self.close_button.setAutoRaise(True)
        self.close_button.setAccessibleName(tr("Dismiss"))
        self.close_button.setToolTip(tr("Dismiss"))
        self.close_button.clicked.connect(self.dismissed)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(8, 2, 4, 2)
        self.row.addWidget(self.label, 1)
        self.row.addWidget(self.close_button)

    def add_button(self, text: str, on_click: Callable[[], None]) -> QPushButton:
        """Add an answer before the closing button."""
        button = QPushButton(text, self)
        button.clicked.connect(lambda _checked=False: on_click())
        self.row.insertWidget(self.row.count() - 1, button)
        return button

    def add_check_box(self, text: str) -> QCheckBox:
        """Add a box to tick."""
        box = QCheckBox(text, self)
        self.row.insertWidget(self.row.count() - 1, box)
        return box


class NoticeBar(QWidget):
    """The notices one under the other, the oldest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(4, 2, 4, 2)
        self._layout.setSpacing(2)
        self.more = QToolButton(self)
        self.more.setAutoRaise(True)
        self.more.setToolTip(tr("Show every notice, or the newest alone"))
        self.more.clicked.connect(self._show_all)
        self._layout.addWidget(self.more)
        self.notices: list[Notice] = []
        self._shows_all = False
        self._arrange()

    def say(self, text: str) -> Notice:
        """Show a sentence; the same sentence is shown once."""
        for notice in self.notices:
            if notice.label.text() == text:
                return notice
        notice = Notice(text, self)
        notice.dismissed.connect(lambda: self.dismiss(notice))
        self.notices.append(notice)
        self._layout.insertWidget(len(self.notices) - 1, notice)
        self._arrange()
        return notice

    def dismiss(self, notice: Notice) -> None:
        """Take a notice away."""
        if notice in self.notices:
            self.notices.remove(notice)
            notice.hide()
            notice.deleteLater()
            self._arrange()

    def clear(self) -> None:
        """Take all notices away."""
        self._shows_all = False
        for notice in tuple(self.notices):
            self.dismiss(notice)

    def texts(self) -> Sequence[str]:
        """Every sentence, also those behind the button."""
        return [notice.label.text() for notice in self.notices]

    def _show_all(self) -> None:
        self._shows_all = True
        self._arrange()

    def _arrange(self) -> None:
        most = len(self.notices) if self._shows_all else MOST_SHOWN
        for index, notice in enumerate(self.notices):
            notice.setVisible(index < most)
        hidden = len(self.notices) - most
        self.more.setText(tr("{n} more notices", n=hidden))
        self.more.setVisible(hidden > 0)
        self.setVisible(bool(self.notices))

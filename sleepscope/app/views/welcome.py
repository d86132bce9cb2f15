"""What the window shows before a recording is open."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sleepscope.app.language import tr


class WelcomeView(QWidget):
    """Three ways in: open a file, the demo night, a recording opened before."""

    open_requested = Signal()
    demo_requested = Signal()
    recent_requested = Signal(object)  # tuple of Path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = QLabel("SleepScope", self)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 2.2)
        title.setFont(font)
        words = QLabel(
            tr(
                "See, event by event, what a neural network found in a night of sleep, why, and "
                "where experts and model disagree.\nDrop a recording here, or:"
            ),
            self,
        )
        words.setWordWrap(True)
        self.open_button = QPushButton(tr("Open a recording…"), self)
        self.open_button.setToolTip(tr("Choose the file of a recording (Ctrl+O)."))
        self.demo_button = QPushButton(tr("Open the demo night"), self)
        self.demo_button.setToolTip(
            tr("Half an hour that was made up, with two experts; spindles are detected in it.")
        )
        self.open_button.clicked.connect(self.open_requested)
        self.demo_button.clicked.connect(self.demo_requested)
        self.recent_title = QLabel(tr("Opened before"), self)
        self.recent = QListWidget(self)
        self.recent.setAccessibleName(tr("Recent recordings"))
        self.recent.itemActivated.connect(self._pick)
        self.recent.itemClicked.connect(self._pick)
        buttons = QHBoxLayout()
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.demo_button)
        buttons.addStretch(1)
        column = QWidget(self)
        column.setMaximumWidth(620)
        inside = QVBoxLayout(column)
        inside.setSpacing(12)
        inside.addStretch(1)
        inside.addWidget(title)
        inside.addWidget(words)
        inside.addLayout(buttons)
        inside.addWidget(self.recent_title)
        inside.addWidget(self.recent, 1)
        notice = QLabel(
            tr("A research tool, not a medical device. Recordings are never written to."), self
        )
        inside.addWidget(notice)
        inside.addStretch(1)
        outside = QHBoxLayout(self)
        outside.addStretch(1)
        outside.addWidget(column, 3)
        outside.addStretch(1)

    def set_recent(self, nights: Sequence[tuple[Path, ...]]) -> None:
        """List the files of recordings opened before."""
        self.recent.clear()
        for night in nights:
            names = " + ".join(path.name for path in night)
            item = QListWidgetItem(f"{names}   ({night[0].parent})", self.recent)
            item.setData(Qt.ItemDataRole.UserRole, night)
            item.setToolTip("\n".join(map(str, night)))
        self.recent.setVisible(bool(nights))
        self.recent_title.setVisible(bool(nights))

    def _pick(self, item: QListWidgetItem) -> None:
        self.recent_requested.emit(item.data(Qt.ItemDataRole.UserRole))

"""The windows of an audit: which is on, which are done, and whether enough was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sleepscope.app.language import tr


@dataclass(frozen=True, slots=True)
class WindowRow:
    """A window in the list.

    Attributes
    ----------
    time : str
        Where in the night.
    n_marks : int
        The person's own marks in it.
    is_done : bool
    """

    time: str
    n_marks: int
    is_done: bool


class AuditPanel(QWidget):
    """List, progress and buttons. ``window_picked`` says which window the person went to."""

    window_picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = QLabel(self)
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setMaximumHeight(8)
        self.table = QTableWidget(0, 3, self)
        self.table.setHorizontalHeaderLabels([tr("Window"), tr("Your marks"), tr("State")])
        self.table.setAccessibleName(tr("Windows of the audit"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.clicked.connect(self._pick)
        self.table.activated.connect(self._pick)
        self._buttons = QHBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(4)
        column.addWidget(self.words)
        column.addWidget(self.bar)
        column.addWidget(self.table, 1)
        column.addLayout(self._buttons)
        self.set_windows((), None, "", 0.0)

    def add_actions(self, actions: Sequence[QAction]) -> None:
        """Buttons for what the keys do."""
        for action in actions:
            button = QToolButton(self)
            button.setDefaultAction(action)
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)

    def set_windows(
        self, rows: Sequence[WindowRow], current: int | None, words: str, progress: float
    ) -> None:
        """Show the windows; ``progress`` is the share of what is needed, 0..1."""
        self.words.setText(
            words
            or tr("No audit is running. It asks you to score some windows of the night without "
                  "seeing anybody else's events (Analyse > Audit).")
        )  # fmt: skip
        self.bar.setVisible(bool(rows))
        self.bar.setRange(0, 1000)
        self.bar.setValue(round(1000 * progress))
        self.table.setVisible(bool(rows))
        self.table.setRowCount(len(rows))
        for place, row in enumerate(rows):
            is_now = place == current
            state = tr("▶ now") if is_now else tr("done") if row.is_done else tr("to do")
            marks = str(row.n_marks) if row.n_marks or not row.is_done else tr("nothing here")
            for column, text in enumerate((row.time, marks, state)):
                self.table.setItem(place, column, QTableWidgetItem(text))
        if current is not None and current < len(rows):
            self.table.setCurrentCell(current, 0)

    def _pick(self, index: QModelIndex) -> None:
        self.window_picked.emit(index.row())

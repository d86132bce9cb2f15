"""A plain table of texts: figures to the right, words to the left."""

from __future__ import annotations

import html
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)


class FiguresTable(QTableWidget):
    """Shows rows of cells; Enter or a click on a row announces its number."""

    row_picked = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        # Tab leads on to the next control, the arrows from row to row.
        self.setTabKeyNavigation(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        self.horizontalHeader().setHighlightSections(False)
        self.itemClicked.connect(lambda item: self.row_picked.emit(item.row()))
        self.itemActivated.connect(lambda item: self.row_picked.emit(item.row()))

    def set_table(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        n_words: int = 1,
        tips: Sequence[str] = (),
    ) -> None:
        """Show these rows; the first ``n_words`` columns are words; ``tips`` are of whole rows."""
        self.clear()
        self.setColumnCount(len(head))
        self.setRowCount(len(rows))
        self.setHorizontalHeaderLabels(list(head))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for i, row in enumerate(rows):
            for j, text in enumerate(row):
                item = QTableWidgetItem(text)
                item.setTextAlignment(left if j < n_words else right)
                tip = f"<p>{html.escape(tips[i])}</p>" if tips else text
                item.setToolTip(tip if j < n_words or tips else "")
                self.setItem(i, j, item)
        header = self.horizontalHeader()
        for j in range(len(head)):
            self.horizontalHeaderItem(j).setTextAlignment(left if j < n_words else right)
            mode = QHeaderView.ResizeMode.Stretch
            header.setSectionResizeMode(
                j, mode if j == 0 else QHeaderView.ResizeMode.ResizeToContents
            )

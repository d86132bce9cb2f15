"""The disagreements as a list to be worked through, with how many are left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from sleepscope.app.language import later, tr

NATURE_WORDS: Final = {
    "kind": later("class"),
    "missed": later("missed by A"),
    "extra": later("only in A"),
    "boundary": later("edges"),
    "uncertain": later("uncertain"),
}
ORDER_WORDS: Final = {
    "nature": later("by kind of conflict"),
    "time": later("by time"),
    "confidence": later("strongest first"),
    "stage": later("by stage"),
    "size": later("largest first"),
}
ORDER_HELP: Final = later(
    "By kind: conflicts of class, events that A missed, events that only A has, pairs whose edges "
    "differ (IoU below 0.5), agreements of little confidence (below 0.6). Within a kind the "
    "strongest conflict comes first (for an event of A alone the model's confidence, for edges 1 - "
    "IoU), then N2, N3, R, N1, W, then the longest."
)
_COLUMNS: Final = (
    later("Conflict"), later("Time"), later("Stage"), later("Conf."), later("Differ, s"),
    later("Decision"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One disagreement as it is listed; every cell a text."""

    conflict: str
    time: str
    stage: str
    confidence: str
    size: str
    decision: str

    def cells(self) -> tuple[str, ...]:
        """In the order of the columns."""
        return (
            self.conflict, self.time, self.stage, self.confidence, self.size, self.decision
        )  # fmt: skip


class _Model(QAbstractTableModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: tuple[QueueRow, ...] = ()

    def set_rows(self, rows: Sequence[QueueRow]) -> None:
        rows = tuple(rows)
        if len(rows) == len(self.rows):
            pairs = zip(rows, self.rows, strict=True)
            changed = [k for k, (x, y) in enumerate(pairs) if x is not y]
            self.rows = rows
            if changed:
                last = self.index(changed[-1], len(_COLUMNS) - 1)
                self.dataChanged.emit(self.index(changed[0], 0), last)
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, _parent: QModelIndex | None = None) -> int:
        return len(_COLUMNS)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.rows[index.row()].cells()[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in (1, 3, 4):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(_COLUMNS[section])
        return None


class QueuePanel(QWidget):
    """Lists the disagreements; a click or the keys of the list ask to go to one."""

    order_changed = Signal(str)
    picked = Signal(int)
    agreements_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.progress = QLabel(self)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.order_box = QComboBox(self)
        self.order_box.setAccessibleName(tr("Order of the disagreements"))
        self.order_box.setToolTip(f"<p>{tr(ORDER_HELP)}</p>")
        for name, words in ORDER_WORDS.items():
            self.order_box.addItem(tr(words), name)
        self._model = _Model(self)
        self.table = QTableView(self)
        self.table.setModel(self._model)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setAccessibleName(tr("Disagreements"))
        # Tab leads on to the next control, the arrows from row to row.
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.agreements = QPushButton(tr("Accept the sure agreements"), self)
        self.agreements.setToolTip(
            tr("Take the events of B that A has, too, and that are not in this list, in one step.")
        )
        self.hint = QLabel(
            tr("Enter accepts · X rejects · F1–F9 class · O other event · S skips · D next"), self
        )
        self.hint.setWordWrap(True)
        self._lay_out()
        self.order_box.activated.connect(
            lambda _index: self.order_changed.emit(self.order_box.currentData())
        )
        self.table.clicked.connect(lambda index: self.picked.emit(index.row()))
        self.table.activated.connect(lambda index: self.picked.emit(index.row()))
        self.agreements.clicked.connect(self.agreements_requested)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.progress, 1)
        top.addWidget(self.order_box)
        below = QHBoxLayout()
        below.addWidget(self.hint, 1)
        below.addWidget(self.agreements)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        column.addLayout(top)
        column.addWidget(self.bar)
        column.addWidget(self.table, 1)
        column.addLayout(below)

    def set_rows(self, rows: Sequence[QueueRow]) -> None:
        """List these disagreements."""
        self._model.set_rows(rows)

    def set_order(self, order: str) -> None:
        """Show which order is chosen."""
        self.order_box.setCurrentIndex(self.order_box.findData(order))

    def set_place(self, place: int | None) -> None:
        """Mark the disagreement that is selected, counted from 0."""
        blocker = QSignalBlocker(self.table.selectionModel())
        if place is None:
            self.table.clearSelection()
        else:
            self.table.selectRow(place)
            self.table.scrollTo(self._model.index(place, 0))
        blocker.unblock()
        self.table.viewport().update()

    def set_progress(self, done: int, total: int, seconds_left: float | None) -> None:
        """Say how many are settled, and how long the rest will take."""
        self.bar.setRange(0, max(1, total))
        self.bar.setValue(done)
        self.progress.setText(progress_text(done, total, seconds_left))


def progress_text(done: int, total: int, seconds_left: float | None) -> str:
    """ "41 of 212, about 9 min left"."""
    if not total:
        return tr("no disagreements")
    text = tr("{done} of {total}", done=done, total=total)
    if done >= total:
        return tr("{place}, all settled", place=text)
    if seconds_left is None:
        return text
    if seconds_left < 90:
        return tr("{place}, about {n} s left", place=text, n=max(5, round(seconds_left / 5) * 5))
    return tr("{place}, about {n} min left", place=text, n=round(seconds_left / 60))

"""Every event in a table: sorted, filtered, ten thousand rows without a pause."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from sleepscope.app.language import later, tr

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as the table shows it; times in seconds, ``confidence`` 0..1 or None."""

    id: str
    clock: str
    elapsed: str
    onset: float
    duration: float
    kind: str
    channel: str
    scorer: str
    confidence: float | None
    stage: str
    status: str
    note: str


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    text: Callable[[EventRow], str]
    key: Callable[[EventRow], Any]
    is_number: bool = False


def _confidence(row: EventRow) -> str:
    return "" if row.confidence is None else f"{row.confidence:.2f}"


COLUMNS: Final = (
    _Column(later("Time"), lambda r: r.clock, lambda r: r.onset, True),
    _Column(later("Elapsed"), lambda r: r.elapsed, lambda r: r.onset, True),
    _Column(later("Length"), lambda r: f"{r.duration:.2f} s", lambda r: r.duration, True),
    _Column(later("Kind"), lambda r: r.kind, lambda r: r.kind),
    _Column(later("Channel"), lambda r: r.channel, lambda r: r.channel),
    _Column(later("Scorer"), lambda r: r.scorer, lambda r: r.scorer),
    _Column(later("Conf."), _confidence, lambda r: r.confidence or -1.0, True),
    _Column(later("Stage"), lambda r: r.stage, lambda r: r.stage),
    _Column(later("Status"), lambda r: r.status, lambda r: r.status),
    _Column(later("Note"), lambda r: r.note, lambda r: r.note),
)


class EventTableModel(QAbstractTableModel):
    """Sorts and filters a list by itself: a proxy model would ask Python for every comparison."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[EventRow, ...] = ()
        self.rows: list[EventRow] = []
        self._place: dict[str, int] = {}
        self._words: tuple[str, ...] = ()
        self._scorer = ""
        self._column, self._order = 1, Qt.SortOrder.AscendingOrder

    def set_rows(self, rows: Sequence[EventRow]) -> None:
        """Show other events."""
        self._all = tuple(rows)
        self._arrange()

    def set_filter(self, text: str, scorer: str) -> None:
        """Show rows that hold every word (in any column), of one scorer unless ``scorer`` is ""."""
        self._words, self._scorer = tuple(text.casefold().split()), scorer
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; equal rows stay in the order of the night."""
        self._column, self._order = max(0, column), order
        self._arrange()

    def _arrange(self) -> None:
        rows = [row for row in self._all if self._passes(row)]
        rows.sort(key=lambda row: row.onset)
        descending = self._order == Qt.SortOrder.DescendingOrder
        rows.sort(key=COLUMNS[self._column].key, reverse=descending)
        self.beginResetModel()
        self.rows = rows
        self._place = {row.id: index for index, row in enumerate(rows)}
        self.endResetModel()

    def _passes(self, row: EventRow) -> bool:
        if self._scorer and row.scorer != self._scorer:
            return False
        if not self._words:
            return True
        parts = (row.kind, row.channel, row.scorer, row.stage, row.status, row.note, row.clock)
        text = " ".join(parts).casefold()
        return all(word in text for word in self._words)

    def place_of(self, event_id: str | None) -> int | None:
        """Row number of an event, None where it is not shown."""
        return None if event_id is None else self._place.get(event_id)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's signature)
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column = COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(self.rows[index.row()])
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.text(self.rows[index.row()]) or None
        if role == Qt.ItemDataRole.TextAlignmentRole and column.is_number:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return tr(COLUMNS[section].title)
        return None


class EventTable(QWidget):
    """The table with its filter. ``event_picked`` says which row the person went to."""

    event_picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = EventTableModel(self)
        self.filter_box = QLineEdit(self)
        self.filter_box.setPlaceholderText(tr("Filter: kind, channel, scorer, stage, status, note"))
        self.filter_box.setClearButtonEnabled(True)
        self.scorer_box = QComboBox(self)
        self.scorer_box.setAccessibleName(tr("Scorer"))
        self.count = QLabel(self)
        self.table = _table(self.model, self)
        self._lay_out()
        self._following = False
        self.filter_box.textChanged.connect(self._filter)
        self.scorer_box.currentIndexChanged.connect(self._filter)
        self.table.selectionModel().currentRowChanged.connect(self._go_to)
        self.table.clicked.connect(self._go_to)
        self.table.activated.connect(self._go_to)
        self._selected: str | None = None

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.filter_box, 1)
        head.addWidget(self.scorer_box)
        head.addWidget(self.count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.table, 1)

    def set_rows(self, rows: Sequence[EventRow]) -> None:
        """Show other events; filter, order and selection stay."""
        self._following = True
        try:
            self._fill_scorers(rows)
            self.model.set_rows(rows)
        finally:
            self._following = False
        self._say_count()
        self.set_selection(self._selected)

    def _fill_scorers(self, rows: Sequence[EventRow]) -> None:
        names = list(dict.fromkeys(row.scorer for row in rows))
        chosen = self.scorer_box.currentData() or ""
        self.scorer_box.clear()
        self.scorer_box.addItem(tr("All scorers"), "")
        for name in names:
            self.scorer_box.addItem(name, name)
        self.scorer_box.setCurrentIndex(max(0, self.scorer_box.findData(chosen)))

    def set_selection(self, event_id: str | None) -> None:
        """Highlight an event's row and scroll to it."""
        self._selected = event_id
        place = self.model.place_of(event_id)
        self._following = True
        try:
            if place is None:
                self.table.clearSelection()
                self.table.selectionModel().clearCurrentIndex()
            else:
                self.table.selectRow(place)
                self.table.scrollTo(self.model.index(place, 0))
        finally:
            self._following = False

    def _filter(self) -> None:
        if self._following:
            return
        self._following = True
        try:
            scorer = self.scorer_box.currentData() or ""
            self.model.set_filter(self.filter_box.text(), scorer)
        finally:
            self._following = False
        self._say_count()
        self.set_selection(self._selected)

    def _say_count(self) -> None:
        self.count.setText(tr("{n} events", n=f"{self.model.rowCount():,}"))

    def _go_to(self, index: QModelIndex, _before: QModelIndex | None = None) -> None:
        if not self._following and index.isValid():
            self._selected = self.model.rows[index.row()].id
            self.event_picked.emit(self._selected)


def _table(model: EventTableModel, parent: QWidget) -> QTableView:
    table = QTableView(parent)
    table.setModel(model)
    table.setAccessibleName(tr("Events"))
    table.setSortingEnabled(True)
    table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.setAlternatingRowColors(True)
    table.setWordWrap(False)
    metrics = table.fontMetrics()
    # Rows of one height: measuring ten thousand of them would take seconds.
    vertical = table.verticalHeader()
    vertical.hide()
    vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    vertical.setDefaultSectionSize(metrics.height() + 4)
    widest = (
        "23:59:59.9", "9:59:59.9", "10.00 s", "k_complex", "C3-M2", "Visual_scor",
        "0.99", "N2", "unreviewed", "a note of some words",
    )  # fmt: skip
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for column, text in enumerate(widest):
        title = metrics.horizontalAdvance(tr(COLUMNS[column].title))
        table.setColumnWidth(column, max(metrics.horizontalAdvance(text), title) + 14)
    header.setStretchLastSection(True)
    return table

"""Every event in a table: sorted, filtered, ten thousand rows without a pause."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
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

from sleepscope.app.clock import clock_text, elapsed_text
from sleepscope.app.language import later, tr
from sleepscope.events.event import Event
from sleepscope.events.hypnogram import Hypnogram

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event and the title of its scorer."""

    event: Event
    scorer: str


@dataclass(frozen=True, slots=True)
class TableContext:
    """What is the same for all rows.

    Attributes
    ----------
    start : datetime.datetime or None
        Clock time of the recording's first sample.
    hypnogram : Hypnogram or None
    statuses : mapping of event id to status
    """

    start: datetime.datetime | None = None
    hypnogram: Hypnogram | None = None
    statuses: Mapping[str, str] = field(default_factory=dict, repr=False)

    def clock(self, row: EventRow) -> str:
        """Clock time of the onset."""
        return clock_text(self.start, row.event.onset, 1)

    def stage(self, row: EventRow) -> str:
        """Stage at the midpoint."""
        return "" if self.hypnogram is None else self.hypnogram.stage_at(row.event.midpoint)

    def status(self, row: EventRow) -> str:
        """What was decided on the event."""
        return self.statuses.get(row.event.id, "unreviewed")


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    text: Callable[[TableContext, EventRow], str]
    key: Callable[[TableContext, EventRow], Any]
    is_number: bool = False


def _words(title: str, text: Callable[[TableContext, EventRow], str]) -> _Column:
    return _Column(title, text, text)


def _confidence(_context: TableContext, row: EventRow) -> str:
    return "" if row.event.confidence is None else f"{row.event.confidence:.2f}"


def _note(_context: TableContext, row: EventRow) -> str:
    mark = tr("[unsure]") if row.event.unsure else ""
    return f"{mark} {row.event.note}".strip()


COLUMNS: Final = (
    _Column(later("Time"), lambda c, r: c.clock(r), lambda _, r: r.event.onset, True),
    _Column(
        later("Elapsed"),
        lambda _, r: elapsed_text(r.event.onset, 1),
        lambda _, r: r.event.onset,
        True,
    ),
    _Column(
        later("Length"),
        lambda _, r: f"{r.event.duration:.2f} s",
        lambda _, r: r.event.duration,
        True,
    ),
    _words(later("Kind"), lambda _, r: r.event.kind),
    _words(later("Channel"), lambda _, r: r.event.channel or ""),
    _words(later("Scorer"), lambda _, r: r.scorer),
    _words(later("Status"), lambda c, r: c.status(r)),
    _words(later("Stage"), lambda c, r: c.stage(r)),
    _Column(later("Conf."), _confidence, lambda _, r: r.event.confidence or -1.0, True),
    _words(later("Note"), _note),
)
CLOCK, STATUS, STAGE = 0, 6, 7


class EventTableModel(QAbstractTableModel):
    """Sorts and filters a list by itself: a proxy model would ask Python for every comparison."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[EventRow, ...] = ()
        self.rows: list[EventRow] = []
        self.context = TableContext()
        self._place: dict[str, int] = {}
        self._sought: tuple[str, ...] = ()
        self._scorer = ""
        self._column, self._order = 1, Qt.SortOrder.AscendingOrder

    def set_rows(self, rows: Sequence[EventRow], context: TableContext) -> None:
        """Show other events."""
        self._all, self.context = tuple(rows), context
        self._arrange()

    def set_context(self, context: TableContext) -> None:
        """Show the same events with other statuses or stages."""
        self.context = context
        if self._sought or self._column in (STATUS, STAGE):
            self._arrange()
        elif self.rows:
            last = self.index(len(self.rows) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def set_filter(self, text: str, scorer: str) -> None:
        """Show rows that hold every word, of one scorer unless ``scorer`` is ""."""
        self._sought, self._scorer = tuple(text.casefold().split()), scorer
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; equal rows stay in the order of the night."""
        self._column, self._order = max(0, column), order
        self._arrange()

    def _arrange(self) -> None:
        rows = list(self._all)
        if self._scorer:
            rows = [row for row in rows if row.scorer == self._scorer]
        if self._sought:
            rows = [row for row in rows if self._holds_words(row)]
        rows.sort(key=lambda row: row.event.onset)
        key, descending = COLUMNS[self._column].key, self._order == Qt.SortOrder.DescendingOrder
        rows.sort(key=lambda row: key(self.context, row), reverse=descending)
        self.beginResetModel()
        self.rows = rows
        self._place = {row.event.id: index for index, row in enumerate(rows)}
        self.endResetModel()

    def _holds_words(self, row: EventRow) -> bool:
        event, context = row.event, self.context
        parts = [event.kind, event.channel or "", row.scorer, context.status(row), event.note]
        parts += [context.stage(row), "[unsure]" if event.unsure else ""]
        if any(":" in word for word in self._sought):
            # Times are only spelt out where one is looked for: it takes longer than all else.
            parts += [context.clock(row), elapsed_text(event.onset, 1)]
        text = " ".join(parts).casefold()
        return all(word in text for word in self._sought)

    def place_of(self, event_id: str | None) -> int | None:
        """Row number of an event, None where it is not shown."""
        return None if event_id is None else self._place.get(event_id)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's signature)
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column = COLUMNS[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return column.text(self.context, self.rows[index.row()])
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
        self.filter_box.setPlaceholderText(tr("Filter"))
        self.filter_box.setToolTip(
            tr("Words to look for in kind, channel, scorer, stage, status, note and time")
        )
        self.filter_box.setClearButtonEnabled(True)
        self.scorer_box = QComboBox(self)
        self.scorer_box.setAccessibleName(tr("Scorer"))
        self.scorer_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
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

    def set_context(self, context: TableContext) -> None:
        """Show the same events with other statuses or stages."""
        self._following = True
        try:
            self.model.set_context(context)
        finally:
            self._following = False
        self._say_count()
        self.set_selection(self._selected)

    def set_rows(self, rows: Sequence[EventRow], context: TableContext) -> None:
        """Show other events; filter, order and selection stay."""
        self._following = True
        try:
            self._fill_scorers(rows)
            self.model.set_rows(rows, context)
            # A recording may not say at what time of day it began.
            self.table.setColumnHidden(CLOCK, context.start is None)
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
            self._selected = self.model.rows[index.row()].event.id
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
        "23:59:59.9", "9:59:59.9", "10.00 s", "k_complex", "C3-M2", "spindle-1d",
        "unreviewed", "N2", "0.99", "a note of some words",
    )  # fmt: skip
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for column, text in enumerate(widest):
        title = metrics.horizontalAdvance(tr(COLUMNS[column].title))
        table.setColumnWidth(column, max(metrics.horizontalAdvance(text), title) + 11)
    header.setStretchLastSection(True)
    return table

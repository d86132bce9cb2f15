"""Every event in a table with a filter above it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QAction
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

from sleepscope.app.language import tr
from sleepscope.app.views.event_rows import CLOCK, COLUMNS, ELAPSED, EventRow, TableContext
from sleepscope.app.views.event_table_model import EventTableModel

# Pixels left and right of a text in its cell.
CELL_MARGINS = 9


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
        self.scorer_box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.scorer_box.setMinimumContentsLength(11)
        self.count = QLabel(self)
        self.table = _table(self.model, self)
        self.hint = QLabel(
            tr("No events yet: open those of an expert (Ctrl+Shift+O), let a network detect some "
               "(Ctrl+D), or drag over a trace."), self.table,
        )  # fmt: skip
        self._lay_out()
        self._fill_scorers(())
        self._wanted: dict[int, bool] = {}
        self._column_actions = [self._offer_column(column) for column in range(len(COLUMNS))]
        self._following = False
        self.filter_box.textChanged.connect(self._filter)
        self.filter_box.returnPressed.connect(self._enter_table)
        self.scorer_box.currentIndexChanged.connect(self._filter)
        self.table.selectionModel().currentRowChanged.connect(self._go_to)
        self.table.clicked.connect(self._go_to)
        self.table.activated.connect(self._go_to)
        self._selected: str | None = None

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.filter_box, 1)
        head.addWidget(self.scorer_box, 1)
        head.addWidget(self.count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.table, 1)
        self.hint.setWordWrap(True)
        self.hint.setMargin(16)
        inside = QVBoxLayout(self.table.viewport())
        inside.addWidget(self.hint, 0, Qt.AlignmentFlag.AlignTop)

    def _offer_column(self, column: int) -> QAction:
        """A tick in the menu of the table's head that shows a column."""
        action = QAction(tr(COLUMNS[column].title), self)
        action.setCheckable(True)
        action.setChecked(True)
        self.table.horizontalHeader().addAction(action)

        def choose(is_shown: bool) -> None:
            self._wanted[column] = is_shown
            self.table.setColumnHidden(column, not is_shown)

        action.triggered.connect(choose)
        return action

    def _show_columns(self) -> None:
        """Show one of clock and elapsed time, whatever else the person chose to see."""
        has_clock = self.model.context.start is not None
        usual = {CLOCK: has_clock, ELAPSED: not has_clock}
        for column, action in enumerate(self._column_actions):
            is_shown = self._wanted.get(column, usual.get(column, True))
            action.setChecked(is_shown)
            self.table.setColumnHidden(column, not is_shown)

    def set_context(self, context: TableContext) -> None:
        """Show the same events with other statuses or stages."""
        self._following = True
        try:
            self.model.set_context(context)
        finally:
            self._following = False
        self._show_columns()
        self._say_count()
        self.set_selection(self._selected)

    def set_rows(self, rows: Sequence[EventRow], context: TableContext) -> None:
        """Show other events; filter, order and selection stay."""
        self._following = True
        try:
            self._fill_scorers(rows)
            self.model.set_rows(rows, context)
        finally:
            self._following = False
        self._show_columns()
        self.hint.setVisible(not rows)
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

    def _enter_table(self) -> None:
        """From the filter to what it found."""
        if self.model.rows:
            self.table.setFocus()
            if not self.table.currentIndex().isValid():
                self.table.selectRow(0)

    def _say_count(self) -> None:
        n = self.model.rowCount()
        self.count.setText(tr("1 event") if n == 1 else tr("{n} events", n=f"{n:,}"))

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
    table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    widest = (
        "23:59:59.9", "9:59:59.9", "10.00 s", "k_complex", "C3-M2", "spindle-1d", "0.99", "N2",
        "unreviewed", "a note of some words",
    )  # fmt: skip
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
    header.setToolTip(tr("Click to sort; right-click to choose the columns."))
    for column, text in enumerate(widest):
        title = metrics.horizontalAdvance(tr(COLUMNS[column].title))
        table.setColumnWidth(column, max(metrics.horizontalAdvance(text), title) + CELL_MARGINS)
    header.setStretchLastSection(True)
    return table

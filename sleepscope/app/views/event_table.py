"""Every event in a table with a filter above it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QKeySequence
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
from sleepscope.app.views.event_rows import CLOCK, COLUMNS, ELAPSED, EventRow, TableContext
from sleepscope.app.views.event_table_model import EventTableModel

# Focus that a person gave by mouse or key.
BY_PERSON = (
    Qt.FocusReason.MouseFocusReason,
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
# Pixels left and right of a text in its cell.
CELL_MARGINS = 9
# Texts as wide as they come, column by column.
WIDEST = (
    "23:59:59.9", "9:59:59.9", "10.00 s", "k_complex", "C3-M2", "spindle-1d", "0.99", "N2",
    "unreviewed", "a note of some words",
)  # fmt: skip
NO_EVENTS = later(
    "No events yet: open those of an expert (Ctrl+Shift+O), let a network detect some (Ctrl+D), "
    "or drag over a trace."
)
ALL_HIDDEN = later(
    "You score without seeing anybody else's events: drag over a trace to mark what you find."
)


class EventTable(QWidget):
    """The table with its filter.

    Signals
    -------
    event_picked(id)
        The row that the person went to, and which is selected alone.
    events_picked(ids, id)
        Several rows, and the one of them that was taken last.
    columns_chosen(shown by title)
        What the person wants to see besides what is usual.
    """

    event_picked = Signal(str)
    events_picked = Signal(object, str)
    columns_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = EventTableModel(self)
        self.filter_box = QLineEdit(self)
        self.filter_box.setPlaceholderText(tr("Filter"))
        self.filter_box.setToolTip(
            tr("Words in kind, channel, scorer, stage, status, note or time, and forms such as "
               "conf>0.8, dur<0.5, stage:N2, kind:spindle, scorer:AB, note:odd. "
               "Down goes to the table, Esc empties the field.")
        )  # fmt: skip
        self.filter_box.setClearButtonEnabled(True)
        self.scorer_box = QComboBox(self)
        self.scorer_box.setAccessibleName(tr("Scorer"))
        self.scorer_box.setToolTip(tr("Whose events are listed"))
        self.scorer_box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.scorer_box.setMinimumContentsLength(11)
        self.count = QLabel(self)
        self.chosen_count = QLabel(self)
        self.chosen_count.hide()
        self.table = _table(self.model, self)
        self.hint = QLabel(tr(NO_EVENTS), self.table)
        self._lay_out()
        self._fill_scorers(())
        self._wanted: dict[int, bool] = {}
        self._column_actions = [self._offer_column(column) for column in range(len(COLUMNS))]
        self._following = False
        self.filter_box.textChanged.connect(self._filter)
        self.filter_box.returnPressed.connect(self._enter_table)
        self.scorer_box.currentIndexChanged.connect(self._filter)
        self.filter_box.installEventFilter(self)
        self.table.installEventFilter(self)
        self.table.selectionModel().selectionChanged.connect(self._pick)
        self.table.activated.connect(self._go_to)
        self._selected: str | None = None
        self._chosen: frozenset[str] = frozenset()

    def set_hiding(self, is_hiding: bool) -> None:
        """Whether a sitting hides others: without events, it is not the time to detect."""
        self.hint.setText(tr(ALL_HIDDEN if is_hiding else NO_EVENTS))

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
        layout.addWidget(self.chosen_count)
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
            self.columns_chosen.emit(
                {COLUMNS[place].title: shown for place, shown in self._wanted.items()}
            )
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

    def set_columns(self, shown: Mapping[str, bool]) -> None:
        """Show and hide columns, by title, as the person chose before."""
        titles = [column.title for column in COLUMNS]
        self._wanted = {titles.index(t): on for t, on in shown.items() if t in titles}
        self._show_columns()

    def set_context(self, context: TableContext) -> None:
        """Show the same events with other statuses or stages."""
        self._following = True
        try:
            self.model.set_context(context)
        finally:
            self._following = False
        self._show_columns()
        self._say_count()
        self.set_selection(self._selected, self._chosen)

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
        self.set_selection(self._selected, self._chosen)

    def change_rows(
        self, gone: frozenset[str], came: Sequence[EventRow], context: TableContext
    ) -> None:
        """Show rows in the place of those of some events; all others stay."""
        self._following = True
        try:
            self.model.change_rows(gone, came, context)
            if any(self.scorer_box.findData(row.scorer) < 0 for row in came):
                self._fill_scorers(self.model.all_rows)
        finally:
            self._following = False
        self.hint.setVisible(not self.model.all_rows)
        self._say_count()
        self.set_selection(self._selected, self._chosen)

    def _fill_scorers(self, rows: Sequence[EventRow]) -> None:
        names = list(dict.fromkeys(row.scorer for row in rows))
        chosen = self.scorer_box.currentData() or ""
        self.scorer_box.clear()
        self.scorer_box.addItem(tr("All scorers"), "")
        for name in names:
            self.scorer_box.addItem(name, name)
        self.scorer_box.setCurrentIndex(max(0, self.scorer_box.findData(chosen)))

    def set_selection(self, event_id: str | None, chosen: frozenset[str] = frozenset()) -> None:
        """Highlight the rows of the selected events and scroll to the one in hand."""
        self._selected, self._chosen = event_id, chosen
        self._say_count()
        place = self.model.place_of(event_id)
        places = self.model.places_of(chosen)
        places |= set() if place is None else {place}
        self._following = True
        try:
            if not places:
                self.table.clearSelection()
                self.table.selectionModel().clearCurrentIndex()
                return
            if places != set(self._selected_rows()):
                self._select_rows(places, place)
            if place is not None:
                self.table.scrollTo(self.model.index(place, 0))
        finally:
            self._following = False

    def _selected_rows(self) -> list[int]:
        ranges = self.table.selectionModel().selection()
        return [row for one in ranges for row in range(one.top(), one.bottom() + 1)]

    def _select_rows(self, places: set[int], current: int | None) -> None:
        selection = QItemSelection()
        for first, last in _runs(sorted(places)):
            selection.select(self.model.index(first, 0), self.model.index(last, 0))
        flags = QItemSelectionModel.SelectionFlag
        model = self.table.selectionModel()
        if current is not None:
            model.setCurrentIndex(self.model.index(current, 0), flags.NoUpdate)
        model.select(selection, flags.ClearAndSelect | flags.Rows)

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
        self.set_selection(self._selected, self._chosen)

    def _enter_table(self) -> None:
        """From the filter to what it found."""
        if self.model.rows:
            self.table.setFocus()
            if not self._selected_rows():
                self.table.selectRow(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys that go between filter and table, before shortcuts and the widgets see them."""
        kind = event.type()
        if kind == QEvent.Type.FocusIn and watched is self.filter_box:
            assert isinstance(event, QFocusEvent)
            # Not where focus only fell to it because what had it went away.
            if event.reason() in BY_PERSON:
                self.model.prepare_search()
        if kind == QEvent.Type.FontChange and watched is self.table:
            _fit_cells(self.table)
        if kind not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        assert isinstance(event, QKeyEvent)
        is_press = kind == QEvent.Type.KeyPress
        if watched is self.filter_box:
            wish = {
                Qt.Key.Key_Down: self._enter_table,
                Qt.Key.Key_Escape: self.filter_box.clear if self.filter_box.text() else None,
            }.get(Qt.Key(event.key()))
            if wish is None:
                return False
            event.accept()
            if is_press:
                wish()
            return is_press
        if event.matches(QKeySequence.StandardKey.SelectAll) and not is_press:
            # In the table it means the rows that the filter found.
            event.accept()
        return False

    def _say_count(self) -> None:
        n, there, chosen = self.model.rowCount(), len(self.model.all_rows), len(self._chosen)
        if n < there:
            words = tr("{n} of {all}", n=f"{n:,}", all=f"{there:,}")
        else:
            words = tr("1 event") if n == 1 else tr("{n} events", n=f"{n:,}")
        self.count.setText(words)
        # Below the table there is room, and the line above it must not change its width.
        self.chosen_count.setText(tr("{n} selected", n=f"{chosen:,}"))
        self.chosen_count.setVisible(chosen > 1)

    def _pick(self, added: QItemSelection, _removed: QItemSelection) -> None:
        if self._following:
            return
        rows = self._selected_rows()
        ids = [self.model.rows[row].event.id for row in rows]
        if len(ids) == 1:
            self._selected, self._chosen = ids[0], frozenset(ids)
            self.event_picked.emit(ids[0])
        elif ids:
            taken = [k.row() for k in added.indexes() if k.column() == 0] if added.count() else []
            if len(taken) == len(rows):
                # All at once: what was in hand stays in hand.
                taken = []
            last = self.model.rows[taken[-1]].event.id if taken else self._selected
            self._chosen = frozenset(ids)
            self._selected = last if last in self._chosen else ids[0]
            self.events_picked.emit(self._chosen, self._selected)

    def _go_to(self, index: QModelIndex) -> None:
        if not self._following and index.isValid():
            self._selected = self.model.rows[index.row()].event.id
            self._chosen = frozenset((self._selected,))
            self.event_picked.emit(self._selected)


def _runs(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of each stretch of rows that follow on each other."""
    first = rows[0]
    for row, following in zip(rows, (*rows[1:], None), strict=True):
        if following != row + 1:
            yield first, row
            if following is not None:
                first = following


def _table(model: EventTableModel, parent: QWidget) -> QTableView:
    table = QTableView(parent)
    table.setModel(model)
    table.setAccessibleName(tr("Events"))
    table.setSortingEnabled(True)
    table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.setAlternatingRowColors(True)
    table.setWordWrap(False)
    # Rows of one height: measuring ten thousand of them would take seconds.
    vertical = table.verticalHeader()
    vertical.hide()
    vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
    header.setToolTip(tr("Click to sort; right-click to choose the columns."))
    header.setStretchLastSection(True)
    _fit_cells(table)
    # With the table's own selection the head would ask, at each paint, row by row whether a whole
    # column is selected: two seconds for 30,000 rows.
    header.setSelectionModel(QItemSelectionModel(model, header))
    return table


def _fit_cells(table: QTableView) -> None:
    """Make cells as high and wide as the text of this size needs."""
    metrics = table.fontMetrics()
    table.verticalHeader().setDefaultSectionSize(metrics.height() + 4)
    margins = max(CELL_MARGINS, metrics.height() // 2)
    for column, text in enumerate(WIDEST):
        title = metrics.horizontalAdvance(tr(COLUMNS[column].title))
        table.setColumnWidth(column, max(metrics.horizontalAdvance(text), title) + margins)

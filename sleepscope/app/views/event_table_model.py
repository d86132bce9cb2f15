"""The rows of the event table, sorted and filtered, ten thousand of them without a pause."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from sleepscope.app.language import tr
from sleepscope.app.views.event_rows import (
    CLOCK,
    COLUMNS,
    ELAPSED,
    STAGE,
    STATUS,
    EventRow,
    RowSearch,
    TableContext,
)
from sleepscope.events.event_query import EventQuery, parse_query

Index = QModelIndex | QPersistentModelIndex


class EventTableModel(QAbstractTableModel):
    """Sorts and filters a list by itself: a proxy model would ask Python for every comparison."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[EventRow, ...] = ()
        self._sorted: Sequence[EventRow] = ()
        self.rows: Sequence[EventRow] = ()
        self.context = TableContext()
        self._place: dict[str, int] | None = {}
        self._query = EventQuery()
        self._scorer = ""
        self._column, self._order = ELAPSED, Qt.SortOrder.AscendingOrder
        self._search = RowSearch()

    @property
    def all_rows(self) -> Sequence[EventRow]:
        """Every row, found or not, in the order of the night."""
        return self._all

    def set_rows(self, rows: Sequence[EventRow], context: TableContext) -> None:
        """Show other events."""
        self._all = tuple(sorted(rows, key=_onset))
        self.context = context
        self._sort()

    def change_rows(
        self, gone: frozenset[str], came: Sequence[EventRow], context: TableContext
    ) -> None:
        """Show rows in the place of those of some events, without sorting all others anew."""
        rows = [row for row in self._all if row.event.id not in gone]
        for row in came:
            bisect.insort(rows, row, key=_onset)
        self._all = tuple(rows)
        self.context = context
        self._sort()

    def set_context(self, context: TableContext) -> None:
        """Show the same events with other statuses or stages."""
        self.context = context
        if self._column in (STATUS, STAGE):
            self._sort()
        elif not self._query.is_empty:
            self._find()
        elif self.rows:
            last = self.index(len(self.rows) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def set_filter(self, text: str, scorer: str) -> None:
        """Show rows that meet what was typed, of one scorer unless ``scorer`` is ""."""
        self._query, self._scorer = parse_query(text), scorer
        self._find()

    def prepare_search(self) -> None:
        """Put all rows into words, before the first letter is typed."""
        self._search.prepare(self._sorted, self.context)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; equal rows stay in the order of the night."""
        self._column, self._order = max(0, column), order
        self._sort()

    def _sort(self) -> None:
        descending = self._order == Qt.SortOrder.DescendingOrder
        rows: Sequence[EventRow] = self._all
        if descending or self._column not in (CLOCK, ELAPSED):
            key = COLUMNS[self._column].key
            rows = sorted(rows, key=lambda row: key(self.context, row), reverse=descending)
        self._sorted = rows
        self._find()

    def _find(self) -> None:
        rows = self._sorted
        if not self._query.is_empty:
            rows = self._search.find(rows, self.context, self._query)
        if self._scorer:
            rows = [row for row in rows if row.scorer == self._scorer]
        self.beginResetModel()
        self.rows = rows
        self._place = None
        self.endResetModel()

    def place_of(self, event_id: str | None) -> int | None:
        """Row number of an event, None where it is not shown."""
        return None if event_id is None else self._places().get(event_id)

    def places_of(self, event_ids: frozenset[str]) -> set[int]:
        """Row numbers of those events that are shown."""
        if len(event_ids) < len(self.rows):
            places = self._places()
            return {places[one] for one in event_ids if one in places}
        return {k for k, row in enumerate(self.rows) if row.event.id in event_ids}

    def _places(self) -> dict[str, int]:
        if self._place is None:
            self._place = {row.event.id: index for index, row in enumerate(self.rows)}
        return self._place

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


def _onset(row: EventRow) -> float:
    return row.event.onset

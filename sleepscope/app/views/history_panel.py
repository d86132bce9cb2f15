"""Every step of the review in a list: the current place is marked, and a click goes to another."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from sleepscope.app.language import tr
from sleepscope.app.views.history_model import NAME, WHEN, WHO, HistoryModel, who_text
from sleepscope.review.step import Step

Read = Callable[[], Sequence[Step]]


class HistoryPanel(QWidget):
    """The steps with a filter by person. ``jump_requested`` names the step to go back or on to.

    The list is read when it is first seen: a long review has more steps than a window needs to
    open.
    """

    jump_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = HistoryModel(self)
        self._read: Read | None = None
        self._is_read = False
        self.who_box = QComboBox(self)
        self.who_box.setAccessibleName(tr("Whose steps"))
        self.who_box.setToolTip(tr("Whose steps are listed"))
        self.left_box = QCheckBox(tr("Left behind"), self)
        self.left_box.setToolTip(
            tr("Also list steps that were taken back and then left behind by a new edit.")
        )
        self.count = QLabel(self)
        self.table = QTableView(self)
        self._set_up_table()
        head = QHBoxLayout()
        head.addWidget(self.who_box, 1)
        head.addWidget(self.count)
        head.addSpacing(12)
        head.addWidget(self.left_box)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.table, 1)
        self._fill_people()
        self.who_box.currentIndexChanged.connect(self._filter)
        self.left_box.toggled.connect(self._filter)
        self.table.clicked.connect(self._jump)
        self.table.activated.connect(self._jump)

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setAccessibleName(tr("History"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 6)
        head = table.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        widths = {WHO: "SleepScope", WHEN: "0000-00-00 00:00:00 "}
        for column, text in widths.items():
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            head.resizeSection(column, table.fontMetrics().horizontalAdvance(text) + 16)

    # --- setters -----------------------------------------------------------------------------

    def set_history(self, read: Read | None) -> None:
        """Show another review's steps, read by ``read`` when they are looked at."""
        self._read, self._is_read = read, False
        self.model.set_steps(())
        self._fill_people()
        if self.isVisible():
            self._load()

    def follow(self, step: Step | None, *, is_jump: bool = False) -> None:
        """Show that a step was made, taken back or done again; a jump made many steps at once."""
        if not self._is_read:
            return
        if step is None or is_jump:
            self._load()
        else:
            self.model.follow(step)
        if self.who_box.findData(step.who if step else "") < 0:
            self._fill_people()
        self._show_place()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._is_read:
            self._load()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # The list has its height only after it was laid out.
        QTimer.singleShot(0, self, self._show_place)

    def _load(self) -> None:
        self.model.set_steps(() if self._read is None else self._read())
        self._is_read = True
        self._fill_people()
        self._show_place()

    # --- filter, place -----------------------------------------------------------------------

    def _fill_people(self) -> None:
        chosen = self.who_box.currentData()
        self.who_box.blockSignals(True)
        self.who_box.clear()
        self.who_box.addItem(tr("Everybody's steps"), None)
        for who in self.model.people():
            self.who_box.addItem(who_text(who), who)
        place = 0 if chosen is None else max(0, self.who_box.findData(chosen))
        self.who_box.setCurrentIndex(place)
        self.who_box.blockSignals(False)
        self._filter()

    def _filter(self, _value: object = None) -> None:
        self.model.set_filter(self.who_box.currentData(), self.left_box.isChecked())
        self._show_place()

    def _show_place(self) -> None:
        n = self.model.n_done
        self.count.setText(tr("1 step") if n == 1 else tr("{n} steps", n=n))
        row = self.model.place()
        if row is not None:
            index = self.model.index(row, NAME)
            self.table.setCurrentIndex(index)
            self.table.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def _jump(self, index: QModelIndex) -> None:
        step_id = self.model.target(index.row())
        if step_id is not None:
            self.jump_requested.emit(step_id)

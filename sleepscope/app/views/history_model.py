"""Steps of a review as rows of a table."""

from __future__ import annotations

import bisect
import operator
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QApplication

from sleepscope.app.language import later, tr
from sleepscope.review.step import Step

NAME, WHO, WHEN = range(3)
_TITLES: Final = (later("Step"), later("Who"), later("When"))
_NOWHERE: Final = QModelIndex()
_HERE, _NOT_HERE = "▶ ", "    "
_id_of = operator.attrgetter("id")


class HistoryModel(QAbstractTableModel):
    """A row for the beginning, then one for each step, oldest first.

    The current place is the last step that is done; what the program did by itself does not move
    it.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps: list[Step] = []
        self._rows: list[int] = []  # places in _steps
        self._who: str | None = None
        self._with_dropped = False
        self._here = 0  # id of the last step that is done, 0 for the beginning

    # --- what there is -----------------------------------------------------------------------

    def set_steps(self, steps: Sequence[Step]) -> None:
        """Show these steps, oldest first."""
        self.beginResetModel()
        self._steps = list(steps)
        self._sort_out()
        self.endResetModel()

    def set_filter(self, who: str | None, with_dropped: bool) -> None:
        """List one person's steps, None for everybody's, and those left behind or not."""
        if (who, with_dropped) == (self._who, self._with_dropped):
            return
        self.beginResetModel()
        self._who, self._with_dropped = who, with_dropped
        self._sort_out()
        self.endResetModel()

    def follow(self, step: Step) -> None:
        """Take in a step that is new, or in another state or by another name now."""
        place = bisect.bisect_left(self._steps, step.id, key=_id_of)
        is_new = place == len(self._steps)
        leaves = is_new and step.state == "done" and self._steps and self._any_undone()
        if leaves:
            self.beginResetModel()
            self._steps = [
                replace(s, state="dropped") if s.state == "undone" else s for s in self._steps
            ]
            self._steps.append(step)
            self._sort_out()
            self.endResetModel()
        elif is_new:
            self._append(step)
        else:
            self._steps[place] = step
            self._find_here()
            self._repaint()

    def _any_undone(self) -> bool:
        # Undone steps are the last ones, but for what the program did by itself.
        moving = (s for s in reversed(self._steps) if s.state in ("done", "undone"))
        return next((s.state == "undone" for s in moving), False)

    def _append(self, step: Step) -> None:
        row = len(self._rows) + 1
        is_listed = self._lists(step)
        if is_listed:
            self.beginInsertRows(_NOWHERE, row, row)
            self._rows.append(len(self._steps))
        self._steps.append(step)
        self._find_here()
        if is_listed:
            self.endInsertRows()
        self._repaint()

    def _repaint(self) -> None:
        last = self.index(self.rowCount() - 1, WHEN)
        self.dataChanged.emit(self.index(0, 0), last)

    def _sort_out(self) -> None:
        self._rows = [k for k, step in enumerate(self._steps) if self._lists(step)]
        self._find_here()

    def _lists(self, step: Step) -> bool:
        is_wanted = step.state != "dropped" or self._with_dropped
        return is_wanted and self._who in (None, step.who)

    def _find_here(self) -> None:
        self._here = next((s.id for s in reversed(self._steps) if s.state == "done"), 0)

    def people(self) -> list[str]:
        """Who made steps, in the order they began."""
        return list(dict.fromkeys(step.who for step in self._steps))

    @property
    def n_done(self) -> int:
        """Number of steps that are done."""
        return sum(step.state in ("done", "fixed") for step in self._steps)

    def place(self) -> int | None:
        """Row of the current place; None where it is filtered away."""
        if self._here == 0:
            return 0
        for row in range(len(self._rows), 0, -1):
            if self._steps[self._rows[row - 1]].id == self._here:
                return row
        return None

    def target(self, row: int) -> int | None:
        """Id of the step to jump to from a row, 0 for the beginning; None where none leads."""
        if row == 0:
            return 0
        step = self._steps[self._rows[row - 1]]
        return None if step.state == "dropped" else step.id

    # --- the table ---------------------------------------------------------------------------

    def rowCount(self, parent: QModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows) + 1

    def columnCount(self, parent: QModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(_TITLES[section])
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = index.row(), index.column()
        step = None if row == 0 else self._steps[self._rows[row - 1]]
        is_here = self._here == (0 if step is None else step.id)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(step, column, is_here)
        if role == Qt.ItemDataRole.ToolTipRole:
            name = "" if step is None else f"{step.name}\n"
            return name + _explained(step, is_here)
        if role == Qt.ItemDataRole.FontRole:
            font = QFont(QApplication.font())
            font.setBold(is_here)
            font.setStrikeOut(step is not None and step.state == "dropped")
            return font
        if role == Qt.ItemDataRole.ForegroundRole and step is not None and step.state != "done":
            return QApplication.palette().brush(
                QPalette.ColorGroup.Disabled
                if step.state in ("undone", "dropped")
                else QPalette.ColorGroup.Active,
                QPalette.ColorRole.PlaceholderText,
            )
        return None

    def _text(self, step: Step | None, column: int, is_here: bool) -> str:
        if column == NAME:
            name = tr("The beginning") if step is None else step.name
            return (_HERE if is_here else _NOT_HERE) + name
        if step is None:
            return ""
        if column == WHO:
            return who_text(step.who)
        return f"{step.when.astimezone():%Y-%m-%d %H:%M:%S}"


def who_text(who: str) -> str:
    """Who made a step, as people read it."""
    return who.removeprefix("human:") or "SleepScope"


def _explained(step: Step | None, is_here: bool) -> str:
    if is_here:
        return tr("The review is here now.")
    if step is None:
        return tr("Click or press Enter to take every step back.")
    return {
        "done": tr("Click or press Enter to take back every step after this one."),
        "undone": tr("Taken back. Click or press Enter to do again every step up to this one."),
        "dropped": tr("Taken back, and left behind by a later edit."),
        "fixed": tr("Kept, but no part of undo and redo."),
    }[step.state]

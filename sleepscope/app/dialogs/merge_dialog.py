"""What both copies of a review changed: keep mine, theirs or both, conflict by conflict."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from sleepscope.app.dialogs.asking import Question
from sleepscope.app.language import later, tr
from sleepscope.review.merge_plan import Choice, Conflict

_WORDS: dict[str, str] = {
    "mine": later("Keep mine"),
    "theirs": later("Keep theirs"),
    "both": later("Keep both"),
}
_HEADS = (
    later("Scorer"),
    later("What"),
    later("Mine (open here)"),
    later("Theirs"),
    later("Decision"),
)
_DECISION = len(_HEADS) - 1


class MergeDialog(Question):
    """A table of conflicts, each with its own choice; buttons choose for all."""

    def __init__(
        self,
        parent: QWidget,
        words: str,
        conflicts: Sequence[Conflict],
        title_of: Callable[[str], str],
        take: Callable[[dict[int, Choice]], None],
    ) -> None:
        super().__init__(tr("Merge"), words, parent)
        self.resize(900, 420 if conflicts else 120)
        self.boxes: list[QComboBox] = []
        self.table = QTableWidget(len(conflicts), len(_HEADS), self)
        if conflicts:
            self._add_buttons(conflicts)
            self._fill(conflicts, title_of)
            self.column.addWidget(self.table, 1)
        else:
            self.table.hide()
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setText(tr("Merge"))
        self.finish(lambda: take(self.choices()))
        (self.boxes[0] if self.boxes else ok).setFocus()

    def _add_buttons(self, conflicts: Sequence[Conflict]) -> None:
        row = QHBoxLayout()
        row.addWidget(QLabel(tr("{n} conflicts.", n=len(conflicts)), self))
        row.addStretch(1)
        for choice, text in (
            ("mine", tr("All mine")),
            ("theirs", tr("All theirs")),
            ("both", tr("Both where possible")),
        ):
            button = QPushButton(text, self)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, choice=choice: self.choose_all(choice))
            row.addWidget(button)
        self.column.addLayout(row)

    def _fill(self, conflicts: Sequence[Conflict], title_of: Callable[[str], str]) -> None:
        table = self.table
        table.setHorizontalHeaderLabels([tr(head) for head in _HEADS])
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setAccessibleName(tr("Conflicts"))
        # Tab goes through the choices, not through every cell.
        table.setTabKeyNavigation(False)
        table.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        table.verticalHeader().hide()
        for row, one in enumerate(conflicts):
            for column, text in enumerate((title_of(one.scorer), one.what, one.mine, one.theirs)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                table.setItem(row, column, item)
            box = QComboBox(table)
            for choice in one.outcomes:
                box.addItem(tr(_WORDS[choice]), choice)
            box.setAccessibleName(tr("Decision on {what}", what=one.what))
            table.setCellWidget(row, _DECISION, box)
            self.boxes.append(box)
        table.resizeColumnsToContents()
        head = table.horizontalHeader()
        for column in (2, 3):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)

    def choose_all(self, choice: str) -> None:
        """Decide alike wherever this is possible."""
        for box in self.boxes:
            place = box.findData(choice)
            if place >= 0:
                box.setCurrentIndex(place)

    def choices(self) -> dict[int, Choice]:
        """What is decided, by the place of the conflict."""
        return {row: box.currentData() for row, box in enumerate(self.boxes)}

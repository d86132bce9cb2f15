"""The error atlas: groups of alike errors, their traces, and decisions on many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sleepscope.app.language import tr
from sleepscope.app.theme import Theme
from sleepscope.app.views.error_pictures import ErrorPicture, ErrorPictures
from sleepscope.app.views.figures_table import FiguresTable

GROUP, SELECTED = "group", "selected"


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A group as it is listed: a row of texts, and its pictures."""

    side: str
    label: str
    share: str
    decided: int
    pictures: tuple[ErrorPicture, ...] = field(repr=False)

    def cells(self) -> tuple[str, ...]:
        """In the order of the columns."""
        return self.label, self.side, str(len(self.pictures)), self.share, str(self.decided)


class AtlasPanel(QWidget):
    """Shows the groups; what is picked and decided is announced."""

    event_picked = Signal(str)
    events_chosen = Signal(object)  # tuple of ids
    verdict_given = Signal(str, object)  # status, tuple of ids
    kind_given = Signal(str, object)  # kind, tuple of ids

    def __init__(self, kinds: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._groups: tuple[ShownGroup, ...] = ()
        self._scale = 50.0
        self.head = QLabel(self)
        self.head.setWordWrap(True)
        self.head.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.head.setTextFormat(Qt.TextFormat.PlainText)
        self.table = FiguresTable(tr("Groups of errors"), self)
        self.pictures = ErrorPictures(self)
        self.scope_box = QComboBox(self)
        self.scope_box.setAccessibleName(tr("What is decided on"))
        self.scope_box.setToolTip(self.scope_box.accessibleName())
        self.scope_box.addItem("", GROUP)
        self.scope_box.addItem("", SELECTED)
        self.accept = QPushButton(tr("Accept"), self)
        self.reject = QPushButton(tr("Reject"), self)
        self.kind = QPushButton(tr("Class"), self)
        self.choose = QPushButton(tr("Select"), self)
        self.accept.setToolTip(tr("These events are right: accept them all, in one step of undo."))
        self.reject.setToolTip(tr("These events are wrong: reject them all, in one step of undo."))
        self.kind.setToolTip(tr("These events are something else: change their class in one step."))
        self.choose.setToolTip(tr("Select these events on the page and in the table."))
        self._menu = QMenu(self)
        for name, words in kinds.items():
            self._menu.addAction(words).triggered.connect(
                lambda _checked=False, name=name: self.kind_given.emit(name, self.scope())
            )
        self.kind.setMenu(self._menu)
        self._lay_out()
        self.table.currentCellChanged.connect(lambda row, *_: self._show_group(row))
        self.pictures.event_picked.connect(self.event_picked)
        self.pictures.selection_made.connect(self._follow_selection)
        self.scope_box.currentIndexChanged.connect(lambda _index: self._say_scope())
        self.accept.clicked.connect(lambda: self.verdict_given.emit("accepted", self.scope()))
        self.reject.clicked.connect(lambda: self.verdict_given.emit("rejected", self.scope()))
        self.choose.clicked.connect(lambda: self.events_chosen.emit(self.scope()))
        self.set_groups((), "", 50.0)

    def _lay_out(self) -> None:
        below = QHBoxLayout()
        below.addWidget(self.scope_box, 1)
        for button in (self.accept, self.reject, self.kind, self.choose):
            below.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        column.addWidget(self.head)
        column.addWidget(self.table, 2)
        column.addWidget(self.pictures, 3)
        column.addLayout(below)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.pictures.set_theme(theme)

    def set_groups(self, groups: Sequence[ShownGroup], words: str, scale: float) -> None:
        """Show these groups, or ``words`` alone where there are none.

        The group that was looked at stays, as long as there is one of that name and side.
        """
        now = self.group
        self._groups, self._scale = tuple(groups), scale
        self.head.setText(words)
        for widget in (self.table, self.pictures, self.scope_box, self.accept, self.reject,
                       self.kind, self.choose):  # fmt: skip
            widget.setVisible(bool(groups))
        names = [(group.label, group.side) for group in groups]
        wanted = (now.label, now.side) if now is not None else None
        row = names.index(wanted) if wanted in names else 0
        with QSignalBlocker(self.table):
            self.table.set_table(
                [tr("Reason"), tr("Error"), "n", tr("of these"), tr("decided")],
                [group.cells() for group in groups],
                n_words=2,
                tips=[
                    tr("{share} of this group: {label}", share=group.share, label=group.label)
                    for group in groups
                ],
            )
            if groups:
                self.table.setCurrentCell(row, 0)
        self._show_group(row)

    @property
    def group(self) -> ShownGroup | None:
        """The group that is looked at."""
        row = self.table.currentRow()
        return self._groups[row] if 0 <= row < len(self._groups) else None

    def scope(self) -> tuple[str, ...]:
        """Ids of the events that a decision is about."""
        if self.scope_box.currentData() == SELECTED:
            return self.pictures.selected()
        group = self.group
        return () if group is None else tuple(one.event_id for one in group.pictures)

    def _show_group(self, row: int) -> None:
        group = self._groups[row] if 0 <= row < len(self._groups) else None
        self.pictures.set_pictures(() if group is None else group.pictures, self._scale)
        self._follow_selection()

    def _follow_selection(self) -> None:
        """Two or more that are selected are what is meant; one alone was only looked at."""
        n = len(self.pictures.selected())
        group = self.group
        n_all = 0 if group is None else len(group.pictures)
        self.scope_box.setItemText(0, tr("the whole group ({n})", n=n_all))
        self.scope_box.setItemText(1, tr("the selected ({n})", n=n))
        with QSignalBlocker(self.scope_box):
            self.scope_box.setCurrentIndex(1 if n > 1 else 0)
        self._say_scope()

    def _say_scope(self) -> None:
        n = len(self.scope())
        for button, words in (
            (self.accept, tr("Accept {n}", n=n)),
            (self.reject, tr("Reject {n}", n=n)),
        ):
            button.setText(words)
        for button in (self.accept, self.reject, self.kind, self.choose):
            button.setEnabled(n > 0)

"""Every scorer with what can be done to it: rename, colour, hide, remove."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sleepscope.app.language import tr
from sleepscope.app.swatch import swatch
from sleepscope.app.theme import Theme, scorer_colour


@dataclass(frozen=True, slots=True)
class ScorerLine:
    """A scorer as the dialog lists it; ``colour`` is its place in the palette."""

    scorer: str
    title: str
    n_events: int
    colour: int
    is_hidden: bool


class ScorersDialog(QDialog):
    """Announces what the person wants with a scorer and stays open.

    Signals
    -------
    rename_requested(scorer, title), remove_requested(scorer), hide_requested(scorer, is hidden)
    colour_requested(scorer, place in the palette)
    """

    rename_requested = Signal(str, str)
    remove_requested = Signal(str)
    colour_requested = Signal(str, int)
    hide_requested = Signal(str, bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle(tr("Scorers"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._lines: tuple[ScorerLine, ...] = ()
        words = QLabel(
            tr("A removed scorer goes with all events; Undo (Ctrl+Z) brings them back. Scorers "
               "with hidden events are not removed."), self,
        )  # fmt: skip
        words.setWordWrap(True)
        words.setMinimumWidth(420)
        self.list = QListWidget(self)
        self.list.setAccessibleName(tr("Scorers"))
        self.list.currentRowChanged.connect(lambda _row: self._enable())
        self.rename_button = QPushButton(tr("&Rename…"), self)
        self.colour_button = QPushButton(tr("&Colour"), self)
        self.hide_button = QPushButton(tr("&Hide"), self)
        self.remove_button = QPushButton(tr("Re&move"), self)
        self.rename_button.clicked.connect(self._ask_name)
        self.colour_button.setMenu(self._colours())
        self.hide_button.clicked.connect(
            lambda: self.hide_requested.emit(self._line().scorer, not self._line().is_hidden)
        )
        self.remove_button.clicked.connect(lambda: self.remove_requested.emit(self._line().scorer))
        buttons = QHBoxLayout()
        for button in self._buttons:
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch(1)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        close.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(words)
        column.addWidget(self.list, 1)
        column.addLayout(buttons)
        column.addWidget(close)

    @property
    def _buttons(self) -> tuple[QPushButton, ...]:
        return self.rename_button, self.colour_button, self.hide_button, self.remove_button

    def set_lines(self, lines: tuple[ScorerLine, ...]) -> None:
        """List these scorers; the same place stays chosen."""
        row = max(0, self.list.currentRow())
        self._lines = lines
        self.list.clear()
        for line in lines:
            hidden = tr(", hidden") if line.is_hidden else ""
            n = tr("1 event") if line.n_events == 1 else tr("{n} events", n=f"{line.n_events:,}")
            item = QListWidgetItem(
                swatch(scorer_colour(self._theme, line.colour)), f"{line.title}  ({n}{hidden})"
            )
            item.setToolTip(line.scorer)
            self.list.addItem(item)
        self.list.setCurrentRow(min(row, len(lines) - 1))
        self._enable()

    def _line(self) -> ScorerLine:
        return self._lines[self.list.currentRow()]

    def _enable(self) -> None:
        there = 0 <= self.list.currentRow() < len(self._lines)
        for button in self._buttons:
            button.setEnabled(there)
        self.hide_button.setText(tr("S&how") if there and self._line().is_hidden else tr("&Hide"))

    def _colours(self) -> QMenu:
        menu = QMenu(self)
        for place in range(len(self._theme.scorers)):
            action = menu.addAction(
                swatch(scorer_colour(self._theme, place)), tr("Colour {n}", n=place + 1)
            )
            action.triggered.connect(
                lambda _checked=False, place=place: self.colour_requested.emit(
                    self._line().scorer, place
                )
            )
        return menu

    def _ask_name(self) -> None:
        line = self._line()
        asking = QInputDialog(self)
        asking.setWindowTitle(tr("Rename"))
        asking.setLabelText(tr("Another name for {name}", name=line.title))
        asking.setTextValue(line.title)
        asking.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asking.textValueSelected.connect(lambda title: self._rename(line, title))
        asking.open()

    def _rename(self, line: ScorerLine, title: str) -> None:
        if title.strip() and title.strip() != line.title:
            self.rename_requested.emit(line.scorer, title)

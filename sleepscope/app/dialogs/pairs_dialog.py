"""Which channels are compared beneath the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sleepscope.app.dialogs.asking import Question
from sleepscope.app.language import tr
from sleepscope.errors import SettingsError
from sleepscope.recordings.channel import Channel

Pairs = tuple[tuple[str, ...], ...]

# More lanes than this would leave no room for the traces.
MOST_LANES = 6


def ask_pairs(
    parent: QWidget, channels: Sequence[Channel], now: Pairs, take: Callable[[Pairs], None]
) -> Question:
    """Ask for the lanes: two channels each, or one for its power alone."""
    dialog = Question(
        tr("Coherence lanes"),
        tr("Choose two channels to compare, or one alone to see its power over frequencies."),
        parent,
    )
    rows = PairRows(dialog, channels)
    dialog.column.addWidget(rows)
    dialog.rows = rows
    for pair in now or (tuple(c.label for c in channels[:2]),):
        rows.add(pair)

    def on_ok() -> None:
        pairs = rows.pairs()
        twice = next((p for p in pairs if len(set(p)) < len(p)), None)
        if twice is not None:
            raise SettingsError(
                f"'{twice[0]}' is coherent with itself everywhere; choose another second channel."
            )
        take(tuple(dict.fromkeys(pairs)))

    dialog.finish(on_ok)
    dialog.open()
    return dialog


class PairRows(QWidget):
    """A row of two fields for each lane, with buttons to add and to remove one."""

    def __init__(self, parent: QWidget, channels: Sequence[Channel]) -> None:
        super().__init__(parent)
        self._labels = [c.label for c in channels]
        self._rows: list[tuple[QWidget, QComboBox, QComboBox]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.add_button = QPushButton(tr("Add a lane"), self)
        self.add_button.setAutoDefault(False)
        self.add_button.clicked.connect(lambda: self.add(tuple(self._labels[:2])))
        self._column.addWidget(self.add_button)

    def add(self, pair: tuple[str, ...]) -> None:
        """One more lane."""
        row = QWidget(self)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        first, second = QComboBox(row), QComboBox(row)
        first.addItems(self._labels)
        second.addItem(tr("(power alone)"), "")
        for label in self._labels:
            second.addItem(label, label)
        first.setCurrentText(pair[0] if pair else "")
        second.setCurrentIndex(max(0, second.findData(pair[1])) if len(pair) > 1 else 0)
        first.setAccessibleName(tr("First channel"))
        second.setAccessibleName(tr("Second channel"))
        remove = QPushButton(tr("Remove"), row)
        remove.setAutoDefault(False)
        remove.clicked.connect(lambda: self._remove(row))
        line.addWidget(first, 1)
        line.addWidget(QLabel("×", row))
        line.addWidget(second, 1)
        line.addWidget(remove)
        self._column.insertWidget(len(self._rows), row)
        self._rows.append((row, first, second))
        self.add_button.setEnabled(len(self._rows) < MOST_LANES)

    def _remove(self, row: QWidget) -> None:
        self._rows = [kept for kept in self._rows if kept[0] is not row]
        self._column.removeWidget(row)
        row.deleteLater()
        self.add_button.setEnabled(True)

    def pairs(self) -> Pairs:
        """What is chosen, from top to bottom."""
        return tuple(
            (first.currentText(), second.currentData()) if second.currentData()
            else (first.currentText(),)
            for _, first, second in self._rows
        )  # fmt: skip

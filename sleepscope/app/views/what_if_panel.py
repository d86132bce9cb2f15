"""The panel of the what-if brush: what the next stroke does, what the model says, the strokes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from sleepscope.app.language import tr
from sleepscope.app.views.figures_table import FiguresTable
from sleepscope.app.views.what_if_plot import Tracks, WhatIfPlot
from sleepscope.explain.stroke import LONGEST_SHIFT, Stroke


class WhatIfPanel(QWidget):
    """Shows what it is given; a person's choices are announced."""

    tool_changed = Signal(dict)  # of Stroke: kind, baseline, freq, shift
    paint_requested = Signal(str, float, float)  # row, start, stop (s)
    undo_requested = Signal()
    reset_requested = Signal()
    search_requested = Signal()
    smallest_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind_box = self._box(tr("What a stroke does"))
        for words, kind in (
            (tr("Mute"), "mute"), (tr("Notch"), "notch"), (tr("Invert"), "invert"),
            (tr("Shift"), "shift"),
        ):  # fmt: skip
            self.kind_box.addItem(words, kind)
        self.baseline_box = self._box(tr("What a mute puts in"))
        for words, name in (
            (tr("by the quietest stretch of the 60 s before"), "quietest"), (tr("by zero"), "zero"),
        ):  # fmt: skip
            self.baseline_box.addItem(words, name)
        self.freq_spin = QDoubleSpinBox(self)
        self.freq_spin.setRange(0.5, 200.0)
        self.freq_spin.setDecimals(1)
        self.freq_spin.setSuffix(" Hz")
        self.freq_spin.setAccessibleName(tr("Frequency of the notch"))
        self.freq_spin.setToolTip(self.freq_spin.accessibleName())
        self.shift_spin = QSpinBox(self)
        self.shift_spin.setRange(-round(1000 * LONGEST_SHIFT), round(1000 * LONGEST_SHIFT))
        self.shift_spin.setSingleStep(10)
        self.shift_spin.setSuffix(" ms")
        self.shift_spin.setAccessibleName(tr("Shift, above zero later"))
        self.shift_spin.setToolTip(self.shift_spin.accessibleName())
        self.channel_box = self._box(tr("Row that a stroke is painted on"))
        self.start_spin, self.stop_spin = self._moment(tr("From")), self._moment(tr("To"))
        self.paint = self._button(tr("Paint"), tr("Paint over this stretch."))
        self.head = self._label()
        self.answer = self._label()
        bold = self.answer.font()
        bold.setBold(True)
        self.answer.setFont(bold)
        self.plot = WhatIfPlot(self)
        self.table = FiguresTable(tr("Strokes"), self)
        self.undo = self._button(tr("Last stroke back"), tr("Take the last stroke back."))
        self.reset = self._button(tr("All away"), tr("Take all strokes away."))
        self.search = self._button(tr("Smallest edit"), "")
        self.smallest = self._button(tr("Paint it"), tr("Put this edit in place of all strokes."))
        self.found = self._label()
        self._lay_out()
        self._connect()
        self.set_tool(Stroke("", 0.0, 1.0))

    def _box(self, name: str) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(name)
        box.setToolTip(name)
        return box

    def _moment(self, name: str) -> QDoubleSpinBox:
        spin = QDoubleSpinBox(self)
        spin.setRange(0.0, 1e6)
        spin.setDecimals(2)
        spin.setSingleStep(0.05)
        spin.setSuffix(" s")
        spin.setAccessibleName(name)
        spin.setToolTip(tr("Seconds from the start of the recording"))
        return spin

    def _button(self, words: str, tip: str) -> QPushButton:
        button = QPushButton(words, self)
        button.setToolTip(tip)
        return button

    def _label(self) -> QLabel:
        label = QLabel(self)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        tool = QHBoxLayout()
        tool.addWidget(self.kind_box)
        for widget in (self.baseline_box, self.freq_spin, self.shift_spin):
            tool.addWidget(widget, 1)
        tool.addStretch(0)
        place = QHBoxLayout()
        place.addWidget(self.channel_box, 1)
        for widget in (self.start_spin, QLabel("–", self), self.stop_spin, self.paint):
            place.addWidget(widget)
        below = QHBoxLayout()
        for widget in (self.undo, self.reset):
            below.addWidget(widget)
        below.addStretch(1)
        for widget in (self.search, self.smallest):
            below.addWidget(widget)
        column.addLayout(tool)
        column.addLayout(place)
        column.addWidget(self.head)
        column.addWidget(self.answer)
        column.addLayout(below)
        column.addWidget(self.found)
        column.addWidget(self.plot, 2)
        column.addWidget(self.table, 1)

    def _connect(self) -> None:
        self.kind_box.activated.connect(lambda _index: self._choose(kind=self.kind_box))
        self.baseline_box.activated.connect(lambda _index: self._choose(baseline=self.baseline_box))
        self.freq_spin.valueChanged.connect(lambda value: self.tool_changed.emit({"freq": value}))
        self.shift_spin.valueChanged.connect(self._shift)
        self.paint.clicked.connect(
            lambda: self.paint_requested.emit(
                self.channel_box.currentText(), self.start_spin.value(), self.stop_spin.value()
            )
        )
        self.undo.clicked.connect(self.undo_requested)
        self.reset.clicked.connect(self.reset_requested)
        self.search.clicked.connect(self.search_requested)
        self.smallest.clicked.connect(self.smallest_requested)

    def _choose(self, **boxes: QComboBox) -> None:
        self.tool_changed.emit({name: box.currentData() for name, box in boxes.items()})

    def _shift(self, value: int) -> None:
        if value:  # on its way through zero
            self.tool_changed.emit({"shift": value / 1000})

    def set_tool(self, tool: Stroke) -> None:
        """Show what the next stroke does."""
        blockers = [QSignalBlocker(w) for w in (self.freq_spin, self.shift_spin)]
        self.kind_box.setCurrentIndex(self.kind_box.findData(tool.kind))
        self.baseline_box.setCurrentIndex(self.baseline_box.findData(tool.baseline))
        self.freq_spin.setValue(tool.freq)
        if self.shift_spin.value() or not self.shift_spin.hasFocus():
            self.shift_spin.setValue(round(1000 * tool.shift))
        for blocker in blockers:
            blocker.unblock()
        self.baseline_box.setVisible(tool.kind == "mute")
        self.freq_spin.setVisible(tool.kind == "notch")
        self.shift_spin.setVisible(tool.kind == "shift")

    def set_rows(self, rows: Sequence[str], current: str | None) -> None:
        """Offer these rows of the page to paint on."""
        there = [self.channel_box.itemText(k) for k in range(self.channel_box.count())]
        if there != list(rows):
            self.channel_box.clear()
            self.channel_box.addItems(list(rows))
        if current in rows:
            self.channel_box.setCurrentText(current)

    def set_span(self, start: float, stop: float) -> None:
        """Offer this stretch to paint on, s."""
        self.start_spin.setValue(start)
        self.stop_spin.setValue(stop)

    def set_answer(self, head: str, answer: str, tracks: Tracks | None) -> None:
        """Show who is asked about what, what the model says, and its probability over time."""
        self.head.setText(head)
        self.answer.setText(answer)
        self.answer.setVisible(bool(answer))
        self.plot.set_tracks(tracks)

    def set_strokes(self, strokes: Sequence[Stroke], places: Sequence[str]) -> None:
        """List the strokes with where they begin."""
        rows = [
            (stroke.channel, stroke.words, place, f"{stroke.duration:.2f} s")
            for stroke, place in zip(strokes, places, strict=True)
        ]
        head = [tr("Row"), tr("Stroke"), tr("From"), tr("Length")]
        self.table.set_table(head, rows, n_words=2)
        self.table.setMinimumHeight(5 * self.fontMetrics().height())
        self.table.setVisible(bool(strokes))
        for button in (self.undo, self.reset):
            button.setEnabled(bool(strokes))

    def set_search(self, words: str, *, can: bool, runs: bool, found: bool) -> None:
        """Show what the search for the smallest edit found, and whether it can be asked for."""
        self.search.setText(tr("Stop the search") if runs else tr("Smallest edit"))
        self.search.setToolTip(
            tr("Search for the shortest stroke after which the model decides otherwise.")
        )
        self.search.setEnabled(can or runs)
        self.smallest.setEnabled(found)
        self.found.setText(words)
        self.found.setVisible(bool(words))

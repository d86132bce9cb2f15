"""Regions by bands as a coloured table, channels on the head and in a list."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sleepscope.app.clock import elapsed_text
from sleepscope.app.language import later, tr
from sleepscope.app.theme import LIGHT, Theme
from sleepscope.app.views.colour_bar import ColourBar
from sleepscope.app.views.explanation_band import relevance_colours
from sleepscope.app.views.figures_table import FiguresTable
from sleepscope.app.views.head_map import HeadMapView
from sleepscope.explain.importance import Importance
from sleepscope.explain.region_importance import REGIONS, region_of
from sleepscope.explain.topography import HeadMap

PART_WORDS: Final = {
    "event": later("The selected event"),
    "page": later("The page"),
    "night": later("The night: all events like it"),
    "epochs": later("The night: all epochs"),
}
BASELINE_WORDS: Final = {
    "quietest": later("by the quietest stretch before"),
    "zero": later("by zero"),
}
# Of the list of channels, pixels: it scrolls.
LEAST_LIST: Final = 100
MINUS: Final = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Weighed:
    """An answer as it is shown.

    Attributes
    ----------
    title : str
        Words of the part.
    found : Importance
    head : HeadMap or None
        CI on the head; None where no electrode is known.
    scale, ci_scale : float, logit
        Where the colours of the matrix and of the head are at their fullest: the same for an
        event, a page and a night.
    """

    title: str
    found: Importance = field(repr=False)
    head: HeadMap | None = field(repr=False)
    scale: float
    ci_scale: float


class ImportancePanel(QWidget):
    """Shows what it is given; part and baseline can be chosen."""

    part_chosen = Signal(str)
    baseline_chosen = Signal(str)
    export_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._weighed: Weighed | None = None
        self.part_box = self._box(tr("What is weighed"), PART_WORDS)
        self.baseline_box = self._box(tr("Channels are replaced"), BASELINE_WORDS)
        self.baseline_box.setToolTip(
            tr("What a channel is replaced by: the quietest stretch of the 60 s before, or zero.")
        )
        self.export = QPushButton(tr("Export…"), self)
        self.export.setToolTip(
            tr("Write all parts weighed so far as a figure (PNG, SVG) or a table (CSV).")
        )
        self.head = QLabel(self)
        self.head.setWordWrap(True)
        self.head.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.head.setTextFormat(Qt.TextFormat.PlainText)
        self.head.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.matrix = FiguresTable(tr("Regions by bands"), self)
        self.bar = ColourBar(self)
        self.map = HeadMapView(self)
        self.channels = FiguresTable(tr("Channels"), self)
        self._lay_out()
        self.part_box.activated.connect(
            lambda _index: self.part_chosen.emit(self.part_box.currentData())
        )
        self.baseline_box.activated.connect(
            lambda _index: self.baseline_chosen.emit(self.baseline_box.currentData())
        )
        self.export.clicked.connect(self.export_requested)
        self.set_weighed(None, "")

    def _box(self, name: str, words: dict[str, str]) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(name)
        box.setToolTip(name)
        for key, text in words.items():
            box.addItem(tr(text), key)
        return box

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.part_box, 1)
        top.addWidget(self.baseline_box, 1)
        top.addWidget(self.export)
        below = QHBoxLayout()
        below.addWidget(self.map, 1)
        # Beneath the matrix, not above the head: in a dock of the usual height both are whole.
        self.channels.setMinimumHeight(LEAST_LIST)
        self.channels.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        beside = QVBoxLayout()
        beside.addWidget(self.bar)
        beside.addWidget(self.channels, 1)
        below.addLayout(beside, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        column.addLayout(top)
        column.addWidget(self.head)
        column.addWidget(self.matrix)
        column.addLayout(below, 1)
        column.addStretch(0)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.map.set_theme(theme)
        self.bar.set_theme(theme)
        self._colour()

    def set_choice(self, part: str, baseline: str) -> None:
        """Show what is chosen."""
        for box, name in ((self.part_box, part), (self.baseline_box, baseline)):
            with QSignalBlocker(box):
                box.setCurrentIndex(box.findData(name))

    def set_weighed(self, weighed: Weighed | None, sentence: str, *, is_over: bool = True) -> None:
        """Show an answer, also one that is not over yet, or a sentence where there is none."""
        self._weighed = weighed
        for widget in (self.matrix, self.bar, self.channels):
            widget.setVisible(weighed is not None)
        self.export.setEnabled(weighed is not None and is_over)
        self.map.set_head(None if weighed is None else weighed.head,
                          1.0 if weighed is None else weighed.ci_scale)  # fmt: skip
        if weighed is None:
            self.head.setText(sentence)
            self.head.setToolTip("")
            return
        found = weighed.found
        self.head.setText(_head(found) if is_over else tr("So far: {words}", words=_head(found)))
        self.head.setToolTip("\n".join(found.left_out))
        self._show_matrix(found)
        self._show_channels(found)
        title = tr("FI and FRI")
        self.bar.set_scale(title, weighed.scale, signed=True, ink=False)
        self._colour()

    def _show_matrix(self, found: Importance) -> None:
        names = [
            "–" if band is None else f"{band.name}\n{band.low:g}–{band.high:g}"
            for band in found.bands
        ]
        head = [tr("Region\nHz"), *names, "RI\n"]
        rows = [
            (tr(region), *map(number, found.region_band[k]), number(found.region[k]))
            for k, region in enumerate(REGIONS)
        ]
        rows.append(
            (tr("all channels (FI)"), *map(number, found.frequency), number(found.channel.mean()))
        )
        self.matrix.set_table(head, rows)
        # Without rows of dashes the head below is whole in a dock of the usual height.
        empty = [k for k in range(len(REGIONS)) if not np.isfinite(found.region_band[k]).any()]
        for row in range(self.matrix.rowCount()):
            self.matrix.setRowHidden(row, row in empty)
        names = ", ".join(tr(REGIONS[k]) for k in empty)
        self.matrix.setToolTip(tr("No channel over: {regions}", regions=names) if empty else "")
        # As high as its rows: nothing of it scrolls.
        lines = sum(self.matrix.rowHeight(k) for k in range(self.matrix.rowCount()))
        top = self.matrix.horizontalHeader().sizeHint().height()
        self.matrix.setFixedHeight(lines + top + 2 * self.matrix.frameWidth())
        self.matrix.setAlternatingRowColors(False)

    def _show_channels(self, found: Importance) -> None:
        order = np.argsort(-found.channel)
        rows = [
            (found.channels[k], tr(region_of(found.channels[k]) or "–"), number(found.logits[k]),
             f"{found.channel[k]:.2f}")
            for k in order
        ]  # fmt: skip
        self.channels.set_table(
            [tr("Channel"), tr("Region"), tr("Logit"), "CI"], rows, n_words=2,
            tips=[
                tr("{channel}: p changes by {change} logit with it replaced",
                   channel=found.channels[k], change=f"{-found.lost[k]:+.3f}".replace("-", MINUS))
                for k in order
            ],
        )  # fmt: skip

    def _colour(self) -> None:
        if self._weighed is None:
            return
        found = self._weighed.found
        values = np.vstack([found.region_band, found.frequency])
        colours = relevance_colours(self._theme, values, self._weighed.scale, ink=False)
        for row in range(values.shape[0]):
            for column in range(values.shape[1]):
                item = self.matrix.item(row, column + 1)
                is_known = bool(np.isfinite(values[row, column]))
                item.setBackground(
                    QBrush(QColor(*colours[row, column].tolist())) if is_known else QBrush()
                )
                item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
                _ink(item, self._theme.text if is_known else self._theme.muted)
        header = self.matrix.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)


def _ink(item: QTableWidgetItem, colour: str) -> None:
    item.setForeground(QColor(colour))


def _head(found: Importance) -> str:
    """Model, p and what it is the mean of."""
    start, stop = found.spans[0][0], found.spans[-1][1]
    if len(found.spans) > 1:
        where = tr("{n} stretches, {start} to {stop}", n=len(found.spans),
                   start=elapsed_text(start), stop=elapsed_text(stop))  # fmt: skip
    else:
        where = tr(
            "{start}, {length} s", start=elapsed_text(start, 1), length=f"{stop - start:.2f}"
        )
    n = len(found.channels)
    words = tr(
        "{model} on {channels}, {where}: p = {p} logit (the mean of their logits). All values in "
        "logits, on one scale for every part.",
        model=found.scorer.removeprefix("model:").partition("@")[0],
        channels=found.channels[0] if n == 1 else tr("{n} channels", n=n),
        where=where, p=number(found.p),
    )  # fmt: skip
    if found.left_out:
        words += " " + tr("Left out: {why}", why=found.left_out[0])
        if len(found.left_out) > 1:
            words += tr(" (and {n} more)", n=len(found.left_out) - 1)
    return words


def number(value: float) -> str:
    """A logit to one or two places; a dash where there is none."""
    if not np.isfinite(value):
        return "–"
    return (f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}").replace("-", MINUS)

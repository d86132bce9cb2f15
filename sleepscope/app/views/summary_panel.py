"""The night in figures: events by stage, cycle, hour and channel, and bars of density."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sleepscope.app.language import tr
from sleepscope.app.theme import Theme
from sleepscope.app.views.figures_table import FiguresTable
from sleepscope.app.views.plots import BarGroup, BarsPlot
from sleepscope.summary.night import SummaryRow


class SummaryPanel(QWidget):
    """Shows the rows of one way to part the night."""

    export_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[SummaryRow, ...] = ()
        self._title_of: Callable[[str], str] = str
        self.by_box = QComboBox(self)
        self.by_box.setAccessibleName(tr("Parts of the night"))
        self.by_box.setToolTip(tr("Parts of the night that are counted apart"))
        for name, words in (
            ("night", tr("The whole night")), ("stage", tr("By stage")),
            ("cycle", tr("By sleep cycle")), ("hour", tr("By hour")), ("channel", tr("By channel")),
        ):  # fmt: skip
            self.by_box.addItem(words, name)
        self.export = QPushButton(tr("Export…"), self)
        self.export.setToolTip(tr("Write every row to a CSV file."))
        self.table = FiguresTable(tr("Night summary"), self)
        self.plot = BarsPlot(tr("Events per minute"), self)
        self.notes = QLabel(self)
        self.notes.setWordWrap(True)
        self.notes.setText(
            tr(
                "n and n/min: all channels together, unless by channel. Hz and µV: "
                "means in the band of the class, measured in the background. Cycles "
                "after Feinberg and Floyd (1979). The rules are in the help."
            )
        )
        top = QHBoxLayout()
        top.addWidget(self.by_box, 1)
        top.addWidget(self.export)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        column.addLayout(top)
        column.addWidget(self.table, 4)
        column.addWidget(self.plot, 3)
        column.addWidget(self.notes)
        self.by_box.currentIndexChanged.connect(lambda _index: self._show())
        self.export.clicked.connect(self.export_requested)

    def set_rows(self, rows: Sequence[SummaryRow], title_of: Callable[[str], str]) -> None:
        """Show a summary."""
        self._rows, self._title_of = tuple(rows), title_of
        self._show()

    def set_rule(self, words: str) -> None:
        """Say how the figures came about: in a tooltip, as it takes many words."""
        self.notes.setToolTip(f"<p>{words}</p>" if words else "")
        self.table.setToolTip(self.notes.toolTip())

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.plot.set_theme(theme)

    def _show(self) -> None:
        by = self.by_box.currentData()
        chosen = [row for row in self._rows if row.by == by]
        head = [
            tr("Scorer"), tr("Class"), tr("Part"), "min", "n", tr("n/min"), "s", "Hz", "µV"
        ]  # fmt: skip
        rows = [
            (
                self._title_of(row.scorer), row.kind.replace("_", " ") or "–", *(row.cells()[3:]),
            )
            for row in chosen
        ]  # fmt: skip
        self.table.set_table(head, rows, n_words=3)
        self._plot(chosen)

    def _plot(self, rows: Sequence[SummaryRow]) -> None:
        """Densities of the commonest class, a group for each part, a colour for each scorer."""
        counts: dict[str, int] = {}
        for row in rows:
            counts[row.kind] = counts.get(row.kind, 0) + row.count
        kind = max(counts, key=lambda name: counts[name], default="")
        scorers = list(dict.fromkeys(row.scorer for row in self._rows))
        groups: dict[str, list[tuple[float, int]]] = {}
        for row in rows:
            if row.kind == kind:
                bar = (row.per_minute or 0.0, scorers.index(row.scorer))
                groups.setdefault(row.part, []).append(bar)
        title = tr("Events per minute: {kind}", kind=kind.replace("_", " ")) if kind else ""
        made = [BarGroup(part or tr("night"), tuple(bars)) for part, bars in groups.items()]
        self.plot.set_groups(title, made)

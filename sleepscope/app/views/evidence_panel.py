"""The evidence card: criteria of the selected event with limit, tick or cross, and source."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sleepscope.app.language import tr
from sleepscope.app.theme import LIGHT, Theme
from sleepscope.app.views.figures_table import FiguresTable
from sleepscope.explain.evidence import Evidence

MARKS = {True: "✓", False: "✗", None: ""}
MARK_COLUMN = 3


class EvidencePanel(QWidget):
    """Shows what it is given; the baseline of occlusion can be chosen."""

    baseline_chosen = Signal(object)  # "quietest", "zero" or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._evidence: Evidence | None = None
        self.head = self._label()
        self.warnings = self._label()
        self.table = FiguresTable(tr("Evidence"), self)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        column.addWidget(self.head)
        column.addWidget(self.warnings)
        column.addWidget(self.table, 1)
        self.baseline_box = QComboBox(self)
        self.baseline_box.setAccessibleName(tr("Occlusion"))
        for words, name in (
            (tr("off"), None),
            (tr("by the quietest stretch of the 60 s before"), "quietest"),
            (tr("by zero"), "zero"),
        ):
            self.baseline_box.addItem(words, name)
        self.baseline_box.setToolTip(
            tr("Ask the model again with spans of each channel replaced: a second opinion.")
        )
        name = QLabel(tr("&Occlusion:"), self)
        name.setBuddy(self.baseline_box)
        self.occlusion = self._label()
        line = QHBoxLayout()
        line.addWidget(name)
        line.addWidget(self.baseline_box, 1)
        column.addLayout(line)
        column.addWidget(self.occlusion)
        self.baseline_box.currentIndexChanged.connect(
            lambda _index: self.baseline_chosen.emit(self.baseline_box.currentData())
        )
        self.set_evidence(None, "", "", ())

    def _label(self) -> QLabel:
        label = QLabel(self)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def set_evidence(
        self, evidence: Evidence | None, title: str, sentence: str, warnings: Sequence[str]
    ) -> None:
        """Show a card, or a sentence where there is none; warnings stand above the table."""
        self._evidence = evidence
        self.warnings.setText("\n".join(f"⚠ {words}" for words in warnings))
        self.warnings.setVisible(bool(warnings))
        self.table.setVisible(evidence is not None)
        if evidence is None:
            self.head.setText(sentence)
            self.head.setAlignment(Qt.AlignmentFlag.AlignTop)
            return
        held, decided = evidence.n_held
        self.head.setText(tr("{title} · {n} of {all} criteria hold", title=title, n=held,
                             all=decided))  # fmt: skip
        self.table.set_table(
            [tr("Criterion"), tr("Value"), tr("Limit"), tr("Met")],
            [(tr(c.name), c.text, c.limit, MARKS[c.holds]) for c in evidence.criteria],
            tips=[self._tip(c.name, c.source, c.holds) for c in evidence.criteria],
        )
        self._colour()

    def set_occlusion(self, words: str) -> None:
        """Show what occlusion says."""
        self.occlusion.setText(words)
        self.occlusion.setVisible(bool(words))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.warnings.setStyleSheet(f"color: {theme.selection}; font-weight: 600;")
        self._colour()

    def _colour(self) -> None:
        if self._evidence is None:
            return
        colours = {True: self._theme.accepted, False: self._theme.selection}
        for row, criterion in enumerate(self._evidence.criteria):
            item = self.table.item(row, MARK_COLUMN)
            item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
            if criterion.holds is not None:
                item.setForeground(QColor(colours[criterion.holds]))

    @staticmethod
    def _tip(name: str, source: str, holds: bool | None) -> str:
        words = {True: tr("holds"), False: tr("does not hold"), None: tr("not judged")}
        return f"{tr(name)}: {words[holds]}. {source}."

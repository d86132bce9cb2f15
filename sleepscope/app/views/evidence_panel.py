"""The evidence card: criteria of the selected event with limit, tick or cross, and source."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from sleepscope.app.language import tr
from sleepscope.app.theme import LIGHT, Theme
from sleepscope.app.views.figures_table import FiguresTable
from sleepscope.explain.evidence import Evidence

MARKS = {True: "✓", False: "✗", None: ""}
MARK_COLUMN = 3


class EvidencePanel(QWidget):
    """Shows what it is given; a second opinion can be chosen, and its map drawn."""

    opinion_chosen = Signal(object)  # "quietest", "zero", "gradients" or None
    second_wanted = Signal(bool)

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
        self.opinion_box = QComboBox(self)
        self.opinion_box.setAccessibleName(tr("Second opinion"))
        for words, name in (
            (tr("none"), None),
            (tr("occlusion by quiet signal"), "quietest"),
            (tr("occlusion by zero"), "zero"),
            (tr("integrated gradients"), "gradients"),
        ):
            self.opinion_box.addItem(words, name)
        self.opinion_box.setToolTip(
            tr("Ask the model again by another method: do both name the same moments?")
        )
        # The words of the longest choice must not set how narrow the panel can be.
        self.opinion_box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        name = QLabel(tr("Second &opinion:"), self)
        name.setBuddy(self.opinion_box)
        self.agreement = QLabel(self)
        self.agreement.setToolTip(
            tr(
                "Rank correlation of the sizes of both maps over the stretch that both know: "
                "1 where they weigh all moments alike, 0 where they have nothing in common."
            )
        )
        self.second_check = QCheckBox(tr("&draw it"), self)
        self.second_check.setToolTip(tr("Draw the second map behind the trace, on the same scale."))
        self.second = self._label()
        self.fidelity = self._label()
        line = QHBoxLayout()
        line.addWidget(name)
        line.addWidget(self.opinion_box, 1)
        line.addWidget(self.agreement)
        line.addWidget(self.second_check)
        column.addLayout(line)
        column.addWidget(self.second)
        column.addWidget(self.fidelity)
        self.opinion_box.currentIndexChanged.connect(
            lambda _index: self.opinion_chosen.emit(self.opinion_box.currentData())
        )
        self.second_check.toggled.connect(self.second_wanted)
        self.set_second("", "")
        self.set_fidelity("", "")
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

    def set_second(self, words: str, agreement: str) -> None:
        """Show what the second opinion says and how far it agrees with the first."""
        self.second.setText(words)
        self.second.setVisible(bool(words))
        self.agreement.setText(agreement)
        self.agreement.setVisible(bool(agreement))
        self.second_check.setVisible(bool(agreement))

    def set_fidelity(self, words: str, tip: str) -> None:
        """Show how far the model's maps can be trusted, as its card says."""
        self.fidelity.setText(words)
        self.fidelity.setToolTip(tip)
        self.fidelity.setVisible(bool(words))

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

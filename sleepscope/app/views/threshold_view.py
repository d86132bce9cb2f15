"""The confidence threshold of a model, to be dragged: what comes, what goes, at what cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from sleepscope.agreement.precision_recall import CurvePoint
from sleepscope.app.language import tr
from sleepscope.app.theme import Theme
from sleepscope.app.views.figures_table import FiguresTable
from sleepscope.app.views.plots import CurvePlot


class ThresholdView(QWidget):
    """A slider, the figures at its place, the precision-recall curve and the list of flips."""

    scorer_chosen = Signal(str)
    threshold_changed = Signal(float)
    flip_picked = Signal(int)
    apply_requested = Signal()
    reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scorer_box = QComboBox(self)
        self.scorer_box.setAccessibleName(tr("Model"))
        self.scorer_box.setToolTip(tr("Whose threshold is moved"))
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(1, 99)
        self.slider.setAccessibleName(tr("Threshold"))
        self.slider.setToolTip(tr("Probability from which an event begins: the page follows."))
        self.spin = QDoubleSpinBox(self)
        self.spin.setRange(0.01, 0.99)
        self.spin.setSingleStep(0.01)
        self.spin.setKeyboardTracking(False)
        self.spin.setAccessibleName(tr("Threshold"))
        self.spin.setToolTip(self.slider.toolTip())
        self.figures = QLabel(self)
        self.figures.setWordWrap(True)
        self.warning = QLabel(self)
        self.rule = QLabel(self)
        for label in (self.warning, self.rule):
            label.setWordWrap(True)
            label.hide()
        bold = self.warning.font()
        bold.setBold(True)
        self.warning.setFont(bold)
        self.curve = CurvePlot(tr("precision over recall"), self)
        self.curve.setToolTip(tr("Click a point of the curve to take its threshold."))
        self.flips = FiguresTable(tr("Events that come or go"), self)
        self.apply = QPushButton(tr("Keep as a new set"), self)
        self.apply.setToolTip(tr("Write these events as a set of their own, in one step of undo."))
        self.reset = QPushButton(tr("Back"), self)
        self.reset.setToolTip(tr("Back to the threshold it was detected at."))
        self._lay_out()
        self.scorer_box.activated.connect(
            lambda _index: self.scorer_chosen.emit(self.scorer_box.currentData() or "")
        )
        self.slider.valueChanged.connect(lambda value: self.threshold_changed.emit(value / 100))
        self.spin.valueChanged.connect(self.threshold_changed)
        self.curve.threshold_requested.connect(self.threshold_changed)
        self.flips.row_picked.connect(self.flip_picked)
        self.apply.clicked.connect(self.apply_requested)
        self.reset.clicked.connect(self.reset_requested)
        self.set_choices({})

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.scorer_box, 1)
        top.addWidget(self.reset)
        top.addWidget(self.apply)
        place = QHBoxLayout()
        place.addWidget(self.slider, 1)
        place.addWidget(self.spin)
        below = QHBoxLayout()
        below.addWidget(self.curve, 1)
        below.addWidget(self.flips, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        column.addLayout(top)
        column.addLayout(place)
        column.addWidget(self.warning)
        column.addWidget(self.figures)
        column.addLayout(below, 1)
        column.addWidget(self.rule)

    def set_choices(self, titles: Mapping[str, str]) -> None:
        """Offer these models."""
        there = {self.scorer_box.itemData(k): k for k in range(self.scorer_box.count())}
        if list(there) != list(titles):
            blocker = QSignalBlocker(self.scorer_box)
            self.scorer_box.clear()
            for scorer, title in titles.items():
                self.scorer_box.addItem(title, scorer)
            blocker.unblock()
        for widget in (self.scorer_box, self.slider, self.spin, self.apply, self.reset):
            widget.setEnabled(bool(titles))
        if not titles:
            self.figures.setText(tr("Detect first: a model's threshold can be moved afterwards."))
            self.set_flips([], [])
            self.curve.set_curve(())
            self.curve.set_now(None)

    def set_threshold(self, scorer: str, threshold: float) -> None:
        """Show which model at which threshold."""
        blockers = [QSignalBlocker(w) for w in (self.scorer_box, self.slider, self.spin)]
        self.scorer_box.setCurrentIndex(self.scorer_box.findData(scorer))
        self.slider.setValue(round(threshold * 100))
        self.spin.setValue(threshold)
        for blocker in blockers:
            blocker.unblock()

    @property
    def is_dragged(self) -> bool:
        """Whether a hand holds the slider, or a key on it repeats."""
        return self.slider.isSliderDown() or self.slider.hasFocus()

    def set_figures(
        self, words: str, point: CurvePoint | None, rule: str = "", warning: str = ""
    ) -> None:
        """Show what the threshold makes, by which rule, and what speaks against believing it."""
        self.figures.setText(words)
        self.rule.setText(rule)
        self.rule.setVisible(bool(rule))
        self.warning.setText(warning)
        self.warning.setVisible(bool(warning))
        self.curve.set_now(point)

    def set_curve(self, points: Sequence[CurvePoint]) -> None:
        """Show the curve as far as it is known."""
        self.curve.set_curve(points)

    def set_flips(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """List the events that come or go."""
        self.flips.set_table(head or [""], rows)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.curve.set_theme(theme)

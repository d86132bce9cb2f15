"""Two scorers side by side in figures, with the rule that made them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from sleepscope.agreement.queue import Order
from sleepscope.app.comparison import CompareSettings, Comparison
from sleepscope.app.language import tr
from sleepscope.constants import DEFAULT_IOU, STAGES

FIGURES = ("matched", "missed", "extra", "precision", "recall", "f1", "mean_iou")


class ComparePanel(QWidget):
    """Choose scorer A (under test) and B (truth); see the figures and step through differences."""

    settings_changed = Signal(object)  # CompareSettings or None
    step_requested = Signal(int)  # +1, -1

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.a_box, self.b_box, self.kind_box = QComboBox(self), QComboBox(self), QComboBox(self)
        self.iou_box = QDoubleSpinBox(self)
        self.iou_box.setRange(0.05, 1.0)
        self.iou_box.setSingleStep(0.05)
        self.iou_box.setDecimals(2)
        self.iou_box.setValue(DEFAULT_IOU)
        self.iou_box.setKeyboardTracking(False)
        self.iou_box.setMinimumHeight(self.iou_box.sizeHint().height())
        self.iou_box.setToolTip(
            tr("Shared time divided by the time that either covers; from here on two are one.")
        )
        # In hundredths; the box beside it shows and takes the number.
        self.iou_slider = QSlider(Qt.Orientation.Horizontal, self)
        self.iou_slider.setRange(5, 100)
        self.iou_slider.setSingleStep(5)
        self.iou_slider.setPageStep(10)
        self.iou_slider.setValue(round(DEFAULT_IOU * 100))
        self.iou_slider.setToolTip(self.iou_box.toolTip())
        self.iou_slider.setAccessibleName(tr("Least overlap (IoU)"))
        self.stage_boxes = {stage: QCheckBox(stage, self) for stage in STAGES}
        self.span = QLabel(self)
        self.warning = _wrapped(self)
        self.rule = _wrapped(self)
        self.progress = QLabel(self)
        self.figures = {name: QLabel("–", self) for name in FIGURES}
        self.back, self.on = QPushButton("◀", self), QPushButton("▶", self)
        self._hypnogram_known = True
        self._order: Order = "nature"
        self._lay_out()
        for box in (self.a_box, self.b_box, self.kind_box):
            box.currentIndexChanged.connect(self._announce)
        self.iou_slider.valueChanged.connect(lambda value: self.iou_box.setValue(value / 100))
        self.iou_box.valueChanged.connect(self._follow_iou)
        for stage_box in self.stage_boxes.values():
            stage_box.setChecked(True)
            stage_box.toggled.connect(self._announce)
        self.back.clicked.connect(lambda: self.step_requested.emit(-1))
        self.on.clicked.connect(lambda: self.step_requested.emit(1))

    def _lay_out(self) -> None:
        names = {
            "matched": tr("Matched"), "missed": tr("Missed by A"), "extra": tr("Only in A"),
            "precision": tr("Precision"), "recall": tr("Recall"), "f1": tr("F1"),
            "mean_iou": tr("Mean IoU"),
        }  # fmt: skip
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for box in (self.a_box, self.b_box, self.kind_box):
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            box.setMinimumHeight(box.sizeHint().height())
        self.a_box.setToolTip(tr("Whose events are under test"))
        self.b_box.setToolTip(tr("Whose events count as the truth"))
        self.kind_box.setToolTip(tr("Class of the events that are compared"))
        for stage, tick in self.stage_boxes.items():
            tick.setToolTip(tr("Compare events of {stage}, by their midpoint", stage=stage))
        form.addRow(tr("A (under test)"), self.a_box)
        form.addRow(tr("B (truth)"), self.b_box)
        form.addRow(tr("Events"), self.kind_box)
        iou = QHBoxLayout()
        iou.addWidget(self.iou_slider, 1)
        iou.addWidget(self.iou_box)
        form.addRow(tr("IoU from"), iou)
        stages = QHBoxLayout()
        for box in self.stage_boxes.values():
            stages.addWidget(box)
        stages.addStretch(1)
        form.addRow(tr("Stages"), stages)
        form.addRow(tr("Where"), self.span)
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        for index, name in enumerate(FIGURES):
            row, column = (0, index) if index < 3 else (2, index - 3)
            value = self.figures[name]
            # Nothing but the weight: the size follows the size of all text.
            bold = QFont()
            bold.setBold(True)
            value.setFont(bold)
            grid.addWidget(QLabel(names[name], self), row, column)
            grid.addWidget(value, row + 1, column)
        steps = QHBoxLayout()
        for button, text in (
            (self.back, tr("Previous disagreement (Shift+D)")),
            (self.on, tr("Next disagreement (D)")),
        ):
            button.setToolTip(text)
            button.setAccessibleName(text)
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            steps.addWidget(button)
        steps.addWidget(self.progress, 1)
        inside = QWidget(self)
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(6, 4, 6, 4)
        layout.addLayout(form)
        layout.addWidget(self.warning)
        layout.addLayout(grid)
        layout.addLayout(steps)
        layout.addWidget(self.rule)
        layout.addStretch(1)
        # With large text or in a low window, controls are scrolled, not squeezed.
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def set_choices(
        self, titles: Mapping[str, str], kinds: Sequence[str], *, has_stages: bool
    ) -> None:
        """Offer these scorers and kinds of events."""
        for box in (self.a_box, self.b_box):
            _refill(box, titles)
        _refill(self.kind_box, {kind: kind for kind in kinds})
        for stage_box in self.stage_boxes.values():
            stage_box.setEnabled(has_stages)
        self._hypnogram_known = has_stages

    def set_settings(self, settings: CompareSettings | None) -> None:
        """Show what is compared."""
        blockers = [QSignalBlocker(w) for w in (self.a_box, self.b_box, self.kind_box)]
        if settings is None:
            # One scorer alone is compared with nobody, least of all with itself.
            self.b_box.setCurrentIndex(-1)
            return
        blockers += [QSignalBlocker(w) for w in (self.iou_box, *self.stage_boxes.values())]
        self._order = settings.order
        self.a_box.setCurrentIndex(self.a_box.findData(settings.a))
        self.b_box.setCurrentIndex(self.b_box.findData(settings.b))
        self.kind_box.setCurrentIndex(self.kind_box.findData(settings.kind))
        self.iou_box.setValue(settings.iou)
        self._show_iou(settings.iou)
        for stage, box in self.stage_boxes.items():
            box.setChecked(settings.stages is None or stage in settings.stages)
        for blocker in blockers:
            blocker.unblock()

    def set_comparison(self, comparison: Comparison | None, warning: str = "") -> None:
        """Show the figures, and what speaks against believing them."""
        self.warning.setText(warning)
        self.warning.setVisible(bool(warning))
        if comparison is None:
            for label in self.figures.values():
                label.setText("–")
            self.rule.setText("")
            self.span.setText("")
            self.set_progress(None, 0)
            return
        scores = comparison.scores
        values = {
            "matched": str(scores.tp), "missed": str(scores.fn), "extra": str(scores.fp),
            "precision": _share(scores.precision), "recall": _share(scores.recall),
            "f1": _share(scores.f1), "mean_iou": _share(scores.mean_iou),
        }  # fmt: skip
        for name, text in values.items():
            self.figures[name].setText(text)
        self.rule.setText(comparison.rule)
        self.span.setText(_spans_text(scores.spans))

    def set_progress(self, place: int | None, count: int) -> None:
        """Say which disagreement is selected; ``place`` counts from 1."""
        if count == 0:
            self.progress.setText(tr("no disagreements"))
        elif place is None:
            self.progress.setText(tr("{n} disagreements", n=count))
        else:
            self.progress.setText(tr("disagreement {k} of {n}", k=place, n=count))
        self.back.setEnabled(count > 0)
        self.on.setEnabled(count > 0)

    def chosen(self) -> CompareSettings | None:
        """What the boxes say, None where there are not two scorers."""
        a, b, kind = (box.currentData() for box in (self.a_box, self.b_box, self.kind_box))
        if not a or not b or not kind:
            return None
        ticked = tuple(stage for stage, box in self.stage_boxes.items() if box.isChecked())
        all_stages = len(ticked) == len(STAGES) or not self._hypnogram_known
        stages = None if all_stages else ticked
        return CompareSettings(a, b, kind, round(self.iou_box.value(), 2), stages, self._order)

    def _follow_iou(self, value: float) -> None:
        self._show_iou(value)
        self._announce()

    def _show_iou(self, value: float) -> None:
        blocker = QSignalBlocker(self.iou_slider)
        self.iou_slider.setValue(round(value * 100))
        blocker.unblock()

    def _announce(self) -> None:
        self.settings_changed.emit(self.chosen())


def _wrapped(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _refill(box: QComboBox, titles: Mapping[str, str]) -> None:
    there = {box.itemData(k): box.itemText(k) for k in range(box.count())}
    if there == dict(titles):
        return
    blocker = QSignalBlocker(box)
    chosen = box.currentData()
    box.clear()
    for value, title in titles.items():
        box.addItem(title, value)
    box.setCurrentIndex(max(0, box.findData(chosen)) if titles else -1)
    blocker.unblock()


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _spans_text(spans: tuple[tuple[float, float], ...] | None) -> str:
    if spans is None:
        return tr("the whole recording")
    if not spans:
        return tr("nowhere: no stretch was scored by both")
    parts = [f"{start:g}–{stop:g} s" for start, stop in spans[:3]]
    more = tr(" and {n} more", n=len(spans) - 3) if len(spans) > 3 else ""
    return tr("only where both scored: {spans}", spans=", ".join(parts)) + more

"""Whom to merge into a consensus, and by which rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QFormLayout, QSpinBox, QWidget

from sleepscope.agreement.consensus import Consensus
from sleepscope.app.dialogs.asking import Question
from sleepscope.app.language import tr
from sleepscope.constants import DEFAULT_IOU


def ask_consensus(
    parent: QWidget, titles: Mapping[str, str], take: Callable[[Consensus], object]
) -> Question:
    """Ask for scorers and rule; ``take`` gets the consensus and may raise SleepScopeError."""
    dialog = Question(
        tr("Consensus"),
        tr("Several scorers become a new one. Those it is made of stay as they are."),
        parent,
    )
    rule = QComboBox(dialog)
    for name, words in (
        ("union", tr("Union: what any of them marked")),
        ("intersection", tr("Intersection: what all of them marked")),
        ("majority", tr("Majority: what enough of them marked")),
    ):
        rule.addItem(words, name)
    at_least = QSpinBox(dialog)
    at_least.setRange(2, max(2, len(titles)))
    iou = QDoubleSpinBox(dialog)
    iou.setRange(0.05, 1.0)
    iou.setSingleStep(0.05)
    iou.setValue(DEFAULT_IOU)
    boxes = {scorer: QCheckBox(title, dialog) for scorer, title in titles.items()}
    form = QFormLayout()
    form.addRow(tr("Rule"), rule)
    form.addRow(tr("At least"), at_least)
    form.addRow(tr("IoU from"), iou)
    for number, box in enumerate(boxes.values()):
        form.addRow("" if number else tr("Scorers"), box)
    dialog.column.addLayout(form)
    rule.currentIndexChanged.connect(
        lambda _index: at_least.setEnabled(rule.currentData() == "majority")
    )
    at_least.setEnabled(False)
    for scorer, box in boxes.items():
        box.setChecked(scorer.startswith("file:"))

    def on_ok() -> None:
        members = tuple(scorer for scorer, box in boxes.items() if box.isChecked())
        take(Consensus(rule.currentData(), members, round(iou.value(), 2), at_least.value()))

    dialog.finish(on_ok)
    dialog.open()
    return dialog

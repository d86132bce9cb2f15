"""Whose stages one's own begin with."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QComboBox, QWidget

from sleepscope.app.dialogs.asking import Question
from sleepscope.app.language import tr


def ask_stages(parent: QWidget, titles: Mapping[str, str], take: Callable[[str], None]) -> Question:
    """Ask for one of several scorers; ``take`` gets the scorer."""
    dialog = Question(
        tr("Start from other stages"),
        tr(
            "Your unscored epochs take these stages, as one step that can be undone. Epochs that "
            "you staged stay."
        ),
        parent,
    )
    box = QComboBox(dialog)
    box.setAccessibleName(tr("Scorer"))
    for scorer, title in titles.items():
        box.addItem(title, scorer)
    dialog.column.addWidget(box)
    dialog.scorers = box
    dialog.finish(lambda: take(box.currentData()))
    dialog.open()
    return dialog

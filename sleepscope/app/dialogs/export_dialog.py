"""Which events go into an export."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from PySide6.QtWidgets import QButtonGroup, QComboBox, QDialogButtonBox, QRadioButton, QWidget

from sleepscope.app.dialogs.asking import Question
from sleepscope.app.language import tr


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """What to write.

    Attributes
    ----------
    which : {"all", "accepted"}
        Every event, or what people stand for.
    scorer : str or None
        Only this scorer's events; None for all.
    """

    which: Literal["all", "accepted"]
    scorer: str | None


def ask_export(
    parent: QWidget, titles: Mapping[str, str], take: Callable[[ExportChoice], None]
) -> Question:
    """Ask what to export; a file dialog follows."""
    dialog = Question(
        tr("Export marked events"),
        tr(
            "A CSV file with one event a row, and beside it a JSON file with models, settings and "
            "scored stretches."
        ),
        parent,
    )
    group = QButtonGroup(dialog)
    every = QRadioButton(tr("All events of all scorers"), dialog)
    one = QRadioButton(tr("Events of one scorer:"), dialog)
    accepted = QRadioButton(tr("Accepted events only (accepted, changed and added)"), dialog)
    box = QComboBox(dialog)
    for scorer, title in titles.items():
        box.addItem(title, scorer)
    box.activated.connect(lambda _index: one.setChecked(True))
    for button in (every, one, accepted):
        group.addButton(button)
        dialog.column.addWidget(button)
        if button is one:
            dialog.column.addWidget(box)
    every.setChecked(True)
    dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(tr("Choose a file…"))
    dialog.every, dialog.one, dialog.accepted_only, dialog.scorers = every, one, accepted, box

    def on_ok() -> None:
        take(
            ExportChoice(
                "accepted" if accepted.isChecked() else "all",
                box.currentData() if one.isChecked() else None,
            )
        )

    dialog.finish(on_ok)
    dialog.open()
    return dialog

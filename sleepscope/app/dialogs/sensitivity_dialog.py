"""µV in a millimetre of the screen, for each kind of channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLabel, QWidget

from sleepscope.app.dialogs.asking import Question
from sleepscope.app.language import tr
from sleepscope.errors import SettingsError

LEAST, MOST = 0.01, 100_000.0


def ask_sensitivity(
    parent: QWidget,
    now: Mapping[str, float],
    steps: Sequence[float],
    take: Callable[[dict[str, float]], None],
) -> Question:
    """Ask for µV/mm by kind of channel; ``take`` gets the kinds that were changed.

    Parameters
    ----------
    parent : QWidget
    now : mapping of str to float
        µV/mm by kind.
    steps : sequence of float
        µV/mm to choose from.
    take : callable
    """
    dialog = Question(
        tr("Sensitivity"),
        tr("Microvolts in a millimetre of the screen. A larger figure makes lower waves."),
        parent,
    )
    form = QFormLayout()
    fields: dict[str, QComboBox] = {}
    for kind, value in now.items():
        field = QComboBox(dialog)
        field.setEditable(True)
        field.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        field.addItems([f"{step:g}" for step in steps])
        field.setCurrentText(f"{value:g}")
        field.setAccessibleName(tr("{kind}, µV/mm", kind=kind))
        per_cm = QLabel(dialog)

        def follow(text: str, per_cm: QLabel = per_cm) -> None:
            try:
                per_cm.setText(tr("µV/mm = {n} µV/cm", n=f"{10 * number(text):g}"))
            except SettingsError:
                per_cm.setText("µV/mm")

        field.currentTextChanged.connect(follow)
        follow(field.currentText())
        row = QHBoxLayout()
        row.addWidget(field)
        row.addWidget(per_cm, 1)
        label = QLabel(kind, dialog)
        label.setBuddy(field)
        form.addRow(label, row)
        fields[kind] = field
    dialog.column.addLayout(form)
    dialog.fields = fields

    def on_ok() -> None:
        wanted = {kind: number(field.currentText()) for kind, field in fields.items()}
        take({kind: value for kind, value in wanted.items() if f"{value:g}" != f"{now[kind]:g}"})

    dialog.finish(on_ok)
    next(iter(fields.values())).setFocus()
    dialog.open()
    return dialog


def number(text: str) -> float:
    """A sensitivity as it is typed, with a point or a comma.

    Raises
    ------
    SettingsError
        If it is no number between the limits.
    """
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = float("nan")
    if not LEAST <= value <= MOST:
        raise SettingsError(
            f"The sensitivity '{text}' must be a number from {LEAST:g} to {MOST:g} µV/mm."
        )
    return value

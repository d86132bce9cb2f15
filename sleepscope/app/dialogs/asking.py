"""Small questions with one field: initials, a moment, a note."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from sleepscope.app.language import tr
from sleepscope.errors import SleepScopeError

# Most sleep laboratories record EEG at this rate, Hz.
USUAL_RATE = 256.0


class Question(QDialog):
    """A dialog with OK and Cancel that does not block; ``trouble`` shows why OK did not work."""

    def __init__(self, title: str, words: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.column = QVBoxLayout(self)
        label = QLabel(words, self)
        label.setWordWrap(True)
        label.setMinimumWidth(380)
        self.column.addWidget(label)
        self.trouble = QLabel(self)
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        self.buttons.rejected.connect(self.reject)

    def finish(self, on_ok: Callable[[], None]) -> None:
        """Put the buttons below what was added; ``on_ok`` may raise SleepScopeError to stay."""
        self.column.addWidget(self.trouble)
        self.column.addWidget(self.buttons)

        def try_it() -> None:
            try:
                on_ok()
            except SleepScopeError as error:
                self.trouble.setText(str(error))
                self.trouble.show()
                self.fit()
                return
            self.accept()

        self.buttons.accepted.connect(try_it)

    def fit(self) -> None:
        """Make room for words that became longer, and take it back from shorter ones."""
        self.column.invalidate()
        self.column.activate()
        self.resize(self.width(), self.column.totalHeightForWidth(self.width()))


def ask_initials(parent: QWidget, now: str, take: Callable[[str], None]) -> Question:
    """Ask who edits; ``take`` gets one to eight letters or digits."""
    dialog = Question(
        tr("Who are you?"),
        tr(
            "Your decisions are kept under your initials, apart from those of others and of models."
        ),
        parent,
    )
    field = QLineEdit(now, dialog)
    field.setMaxLength(8)
    field.setPlaceholderText(tr("for example AB"))
    field.setAccessibleName(tr("Initials"))
    dialog.column.addWidget(field)
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)

    def check(text: str) -> None:
        ok.setEnabled(bool(re.fullmatch(r"[\w.-]{1,8}", text.strip())))

    field.textChanged.connect(check)
    check(now)
    dialog.finish(lambda: take(field.text().strip()))
    field.setFocus()
    dialog.open()
    return dialog


def ask_moment(parent: QWidget, take: Callable[[str], None]) -> Question:
    """Ask where to go; ``take`` raises SettingsError for what it cannot read."""
    dialog = Question(
        tr("Go to"),
        tr("An epoch (12), a clock time (23:04:30), elapsed time (+0:06:12) or seconds (372.5 s)."),
        parent,
    )
    field = QLineEdit(dialog)
    field.setAccessibleName(tr("Moment"))
    dialog.column.addWidget(field)
    dialog.finish(lambda: take(field.text()))
    field.setFocus()
    dialog.open()
    return dialog


def ask_name(
    parent: QWidget, title: str, words: str, name: str, take: Callable[[str], None]
) -> Question:
    """Ask for a name; ``take`` may raise SleepScopeError for one that does not work."""
    dialog = Question(title, words, parent)
    field = QLineEdit(name, dialog)
    field.setMaxLength(60)
    field.setAccessibleName(tr("Name"))
    dialog.column.addWidget(field)
    dialog.finish(lambda: take(field.text().strip()))
    field.setFocus()
    field.selectAll()
    dialog.open()
    return dialog


def ask_rate(parent: QWidget, why: str, take: Callable[[float], None]) -> Question:
    """Ask for the sampling rate (Hz) of a file that does not say it."""
    dialog = Question(tr("Sampling rate"), why, parent)
    field = QDoubleSpinBox(dialog)
    field.setRange(1.0, 100_000.0)
    field.setDecimals(3)
    field.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
    field.setSuffix(tr(" Hz"))
    field.setValue(USUAL_RATE)
    field.setAccessibleName(tr("Sampling rate"))
    dialog.column.addWidget(field)
    dialog.finish(lambda: take(field.value()))
    field.setFocus()
    field.selectAll()
    dialog.open()
    return dialog


def ask_note(
    parent: QWidget, title: str, note: str, unsure: bool, take: Callable[[str, bool], None]
) -> Question:
    """Ask for the note on an event and whether its scorer is in doubt."""
    dialog = Question(title, tr("Your words on this event; they go into the export."), parent)
    field = QPlainTextEdit(note, dialog)
    field.setTabChangesFocus(True)
    field.setAccessibleName(tr("Note"))
    box = QCheckBox(tr("I am unsure about this event"), dialog)
    box.setChecked(unsure)
    dialog.column.addWidget(field)
    dialog.column.addWidget(box)
    dialog.finish(lambda: take(" ".join(field.toPlainText().split()), box.isChecked()))
    field.setFocus()
    dialog.open()
    return dialog

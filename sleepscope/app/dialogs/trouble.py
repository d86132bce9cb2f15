"""What went wrong, in one sentence; the window goes on."""

from __future__ import annotations

import traceback
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from sleepscope.app.language import tr
from sleepscope.errors import SleepScopeError


def show_error(parent: QWidget | None, error: SleepScopeError) -> QMessageBox:
    """Show a failure the person can mend: a title and a sentence, nothing else."""
    return _show(parent, tr(error.title), str(error))


def show_crash(parent: QWidget | None, error: BaseException, log: Path | None) -> QMessageBox:
    """Show a failure of the program itself, with the details for a report behind a button."""
    where = tr(" It was noted in {log}, without any patient data.", log=log) if log else ""
    sentence = tr(
        "SleepScope met an error of its own ({name}); your edits are on the disk and the window "
        "goes on.",
        name=type(error).__name__,
    )
    box = _show(parent, tr("An error in SleepScope"), sentence + where)
    box.setDetailedText("".join(traceback.format_exception(error)))
    return box


def _show(parent: QWidget | None, title: str, sentence: str) -> QMessageBox:
    box = QMessageBox(QMessageBox.Icon.Warning, title, sentence, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
    return box

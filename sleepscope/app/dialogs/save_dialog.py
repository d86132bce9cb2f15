"""Where to write a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def ask_where(
    parent: QWidget, title: str, suggestion: Path, names: str, take: Callable[[Path], object]
) -> None:
    """Ask for a file to write, without blocking.

    Parameters
    ----------
    suggestion : Path
        What stands there at first; a name typed without an ending gets this one's.
    names : str
        Kinds of files, as Qt writes them: ``Table (*.csv);;Page (*.html)``.
    take : callable
        Is given the path once it is chosen.
    """
    dialog = QFileDialog(parent, title, str(suggestion), names)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suggestion.suffix.lstrip("."))
    dialog.fileSelected.connect(lambda name: take(Path(name)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()

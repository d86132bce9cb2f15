"""Every word the window shows goes through here, so that it can be translated."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

CONTEXT = "SleepScope"


def tr(text: str, **values: object) -> str:
    """Translate a text, then fill in its ``{names}``; plain without a translation."""
    translated = QCoreApplication.translate(CONTEXT, text)
    return translated.format(**values) if values else translated


def later(text: str) -> str:
    """Mark a text for translation that is translated when it is shown."""
    return text

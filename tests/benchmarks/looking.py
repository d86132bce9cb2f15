"""Waiting as a person does who looks at the window."""

from __future__ import annotations


def look_for(milliseconds: int) -> None:
    """Let the event loop run for a while, and workers with it.

    Not ``QTest.qWait``, which holds the interpreter, so that no worker thread gets on.
    """
    from PySide6.QtCore import QEventLoop, QTimer

    looking = QEventLoop()
    QTimer.singleShot(milliseconds, looking.quit)
    looking.exec()

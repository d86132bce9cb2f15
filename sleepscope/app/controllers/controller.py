"""What all controllers have: the session, and the window that dialogs belong to."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from sleepscope.app.session import Session


class Controller(QObject):
    """Carries out what a person asked for; failures go to ``session.fail``.

    Attributes
    ----------
    session : Session
    window : QWidget
        Parent of dialogs.
    """

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self.session = session
        self.window = window

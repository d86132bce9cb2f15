"""What all controllers have, and what those have that work for a panel."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from sleepscope.app.session import Session


def pause(owner: QObject, then: Callable[[], object], wait_ms: int = 0) -> QTimer:
    """A timer that calls ``then`` once, so long after the last of its starts."""
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.setInterval(wait_ms)
    timer.timeout.connect(then)
    return timer


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


class PanelController(Controller):
    """Works for a panel, and begins nothing while nobody looks at it.

    Changes end in :meth:`_follow`, which comes to :meth:`_work` a moment after the last of them,
    so that those that follow each other fast start one job. What was missed while the panel was
    put away is made up for when it is seen again.

    Parameters
    ----------
    wait_ms : int, ms
        That moment.
    """

    def __init__(self, session: Session, window: QWidget, wait_ms: int = 0) -> None:
        super().__init__(session, window)
        self._is_wanted = False
        self._soon = pause(self, self._work, wait_ms)

    def set_wanted(self, is_wanted: bool) -> None:
        """Say whether somebody looks at the panel."""
        self._is_wanted = is_wanted
        if is_wanted:
            self._looked_at()
        else:
            self._put_away()

    def _looked_at(self) -> None:
        self._follow()

    def _put_away(self) -> None:
        self._soon.stop()

    def _follow(self) -> None:
        if self._is_wanted:
            self._soon.start()

    def _work(self) -> None:
        raise NotImplementedError

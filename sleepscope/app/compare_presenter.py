"""Shows comparisons in their panels, and hands on what a person asks for there."""

from __future__ import annotations

from PySide6.QtCore import QObject

from sleepscope.app.controllers.group import Controllers
from sleepscope.app.frame import Frame
from sleepscope.app.session import Session


class ComparePresenter(QObject):
    """Keeps the panels of comparing in step with the session."""

    def __init__(self, session: Session, frame: Frame, controllers: Controllers) -> None:
        super().__init__(frame)
        self.session = session
        self.frame = frame
        self.controllers = controllers
        self._connect_queue()

    def _connect_queue(self) -> None:
        panel, queue = self.frame.queue_panel, self.controllers.queue
        panel.order_changed.connect(queue.set_order)
        panel.picked.connect(queue.pick)
        panel.agreements_requested.connect(queue.accept_agreements)
        queue.changed.connect(self._show_queue)
        self.session.selection_changed.connect(self._show_place)

    def _show_queue(self) -> None:
        panel, queue = self.frame.queue_panel, self.controllers.queue
        panel.set_rows(queue.rows())
        panel.set_progress(*queue.progress())
        settings = self.session.compare_settings
        if settings is not None:
            panel.set_order(settings.order)
        self._show_place()

    def _show_place(self) -> None:
        self.frame.queue_panel.set_place(self.controllers.comparing.place())

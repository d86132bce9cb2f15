"""Shows what channels, regions and bands are worth in its panel."""

from __future__ import annotations

from PySide6.QtCore import QObject

from sleepscope.app.controllers.group import Controllers
from sleepscope.app.frame import Frame
from sleepscope.app.session import Session


class ImportancePresenter(QObject):
    """Keeps the panel in step with what is weighed."""

    def __init__(self, session: Session, frame: Frame, controllers: Controllers) -> None:
        super().__init__(frame)
        self.session = session
        self.panel = frame.importance_panel
        self.weighing = controllers.weighing
        dock = frame.dock("importance")
        dock.visibilityChanged.connect(self.weighing.set_wanted)
        self.weighing.panel_requested.connect(lambda: self._come(frame))
        self.weighing.changed.connect(self._show)
        self.panel.part_chosen.connect(self.weighing.choose)
        self.panel.baseline_chosen.connect(self.weighing.set_baseline)
        self.panel.export_requested.connect(self.weighing.ask_export)

    def _come(self, frame: Frame) -> None:
        frame.raise_dock("importance")
        self.panel.part_box.setFocus()

    def _show(self) -> None:
        weighing = self.weighing
        self.panel.set_choice(weighing.part, weighing.baseline)
        shown = weighing.weighed or weighing.so_far
        self.panel.set_weighed(shown, weighing.words(), is_over=weighing.weighed is not None)

"""Shows the error atlas in its panel."""

from __future__ import annotations

from PySide6.QtCore import QObject

from sleepscope.app.controllers.group import Controllers
from sleepscope.app.frame import Frame


class AtlasPresenter(QObject):
    """Keeps the panel in step with the groups."""

    def __init__(self, frame: Frame, controllers: Controllers) -> None:
        super().__init__(frame)
        self.panel = frame.atlas_panel
        self.atlas = controllers.atlas
        dock = frame.dock("atlas")
        dock.visibilityChanged.connect(self.atlas.set_wanted)
        self.atlas.panel_requested.connect(lambda: self._come(frame))
        self.atlas.changed.connect(self._show)
        self.panel.event_picked.connect(self.atlas.jump)
        self.panel.events_chosen.connect(self.atlas.select)
        self.panel.verdict_given.connect(self.atlas.judge)
        self.panel.kind_given.connect(self.atlas.relabel)

    def _come(self, frame: Frame) -> None:
        frame.raise_dock("atlas")
        self.panel.table.setFocus()

    def _show(self) -> None:
        self.panel.set_groups(self.atlas.groups(), self.atlas.words(), self.atlas.scale)

"""Shows the evidence card in its panel."""

from __future__ import annotations

from PySide6.QtCore import QObject

from sleepscope.app.clock import clock_text, elapsed_text
from sleepscope.app.controllers.group import Controllers
from sleepscope.app.frame import Frame
from sleepscope.app.language import tr
from sleepscope.app.session import Session


class EvidencePresenter(QObject):
    """Keeps the panel in step with the selection."""

    def __init__(self, session: Session, frame: Frame, controllers: Controllers) -> None:
        super().__init__(frame)
        self.session = session
        self.panel = frame.evidence_panel
        self.evidencing = controllers.evidencing
        dock = next(one for one in frame.docks if one.objectName() == "evidence")
        dock.visibilityChanged.connect(self.evidencing.set_wanted)
        self.evidencing.changed.connect(self._show)
        self.panel.baseline_chosen.connect(self.evidencing.set_baseline)

    def _show(self) -> None:
        self.panel.set_occlusion(self.evidencing.occlusion_words())
        found, event = self.evidencing.evidence, self.session.selected
        if found is None or event is None or found.event_id != event.id:
            self.panel.set_evidence(None, "", self.evidencing.sentence, ())
            return
        recording = self.session.recording
        start = None if recording is None else recording.start
        title = tr(
            "{kind} on {channels}, {time}",
            kind=event.kind.replace("_", " ").capitalize() if event.kind != "rem" else "REM",
            channels=", ".join(found.channels),
            time=clock_text(start, event.onset, 1) or elapsed_text(event.onset, 1),
        )
        self.panel.set_evidence(found, title, "", self.evidencing.warnings())

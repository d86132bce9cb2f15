"""Shows the evidence card in its panel."""

from __future__ import annotations

from PySide6.QtCore import QObject

from sleepscope.app.clock import clock_text, elapsed_text
from sleepscope.app.controllers.group import Controllers
from sleepscope.app.frame import Frame
from sleepscope.app.language import tr
from sleepscope.app.session import Session
from sleepscope.explain.fidelity import fidelity_shortfalls, fidelity_words


class EvidencePresenter(QObject):
    """Keeps the panel in step with the selection."""

    def __init__(self, session: Session, frame: Frame, controllers: Controllers) -> None:
        super().__init__(frame)
        self.session = session
        self.controllers = controllers
        self.panel = frame.evidence_panel
        self.evidencing = controllers.evidencing
        dock = frame.dock("evidence")
        dock.visibilityChanged.connect(self.evidencing.set_wanted)
        self.evidencing.changed.connect(self._show)
        self.panel.opinion_chosen.connect(self.evidencing.set_opinion)
        self.panel.second_wanted.connect(self.evidencing.show_second)

    def _show(self) -> None:
        self.panel.set_second(self.evidencing.second_words(), self.evidencing.agreement())
        self.panel.set_fidelity(*self._fidelity())
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

    def _fidelity(self) -> tuple[str, str]:
        """What the card of the model whose map is shown says of its maps, and what falls short."""
        card = self.controllers.explaining.card
        if card is None or self.session.explanation is None:
            return "", ""
        short = fidelity_shortfalls(card)
        words = fidelity_words(card) or tr(
            "How far the maps of {model} can be trusted was not measured.", model=card.name
        )
        return words, tr("Falls short: {what}.", what="; ".join(short)) if short else ""

"""The evidence card of the selected event, while somebody looks."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from sleepscope.app.controllers.controller import Controller
from sleepscope.app.language import tr
from sleepscope.app.session import Session
from sleepscope.errors import SleepScopeError
from sleepscope.events.event import Event
from sleepscope.explain.evidence import Evidence, evidence_of, heat_warnings

TOPIC: Final = "evidence"
# Stepping fast through events must not start a job for each one passed by.
WAIT_MS: Final = 80


class Evidencing(Controller):
    """Measures the selection while it stays selected.

    Attributes
    ----------
    evidence : Evidence or None
        Of the selected event.
    sentence : str
        Why there is none.
    """

    changed = Signal()

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(session, window)
        self.evidence: Evidence | None = None
        self.sentence = ""
        self._measured: Event | None = None
        self._is_wanted = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(WAIT_MS)
        self._soon.timeout.connect(self._measure)
        session.selection_changed.connect(self._follow)
        session.events_changed.connect(lambda _change: self._follow_edit())
        session.hypnogram_changed.connect(self._follow)
        session.recording_changed.connect(self._follow)
        session.explanation_changed.connect(self.changed)

    def set_wanted(self, is_wanted: bool) -> None:
        """Measure only while somebody looks."""
        self._is_wanted = is_wanted
        if is_wanted:
            self._follow()
        else:
            self._soon.stop()
            self.session.jobs.cancel_topic(TOPIC)

    def warnings(self) -> tuple[str, ...]:
        """What to read first: of the event, and of the model's map where there is one."""
        event, explanation = self.session.selected, self.session.explanation
        found = () if self.evidence is None else self.evidence.warnings
        if event is None or explanation is None or explanation.event_id != event.id:
            return found
        if event.channel is not None and event.channel not in explanation.channels:
            seen = ", ".join(explanation.channels)
            unseen = tr(
                "The model never saw {channel}; its map is of {seen}.",
                channel=event.channel, seen=seen,
            )  # fmt: skip
            found = (*found, unseen)
        return (*found, *heat_warnings(explanation, event))

    def _follow_edit(self) -> None:
        if self.session.selected != self._measured:
            self._follow()

    def _follow(self) -> None:
        self.session.jobs.cancel_topic(TOPIC)
        self._soon.stop()
        if not self._is_wanted:
            return
        if self.session.selected is None:
            self._show(None, tr("Select an event to see what it is made of."))
        else:
            self._soon.start()

    def _measure(self) -> None:
        session = self.session
        event, recording = session.selected, session.recording
        self._measured = event
        if event is None or recording is None:
            return
        sets = session.shown_event_sets()
        # Only those near by count.
        near = [
            one
            for event_set in sets
            for one in event_set.events
            if one.kind == "k_complex" and abs(one.midpoint - event.midpoint) < 60.0
        ]
        steps = evidence_of(recording, event, session.hypnogram, near)
        job = session.jobs.start(tr("Measuring the event"), TOPIC, steps, urgent=True)
        job.succeeded.connect(self._show)
        job.failed.connect(self._say)

    def _say(self, error: BaseException) -> None:
        if isinstance(error, SleepScopeError):
            self._show(None, str(error))
        else:
            self.session.fail(error)

    def _show(self, evidence: Evidence | None, sentence: str = "") -> None:
        self.evidence, self.sentence = evidence, sentence
        self.changed.emit()

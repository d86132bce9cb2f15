"""The evidence card of the selected event, while somebody looks."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from sleepscope.app.controllers.controller import Controller
from sleepscope.app.controllers.detecting import with_network_library
from sleepscope.app.controllers.explaining import Explaining
from sleepscope.app.language import tr
from sleepscope.app.session import Session
from sleepscope.errors import SleepScopeError
from sleepscope.events.event import Event
from sleepscope.explain.evidence import Evidence, evidence_of, heat_warnings
from sleepscope.explain.occlusion import (
    Baseline,
    Occlusion,
    agreement,
    lone_channel,
    occlude_event,
)

TOPIC: Final = "evidence"
OCCLUSION_TOPIC: Final = "occlusion"
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
    baseline : {"quietest", "zero"} or None
        What occlusion puts in; None where nobody asked for it.
    occlusion : Occlusion or None
        Of the selected event, where the model's map is there.
    """

    changed = Signal()

    def __init__(self, session: Session, window: QWidget, explaining: Explaining) -> None:
        super().__init__(session, window)
        self._explaining = explaining
        self.baseline: Baseline | None = None
        self.occlusion: Occlusion | None = None
        self.occlusion_sentence = ""
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
        session.explanation_changed.connect(self._occlude)

    def set_wanted(self, is_wanted: bool) -> None:
        """Measure only while somebody looks."""
        self._is_wanted = is_wanted
        if is_wanted:
            self._follow()
            self._occlude()
        else:
            self._soon.stop()
            self.session.jobs.cancel_topic(TOPIC)
            self.session.jobs.cancel_topic(OCCLUSION_TOPIC)

    def set_baseline(self, baseline: Baseline | None) -> None:
        """Occlude with this baseline, or not at all."""
        self.baseline = baseline
        self._occlude()

    def occlusion_words(self) -> str:
        """What occlusion says, with its baseline and how far it agrees with the map."""
        if self.baseline is None or self.session.selected is None:
            return ""
        found, explanation = self.occlusion, self.session.explanation
        if found is None or explanation is None:
            return self.occlusion_sentence
        worth = ", ".join(
            f"{label} {lost:+.2f}" for label, lost in zip(found.channels, found.whole, strict=True)
        ).replace("-", "\N{MINUS SIGN}")
        share = agreement(explanation, found)
        alike = tr("not known") if share is None else f"{share:.2f}"
        return tr(
            "The event is worth {worth} logit of {logit}. Agreement with {method} (rank "
            "correlation): {alike}.",
            worth=worth, logit=f"{found.logit:.2f}".replace("-", "\N{MINUS SIGN}"),
            method=explanation.method, alike=alike,
        )  # fmt: skip

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
        alone = None if self.occlusion is None else lone_channel(self.occlusion)
        if alone is not None:
            found = (*found, tr("The model's answer rests on {channel} alone.", channel=alone))
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

    def _occlude(self) -> None:
        """Ask again with spans replaced, once the model's map of the selection is there."""
        session, card = self.session, self._explaining.card
        session.jobs.cancel_topic(OCCLUSION_TOPIC)
        self.occlusion = None
        self.occlusion_sentence = tr("Occlusion waits for the model's map (G shows it).")
        event, explanation, recording = session.selected, session.explanation, session.recording
        ready = self._is_wanted and self.baseline is not None and recording is not None
        if ready and event is not None and explanation is not None and card is not None:
            channels, baseline = explanation.channels, self.baseline
            start, stop = max(0.0, event.onset), min(recording.duration, event.stop)
            steps = with_network_library(
                lambda: occlude_event(
                    recording, card, channels, start, stop, baseline=baseline, event_id=event.id
                )
            )
            job = session.jobs.start(tr("Occluding"), OCCLUSION_TOPIC, steps)
            job.succeeded.connect(self._keep)
            job.failed.connect(self._say_occlusion)
            self.occlusion_sentence = tr("Occluding…")
        self.changed.emit()

    def _keep(self, occlusion: Occlusion) -> None:
        if occlusion.event_id == self.session.selection:
            self.occlusion = occlusion
            self.changed.emit()

    def _say_occlusion(self, error: BaseException) -> None:
        if isinstance(error, SleepScopeError):
            self.occlusion_sentence = str(error)
            self.changed.emit()
        else:
            self.session.fail(error)

    def _say(self, error: BaseException) -> None:
        if isinstance(error, SleepScopeError):
            self._show(None, str(error))
        else:
            self.session.fail(error)

    def _show(self, evidence: Evidence | None, sentence: str = "") -> None:
        self.evidence, self.sentence = evidence, sentence
        self.changed.emit()

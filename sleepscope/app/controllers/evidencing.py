"""The evidence card of the selected event, while somebody looks."""

from __future__ import annotations

from typing import Final, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from sleepscope.app.controllers.controller import PanelController
from sleepscope.app.controllers.detecting import with_network_library
from sleepscope.app.controllers.explaining import Explaining
from sleepscope.app.language import tr
from sleepscope.app.session import Session
from sleepscope.errors import SleepScopeError
from sleepscope.events.event import Event
from sleepscope.explain.agreement import agreement, as_explanation
from sleepscope.explain.evidence import Evidence, evidence_of, heat_warnings
from sleepscope.explain.explain import explained_span
from sleepscope.explain.explanation import Explanation
from sleepscope.explain.integrated_gradients import explain_by_gradients
from sleepscope.explain.occlusion import Baseline, Occlusion, lone_channel, occlude_event
from sleepscope.progress import Steps

# Who is asked again: occlusion by a baseline, or integrated gradients.
Opinion = Literal["quietest", "zero", "gradients"]

TOPIC: Final = "evidence"
OCCLUSION_TOPIC: Final = "occlusion"
# Stepping fast through events must not start a job for each one passed by.
WAIT_MS: Final = 80


class Evidencing(PanelController):
    """Measures the selection while it stays selected.

    Attributes
    ----------
    evidence : Evidence or None
        Of the selected event.
    sentence : str
        Why there is none.
    opinion : {"quietest", "zero", "gradients"} or None
        Who is asked again: occlusion by that baseline, or integrated gradients; None where nobody
        wants to know.
    second : Occlusion, Explanation or None
        What that says of the selected event, where the model's map is there.
    shows_second : bool
        Whether the second map is drawn in place of the first.
    """

    changed = Signal()

    def __init__(self, session: Session, window: QWidget, explaining: Explaining) -> None:
        super().__init__(session, window, WAIT_MS)
        self._explaining = explaining
        self.opinion: Opinion | None = None
        self.second: Occlusion | Explanation | None = None
        self.second_sentence = ""
        self.shows_second = False
        self.evidence: Evidence | None = None
        self.sentence = ""
        self._measured: Event | None = None
        session.selection_changed.connect(self._follow)
        session.events_changed.connect(lambda _change: self._follow_edit())
        session.hypnogram_changed.connect(self._follow)
        session.recording_changed.connect(self._follow)
        session.explanation_changed.connect(self._ask_again)

    def _looked_at(self) -> None:
        self._follow()
        self._ask_again()

    def _put_away(self) -> None:
        super()._put_away()
        self.session.jobs.cancel_topic(TOPIC)
        self.session.jobs.cancel_topic(OCCLUSION_TOPIC)

    def set_opinion(self, opinion: Opinion | None) -> None:
        """Ask again in this way, or not at all."""
        self.opinion = opinion
        self._ask_again()

    def show_second(self, is_shown: bool) -> None:
        """Draw the second map in place of the first, or the first again."""
        self.shows_second = is_shown
        self.changed.emit()

    @property
    def occlusion(self) -> Occlusion | None:
        """The second opinion where it is that of occlusion."""
        return self.second if isinstance(self.second, Occlusion) else None

    def drawn(self) -> Explanation | None:
        """The map to draw."""
        first, second = self.session.explanation, self.second
        if first is None or second is None or not self.shows_second:
            return first
        return as_explanation(second) if isinstance(second, Occlusion) else second

    def agreement(self) -> str:
        """How far the two methods agree, as one number; "" without two."""
        explanation = self.session.explanation
        if self.opinion is None or self.second is None or explanation is None:
            return ""
        found = agreement(explanation, self.second)
        alike = tr("not known") if found is None else f"{found:.2f}".replace("-", "\N{MINUS SIGN}")
        return tr("agreement {number}", number=alike)

    def second_words(self) -> str:
        """What the second opinion says, or why there is none."""
        if self.opinion is None or self.session.selected is None:
            return ""
        if self.session.why_models_wait:
            return self.session.why_models_wait
        found = self.second
        if found is None or self.session.explanation is None:
            return self.second_sentence
        if isinstance(found, Explanation):
            return tr("Integrated gradients: {target}.", target=found.target)
        worth = ", ".join(
            f"{label} {lost:+.2f}" for label, lost in zip(found.channels, found.whole, strict=True)
        ).replace("-", "\N{MINUS SIGN}")
        logit = f"{found.logit:.2f}".replace("-", "\N{MINUS SIGN}")
        by = {
            "quietest": tr("the quietest stretch of the 60 s before"),
            "zero": tr("zero"),
        }[found.baseline]
        return tr(
            "Replaced by {baseline}, the event is worth {worth} logit of {logit}.",
            baseline=by, worth=worth, logit=logit,
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

    def _work(self) -> None:
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

    def _ask_again(self) -> None:
        """Ask in the second way, once the model's map of the selection is there."""
        session, card = self.session, self._explaining.card
        session.jobs.cancel_topic(OCCLUSION_TOPIC)
        self.second = None
        self.second_sentence = tr("The second opinion waits for the model's map (G shows it).")
        event, explanation, recording = session.selected, session.explanation, session.recording
        ready = self._is_wanted and self.opinion is not None and recording is not None
        if ready and event is not None and explanation is not None and card is not None:
            channels, opinion = explanation.channels, self.opinion
            start, stop = explained_span(event, recording.duration)

            def asked() -> Steps[Occlusion | Explanation]:
                if opinion == "gradients":
                    return explain_by_gradients(
                        recording, card, channels, start, stop, event_id=event.id
                    )
                baseline: Baseline = opinion
                return occlude_event(
                    recording, card, channels, start, stop, baseline=baseline, event_id=event.id
                )

            title = tr("Integrating gradients") if opinion == "gradients" else tr("Occluding")
            job = session.jobs.start(title, OCCLUSION_TOPIC, with_network_library(asked))
            job.succeeded.connect(self._keep)
            job.failed.connect(self._say_second)
            self.second_sentence = f"{title}…"
        self.changed.emit()

    def _keep(self, second: Occlusion | Explanation) -> None:
        if second.event_id == self.session.selection:
            self.second = second
            self.changed.emit()

    def _say_second(self, error: BaseException) -> None:
        if isinstance(error, SleepScopeError):
            self.second_sentence = str(error)
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

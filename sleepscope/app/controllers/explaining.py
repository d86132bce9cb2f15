"""Why a network found the selected event, or what it saw where a person marked one."""

from __future__ import annotations

import contextlib
from typing import Final

from PySide6.QtWidgets import QWidget

from sleepscope.app.controllers.controller import Controller, pause
from sleepscope.app.controllers.detecting import default_model, with_network_library
from sleepscope.app.jobs import Job
from sleepscope.app.language import tr
from sleepscope.app.session import Session
from sleepscope.detection.channels import chosen_channels, why_unusable
from sleepscope.errors import ModelError, ReviewError, SettingsError, SleepScopeError
from sleepscope.events.event import Event
from sleepscope.explain.explain import METHOD, explain, explained_span
from sleepscope.explain.explanation import Explanation
from sleepscope.explain.kept_explanation import packed, question, unpacked
from sleepscope.explain.relevance_scale import relevance_scale
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.model_folder import available_models, find_model

TOPIC: Final = "explain"
MODES: Final = ("band", "trace", "off")
# Stepping fast through events must not start a job for each one passed by.
WAIT_MS: Final = 80
# What an explanation of an event depends on.
ASKED_OF: Final = ("onset", "duration", "kind", "channel")


class Explaining(Controller):
    """Explains the selection while it stays selected."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(session, window)
        self.scale = 1.0
        self.card: ModelCard | None = None
        self._soon = pause(self, self.explain_selection, WAIT_MS)
        self._asked: Event | None = None
        session.selection_changed.connect(self._follow)
        session.events_changed.connect(self._follow_edit)

    def cycle(self) -> None:
        """Band, trace, off."""
        now = self.session.settings.explanation_mode
        following = MODES[(MODES.index(now) + 1) % len(MODES)] if now in MODES else MODES[0]
        names = {"band": tr("band"), "trace": tr("colour of the trace"), "off": tr("off")}
        self.session.set_explanation_mode(following)
        wait = self.session.why_models_wait if following != "off" else ""
        self.session.say(wait or tr("Explanation: {mode}", mode=names[following]))
        self._follow()

    def _follow(self) -> None:
        self.session.jobs.cancel_topic(TOPIC)
        # Each event of a blind scoring is selected once it is marked: no sentence each time.
        session = self.session
        wanted = session.settings.explanation_mode != "off" and not session.why_models_wait
        if wanted and self.session.selection is not None and self.session.explanation is None:
            if self._show_kept():
                self._soon.stop()
            else:
                self._soon.start()
        else:
            self._soon.stop()

    def _show_kept(self) -> bool:
        """Show the selection's explanation at once if it was worked out before."""
        event, recording, review = (
            self.session.selected,
            self.session.recording,
            self.session.review,
        )
        if event is None or recording is None or review is None:
            return False
        try:
            card, channels = self.model_for(event)
            span = explained_span(event, recording.duration)
            content = review.maps.read(question(recording, card, channels, *span, METHOD))
        except SleepScopeError:
            return False  # the job says what is wrong, if it still is
        found = None if content is None else unpacked(content, event.id)
        if found is None:
            return False
        self._asked = event
        self._show(found, card)
        return True

    def _keep(self, explanation: Explanation, word: str) -> None:
        """Keep what was worked out; a file that cannot be written costs time later and no more."""
        review = self.session.review
        if review is not None:
            with contextlib.suppress(ReviewError):
                review.maps.keep({word: packed(explanation)})

    def _follow_edit(self, _change: object) -> None:
        """An event whose edges or class were changed is another question."""
        event, asked = self.session.selected, self._asked
        if event is None or asked is None or event.id != asked.id:
            return
        changed = any(getattr(event, name) != getattr(asked, name) for name in ASKED_OF)
        if (
            changed
            and not self.session.why_models_wait
            and self.session.settings.explanation_mode != "off"
        ):
            self.session.jobs.cancel_topic(TOPIC)
            self._soon.start()

    def explain_selection(self) -> Job | None:
        """Start the job that explains the selected event."""
        self._soon.stop()
        event, recording = self.session.selected, self.session.recording
        self._asked = event
        if event is None or recording is None:
            return None
        try:
            card, channels = self.model_for(event)
        except SleepScopeError as error:
            self.session.set_explanation(None)
            self.session.say(str(error))
            return None
        start, stop = explained_span(event, recording.duration)
        steps = with_network_library(
            lambda: explain(recording, card, channels, start, stop, event_id=event.id)
        )
        job = self.session.jobs.start(tr("Explaining"), TOPIC, steps, urgent=True)
        word = question(recording, card, channels, start, stop, METHOD)
        job.succeeded.connect(lambda found: self._keep(found, word))
        job.succeeded.connect(lambda found: self._show(found, card))
        job.failed.connect(self._say)
        return job

    def _show(self, explanation: Explanation, card: ModelCard) -> None:
        self.scale, self.card = relevance_scale(card), card
        self.session.set_explanation(explanation)

    def _say(self, error: BaseException) -> None:
        # A stretch without signal cannot be explained: no reason to interrupt with a dialog.
        if isinstance(error, SleepScopeError):
            self.session.say(str(error))
        else:
            self.session.fail(error)

    def model_for(self, event: Event) -> tuple[ModelCard, tuple[str, ...]]:
        """The model to ask about an event and the channels it is to read.

        An event of a model is explained by that model on the channels it read; one of a person or
        a file by the model that ran last for this kind of event, else by the program's own.

        Raises
        ------
        SettingsError
            While a sitting hides what models say.
        ModelError, ChannelError
            If the model is not there, or finds nothing that it can read.
        """
        if self.session.why_models_wait:
            raise SettingsError(self.session.why_models_wait)
        scorer = self.session.scorer_of(event.id)
        runs = list(reversed(self.session.runs()))
        own = [run for run in runs if run.scorer == scorer]
        for run in own:
            if event.channel in run.channels or event.channel is None:
                return self._card(run.sha256, run.model, run.version), run.channels
        alike = [run for run in runs if run.settings.get("task") == event.kind]
        for run in alike:
            if event.channel in run.channels:
                return self._card(run.sha256, run.model, run.version), run.channels
        if alike:
            card = self._card(alike[0].sha256, alike[0].model, alike[0].version)
        else:
            card = default_model(event.kind)
        return card, self._channels(card, event)

    def _channels(self, card: ModelCard, event: Event) -> tuple[str, ...]:
        recording = self.session.recording
        assert recording is not None
        if event.channel is not None and len(card.channels) == 1:
            labels = {channel.label for channel in recording.channels}
            if event.channel in labels:
                channel = recording.channel(event.channel)
                if why_unusable(channel, card.channels[0], card) is None:
                    return (event.channel,)
        return chosen_channels(recording, card, ())[0]

    def _card(self, sha256: str, name: str, version: str) -> ModelCard:
        """The card of the weights that ran.

        Raises
        ------
        ModelError
            If they are not there any more.
        """
        known = self.session.card(sha256)
        if known is not None:
            return known
        for card in available_models():
            if card.sha256 == sha256:
                return card
        try:
            # Held-out weights are found by their name alone.
            card = find_model(name)
            there = card.version
        except ModelError:
            there = tr("none")
        else:
            if card.sha256 == sha256:
                return card
        raise ModelError(
            f"The weights of {name} {version} that found this event are not here any more (there: "
            f"{there}); detect again to explain it."
        )

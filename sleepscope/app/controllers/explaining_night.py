"""All events of a model explained in the background, so that each is there when it is selected."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QWidget

from sleepscope.app.controllers.controller import Controller, pause
from sleepscope.app.controllers.detecting import with_network_library
from sleepscope.app.controllers.explaining import Explaining
from sleepscope.app.jobs import Job
from sleepscope.app.language import tr
from sleepscope.app.session import Session
from sleepscope.errors import ReviewError, SleepScopeError
from sleepscope.explain.night_maps import Kept, Question, missing, night_maps
from sleepscope.networks.model_card import ModelCard

TOPIC: Final = "explain night"
# What the person does right after a detection goes first.
WAIT_MS: Final = 2000
# So many explanations are written at once: one commit a second or so.
BATCH: Final = 50


class ExplainingNight(Controller):
    """Explains the events that a model found, and keeps what it found in the review file."""

    def __init__(self, session: Session, window: QWidget, explaining: Explaining) -> None:
        super().__init__(session, window)
        self._explaining = explaining
        self._n_kept = 0
        self._scorer = ""
        self._soon = pause(self, lambda: self.start(self._scorer), WAIT_MS)
        session.recording_changed.connect(self._soon.stop)

    def follow(self, scorer: str) -> None:
        """Explain what a detection found, soon, unless explanations are off."""
        if self.session.settings.explanation_mode != "off":
            self._scorer = scorer
            self._soon.start()

    def explain_all(self) -> None:
        """Explain the events of every model that are shown and were not explained yet."""
        if self.session.why_models_wait:
            self.session.say(self.session.why_models_wait)
            return
        sets = self.session.shown_event_sets()
        scorers = [one.scorer for one in sets if one.scorer.startswith("model:")]
        if not scorers:
            self.session.say(tr("No model found events here; detect first."))
            return
        try:
            if self._start(scorers) is None:
                self.session.say(tr("All events of the models are explained already."))
        except SleepScopeError as error:
            self.session.say(str(error))

    def start(self, *scorers: str) -> Job | None:
        """Start the job for the events of some models; None where there is nothing to do."""
        review = self.session.review
        if review is None or review.read_only:
            return None
        try:
            return self._start(scorers)
        except SleepScopeError as error:
            self.session.say(str(error))
            return None

    def _start(self, scorers: tuple[str, ...]) -> Job | None:
        """Start the job; None where all is explained.

        Raises
        ------
        ReviewError
            If the review is read-only: nothing could be kept.
        ModelError, ChannelError
            If a model or its channels are not there.
        """
        session = self.session
        recording, review = session.recording, session.review
        if recording is None or review is None:
            return None
        if review.read_only:
            raise ReviewError(
                f"{review.path.name} is open read-only, so explanations cannot be kept; select an "
                "event to explain it."
            )
        questions = self._questions(scorers)
        n_events = sum(len(one.events) for one in questions)
        if not n_events:
            return None
        self._n_kept = 0
        steps = with_network_library(lambda: night_maps(recording, questions))
        title = tr("Explaining {n} events", n=n_events)
        job = session.jobs.start(title, TOPIC, steps, idle=True)
        job.partial.connect(lambda made: self._keep(made, BATCH))
        job.succeeded.connect(lambda made: self._keep(made, 1))
        job.failed.connect(self._say)
        return job

    def _questions(self, scorers: tuple[str, ...]) -> list[Question]:
        """The events by model and channels, without those that were explained before."""
        session = self.session
        recording, review = session.recording, session.review
        assert recording is not None
        assert review is not None
        groups: dict[tuple[str, tuple[str, ...]], list[Question]] = {}
        for event_set in session.shown_event_sets():
            if event_set.scorer not in scorers or session.hides(event_set.scorer):
                continue
            asked: dict[str | None, tuple[ModelCard, tuple[str, ...]]] = {}
            for event in event_set.events:
                if event.channel not in asked:
                    asked[event.channel] = self._explaining.model_for(event)
                card, channels = asked[event.channel]
                groups.setdefault((card.sha256, channels), []).append(
                    Question(card, channels, (event,))
                )
        found = []
        for same in groups.values():
            events = [event for one in same for event in one.events]
            whole = Question(same[0].card, same[0].channels, events)
            left = missing(recording, whole, review.maps.known(whole.words(recording)))
            found += [left] if left.events else []
        return found

    def _keep(self, made: object, least: int) -> None:
        """Write what was made since the last time, once it is worth a commit."""
        review = self.session.review
        if not isinstance(made, tuple) or review is None or len(made) - self._n_kept < least:
            return
        fresh: tuple[Kept, ...] = made[self._n_kept :]
        self._n_kept = len(made)
        try:
            review.maps.keep(dict(fresh))
        except ReviewError as error:
            self.session.jobs.cancel_topic(TOPIC)
            self.session.say(str(error))

    def _say(self, error: BaseException) -> None:
        if isinstance(error, SleepScopeError):
            self.session.say(str(error))
        else:
            self.session.fail(error)

"""Running a network over the recording in the background."""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Signal

from sleepscope.app.commands import StoreDetection
from sleepscope.app.controllers.controller import Controller
from sleepscope.app.detect_offer import offer_detection, preselected_channels
from sleepscope.app.dialogs.detect_dialog import DetectDialog
from sleepscope.app.jobs import Job
from sleepscope.app.language import tr
from sleepscope.app.scorers import title_of
from sleepscope.detection.detect import detect
from sleepscope.detection.detection import Detection
from sleepscope.detection.settings import DetectSettings
from sleepscope.errors import ModelError, ReviewError, SleepScopeError
from sleepscope.events.event_set import EventSet, Span
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.model_folder import available_models, find_model
from sleepscope.progress import Progress, Steps
from sleepscope.recordings.derivation import DerivedRecording

T = TypeVar("T")
TOPIC = "detect"
_READ_ONLY = "{name} is open read-only, so what a network finds could not be kept in it."


class Detecting(Controller):
    """Asks for settings, runs the detection, keeps its result."""

    detected = Signal(str)  # scorer

    def ask(self) -> None:
        """Ask what to detect with what."""
        recording, review = self.session.recording, self.session.review
        if recording is None or review is None:
            return
        if review.read_only:
            # Said before the work and not after it.
            self.session.fail(ReviewError(_READ_ONLY.format(name=review.path.name)))
            return
        cards = available_models()
        if not cards:
            self.session.fail(
                ModelError("There is no model in the folder 'models'; put one there.")
            )
            return
        try:
            offer = offer_detection(
                # Derivations on the page can be chosen beside the recorded channels.
                DerivedRecording(recording.source, self.session.channels),
                cards,
                self.session.event_sets(),
                has_stages=self.session.hypnogram is not None,
            )
        except SleepScopeError as error:
            self.session.fail(error)
            return
        DetectDialog(self.window, offer, self.run).open()

    def default_settings(self, task: str) -> DetectSettings:
        """Settings for a task that nobody chose more about.

        Raises
        ------
        ModelError
            If there is no model for the task.
        """
        card, recording = default_model(task), self.session.recording
        assert recording is not None
        channels = preselected_channels(recording, card, self.session.event_sets())
        return DetectSettings(task=task, model=card.name, channels=channels)

    def run(self, settings: DetectSettings) -> Job | None:
        """Start a detection; a running one is cancelled."""
        recording, hypnogram = self.session.recording, self.session.hypnogram
        if recording is None:
            return None
        began = time.perf_counter()
        steps = with_network_library(lambda: detect(recording, settings, hypnogram))
        title = tr("Detecting ({model})", model=settings.model)
        job = self.session.jobs.start(title, TOPIC, steps)
        job.partial.connect(lambda events: self._show_partial(settings, events))
        # Outside the chosen stages the model cannot miss an event, nor be right.
        spans = None
        if settings.stages is not None and hypnogram is not None:
            spans = hypnogram.spans_of(set(settings.stages))
        job.succeeded.connect(lambda found: self._keep(found, time.perf_counter() - began, spans))
        job.failed.connect(self.session.fail)
        job.cancelled.connect(lambda: self.session.say(tr("Stopped; nothing was kept.")))
        job.ended.connect(lambda: self.session.set_provisional(None))
        return job

    def cancel(self) -> None:
        """Stop what runs."""
        self.session.jobs.cancel_all()

    def _show_partial(self, settings: DetectSettings, events: object) -> None:
        if isinstance(events, tuple) and self.session.recording is not None:
            scorer = find_model(settings.model).scorer
            self.session.set_provisional(EventSet.of(scorer, events))

    def _keep(
        self, found: tuple[Detection, ...], seconds: float, spans: tuple[Span, ...] | None
    ) -> None:
        self.session.set_provisional(None)
        for detection in found:
            self.session.keep_card(detection.card)
        try:
            change = self.session.do(StoreDetection(found, seconds, spans))
        except SleepScopeError as error:
            self.session.fail(error)
            return
        if self.session.hides(change.scorer or found[0].card.scorer):
            self.session.say(tr("The detection is kept, and hidden until you end blind scoring."))
            return
        n_events = sum(len(detection.events) for detection in found)
        scorer = change.scorer or found[0].card.scorer
        self.session.say(
            tr(
                "{model} found {n} events on {channels} in {seconds} s.",
                model=title_of(scorer),
                n=n_events,
                channels=", ".join(label for d in found for label in d.channels),
                seconds=f"{seconds:.1f}",
            )
        )
        for notice in dict.fromkeys(notice for detection in found for notice in detection.notices):
            self.session.notice(notice)
        self.detected.emit(scorer)


def default_model(task: str) -> ModelCard:
    """The model for a task that nobody chose more about.

    Raises
    ------
    ModelError
        If there is none.
    """
    cards = available_models(task)
    if not cards:
        raise ModelError(f"There is no model that finds '{task}' in the folder 'models'.")
    return next((card for card in cards if card.name == f"{task}-1d"), cards[0])


def with_network_library(work: Callable[[], Steps[T]]) -> Steps[T]:
    """Announce and do the slow import of torch before the first work that needs it."""
    if "torch" not in sys.modules:
        yield Progress(0.0, 0.0, tr("Loading the network library, once…"))
        importlib.import_module("torch")
    return (yield from work())

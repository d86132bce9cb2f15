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
from sleepscope.app.dialogs.detect_dialog import DetectDialog, DetectOffer
from sleepscope.app.jobs import Job
from sleepscope.app.language import tr
from sleepscope.app.scorers import title_of
from sleepscope.constants import SPINDLE
from sleepscope.detection.channels import chosen_channels, usable_channels
from sleepscope.detection.detect import detect
from sleepscope.detection.detection import Detection
from sleepscope.detection.settings import DetectSettings
from sleepscope.errors import ChannelError, ModelError, SleepScopeError
from sleepscope.events.event_set import EventSet
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.model_folder import available_models, find_model
from sleepscope.progress import Progress, Steps

T = TypeVar("T")
TOPIC = "detect"


class Detecting(Controller):
    """Asks for settings, runs the detection, keeps its result."""

    detected = Signal(str)  # scorer

    def ask(self) -> None:
        """Ask what to detect with what."""
        recording = self.session.recording
        if recording is None:
            return
        # The likeliest task and its usual model first: that is what the dialog opens with.
        cards = tuple(sorted(available_models(), key=_likelihood))
        if not cards:
            self.session.fail(
                ModelError("There is no model in the folder 'models'; put one there.")
            )
            return
        offer = DetectOffer(
            cards,
            {card.name: usable_channels(recording, card) for card in cards},
            {card.name: self.preselected(card) for card in cards},
            self.session.hypnogram is not None,
        )
        DetectDialog(self.window, offer, self.run).open()

    def preselected(self, card: ModelCard) -> tuple[str, ...]:
        """Channels that a scorer marked already, else the model's own choice; () if none fits."""
        recording = self.session.recording
        assert recording is not None
        usable = [channel.label for channel in usable_channels(recording, card)]
        if len(card.channels) == 1:
            marked = {
                event.channel
                for event_set in self.session.event_sets()
                for event in event_set.events
                if event.kind == card.task
            }
            chosen = tuple(label for label in usable if label in marked)
            if chosen:
                return chosen
        try:
            return chosen_channels(recording, card, ())[0]
        except ChannelError:
            return ()

    def default_settings(self, task: str) -> DetectSettings:
        """Settings for a task that nobody chose more about.

        Raises
        ------
        ModelError
            If there is no model for the task.
        """
        card = default_model(task)
        return DetectSettings(task=task, model=card.name, channels=self.preselected(card))

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
        job.succeeded.connect(lambda found: self._keep(found, time.perf_counter() - began))
        job.failed.connect(self.session.fail)
        job.ended.connect(lambda: self.session.set_provisional(None))
        return job

    def cancel(self) -> None:
        """Stop what runs."""
        self.session.jobs.cancel_all()

    def _show_partial(self, settings: DetectSettings, events: object) -> None:
        if isinstance(events, tuple) and self.session.recording is not None:
            scorer = find_model(settings.model).scorer
            self.session.set_provisional(EventSet.of(scorer, events))

    def _keep(self, found: tuple[Detection, ...], seconds: float) -> None:
        self.session.set_provisional(None)
        for detection in found:
            self.session.keep_card(detection.card)
        try:
            change = self.session.do(StoreDetection(found, seconds))
        except SleepScopeError as error:
            self.session.fail(error)
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


def _likelihood(card: ModelCard) -> tuple[bool, str, bool, str]:
    return card.task != SPINDLE, card.task, card.name != f"{card.task}-1d", card.name


def with_network_library(work: Callable[[], Steps[T]]) -> Steps[T]:
    """Announce and do the slow import of torch before the first work that needs it."""
    if "torch" not in sys.modules:
        yield Progress(0.0, 0.0, tr("Loading the network library, once…"))
        importlib.import_module("torch")
    return (yield from work())

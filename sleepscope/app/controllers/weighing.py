"""What the channels, regions and bands are worth to a model, for an event, a page or the night."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from sleepscope.app.controllers.controller import PanelController
from sleepscope.app.controllers.detecting import with_network_library
from sleepscope.app.dialogs.save_dialog import ask_where
from sleepscope.app.language import tr
from sleepscope.app.scorers import title_of
from sleepscope.app.session import Session, folder_of
from sleepscope.app.views.importance_panel import PART_WORDS, Weighed
from sleepscope.constants import EPOCH_SECONDS, SPINDLE
from sleepscope.detection.channels import why_unusable
from sleepscope.errors import ModelError, SettingsError, SleepScopeError
from sleepscope.events.event_set import joined_spans
from sleepscope.explain.importance import Importance, importance_of
from sleepscope.explain.occlusion import Baseline
from sleepscope.explain.region_importance import one_per_site
from sleepscope.explain.relevance_scale import map_scale, relevance_scale
from sleepscope.explain.topography import HeadMap
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.model_folder import available_models, find_model
from sleepscope.progress import Progress, Steps
from sleepscope.recordings.kinds import is_reference, spindle_channels
from sleepscope.recordings.neutral_name import neutral_name
from sleepscope.recordings.recording import Recording

TOPIC: Final = "importance"
EXPORT_TOPIC: Final = "importance export"
MODEL: Final = "spindle-2d"
_ARCHITECTURE: Final = "spindle-wtc-cnn-2d"
# Stepping fast through events and pages must not start a job for each one passed by.
WAIT_MS: Final = 150
SHORTEST_SECONDS: Final = 0.2

Span = tuple[float, float]
# The model, the channels, the baseline and the stretches.
Question = tuple[ModelCard, tuple[str, ...], Baseline, tuple[Span, ...]]


class Weighing(PanelController):
    """Weighs one part while somebody looks; what was weighed last of each part is kept.

    A night that was begun goes on when the panel is put away.

    Attributes
    ----------
    part : {"event", "page", "night", "epochs"}
        What is asked for: the selected event, the page, every event like the selected one, every
        epoch of 30 s.
    baseline : {"quietest", "zero"}
    so_far : Weighed or None
        What was found of a night that is still being weighed.
    """

    changed = Signal()
    panel_requested = Signal()

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(session, window, WAIT_MS)
        self.part = "event"
        self.baseline: Baseline = "quietest"
        self._answers: dict[str, tuple[Question, Weighed]] = {}
        self._question: Question | None = None
        self._part_asked = ""
        self.so_far: Weighed | None = None
        self._sentence = ""
        session.recording_changed.connect(self._forget)
        session.selection_changed.connect(self._follow)
        session.view_changed.connect(self._follow)
        session.events_changed.connect(lambda _change: self._follow_edit())
        session.page_changed.connect(lambda: self._follow() if self.part == "page" else None)

    @property
    def weighed(self) -> Weighed | None:
        """The answer to what is asked for now."""
        known = self._answers.get(self.part)
        return known[1] if known is not None and known[0] == self._question else None

    def words(self) -> str:
        """What is shown where there is no answer."""
        return self._sentence

    def show(self) -> None:
        """Bring the panel to the front."""
        self.panel_requested.emit()

    def choose(self, part: str) -> None:
        """Ask for another part, or once more for one that was stopped."""
        self.part = part
        self._follow()

    def set_baseline(self, baseline: Baseline) -> None:
        """Replace channels by something else."""
        self.baseline = baseline
        self._follow()

    def _forget(self) -> None:
        self._answers = {}
        self._follow()

    def _follow_edit(self) -> None:
        if self.session.why_models_wait and self._question is not None:
            self._work()  # says so at once, also where the panel is put away
        self._follow()

    def _work(self) -> None:
        session = self.session
        is_running = any(job.topic == TOPIC and not job.is_cancelled for job in session.jobs.jobs)
        is_free = session.recording is not None and not session.why_models_wait
        is_night = self.part == self._part_asked == "night"
        if is_night and session.selected is None and is_running and is_free:
            return  # minutes of work are not lost by a click beside an event
        try:
            question = self._asked()
        except SleepScopeError as error:
            session.jobs.cancel_topic(TOPIC)
            self._question, self._sentence, self.so_far = None, str(error), None
            self.changed.emit()
            return
        if question == self._question and is_running:
            return  # it is on its way
        session.jobs.cancel_topic(TOPIC)
        self._question, recording, part = question, session.recording, self.part
        self._part_asked = part
        self.so_far = None
        self._sentence = tr("Weighing…")
        self.changed.emit()
        if self.weighed is not None or recording is None:
            return
        steps = with_network_library(lambda: weigh(recording, question, PART_WORDS[part]))
        # An event is answered at once, whatever else goes on; a night takes its time.
        is_short = len(question[3]) == 1
        title = tr("Weighing channels and bands")
        job = session.jobs.start(title, TOPIC, steps, urgent=is_short)
        job.partial.connect(lambda found: self._show_partial(question, found))
        job.succeeded.connect(lambda found: self._keep(part, question, found))
        job.failed.connect(self._fail)
        job.cancelled.connect(lambda: self._stopped(question))

    def _show_partial(self, question: Question, found: Weighed) -> None:
        if question == self._question:
            self.so_far = found
            self.changed.emit()

    def _keep(self, part: str, question: Question, found: Weighed) -> None:
        self._answers[part] = question, found
        self.changed.emit()

    def _fail(self, error: BaseException) -> None:
        if isinstance(error, SleepScopeError):
            self._sentence = str(error)
            self.changed.emit()
        else:
            self.session.fail(error)

    def _stopped(self, question: Question) -> None:
        if self._question == question:
            self._question = self.so_far = None
            self._sentence = tr("Stopped. Choose the part once more to begin again.")
            self.changed.emit()

    # --- what is asked -----------------------------------------------------------------------

    def _asked(self) -> Question:
        """The question of the moment.

        Raises
        ------
        SettingsError, ModelError
            Where there is none; the sentence says what to do.
        """
        session, recording = self.session, self.session.recording
        if recording is None:
            raise SettingsError("Open a recording to weigh its channels.")
        if session.why_models_wait:
            raise SettingsError(session.why_models_wait)
        card = self._card()
        channels = channels_to_weigh(recording, session.channels, card)
        if not channels:
            raise SettingsError(
                f"{card.name} reads EEG in µV, and this recording has none that it can use."
            )
        return card, channels, self.baseline, self._spans(recording)

    def _spans(self, recording: Recording) -> tuple[Span, ...]:
        session = self.session
        if self.part == "page":
            return ((session.page.start, min(session.page.stop, recording.duration)),)
        if self.part == "epochs":
            n_epochs = int(recording.duration / EPOCH_SECONDS)
            return tuple((k * EPOCH_SECONDS, (k + 1) * EPOCH_SECONDS) for k in range(n_epochs))
        event = session.selected
        if event is None:
            raise SettingsError("Select a spindle to see what it rests on, or choose the page.")
        if event.kind != SPINDLE:
            raise SettingsError(
                "Channels, regions and bands are weighed by a model of spindles, and this is "
                f"another event ({event.kind.replace('_', ' ')}); choose the page instead."
            )
        if self.part == "event":
            return (_within(event.onset, event.stop, recording.duration),)
        scorer = session.scorer_of(event.id)
        alike = [
            _within(one.onset, one.stop, recording.duration)
            for event_set in session.shown_event_sets()
            if event_set.scorer == scorer
            for one in event_set.events
            if one.kind == event.kind
        ]
        # What several channels show at once is one stretch.
        return joined_spans(alike)

    def _card(self) -> ModelCard:
        """The model that found the event where it reads maps, else the program's own that does."""
        session = self.session
        scorer = None if session.selection is None else session.scorer_of(session.selection)
        for run in reversed(session.runs()):
            if run.scorer == scorer:
                known = session.card(run.sha256)
                cards = (known,) if known is not None else available_models(SPINDLE)
                for card in cards:
                    if card.sha256 == run.sha256 and card.architecture == _ARCHITECTURE:
                        return card
        try:
            return find_model(MODEL)
        except ModelError as error:
            raise ModelError(
                f"Weighing takes the model '{MODEL}', which is not in the folder 'models'."
            ) from error

    # --- export ------------------------------------------------------------------------------

    def ask_export(self) -> None:
        """Ask where to write what was weighed."""
        if self.weighed is None:
            self.session.say(tr("There is nothing weighed to export yet."))
            return
        names = tr("Figure (*.png *.svg);;Table (*.csv)")
        suggestion = folder_of(self.session) / "importance.png"
        ask_where(self.window, tr("Export the importance"), suggestion, names, self.write)

    def write(self, path: Path) -> None:
        """Write every part that was weighed on this recording; drawing takes the worker."""
        found = [self._answers[part][1] for part in PART_WORDS if part in self._answers]
        if not found or self.session.why_models_wait:
            # The recording was closed, or blind scoring began, while the file was chosen.
            wait = self.session.why_models_wait
            self.session.say(wait or tr("There is nothing weighed to export yet."))
            return
        recording = self.session.recording
        name = "" if recording is None else neutral_name(recording)
        job = self.session.jobs.start(
            tr("Writing {name}", name=path.name), EXPORT_TOPIC, write_weighed(path, found, name)
        )
        said = tr("Importance written to {path}", path=path)
        job.succeeded.connect(lambda _none: self.session.say(said))
        job.failed.connect(self.session.fail)


def _within(start: float, stop: float, duration: float) -> Span:
    """A stretch in the recording, long enough to be one."""
    spare = max(0.0, SHORTEST_SECONDS - (stop - start)) / 2
    low, high = max(0.0, start - spare), min(duration, stop + spare)
    return (low, high) if low < high else (max(0.0, duration - SHORTEST_SECONDS), duration)


def channels_to_weigh(
    recording: Recording, shown: Sequence[str], card: ModelCard
) -> tuple[str, ...]:
    """The EEG channels on the page, one an electrode; the recording's where none is shown."""

    def fits(label: str) -> bool:
        channel = recording.channel(label)
        right = channel.kind == card.channels[0] and not is_reference(label)
        return right and why_unusable(channel, card.channels[0], card) is None

    on_page = [label for label in shown if fits(label)]
    every = on_page or [label for label in spindle_channels(recording.channels) if fits(label)]
    return one_per_site(every)


def weigh(recording: Recording, question: Question, title: str) -> Steps[Weighed]:
    """The answer, with everything that takes long to draw."""
    card, channels, baseline, spans = question
    steps = importance_of(recording, card, channels, spans, baseline=baseline)
    while True:
        try:
            progress = next(steps)
        except StopIteration as stop:
            return _drawn(stop.value, card, title)
        if isinstance(progress.partial, Importance):
            progress = replace(progress, partial=_drawn(progress.partial, card, title))
        yield progress


def _drawn(found: Importance, card: ModelCard, title: str) -> Weighed:
    head = HeadMap.of(found.channels, found.channel.tolist())
    # At its fullest where a channel alone takes the logit from one end of the scale to the other.
    ci_scale = 2 * relevance_scale(card) / len(found.channels)
    return Weighed(title, found, head, map_scale(card), ci_scale)


def write_weighed(path: Path, found: Sequence[Weighed], name: str) -> Steps[None]:
    """Write a figure or a table.

    Raises
    ------
    ExportError
        If the ending is another one or the file cannot be written.
    """
    yield Progress(0.0, 0.0, tr("Writing {name}", name=path.name))
    # Plots take a second to load.
    from sleepscope.export.importance_csv import write_importance
    from sleepscope.export.importance_figure import write_importance_figure

    parts: dict[str, Importance] = {tr(one.title): one.found for one in found}
    if path.suffix.lower() == ".csv":
        write_importance(path, parts)
        return
    models = ", ".join(dict.fromkeys(title_of(one.found.scorer) for one in found))
    caption = tr("{name} · {model} · not a medical device", name=name, model=models)
    write_importance_figure(path, parts, max(one.scale for one in found), caption)

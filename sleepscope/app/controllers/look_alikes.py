"""Which events a model takes for the same, and all events of the night on a plane."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from sleepscope.app.controllers.controller import Controller, pause
from sleepscope.app.controllers.detecting import with_network_library
from sleepscope.app.controllers.explaining import Explaining
from sleepscope.app.dialogs.asking import Question
from sleepscope.app.language import tr
from sleepscope.app.session import Session
from sleepscope.app.views.page_signals import PageKey, PageSignal, read_page_signals
from sleepscope.detection.channels import chosen_channels, why_unusable
from sleepscope.errors import ChannelError, SleepScopeError
from sleepscope.events.event import Event
from sleepscope.explain.event_features import EventFeatures, event_features
from sleepscope.explain.feature_map import FeatureMap, Projection, feature_map
from sleepscope.explain.look_alikes import LookAlike, look_alikes, once_each
from sleepscope.explain.reviewed_library import LibraryEntry, ReviewedLibrary
from sleepscope.networks.model_card import ModelCard
from sleepscope.progress import Progress, Steps
from sleepscope.recordings.recording import Recording
from sleepscope.signals.filters import RAW

TOPIC: Final = "look-alikes"
TILES_TOPIC: Final = "look-alike traces"
# Many edits in a row are followed once.
WAIT_MS: Final = 300
# Length of a small trace, s: longer than nearly every spindle or eye movement.
TILE_SECONDS: Final = 3.0

_Asked = tuple[Event, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Made:
    features: EventFeatures = field(repr=False)
    map: FeatureMap = field(repr=False)


class LookAlikes(Controller):
    """Works features out while somebody looks, and finds the nearest of the selected event.

    Attributes
    ----------
    features : EventFeatures or None
        Of the shown events that the model can be asked about.
    map : FeatureMap or None
    nearest : tuple of LookAlike
        Of the selected event.
    tiles : mapping of event id to PageSignal
        Traces of the selected event and of the nearest ones of this night.
    method : {"PCA", "UMAP"}
    sentence : str
        Why there is nothing, or what is under way.
    """

    changed = Signal()
    panel_requested = Signal()

    def __init__(self, session: Session, window: QWidget, explaining: Explaining) -> None:
        super().__init__(session, window)
        self._explaining = explaining
        self.method: Projection = "PCA"
        self._wanted: set[str] = set()
        self._library: dict[str, tuple[LibraryEntry, ...]] = {}
        self._soon = pause(self, self._work_out, WAIT_MS)
        self._forget()
        session.recording_changed.connect(self._forget_night)
        session.selection_changed.connect(self._follow_selection)
        session.events_changed.connect(lambda _change: self._follow_events())
        session.event_filter_changed.connect(self._follow_events)

    def _forget(self) -> None:
        self.features: EventFeatures | None = None
        self.map: FeatureMap | None = None
        self.nearest: tuple[LookAlike, ...] = ()
        self.tiles: Mapping[str, PageSignal] = {}
        self.sentence = ""
        self.card: ModelCard | None = None
        self._key: object = None

    def _forget_night(self) -> None:
        self._forget()
        self._follow_events()
        self.changed.emit()

    # --- what a person asks for --------------------------------------------------------------

    def show(self) -> None:
        """Bring both panels to the front."""
        self.panel_requested.emit()

    def set_wanted(self, place: str, is_wanted: bool) -> None:
        """Work only while one of the panels is looked at."""
        (self._wanted.add if is_wanted else self._wanted.discard)(place)
        if is_wanted:
            self._soon.start()
        elif not self._wanted:
            self._soon.stop()
            self.session.jobs.cancel_topic(TOPIC)

    def set_method(self, method: Projection) -> None:
        """Lay the map out by another method."""
        self.method, self._key = method, None
        self._work_out()

    def choose(self, event_ids: tuple[str, ...]) -> None:
        """Select a cloud of events."""
        current = self.session.selection if self.session.selection in event_ids else None
        self.session.choose(event_ids, current)

    def toggle(self, event_id: str) -> None:
        """One event more in the cloud, or one less."""
        chosen = set(self.session.chosen) ^ {event_id}
        self.session.choose(chosen, event_id if event_id in chosen else None)

    def add_to_library(self) -> None:
        """Add the features of this night's reviewed events to the library."""
        if self.session.why_models_wait:
            self.session.say(self.session.why_models_wait)
            return
        features = self.features
        if features is None:
            self.session.say(tr("Show the look-alikes first (L); then there are features to add."))
            return
        entries = []
        for event_id, values in zip(features.event_ids, features.values, strict=True):
            verdict, event = self.session.status_of(event_id), self.session.find_event(event_id)
            if event is not None and verdict != "unreviewed":
                entry = LibraryEntry(event_id, features.model, event.kind, verdict, values)
                entries.append(entry)
        if not entries:
            self.session.say(tr("No event of this night has a verdict yet: nothing was added."))
            return
        try:
            count = self.library.add(entries)
        except SleepScopeError as error:
            self.session.fail(error)
            return
        self._library.clear()
        self.session.say(
            tr("{n} reviewed events added; the library holds {all}.", n=len(entries), all=count)
        )
        self._find_nearest()

    def ask_clear(self) -> None:
        """Ask whether the library is to go: nothing brings it back."""
        with contextlib.suppress(SleepScopeError):  # a damaged one can be cleared, too
            if not self.library.count():
                self.session.say(tr("The library of reviewed events is empty."))
                return
        words = tr("All reviewed events of all nights are forgotten, and undo does not bring them "
                   "back.")  # fmt: skip
        dialog = Question(tr("Clear the library"), words, self.window)
        dialog.finish(self.clear_library)
        dialog.open()

    def clear_library(self) -> None:
        """Forget every event of the library.

        Raises
        ------
        ReviewError
            If its file cannot be removed.
        """
        self.library.clear()
        self._library.clear()
        self.session.say(tr("The library of reviewed events is empty."))
        self._find_nearest()

    @property
    def library(self) -> ReviewedLibrary:
        """The library of this person on this machine."""
        import platformdirs

        folder = platformdirs.user_data_path("sleepscope", appauthor=False)
        return ReviewedLibrary(folder / "reviewed-events.sqlite")

    # --- features ----------------------------------------------------------------------------

    def _follow_events(self) -> None:
        if self.session.why_models_wait:
            self._wait_for_reveal()
        elif self._wanted:
            self._soon.start()
            self.changed.emit()  # verdicts may be others

    def _wait_for_reveal(self) -> None:
        """A sitting hides what models say: nothing stays, also in panels that are put away."""
        self.session.jobs.cancel_topic(TOPIC)
        self.session.jobs.cancel_topic(TILES_TOPIC)
        self._forget()
        self.sentence = self.session.why_models_wait
        self.changed.emit()

    def _follow_selection(self) -> None:
        if not self._wanted:
            return
        event, features = self.session.selected, self.features
        if event is not None and (features is None or event.id not in features.event_ids):
            self._soon.start()
        self._find_nearest()

    def _card_now(self) -> ModelCard | None:
        """The model of the selected event; else the one that is shown, else the last that ran."""
        event = self.session.selected
        if event is not None:
            return self._explaining.model_for(event)[0]
        if self.card is not None:
            return self.card
        for event_set in reversed(self.session.shown_event_sets()):
            if event_set.scorer.startswith("model:") and event_set.events:
                return self._explaining.model_for(event_set.events[0])[0]
        return None

    def _work_out(self) -> None:
        """Features of all shown events of the model's kind, if they are not those there are."""
        self._soon.stop()
        recording = self.session.recording
        if not self._wanted or recording is None:
            return
        if self.session.why_models_wait:
            self._wait_for_reveal()
            return
        try:
            card = self._card_now()
            asked = [] if card is None else self._asked(recording, card)
        except SleepScopeError as error:
            self._say(error)
            return
        if card is None:
            self.sentence = tr("Select an event, or detect some, to see which are alike.")
            self.changed.emit()
            return
        key = (card.sha256, self.method, frozenset(
            (event.id, event.onset, event.duration, read) for event, read in asked
        ))  # fmt: skip
        if key == self._key:
            return
        self.session.jobs.cancel_topic(TOPIC)
        self._key, self.card = key, card
        self.sentence = tr("Working out what {model} makes of {n} events …", model=card.name,
                           n=len(asked))  # fmt: skip
        method, known = self.method, self.features
        steps = with_network_library(lambda: _work(recording, card, asked, method, known))
        job = self.session.jobs.start(tr("Look-alikes"), TOPIC, steps)
        job.succeeded.connect(self._keep)
        job.failed.connect(self._say)
        self.changed.emit()

    def _asked(self, recording: Recording, card: ModelCard) -> list[_Asked]:
        """Shown events of the model's kind, with the channels it reads for each."""
        own: dict[str | None, tuple[str, ...] | None] = {}
        asked: list[_Asked] = []
        for event_set in self.session.shown_event_sets():
            for event in event_set.events:
                if not event.kind.startswith(card.task):
                    continue
                if event.channel not in own:
                    own[event.channel] = self._read(recording, card, event.channel)
                channels = own[event.channel]
                if channels is not None:
                    asked.append((event, channels))
        return asked

    def _read(
        self, recording: Recording, card: ModelCard, label: str | None
    ) -> tuple[str, ...] | None:
        """Channels that the model reads for events on one; None where it cannot."""
        if len(card.channels) == 1 and label is not None:
            try:
                channel = recording.channel(label)
            except ChannelError:
                return None
            return None if why_unusable(channel, card.channels[0], card) else (label,)
        for run in reversed(self.session.runs()):
            if run.sha256 == card.sha256 and label in (None, *run.channels):
                return run.channels
        return chosen_channels(recording, card, ())[0]

    def _keep(self, made: _Made) -> None:
        self.features, self.map, self.sentence = made.features, made.map, ""
        self._find_nearest()

    def _say(self, error: BaseException) -> None:
        if not isinstance(error, SleepScopeError):
            self.session.fail(error)
            return
        self._forget()
        self.sentence = str(error)
        self.changed.emit()

    # --- the nearest -------------------------------------------------------------------------

    def _find_nearest(self) -> None:
        """Look for the nearest of the selected event, and read their traces."""
        self.session.jobs.cancel_topic(TILES_TOPIC)
        event, features, recording = self.session.selected, self.features, self.session.recording
        self.nearest, self.tiles = (), {}
        if event is None or features is None or recording is None:
            self.changed.emit()
            return
        if event.id in features.event_ids:
            # What is of this night and not among the features is hidden, or was changed since.
            apart = [e for e in self._known(features.model) if not self._is_here(e.event_id)]
            every = look_alikes(features, event.id, apart, len(features.event_ids))
            found = {one.id: one for s in self.session.shown_event_sets() for one in s.events}
            self.nearest = once_each(every, event, found)
            here = [event, *(self.session.find_event(one.event_id) for one in self.nearest)]
            tiles = {one.id: self._tile(one) for one in here if one is not None}
            keys = {event_id: key for event_id, key in tiles.items() if key is not None}
            job = self.session.jobs.start(
                tr("Look-alikes"), TILES_TOPIC, _tiles(recording, keys), urgent=True
            )
            job.succeeded.connect(self._show_tiles)
            job.failed.connect(self._say)
        self.changed.emit()

    def _known(self, model: str) -> tuple[LibraryEntry, ...]:
        if model not in self._library:
            try:
                self._library[model] = self.library.entries(model)
            except SleepScopeError as error:
                self.session.notice(str(error))
                self._library[model] = ()
        return self._library[model]

    def _is_here(self, event_id: str) -> bool:
        return self.session.review is not None and self.session.review.has_event(event_id)

    def _tile(self, event: Event) -> PageKey | None:
        """What is read of an event: a stretch around its middle, filtered as the page is."""
        recording, card = self.session.recording, self.card
        assert recording is not None
        label = event.channel
        try:
            if label is not None:
                recording.channel(label)
        except ChannelError:
            label = None
        if label is None:
            # An event of all channels, or of one by another name: what the model reads for it.
            read = None if card is None else self._read(recording, card, event.channel)
            if not read:
                return None
            label = read[0]
        rest = max(0.0, recording.duration - TILE_SECONDS)
        start = min(max(0.0, event.midpoint - TILE_SECONDS / 2), rest)
        return label, start, TILE_SECONDS, self.session.filters().get(label, RAW)

    def _show_tiles(self, tiles: Mapping[str, PageSignal]) -> None:
        self.tiles = tiles
        self.changed.emit()


def _work(
    recording: Recording,
    card: ModelCard,
    asked: list[_Asked],
    method: Projection,
    known: EventFeatures | None,
) -> Steps[_Made]:
    features = yield from event_features(recording, card, asked, known)
    found = yield from feature_map(features, method)
    return _Made(features, found)


def _tiles(recording: Recording, keys: Mapping[str, PageKey]) -> Steps[dict[str, PageSignal]]:
    """Small traces, by event id."""
    made: dict[str, PageSignal] = {}
    for event_id, key in keys.items():
        yield Progress(float(len(made)), float(len(keys)), tr("Look-alikes"))
        made[event_id] = read_page_signals(recording, [key])[key]
    return made


def tile_span(tiles: Mapping[str, PageSignal]) -> float:
    """One height for all small traces: a round number that holds nearly all of their samples."""
    known = [signal.samples[np.isfinite(signal.samples)] for signal in tiles.values()]
    every = np.abs(np.concatenate([*known, np.zeros(0)]))
    wanted = 2 * float(np.quantile(every, 0.99)) if every.size else 0.0
    wanted = wanted or 1.0
    size = 10.0 ** math.floor(math.log10(wanted))
    return next(k * size for k in (1, 1.5, 2, 3, 4, 5, 7.5, 10) if k * size >= wanted - 1e-9)

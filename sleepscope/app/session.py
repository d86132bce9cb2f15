"""What is open: the only holder of state. It changes by its methods and announces by signals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from sleepscope.app.commands import Command, RemoveScorer
from sleepscope.app.comparison import CompareSettings, Comparison
from sleepscope.app.default_channels import kind_places
from sleepscope.app.jobs import JobRunner
from sleepscope.app.language import tr
from sleepscope.app.night_spectrum import NightSpectrum
from sleepscope.app.night_stages import NightStages
from sleepscope.app.page import Page
from sleepscope.app.settings import Settings
from sleepscope.app.shown_events import ShownEvents
from sleepscope.errors import ReviewError
from sleepscope.events.event import Event
from sleepscope.events.event_filter import EventFilter
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.explain.explanation import Explanation
from sleepscope.networks.model_card import ModelCard
from sleepscope.recordings.derivation import DerivedRecording
from sleepscope.recordings.edf_recording import EdfRecording
from sleepscope.recordings.montage import Montage
from sleepscope.recordings.montage_fit import row_of
from sleepscope.recordings.recording import Recording
from sleepscope.review.review_file import ReviewFile
from sleepscope.review.run import DetectionRun
from sleepscope.review.sitting import Sitting
from sleepscope.review.step import Change, Step
from sleepscope.signals.envelope import Pyramid
from sleepscope.signals.filters import RAW, FilterSettings, display_filter

# From so many events on, a selection is checked against all shown ones at once.
FEW_EVENTS = 100

Track = tuple[NDArray[np.float64], NDArray[np.float32], float]


class Session(QObject):
    """The open recording, its review, what is on the page and what is selected.

    Attributes
    ----------
    settings : Settings
    jobs : JobRunner
    recording : DerivedRecording or None
        Reads recorded channels and derivations alike.
    review : ReviewFile or None
        There whenever a recording is.
    selection : str or None
        The event that keys act on and that is explained.
    chosen : frozenset of str
        All selected events, ``selection`` among them; never one that is hidden.
    spectrum : NightSpectrum
        The spectrogram of the overview.
    stages : NightStages
        Every hypnogram, the chosen one, and the epochs to stage.
    montage : Montage or None
        Which channels are shown, and how; there whenever a recording is.
    lent : frozenset of str
        Channels that are shown for the sake of an event only.
    is_simulated : bool
        Whether the recording says of itself that no person was recorded.
    """

    recording_changed = Signal()
    events_changed = Signal(object)  # Change
    hypnogram_changed = Signal()
    event_filter_changed = Signal()
    selection_changed = Signal()
    page_changed = Signal()
    view_changed = Signal()  # montage, filters on or off
    compare_settings_changed = Signal()
    comparison_changed = Signal()
    explanation_changed = Signal()
    provisional_changed = Signal()
    pyramids_changed = Signal()
    noticed = Signal(str)  # a sentence to read
    said = Signal(str)  # a sentence that passes by
    failed = Signal(object)  # SleepScopeError, or an exception of the program itself

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self.jobs = JobRunner(self)
        self.stages = NightStages(self)
        self.spectrum = NightSpectrum(self)
        self.stages.chosen_changed.connect(self.hypnogram_changed)
        self.recording: DerivedRecording | None = None
        self.review: ReviewFile | None = None
        self._statuses: dict[str, str] = {}
        self._cards: dict[str, ModelCard] = {}
        self._shown = ShownEvents(settings.event_filter)
        self._forget()

    def _forget(self) -> None:
        self.page = Page(0.0, self.settings.page_seconds, 0.0)
        self.is_simulated = False
        self.montage: Montage | None = None
        self.lent: frozenset[str] = frozenset()
        self.stages.forget()
        self.spectrum.forget()
        self.selection: str | None = None
        self.chosen: frozenset[str] = frozenset()
        self.explanation: Explanation | None = None
        self.provisional: EventSet | None = None
        self.provisional_note = ""
        self.compare_settings: CompareSettings | None = None
        self.comparison: Comparison | None = None
        self._statuses = {}
        self._cards = {}
        self._tracks: dict[int, Track] = {}
        self.built_pyramids: dict[tuple[str, FilterSettings], Pyramid] = {}

    def notice(self, sentence: str) -> None:
        """Show a sentence that the person should read."""
        self.noticed.emit(sentence)

    def say(self, sentence: str) -> None:
        """Show a sentence for some seconds."""
        self.said.emit(sentence)

    def fail(self, error: BaseException) -> None:
        """Tell the person what went wrong."""
        self.failed.emit(error)

    # --- recording ---------------------------------------------------------------------------

    def open(self, recording: Recording, review: ReviewFile, montage: Montage) -> None:
        """Show a recording with its review; what was open is closed."""
        self.close()
        self.recording = DerivedRecording(recording)
        self.review = review
        self.is_simulated = says_simulated(recording)
        self.page = Page(0.0, self.settings.page_seconds, recording.duration).inside()
        self.montage = montage
        self.stages.take(review.hypnograms())
        self._read_statuses()
        self.recording_changed.emit()

    def close(self) -> None:
        """Cancel the jobs of the recording and let go of it and its review."""
        self.jobs.cancel_all()
        recording, review = self.recording, self.review
        self.recording, self.review = None, None
        self._forget()
        if review is not None:
            review.close()
        if recording is not None:
            recording.close()
            self.recording_changed.emit()

    def shut_down(self) -> None:
        """Close everything, the worker thread too; the session is of no use afterwards."""
        self.jobs.close()
        self.close()
        self.settings.sync()

    # --- events ------------------------------------------------------------------------------

    @property
    def hypnogram(self) -> Hypnogram | None:
        """The night's stages: one scorer's, chosen among those there are."""
        return self.stages.chosen

    def epoch_grid(self) -> Hypnogram:
        """The person's own stages, or unscored epochs where there are none yet."""
        return self.stages.grid(self.person, self.page.duration)

    def current_epochs(self) -> tuple[int, int]:
        """First epoch that the next key stages, and the one behind the last."""
        return self.stages.current(self.epoch_grid(), self.page)

    @property
    def own_name(self) -> str:
        """Scorer name made of the person's initials, "" before these are known."""
        initials = self.settings.initials
        return f"human:{initials}" if initials else ""

    @property
    def person(self) -> str:
        """Scorer name that edits are kept under: the person's own, or that of their audit."""
        sitting = self.sitting
        return self.own_name if sitting is None else str(sitting.facts.get("scorer", self.own_name))

    @property
    def sitting(self) -> Sitting | None:
        """The blind scoring or audit that the person at the screen is in."""
        return None if self.review is None else self.review.sitting(self.own_name)

    def hides(self, scorer: str) -> bool:
        """Whether a scorer's events are kept from the person's eyes by a sitting."""
        sitting = self.sitting
        return sitting is not None and sitting.hides(scorer)

    def hides_event(self, event_id: str) -> bool:
        """Whether an event is kept from the person's eyes by a sitting."""
        assert self.review is not None
        return self.hides(self.review.scorer_of(event_id))

    def is_out_of_sight(self, step: Step) -> bool:
        """Whether a step is about events that a sitting keeps from the person's eyes."""
        sitting = self.sitting
        if self.review is None or sitting is None or not sitting.is_hiding:
            return False
        return any(sitting.hides(scorer) for scorer, _ in self.review.touched(step))

    def is_hidden(self, step: Step) -> bool:
        """Whether a step is about events that are hidden, by a sitting or by choice."""
        if self.review is None:
            return False
        there = (one for _, one in self.review.touched(step) if one and self.review.has_event(one))
        return self.is_out_of_sight(step) or not all(map(self.is_shown, there))

    def follow(self, change: Change) -> None:
        """Tell every view what was written to the review without :meth:`do`."""
        if change:
            self._follow(change)

    def do(self, command: Command) -> Change:
        """Write to the review and tell every view.

        Raises
        ------
        ReviewError
            If nothing is open, nobody said who edits, the review refuses, or only hidden events
            would be touched: those are never edited.
        """
        if self.review is None:
            raise ReviewError("No recording is open, so there is nothing to edit; open one first.")
        if command.needs_person and not self.person:
            raise ReviewError("Nobody said who edits; give your initials first.")
        change = self._sparing_hidden(command).apply(self.review, self.person)
        if change:
            self._follow(change)
        return change

    def _sparing_hidden(self, command: Command) -> Command:
        """The command without the events that are hidden: the one place that protects them."""
        assert self.review is not None
        ids = getattr(command, "event_ids", ())
        if isinstance(command, RemoveScorer):
            ids = self.review.touched_by_removal(command.scorer)
        clear = self._shown.editable(self.review, ids, self.person, self.hypnogram)
        clear = tuple(one for one in clear if not self.hides_event(one))
        n_left = len(set(ids)) - len(clear)
        if n_left and (not clear or isinstance(command, RemoveScorer)):
            raise ReviewError(
                f"{n_left} of {len(set(ids))} events are hidden, or belong to one that is; hidden "
                "events are never edited. Show all events first."
            )
        if not n_left:
            return command
        self.say(tr("{n} events were left as they are: they or their copies are hidden.", n=n_left))
        return replace(command, event_ids=clear)

    def _follow(self, change: Change) -> None:
        self._refresh_statuses(change)
        if change.hypnograms and self.review is not None:
            self.stages.take(self.review.hypnograms())
        self.choose(self.chosen, self.selection)
        self.events_changed.emit(change)

    def _read_statuses(self) -> None:
        assert self.review is not None
        review = self.review
        events = (event.id for event_set in review.event_sets() for event in event_set.events)
        self._statuses = {event_id: review.status_of(event_id) for event_id in events}

    def _refresh_statuses(self, change: Change) -> None:
        assert self.review is not None
        if not change.event_ids:
            if change.scorers:
                self._read_statuses()
            return
        for event_id in change.event_ids:
            if self.find_event(event_id) is None:
                self._statuses.pop(event_id, None)
            else:
                self._statuses[event_id] = self.review.status_of(event_id)

    @property
    def statuses(self) -> Mapping[str, str]:
        """Status of every event by its id, a snapshot."""
        return MappingProxyType(dict(self._statuses))

    def status_of(self, event_id: str) -> str:
        """Status of one event."""
        return self._statuses.get(event_id, "unreviewed")

    def event_sets(self) -> tuple[EventSet, ...]:
        """Every scorer's events, in the order they came."""
        if self.review is None:
            return ()
        sitting, sets = self.sitting, self.review.event_sets()
        if sitting is None or not sitting.is_hiding:
            return sets
        return tuple(event_set for event_set in sets if not sitting.hides(event_set.scorer))

    def shown_event_sets(self) -> tuple[EventSet, ...]:
        """Every shown scorer's shown events: what is drawn, listed, walked through and edited."""
        return self._shown.sets(self.event_sets(), self.hypnogram)

    def is_shown(self, event_id: str | None) -> bool:
        """Whether an event is there and not hidden."""
        if event_id is None or self.review is None or self.find_event(event_id) is None:
            return False
        return self._shown.holds(self.review, event_id, self.hypnogram)

    @property
    def n_hidden(self) -> int:
        """Number of hidden events."""
        there = sum(len(one.events) for one in self.event_sets())
        return there - sum(len(one.events) for one in self.shown_event_sets())

    @property
    def event_filter(self) -> EventFilter:
        """Which events are hidden."""
        return self._shown.filter

    def set_event_filter(self, event_filter: EventFilter) -> None:
        """Hide other events; they leave the selection."""
        if event_filter == self._shown.filter:
            return
        self.settings.event_filter = self._shown.filter = event_filter
        self.choose(self.chosen, self.selection)
        self.event_filter_changed.emit()

    def find_event(self, event_id: str | None) -> Event | None:
        """An event by its id, or None where it is not there (any more)."""
        if event_id is None or self.review is None:
            return None
        try:
            event = self.review.event(event_id)
        except ReviewError:
            return None
        return None if self.hides_event(event_id) else event

    @property
    def selected(self) -> Event | None:
        """The selected event."""
        return self.find_event(self.selection)

    def scorer_of(self, event_id: str) -> str:
        """Scorer of an event that is there."""
        assert self.review is not None
        return self.review.scorer_of(event_id)

    def runs(self) -> tuple[DetectionRun, ...]:
        """The detections in the review, oldest first; hidden ones are left out."""
        runs = () if self.review is None else self.review.detection_runs()
        return tuple(run for run in runs if not self.hides(run.scorer))

    def keep_card(self, card: ModelCard) -> None:
        """Remember the card of a model that ran, so that its events can be explained by it."""
        self._cards[card.sha256] = card

    def card(self, sha256: str) -> ModelCard | None:
        """The card of a model that ran in this session, by the checksum of its weights."""
        return self._cards.get(sha256)

    def trained_on_this(self, scorer: str) -> bool:
        """Whether this scorer is a model that learned from this very recording."""
        return any(run.trained_on_this for run in self.runs() if run.scorer == scorer)

    def probability_tracks(self) -> dict[str, Track]:
        """Times (s), probabilities and threshold of the latest run on each channel."""
        tracks: dict[str, Track] = {}
        if self.review is None:
            return tracks
        for run in self.runs():
            if run.id not in self._tracks:
                probability = self.review.probability(run.id)
                times = run.start + np.arange(len(probability)) / run.sfreq
                self._tracks[run.id] = (times, probability, run.threshold)
            tracks[run.channels[0]] = self._tracks[run.id]
        return tracks

    # --- what is shown -----------------------------------------------------------------------

    def select(self, event_id: str | None) -> None:
        """Select an event alone, or none."""
        self.choose(() if event_id is None else (event_id,), event_id)

    def choose(self, event_ids: Iterable[str], current: str | None = None) -> None:
        """Select events, those of them that are shown; the earliest where ``current`` is not."""
        wanted = frozenset(event_ids)
        if len(wanted) <= FEW_EVENTS:
            chosen = frozenset(filter(self.is_shown, wanted))
        else:
            # Walking through all sets once is faster than asking for each of thousands.
            sets = self.shown_event_sets()
            chosen = wanted.intersection(event.id for one in sets for event in one.events)
        if current not in chosen:
            events = (event for event in map(self.find_event, chosen) if event is not None)
            first = min(events, key=lambda event: event.onset, default=None)
            current = None if first is None else first.id
        event_id = current
        if (event_id, chosen) == (self.selection, self.chosen):
            return
        self.selection, self.chosen = event_id, chosen
        if self.explanation is not None and self.explanation.event_id != event_id:
            self.explanation = None
            self.explanation_changed.emit()
        self.selection_changed.emit()

    def set_page(self, start: float, length: float | None = None) -> None:
        """Show another stretch of the recording."""
        duration = 0.0 if self.recording is None else self.recording.duration
        page = Page(start, self.page.length if length is None else length, duration).inside()
        if page != self.page:
            self.page = page
            self.page_changed.emit()

    @property
    def channels(self) -> tuple[str, ...]:
        """Channels and derivations on the page, from top to bottom."""
        return () if self.montage is None else self.montage.channels

    @property
    def gains(self) -> Mapping[str, float]:
        """Units that fill a channel's lane, where they are not those of its kind."""
        rows = () if self.montage is None else self.montage.rows
        return MappingProxyType({row.channel: row.gain for row in rows if row.gain is not None})

    @property
    def own_sensitivities(self) -> Mapping[str, float]:
        """µV that a millimetre of the screen is, where a channel does not follow its kind."""
        rows = () if self.montage is None else self.montage.rows
        found = {row.channel: row.sensitivity for row in rows if row.sensitivity is not None}
        return MappingProxyType(found)

    def set_montage(self, montage: Montage) -> None:
        """Show other rows, or the same in another way."""
        if self.recording is not None and montage != self.montage:
            if self.montage is not None and montage.name != self.montage.name:
                self.lent = frozenset()
            self.montage = montage
            self.view_changed.emit()

    def show_channels(self, labels: Iterable[str]) -> None:
        """Show these channels and no others; new ones behind those of their kind."""
        recording, montage = self.recording, self.montage
        if recording is None or montage is None:
            return
        wanted = [label for label in labels if recording.has(label)]
        places = kind_places(recording, (*wanted, *(row.channel for row in montage.rows)))
        self.set_montage(montage.showing(sorted(wanted, key=places.__getitem__), places))

    def lend_channel(self, label: str) -> None:
        """Show the channel of an event until another montage is chosen."""
        if label not in self.channels:
            self.lent |= {label}
            self.show_channels((*self.channels, label))

    def set_gains(self, gains: Mapping[str, float]) -> None:
        """Set how many units fill a channel's lane; other channels keep theirs."""
        self.set_amplitudes(gains, {})

    def row_of(self, channel: str) -> str | None:
        """The row of the page that a channel's events belong to, None if there is none."""
        if self.recording is None:
            return None
        return row_of(channel, self.channels, self.recording)

    def set_sensitivities(self, sensitivities: Mapping[str, float]) -> None:
        """Set how many µV a millimetre of the screen is; other channels keep theirs."""
        self.set_amplitudes({}, sensitivities)

    def set_amplitudes(
        self, gains: Mapping[str, float], sensitivities: Mapping[str, float]
    ) -> None:
        """Set µV a lane and µV a millimetre in one step."""
        montage = self.montage
        if montage is None:
            return
        for label, span in gains.items():
            montage = montage.changed(label, gain=span)
        for label, sensitivity in sensitivities.items():
            montage = montage.changed(label, sensitivity=sensitivity)
        self.montage = montage
        self.view_changed.emit()

    def set_filters_on(self, are_on: bool) -> None:
        """Switch the display filters."""
        self.settings.filters_on = are_on
        self.view_changed.emit()

    def set_explanation_mode(self, mode: str) -> None:
        """Show relevance as a "band", as the colour of the "trace", or "off"."""
        self.settings.explanation_mode = mode
        self.explanation_changed.emit()

    def set_explanation(self, explanation: Explanation | None) -> None:
        """Show why, or that nobody knows; an answer to a selection of the past is dropped."""
        if explanation is None and self.explanation is None:
            return
        if explanation is None or explanation.event_id == self.selection:
            self.explanation = explanation
            self.explanation_changed.emit()

    def set_provisional(self, event_set: EventSet | None, note: str = "") -> None:
        """Show what a detection found, unless a sitting hides it; ``note`` stands in its lane."""
        if event_set is None and self.provisional is None:
            return
        self.provisional_note = note
        is_hidden = event_set is not None and self.hides(event_set.scorer)
        self.provisional = None if is_hidden else event_set
        self.provisional_changed.emit()

    def set_compare_settings(self, settings: CompareSettings | None) -> None:
        """Choose who is compared with whom."""
        if settings == self.compare_settings:
            return
        self.compare_settings = settings
        if settings is not None:
            self.settings.iou = settings.iou
        self.compare_settings_changed.emit()

    def set_comparison(self, comparison: Comparison | None) -> None:
        """Show the outcome of a comparison."""
        self.comparison = comparison
        self.comparison_changed.emit()

    def filters(self) -> dict[str, FilterSettings]:
        """Display filter of every shown channel; empty where filters are off."""
        recording = self.recording
        if recording is None or not self.settings.filters_on:
            return {}
        rows = () if self.montage is None else self.montage.shown
        return {
            row.channel: display_filter(recording.channel(row.channel).kind)
            if row.filters is None
            else FilterSettings(*row.filters)
            for row in rows
        }

    def keep_pyramids(self, built: Mapping[tuple[str, FilterSettings], Pyramid]) -> None:
        """Keep extremes of channels, by label and filter, for long pages."""
        if built.keys() <= self.built_pyramids.keys():
            return
        self.built_pyramids = {**self.built_pyramids, **built}
        self.pyramids_changed.emit()

    def pyramids(self) -> dict[str, Pyramid]:
        """Extremes of the shown channels as they are filtered now, where they are known."""
        filters = self.filters()
        keys = {label: (label, filters.get(label, RAW)) for label in self.channels}
        built = self.built_pyramids
        return {label: built[key] for label, key in keys.items() if key in built}

    @property
    def name(self) -> str:
        """File name of the recording, "" where none is open."""
        return "" if self.recording is None else self.recording.path.name


def says_simulated(recording: Recording) -> bool:
    """Whether a recording says of itself that no person was recorded."""
    if not isinstance(recording, EdfRecording):
        return False
    # Local recording identification of the EDF header: bytes 88 to 168.
    return b"simulat" in recording.head()[88:168].lower()


def folder_of(session: Session) -> Path:
    """Folder that a file dialog opens in."""
    recording = session.recording
    if recording is not None and recording.path.parent.is_dir():
        return recording.path.parent
    return Path(session.settings.folder) if session.settings.folder else Path.home()

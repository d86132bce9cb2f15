"""What is open: the only holder of state. It changes by its methods and announces by signals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from sleepscope.app.commands import Command, RemoveScorer
from sleepscope.app.comparison import CompareSettings, Comparison
from sleepscope.app.jobs import JobRunner
from sleepscope.app.language import tr
from sleepscope.app.night_spectrum import NightSpectrum
from sleepscope.app.night_stages import NIGHT_STAGES
from sleepscope.app.page import Page
from sleepscope.app.seen_review import SeenReview
from sleepscope.app.settings import Settings
from sleepscope.errors import ReviewError
from sleepscope.events.event import Event
from sleepscope.events.event_filter import EventFilter
from sleepscope.events.event_set import EventSet
from sleepscope.explain.explanation import Explanation
from sleepscope.recordings.derivation import DerivedRecording
from sleepscope.recordings.edf_recording import EdfRecording
from sleepscope.recordings.montage import Montage
from sleepscope.recordings.recording import Recording
from sleepscope.review.review_file import ReviewFile
from sleepscope.review.step import Change

# From so many events on, a selection is checked against all shown ones at once.
FEW_EVENTS = 100

Track = tuple[NDArray[np.float64], NDArray[np.float32], float]


class Session(SeenReview):
    """The open recording, its review, what is on the page and what is selected.

    Attributes
    ----------
    jobs : JobRunner
    selection : str or None
        The event that keys act on and that is explained.
    chosen : frozenset of str
        All selected events, ``selection`` among them; never one that is hidden.
    spectrum : NightSpectrum
        The spectrogram of the overview.
    is_simulated : bool
        Whether the recording says of itself that no person was recorded.
    """

    recording_changed = Signal()
    events_changed = Signal(object)  # Change
    hypnogram_changed = Signal()
    event_filter_changed = Signal()
    selection_changed = Signal()
    compare_settings_changed = Signal()
    comparison_changed = Signal()
    explanation_changed = Signal()
    provisional_changed = Signal()
    noticed = Signal(str)  # a sentence to read
    said = Signal(str)  # a sentence that passes by
    failed = Signal(object)  # SleepScopeError, or an exception of the program itself

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(settings, parent)
        self.jobs = JobRunner(self)
        # Training takes minutes and belongs to no recording: nothing else waits for it.
        self.training_jobs = JobRunner(self)
        self.spectrum = NightSpectrum(self)
        self.stages.chosen_changed.connect(self.hypnogram_changed)
        self._forget()

    def _forget(self) -> None:
        self._forget_page()
        self._forget_review()
        self.spectrum.forget()
        self.is_simulated = False
        self.selection: str | None = None
        self.chosen: frozenset[str] = frozenset()
        self.explanation: Explanation | None = None
        self.provisional: EventSet | None = None
        self.provisional_note = ""
        self.compare_settings: CompareSettings | None = None
        self.comparison: Comparison | None = None

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
        self.stages.take(review.hypnograms(), review.remembered(NIGHT_STAGES))
        self._statuses.read(review)
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
        self.training_jobs.close()
        self.close()
        self.settings.sync()

    # --- events ------------------------------------------------------------------------------

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
        assert self.review is not None
        self._statuses.follow(self.review, change)
        if change.hypnograms:
            self.stages.take(self.review.hypnograms())
        self.choose(self.chosen, self.selection)
        self.events_changed.emit(change)

    def set_event_filter(self, event_filter: EventFilter) -> None:
        """Hide other events; they leave the selection."""
        if event_filter == self._shown.filter:
            return
        self.settings.event_filter = self._shown.filter = event_filter
        self.choose(self.chosen, self.selection)
        self.event_filter_changed.emit()

    @property
    def selected(self) -> Event | None:
        """The selected event."""
        return self.find_event(self.selection)

    # --- what is shown -----------------------------------------------------------------------

    def select(self, event_id: str | None) -> None:
        """Select an event alone, or none."""
        self.choose(() if event_id is None else (event_id,), event_id)

    def choose(self, event_ids: Iterable[str], current: str | None = None) -> None:
        """Select events, those of them that are shown; the earliest where ``current`` is not."""
        wanted = frozenset(event_ids)
        found: Iterable[Event | None]
        if len(wanted) <= FEW_EVENTS:
            found = [self.find_event(one) for one in wanted if self.is_shown(one)]
        else:
            # Walking through all sets once is faster than asking for each of thousands.
            sets = self.shown_event_sets()
            found = [event for one in sets for event in one.events if event.id in wanted]
        events = [event for event in found if event is not None]
        chosen = frozenset([event.id for event in events])
        if current not in chosen:
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
        if comparison is not None and comparison is self.comparison:
            return
        self.comparison = comparison
        self.comparison_changed.emit()


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

"""The open review as the person at the screen may see it: without what is hidden from them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from sleepscope.app.event_counts import EventCounts
from sleepscope.app.language import tr
from sleepscope.app.night_stages import NightStages
from sleepscope.app.settings import Settings
from sleepscope.app.shown_events import ShownEvents
from sleepscope.app.shown_page import ShownPage
from sleepscope.app.statuses import Statuses
from sleepscope.errors import ReviewError
from sleepscope.events.event import Event
from sleepscope.events.event_filter import EventFilter
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.networks.model_card import ModelCard
from sleepscope.review.review_file import ReviewFile
from sleepscope.review.run import DetectionRun
from sleepscope.review.sitting import Sitting
from sleepscope.review.step import Step

# Over so many events, what stands beside the page follows an edit when the page is painted.
MANY_EVENTS = 2000

Track = tuple[NDArray[np.float64], NDArray[np.float32], float]


class SeenReview(ShownPage):
    """Events, stages and detections of the open review, and who may see them.

    Attributes
    ----------
    review : ReviewFile or None
        There whenever a recording is.
    stages : NightStages
        Every hypnogram, the chosen one, and the epochs to stage.
    counts : EventCounts
        What each set holds.
    """

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(settings, parent)
        self.stages = NightStages(self)
        self.review: ReviewFile | None = None
        self._statuses = Statuses()
        self._shown = ShownEvents(settings.event_filter)
        self.counts = EventCounts()
        self._forget_review()

    def _forget_review(self) -> None:
        self.stages.forget()
        self._statuses.forget()
        self.counts.forget()
        self._cards: dict[str, ModelCard] = {}
        self._tracks: dict[int, Track] = {}

    # --- who may see what --------------------------------------------------------------------

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

    @property
    def why_models_wait(self) -> str:
        """Why nothing that a model says is told: a sentence while a sitting hides others, or ""."""
        sitting = self.sitting
        if sitting is None or not sitting.is_hiding:
            return ""
        if sitting.kind == "audit":
            return tr("What a model says waits until the audit has ended.")
        return tr("What a model says waits until the blind scoring is revealed (B).")

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

    # --- events and stages -------------------------------------------------------------------

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
    def statuses(self) -> Mapping[str, str]:
        """Status of every event by its id, a snapshot."""
        return self._statuses.snapshot()

    def status_of(self, event_id: str) -> str:
        """Status of one event."""
        return self._statuses.of(event_id)

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
    def n_events(self) -> int:
        """Number of events of all scorers."""
        return sum(len(one.events) for one in self.event_sets())

    @property
    def has_many_events(self) -> bool:
        """Whether lists and comparisons take so long that the page must not wait for them."""
        return self.n_events > MANY_EVENTS

    @property
    def n_hidden(self) -> int:
        """Number of hidden events."""
        return self.n_events - sum(len(one.events) for one in self.shown_event_sets())

    @property
    def event_filter(self) -> EventFilter:
        """Which events are hidden."""
        return self._shown.filter

    def find_event(self, event_id: str | None) -> Event | None:
        """An event by its id, or None where it is not there (any more)."""
        if event_id is None or self.review is None:
            return None
        try:
            event = self.review.event(event_id)
        except ReviewError:
            return None
        return None if self.hides_event(event_id) else event

    def scorer_of(self, event_id: str) -> str:
        """Scorer of an event that is there."""
        assert self.review is not None
        return self.review.scorer_of(event_id)

    # --- detections --------------------------------------------------------------------------

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

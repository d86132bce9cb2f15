"""Two scorers compared whenever one of them changes; stepping through where they differ."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from sleepscope.agreement.queue import QueueItem
from sleepscope.app.comparison import CompareSettings, Comparison, compare, compare_steps
from sleepscope.app.controllers.controller import Controller
from sleepscope.app.language import tr
from sleepscope.app.scorers import compared_set, compared_titles
from sleepscope.app.session import Session
from sleepscope.constants import SPINDLE
from sleepscope.errors import SleepScopeError
from sleepscope.events.event import Status
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.review.step import Change

TOPIC: Final = "compare"
# Many events are compared when nobody edits for so long.
SOON_MS: Final = 150

# Two sides, what is compared of them, the stages, the channels that a model read.
Asked = tuple[EventSet, EventSet, CompareSettings, Hypnogram | None, tuple[str, ...]]

# Under this name the review file keeps what was compared last.
_MEMORY: Final = "compared"
# Stages change key by key; what only shows them follows when the keys rest.
CALM_MS: Final = 400


class Comparing(Controller):
    """Keeps the comparison up to date.

    Attributes
    ----------
    skipped : set of str
        Ids of events whose disagreement the person put off.
    """

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(session, window)
        self._likeliest: CompareSettings | None = None
        self._compared: Asked | None = None
        self.skipped: set[str] = set()
        self._places: tuple[tuple[QueueItem, ...], dict[str, int]] = ((), {})
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._compare_next)
=======
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.compare_now)
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(CALM_MS)
        self._calm.timeout.connect(self.compare_now)
        session.recording_changed.connect(self._forget_verdicts)
        session.events_changed.connect(self._forget_verdicts)
>>>>>>> c6167bc (Mend figures: spans counted once, channels spelt in two ways, stages of a detection, intervals of few events)
        for signal in (
            session.recording_changed,
            session.compare_settings_changed,
        ):
            signal.connect(lambda *_: self._compare_soon())
        session.events_changed.connect(self._follow_edit)
        session.hypnogram_changed.connect(self._follow_stages)

    def _compare_soon(self) -> None:
        """Few events are compared with the next event of the loop, many when a person rests."""
        self._soon.start(SOON_MS if self.session.has_many_events else 0)

    def _compare_next(self) -> None:
        if not self.session.has_many_events:
            self.compare_now()
            return
        settings = self._settings()
        self.session.set_compare_settings(settings)
        self._soon.stop()
        self.session.jobs.cancel_topic(TOPIC)
        if settings is None:
            self.session.set_comparison(None)
            return
        asked = self._asked(settings)
        if self._is_answered(asked):
            return
        job = self.session.jobs.start(tr("Comparing"), TOPIC, compare_steps(*asked), urgent=True)
        job.succeeded.connect(lambda found: self._take(asked, found))
        job.failed.connect(self._fail)

    def _take(self, asked: Asked, found: Comparison) -> None:
        self._compared = asked
        self.session.set_comparison(found)

    def _fail(self, error: BaseException) -> None:
        self.session.set_comparison(None)
        if isinstance(error, SleepScopeError):
            self.session.say(str(error))
        else:
            self.session.fail(error)

    def _follow_edit(self, change: Change) -> None:
        """Compare anew, but not for an epoch that was staged."""
        if change.event_ids or change.scorers or not change.hypnograms:
            self._compare_soon()

    def _follow_stages(self) -> None:
        """Stages matter at once where only events in some of them are compared.

        Elsewhere they stand in the queue and order it, which has time until the keys rest.
        """
        settings = self.session.compare_settings
        if settings is not None and settings.stages is not None:
<<<<<<< HEAD
            self._compare_soon()

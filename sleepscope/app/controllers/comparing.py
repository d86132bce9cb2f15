"""Two scorers compared whenever one of them changes; stepping through where they differ."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import chain
from typing import Final

from PySide6.QtWidgets import QWidget

from sleepscope.agreement.queue import QueueItem
from sleepscope.app.comparison import CompareSettings, Comparison, compare, compare_steps
from sleepscope.app.controllers.controller import Controller, pause
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
# And under this one what was put off.
_SKIPPED: Final = "skipped"
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
        self._soon = pause(self, self._compare_next)
        session.recording_changed.connect(self._take_up_skipped)
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
            self._compare_soon()
        elif self.session.comparison is not None and not self._soon.isActive():
            self._soon.start(CALM_MS)

    def compare_now(self) -> None:
        """Compare what the settings say, after mending settings that name scorers that went."""
        settings = self._settings()
        self.session.set_compare_settings(settings)
        self._soon.stop()
        if settings is None:
            self.session.set_comparison(None)
            return
        asked = self._asked(settings)
        if self._is_answered(asked):
            return
        try:
            self._take(asked, compare(*asked))
        except SleepScopeError as error:
            self._fail(error)

    def _asked(self, settings: CompareSettings) -> Asked:
        hypnogram, channels = self.session.hypnogram, self.channels_read(settings)
        return self.side(settings.a), self.side(settings.b), settings, hypnogram, channels

    def _is_answered(self, asked: Asked) -> bool:
        """Whether this is compared already: a verdict on a model's event leaves its set alone."""
        known = self._compared
        if self.session.comparison is None or known is None:
            return False
        same = all(x is y for x, y in zip(asked[:2], known[:2], strict=True))
        return same and all(x is y or x == y for x, y in zip(asked[2:], known[2:], strict=True))

    def side(self, scorer: str) -> EventSet:
        """A scorer's events; a person also stands for what they accepted of others."""
        return compared_set(self.session, scorer)

    def channels_read(self, settings: CompareSettings) -> tuple[str, ...]:
        """Channels that the compared model read; () where only people are compared."""
        runs = [run for run in self.session.runs() if run.scorer in (settings.a, settings.b)]
        return tuple(dict.fromkeys(label for run in runs for label in run.channels))

    def _settings(self) -> CompareSettings | None:
        """What to compare: the person's choice while its scorers are there, else the likeliest."""
        sets = self.session.event_sets()
        names = compared_titles(self.session)
        now = self.session.compare_settings or self._remembered()
        by_person = now is not None and now != self._likeliest
        if now is not None and by_person and now.a in names and now.b in names:
            self._remember(now)
            return now
        # What a person makes of a comparison must not become a side of it under their hands.
        others_work = [s for s in sets if not s.scorer.startswith("human:")]
        sets = tuple(others_work) if len(others_work) >= 2 else sets
        if len(sets) < 2:
            return None
        # The last of several models is the one that was just asked for.
        a = max(reversed(sets), key=lambda s: _as_test(s.scorer)).scorer
        kind = _commonest_kind(next(s for s in sets if s.scorer == a))
        others = [s for s in sets if s.scorer != a]
        b = max(others, key=lambda s: (_holds(s, kind), _as_truth(s.scorer))).scorer
        stages, order = (None, "nature") if now is None else (now.stages, now.order)
        self._likeliest = CompareSettings(a, b, kind, self.session.settings.iou, stages, order)
        return self._likeliest

    def _remembered(self) -> CompareSettings | None:
        """What the person compared when this review was open last."""
        review = self.session.review
        text = "" if review is None else review.remembered(_MEMORY)
        try:
            return CompareSettings.from_text(text) if text else None
        except (ValueError, TypeError, KeyError):
            return None

    def put_off(self, item: QueueItem) -> None:
        """Leave a disagreement for later, also for after a restart."""
        self.skipped.add(item.events[0].id)
        self._keep(_SKIPPED, json.dumps(sorted(self.skipped)))

    def _take_up_skipped(self) -> None:
        """What was put off when this review was open last."""
        review = self.session.review
        text = "" if review is None else review.remembered(_SKIPPED)
        try:
            found = json.loads(text) if text else []
        except ValueError:
            found = []
        self.skipped = {one for one in found if isinstance(one, str)}

    def _remember(self, settings: CompareSettings) -> None:
        self._keep(_MEMORY, settings.to_text())

    def _keep(self, key: str, text: str) -> None:
        review = self.session.review
        if review is None or review.read_only:
            return
        try:
            review.remember(key, text)
        except SleepScopeError as error:
            # The choice works; it is only not there the next time.
            self.session.say(str(error))

    # --- stepping ----------------------------------------------------------------------------

    def place(self) -> int | None:
        """Which disagreement is selected, from 0; None where none is."""
        comparison, selection = self.session.comparison, self.session.selection
        if comparison is None or selection is None or self.session.review is None:
            return None
        # A changed copy stands for the event it was made from.
        wanted = (selection, self.session.review.origin_of(selection))
        places = [self.places[one] for one in wanted if one in self.places]
        return min(places, default=None)

    @property
    def places(self) -> Mapping[str, int]:
        """Where in the queue each event is."""
        comparison = self.session.comparison
        queue = () if comparison is None else comparison.queue
        if queue is not self._places[0]:
            places = {event.id: k for k, item in enumerate(queue) for event in item.events}
            self._places = queue, places
        return self._places[1]

    def decision_on(self, event_id: str) -> Status | None:
        """What the person decided on an event, None where nothing yet."""
        review, person = self.session.review, self.session.person
        verdict = None if review is None or not person else review.verdict_on(event_id, person)
        return None if verdict is None else verdict.status

    def is_decided(self, item: QueueItem) -> bool:
        """Whether the person accepted, rejected or changed an event of it."""
        sides = (side.id for side in (item.a, item.b) if side is not None)
        return any(self.decision_on(one) is not None for one in sides)

    def next_disagreement(self) -> None:
        """Select the next disagreement that is not settled yet."""
        comparison = self.session.comparison
        if comparison is None:
            return
        place = self.place()
        start = 0 if place is None else place + 1
        around = (*comparison.queue[start:], *comparison.queue[:start])
        others = around if place is None else around[:-1]
        waiting = (item for item in others if not self.is_decided(item) and self._shown(item))
        first = next(waiting, None)
        if first is None:
            self.session.say(tr("There is no disagreement left to settle."))
            return
        following = chain((first,), waiting)
        fresh = next((one for one in following if one.events[0].id not in self.skipped), None)
        if fresh is None:
            self.skipped.clear()
            self._keep(_SKIPPED, "[]")
            self.session.say(tr("Once more, the skipped ones."))
        self._select(fresh or first)

    def previous_disagreement(self) -> None:
        """Select the disagreement before, settled or not."""
        comparison, place = self.session.comparison, self.place()
        if comparison is None or not comparison.queue:
            return
        if place == 0:
            self.session.say(tr("This is the first disagreement."))
            return
        before = comparison.queue[: len(comparison.queue) if place is None else place]
        item = next((item for item in reversed(before) if self._shown(item)), None)
        if item is not None:
            self._select(item)

    def step(self, direction: int) -> None:
        """On to the next open disagreement, or back."""
        if direction > 0:
            self.next_disagreement()
        else:
            self.previous_disagreement()

    def _shown(self, item: QueueItem) -> list[str]:
        """Ids of its events that are not hidden."""
        return [event.id for event in item.events if self.session.is_shown(event.id)]

    def _select(self, item: QueueItem) -> None:
        self.session.select(self._shown(item)[0])


def _as_test(scorer: str) -> int:
    """How likely a scorer is the one under test: models first, then people, then programs."""
    if scorer.startswith("model:"):
        return 3
    return 2 if scorer.startswith("human:") else 1 + _is_automatic(scorer)


def _as_truth(scorer: str) -> int:
    """How likely a scorer is the one taken for the truth: files of experts first."""
    if scorer.startswith("file:"):
        return 1 if _is_automatic(scorer) else 3
    return 2 if scorer.startswith("human:") else 0


def _is_automatic(scorer: str) -> bool:
    return "auto" in scorer.casefold()


def _holds(event_set: EventSet, kind: str) -> bool:
    return any(event.kind == kind for event in event_set.events)


def _commonest_kind(event_set: EventSet) -> str:
    kinds = [event.kind for event in event_set.events]
    return max(dict.fromkeys(kinds), key=kinds.count) if kinds else SPINDLE

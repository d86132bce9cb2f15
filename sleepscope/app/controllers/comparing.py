"""Two scorers compared whenever one of them changes; stepping through where they differ."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from sleepscope.agreement.disagreements import Disagreement, last_before, next_after
from sleepscope.app.comparison import CompareSettings, Comparison, compare
from sleepscope.app.controllers.controller import Controller
from sleepscope.app.language import tr
from sleepscope.app.session import Session
from sleepscope.constants import SPINDLE
from sleepscope.errors import SleepScopeError
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet


class Comparing(Controller):
    """Keeps the comparison up to date."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(session, window)
        self._likeliest: CompareSettings | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.compare_now)
        for signal in (
            session.recording_changed,
            session.events_changed,
            session.hypnogram_changed,
            session.compare_settings_changed,
        ):
            signal.connect(lambda *_: self._soon.start())

    def compare_now(self) -> None:
        """Compare what the settings say, after mending settings that name scorers that went."""
        settings = self._settings()
        self.session.set_compare_settings(settings)
        self._soon.stop()
        if settings is None:
            self.session.set_comparison(None)
            return
        try:
            self.session.set_comparison(self._compare(settings))
        except SleepScopeError as error:
            self.session.set_comparison(None)
            self.session.say(str(error))

    def _compare(self, settings: CompareSettings) -> Comparison:
        return compare(
            self._side(settings.a),
            self._side(settings.b),
            settings,
            self.session.hypnogram,
            self.channels_read(settings),
        )

    def _side(self, scorer: str) -> EventSet:
        """A scorer's events; a person also stands for what they accepted of others."""
        review = self.session.review
        assert review is not None
        if scorer.startswith("human:"):
            return review.accepted_set(scorer)
        return next(s for s in review.event_sets() if s.scorer == scorer)

    def channels_read(self, settings: CompareSettings) -> tuple[str, ...]:
        """Channels that the compared model read; () where only people are compared."""
        runs = [run for run in self.session.runs() if run.scorer in (settings.a, settings.b)]
        return tuple(dict.fromkeys(label for run in runs for label in run.channels))

    def _settings(self) -> CompareSettings | None:
        """What to compare: the person's choice while its scorers are there, else the likeliest."""
        sets = self.session.event_sets()
        names = [event_set.scorer for event_set in sets]
        now = self.session.compare_settings
        by_person = now is not None and now != self._likeliest
        if now is not None and by_person and now.a in names and now.b in names:
            return now
        if len(sets) < 2:
            return None
        # The last of several models is the one that was just asked for.
        a = max(reversed(sets), key=lambda s: _as_test(s.scorer)).scorer
        kind = _commonest_kind(next(s for s in sets if s.scorer == a))
        others = [s for s in sets if s.scorer != a]
        b = max(others, key=lambda s: (_holds(s, kind), _as_truth(s.scorer))).scorer
        stages = None if now is None else now.stages
        self._likeliest = CompareSettings(a, b, kind, self.session.settings.iou, stages)
        return self._likeliest

    # --- stepping ----------------------------------------------------------------------------

    def place(self) -> int | None:
        """Which disagreement is selected, from 0; None where none is."""
        comparison = self.session.comparison
        if comparison is None or self.session.selection is None:
            return None
        for index, one in enumerate(comparison.queue):
            if self.session.selection in {e.id for e in (one.a, one.b) if e is not None}:
                return index
        return None

    def next_disagreement(self) -> None:
        """Select the next disagreement."""
        self.step(1)

    def previous_disagreement(self) -> None:
        """Select the disagreement before."""
        self.step(-1)

    def step(self, direction: int) -> None:
        """Disagreements on, or back."""
        comparison = self.session.comparison
        if comparison is None:
            return
        found = self._neighbour(comparison, direction)
        if found is None:
            self.session.say(tr("There is no disagreement further on."))
            return
        event = found.a or found.b
        assert event is not None
        self.session.select(event.id)

    def _neighbour(self, comparison: Comparison, direction: int) -> Disagreement | None:
        place = self.place()
        if place is not None:
            there = place + direction
            return comparison.queue[there] if 0 <= there < len(comparison.queue) else None
        selected: Event | None = self.session.selected
        page = self.session.page
        if direction > 0:
            return next_after(comparison.queue, selected.onset if selected else page.start - 1e-6)
        return last_before(comparison.queue, selected.onset if selected else page.stop)


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

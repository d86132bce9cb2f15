"""The error atlas: what two compared scorers do not share, put into groups while somebody looks."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from sleepscope.agreement.matching import Match
from sleepscope.app.clock import clock_text, elapsed_text
from sleepscope.app.commands import ChangeEvents, SetVerdict
from sleepscope.app.comparison import CompareSettings
from sleepscope.app.controllers.comparing import Comparing
from sleepscope.app.controllers.controller import PanelController
from sleepscope.app.controllers.reviewing import Reviewing
from sleepscope.app.language import tr
from sleepscope.app.scorers import title_of
from sleepscope.app.session import Session
from sleepscope.app.views.atlas_panel import ShownGroup
from sleepscope.app.views.error_pictures import ErrorPicture
from sleepscope.errors import SleepScopeError
from sleepscope.events.event import Event, Status
from sleepscope.explain.error_atlas import PICTURE_SECONDS, ErrorAtlas, ErrorEvent, error_atlas
from sleepscope.review.step import Change

TOPIC: Final = "atlas"
# Edits and comparisons that follow each other fast start one job.
WAIT_MS: Final = 200
# Half the height of a picture, µV: the smallest that holds most of what is drawn.
SCALES: Final = (25.0, 50.0, 75.0, 100.0, 150.0, 200.0)


class Atlas(PanelController):
    """Keeps the groups in step with the comparison.

    Attributes
    ----------
    atlas : ErrorAtlas or None
    scale : float, µV
        Half the height of a picture, the same for all.
    """

    changed = Signal()
    panel_requested = Signal()

    def __init__(
        self, session: Session, window: QWidget, comparing: Comparing, reviewing: Reviewing
    ) -> None:
        super().__init__(session, window, WAIT_MS)
        self._comparing = comparing
        self._reviewing = reviewing
        self.atlas: ErrorAtlas | None = None
        self.scale = SCALES[0]
        self._known: dict[str, ErrorEvent] = {}
        self._compared: tuple[object, object] = (None, None)
        self._sentence = ""
        session.recording_changed.connect(self._forget)
        session.comparison_changed.connect(self._follow)
        session.event_filter_changed.connect(self._follow)
        session.events_changed.connect(self._follow_edit)

    def show(self) -> None:
        """Bring the panel to the front."""
        self.panel_requested.emit()

    def _forget(self) -> None:
        self._known = {}
        self.atlas = None
        self._compared = (None, None)
        self._follow()

    def _follow_edit(self, _change: Change) -> None:
        """Decisions are marked at once; other errors come with another comparison."""
        if self.session.why_models_wait:
            self._wait_for_reveal()
        elif self._is_wanted and self.atlas is not None:
            self.changed.emit()
        else:
            self._follow()

    def _wait_for_reveal(self) -> None:
        """A sitting hides what models say: no group stays, also where the panel is put away."""
        self.session.jobs.cancel_topic(TOPIC)
        self.atlas, self._compared = None, (None, None)
        self._sentence = self.session.why_models_wait
        self.changed.emit()

    def _work(self) -> None:
        session = self.session
        if session.why_models_wait:
            self._wait_for_reveal()
            return
        comparison, recording = session.comparison, session.recording
        asked = (comparison, session.event_filter)
        is_running = any(job.topic == TOPIC and not job.is_over for job in session.jobs.jobs)
        if asked == self._compared and (self.atlas is not None or is_running):
            return
        session.jobs.cancel_topic(TOPIC)
        self.atlas, self._compared = None, asked
        if comparison is None or recording is None:
            self._sentence = tr(
                "The atlas shows where two scorers differ: open an expert's events, or detect."
            )
            self.changed.emit()
            return
        shown = self._shown(comparison.outcome)
        self._sentence = tr("Measuring the errors…")
        self.changed.emit()
        waves = [
            event
            for event_set in session.shown_event_sets()
            for event in event_set.events
            if event.kind == "k_complex"
        ]
        steps = error_atlas(recording, shown, session.hypnogram, waves, dict(self._known))
        job = session.jobs.start(tr("Measuring the errors"), TOPIC, steps)
        job.succeeded.connect(self._take)
        job.failed.connect(self._fail)
        job.cancelled.connect(lambda: self._stopped(asked))

    def _shown(self, outcome: Match) -> Match:
        """Hidden events are in no group: they cannot be looked at, nor decided on."""

        def there(events: tuple[Event, ...]) -> tuple[Event, ...]:
            return tuple(event for event in events if self.session.is_shown(event.id))

        return replace(outcome, only_a=there(outcome.only_a), only_b=there(outcome.only_b))

    def _take(self, atlas: ErrorAtlas) -> None:
        self.atlas, self.scale = atlas, scale_of(atlas)
        self._known.update(atlas.errors)
        self.changed.emit()

    def _fail(self, error: BaseException) -> None:
        if isinstance(error, SleepScopeError):
            self._sentence = str(error)
            self.changed.emit()
        else:
            self.session.fail(error)

    def _stopped(self, asked: tuple[object, object]) -> None:
        if self._compared == asked and self.atlas is None:
            self._compared = (None, None)
            self._sentence = tr("Stopped. Close the panel and open it to begin again.")
            self.changed.emit()

    # --- what is shown -----------------------------------------------------------------------

    def words(self) -> str:
        """What the groups are of, or why there are none."""
        comparison, atlas = self.session.comparison, self.atlas
        if comparison is None or atlas is None:
            return self._sentence
        settings = comparison.settings
        n_extra = sum(one.side == "extra" for one in atlas.errors.values())
        n_missed = len(atlas.errors) - n_extra
        if not atlas.errors:
            return tr("{a} and {b} do not differ in any event that is shown.",
                      a=title_of(settings.a), b=title_of(settings.b))  # fmt: skip
        return tr(
            "{a} against {b}: {extra} only in {a}, {missed} missed. Each picture is "
            "{seconds}\u00a0s, {low}{scale} to {scale}\u00a0µV.",
            a=title_of(settings.a), b=title_of(settings.b), extra=n_extra, missed=n_missed,
            seconds=f"{PICTURE_SECONDS:g}", scale=f"{self.scale:g}", low="\N{MINUS SIGN}",
        )  # fmt: skip

    def groups(self) -> tuple[ShownGroup, ...]:
        """The groups as they are listed."""
        atlas, comparison = self.atlas, self.session.comparison
        if atlas is None or comparison is None:
            return ()
        made = []
        for group in atlas.groups:
            pictures = tuple(self._picture(one, comparison.settings) for one in group.errors)
            side = tr("only in A") if group.side == "extra" else tr("missed by A")
            decided = sum(bool(one.decision) for one in pictures)
            share = f"{group.share:.0%}".replace("%", " %")
            made.append(ShownGroup(side, tr(group.label), share, decided, pictures))
        return tuple(made)

    def _picture(self, error: ErrorEvent, _settings: CompareSettings) -> ErrorPicture:
        event, recording = error.event, self.session.recording
        start = None if recording is None else recording.start
        moment = clock_text(start, event.onset) or elapsed_text(event.onset)
        confidence = "" if event.confidence is None else f"  {event.confidence:.2f}"
        low = 0.5 - event.duration / 2 / PICTURE_SECONDS
        channel = event.channel or tr("all channels")
        tip = f"{channel}, {moment}, {event.duration:.2f} s: {', '.join(map(tr, error.reasons))}"
        decision = self._comparing.decision_on(event.id) or ""
        return ErrorPicture(
            event.id, moment + confidence, decision, error.picture, max(0.0, low),
            min(1.0, 1.0 - low), tip,
        )  # fmt: skip

    # --- what is decided ---------------------------------------------------------------------

    def jump(self, event_id: str) -> None:
        """Go to an error."""
        self.session.select(event_id)

    def select(self, event_ids: tuple[str, ...]) -> None:
        """Select many on the page."""
        self.session.choose(event_ids)

    def judge(self, status: Status, event_ids: tuple[str, ...]) -> None:
        """Accept or reject events in one step."""
        if not event_ids:
            return
        words = tr("{n} events accepted.") if status == "accepted" else tr("{n} events rejected.")
        self._reviewing.edit(
            SetVerdict(event_ids, status),
            lambda _change: self.session.say(words.format(n=len(event_ids))),
        )

    def relabel(self, kind: str, event_ids: tuple[str, ...]) -> None:
        """Give events another class in one step."""
        if event_ids:
            said = tr("{n} events are of another class now.", n=len(event_ids))
            self._reviewing.edit(
                ChangeEvents(event_ids, {"kind": kind}), lambda _change: self.session.say(said)
            )


def scale_of(atlas: ErrorAtlas) -> float:
    """The smallest scale that four of five pictures fit into, µV."""
    pictures = (error.picture for error in atlas.errors.values())
    heights = [np.nanmax(np.abs(one)) for one in pictures if np.isfinite(one).any()]
    most = float(np.quantile(heights, 0.8)) if heights else 0.0
    return next((one for one in SCALES if one >= most), SCALES[-1])

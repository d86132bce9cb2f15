"""The audit: begin, go through the windows, end, read the figures."""

from __future__ import annotations

import secrets
from collections import Counter

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from sleepscope.app.clock import clock_text, elapsed_text
from sleepscope.app.commands import BeginAudit, EndSitting, MarkSeen
from sleepscope.app.controllers.controller import Controller
from sleepscope.app.dialogs.asking import ask_initials
from sleepscope.app.dialogs.audit_dialog import ask_audit, ask_end, show_result
from sleepscope.app.language import tr
from sleepscope.app.scorers import title_of
from sleepscope.app.session import Session
from sleepscope.app.views.audit_panel import WindowRow
from sleepscope.errors import ReviewError, SleepScopeError
from sleepscope.events.event import Event
from sleepscope.review.audit import result_of
from sleepscope.review.sitting import Sitting

# Ten minutes: what a person is asked for before anything is said about enough.
FIRST_WINDOWS = 20


class Audit(Controller):
    """Keeps the place in the list of windows.

    Attributes
    ----------
    place : int
        Window that is on.
    """

    changed = Signal()
    begun = Signal()

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(session, window)
        self.place = 0
        session.recording_changed.connect(self._take_up)
        session.events_changed.connect(lambda _change: self.changed.emit())

    @property
    def sitting(self) -> Sitting | None:
        """The running audit."""
        sitting = self.session.sitting
        return sitting if sitting is not None and sitting.kind == "audit" else None

    def _take_up(self) -> None:
        """Go on where the review was closed."""
        sitting = self.sitting
        self.place = 0 if sitting is None else self._next_open(sitting, 0)
        if sitting is not None:
            self.go_to(self.place)
        self.changed.emit()

    # --- beginning and end -------------------------------------------------------------------

    def ask(self) -> None:
        """Begin an audit, or end the running one."""
        session, review = self.session, self.session.review
        if review is None:
            return
        if review.read_only:
            session.fail(ReviewError(f"{review.path.name} is open read-only: no audit in it."))
        elif not session.own_name:
            ask_initials(self.window, "", self._take_initials)
        elif self.sitting is not None:
            self._ask_end(self.sitting)
        elif session.sitting is not None:
            session.say(tr("You score blind, or your reveal is not ended; end it first (B)."))
        else:
            names = [s.scorer for s in review.event_sets() if s.scorer.startswith("model:")]
            if not names:
                session.fail(ReviewError("There is no model to audit yet; detect first (Ctrl+D)."))
                return
            ask_audit(self.window, {name: title_of(name) for name in names}, self._begin)

    def _take_initials(self, initials: str) -> None:
        self.session.settings.initials = initials
        self.ask()

    def _begin(self, model: str, target: float) -> None:
        session = self.session
        assert session.review is not None
        assert session.recording is not None
        found = session.review.event_set(model)
        kinds = Counter(event.kind for event in found.events) if found else Counter[str]()
        kind = kinds.most_common(1)[0][0] if kinds else "spindle"
        seed = secrets.randbits(31)
        session.select(None)
        session.do(
            BeginAudit(
                model, kind, session.recording.duration, session.hypnogram, seed,
                session.settings.iou, target,
            )
        )  # fmt: skip
        self.go_to(0)
        self.begun.emit()

    def _ask_end(self, sitting: Sitting) -> None:
        n = len(sitting.facts["seen"])
        words = tr("You scored {n} windows. Ending shows everybody's events again, and the "
                   "figures.", n=n)  # fmt: skip
        ask_end(self.window, words, lambda: self._end(sitting))

    def _end(self, sitting: Sitting) -> None:
        assert self.session.review is not None
        result = result_of(self.session.review, sitting)
        self.session.do(EndSitting(sitting))
        show_result(self.window, title_of(sitting.facts["model"]), result, sitting.facts["iou"])

    # --- going through -----------------------------------------------------------------------

    def go_to(self, place: int) -> None:
        """Show a window."""
        sitting = self.sitting
        if sitting is None:
            return
        windows = sitting.facts["windows"]
        self.place = max(0, min(place, len(windows) - 1))
        start, stop, _stratum = windows[self.place]
        self.session.set_page(start, stop - start)
        self.changed.emit()

    def step(self, by: int) -> None:
        """Windows on, or back."""
        self.go_to(self.place + by)

    def done(self) -> None:
        """The window is scored; go to the next one that is not."""
        self._mark_seen()

    def nothing(self) -> None:
        """There is nothing in the window; go on."""
        sitting = self.sitting
        if sitting is None:
            return
        n = len(self._marks(sitting, self.place))
        if n:
            self.session.say(
                tr("There are {n} marks of yours in this window; delete them, or say it is done.",
                   n=n)
            )  # fmt: skip
            return
        self._mark_seen()

    def _mark_seen(self) -> None:
        sitting = self.sitting
        if sitting is None:
            return
        try:
            self.session.do(MarkSeen(sitting, self.place))
        except SleepScopeError as error:
            self.session.fail(error)
            return
        now = self.sitting
        assert now is not None
        self.go_to(self._next_open(now, self.place))

    @staticmethod
    def _next_open(sitting: Sitting, place: int) -> int:
        seen, n = set(sitting.facts["seen"]), len(sitting.facts["windows"])
        order = [*range(place, n), *range(place)]
        return next((k for k in order if k not in seen), place)

    def _marks(self, sitting: Sitting, place: int) -> list[Event]:
        review = self.session.review
        found = None if review is None else review.event_set(sitting.facts["scorer"])
        start, stop, _stratum = sitting.facts["windows"][place]
        events = () if found is None else found.events
        return [event for event in events if start <= event.midpoint < stop]

    # --- what the panel shows ----------------------------------------------------------------

    def rows(self) -> list[WindowRow]:
        """Windows up to the first ten minutes, or some beyond the last one done."""
        sitting, recording = self.sitting, self.session.recording
        if sitting is None or recording is None:
            return []
        seen = set(sitting.facts["seen"])
        windows = sitting.facts["windows"]
        last = max(FIRST_WINDOWS, max(seen, default=0) + 6, self.place + 1)
        return [
            WindowRow(
                clock_text(recording.start, start) or elapsed_text(start),
                len(self._marks(sitting, place)),
                place in seen,
            )
            for place, (start, _stop, _stratum) in enumerate(windows[:last])
        ]

    def words(self) -> tuple[str, float]:
        """How far one is, and the share of what is needed; never the figures themselves."""
        sitting, review = self.sitting, self.session.review
        if sitting is None or review is None:
            return "", 0.0
        try:
            result = result_of(review, sitting)
        except SleepScopeError as error:
            return str(error), 0.0
        kind = sitting.facts["kind"].replace("_", " ")
        head = tr("Mark every {kind} in the window, then Alt+Enter. {n} windows done "
                  "({minutes} min).", kind=kind, n=result.n_seen,
                  minutes=f"{result.n_seen / 2:g}")  # fmt: skip
        if result.is_enough and result.n_seen:
            return head + " " + tr("Enough was seen: end the audit when you like."), 1.0
        goal = round(100 * result.target)
        widths = tr("Precision is known to ± {p} %, recall to ± {r} %; ± {goal} % is the goal.",
                    p=round(100 * result.precision.half_width),
                    r=round(100 * result.recall.half_width), goal=goal)  # fmt: skip
        if result.n_seen >= FIRST_WINDOWS:
            more = tr("About {n} more windows.", n=result.n_more)
            return f"{head} {widths} {more}", result.n_seen / (result.n_seen + result.n_more)
        more = tr("Do {n} first, ten minutes in all.", n=FIRST_WINDOWS)
        return f"{head} {widths} {more}", result.n_seen / FIRST_WINDOWS

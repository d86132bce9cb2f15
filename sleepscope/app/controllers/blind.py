"""Blind scoring, from its beginning to the report."""

from __future__ import annotations

from pathlib import Path

from sleepscope.app.commands import BeginBlind, EndSitting, Freeze, Reveal
from sleepscope.app.controllers.controller import Controller
from sleepscope.app.dialogs.asking import ask_initials
from sleepscope.app.dialogs.blind_dialog import ask_begin, ask_reveal, show_report
from sleepscope.app.dialogs.save_dialog import ask_where
from sleepscope.app.language import tr
from sleepscope.app.scorers import title_of
from sleepscope.app.session import folder_of
from sleepscope.errors import ReviewError, SleepScopeError
from sleepscope.events.event_set import Span
from sleepscope.export.atomic_write import write_whole
from sleepscope.export.csv_lines import csv_bytes
from sleepscope.review.blind import REPORT_COLUMNS, BlindReport, blind_report, report_rows
from sleepscope.review.sitting import Sitting


class Blind(Controller):
    """What key B does: begin, end, reveal, report, whichever is next."""

    def go_on(self) -> None:
        """Ask for the next step of blind scoring."""
        session = self.session
        review = session.review
        if review is None:
            return
        if review.read_only:
            session.fail(ReviewError(f"{review.path.name} is open read-only: no blind scoring."))
            return
        if not session.own_name:
            self._ask_initials()
            return
        sitting = session.sitting
        if sitting is None:
            ask_begin(self.window, self._begin)
        elif sitting.kind == "audit":
            session.say(tr("An audit is running; end it first (Analyse > Audit)."))
        elif sitting.is_hiding:
            self._ask_reveal(sitting)
        else:
            self.report(sitting)

    def _ask_initials(self) -> None:
        def take(initials: str) -> None:
            self.session.settings.initials = initials
            self.go_on()

        ask_initials(self.window, "", take)

    def _begin(self, spans: tuple[Span, ...] | None, hides_others: bool) -> None:
        self.session.select(None)
        # Raised here, the dialog shows it and stays.
        self.session.do(BeginBlind(spans, hides_others))
        self.session.say(tr("You score blind now; B ends it."))

    def _ask_reveal(self, sitting: Sitting) -> None:
        review = self.session.review
        assert review is not None
        names = [s.scorer for s in review.event_sets() if s.scorer.startswith("model:")]
        is_frozen = sitting.state == "frozen"
        stood = review.accepted_set(sitting.person).events
        n = len(sitting.facts["frozen"] if is_frozen else stood)
        models = {name: title_of(name) for name in names}
        ask_reveal(
            self.window, models, n, is_frozen=is_frozen, go=lambda model: self._end(sitting, model)
        )

    def _end(self, sitting: Sitting, model: str | None) -> None:
        session = self.session
        if sitting.state == "open" and session.recording is not None:
            session.do(Freeze(sitting, session.recording.duration))
        now = session.sitting
        if model is None or now is None:
            session.say(tr("Your events are frozen; B reveals the model."))
            return
        session.do(Reveal(now, model, session.settings.iou))
        session.say(tr("{model} is revealed; B shows what it changes.", model=title_of(model)))

    def report(self, sitting: Sitting) -> None:
        """Show how the model changed the person's mind."""
        review = self.session.review
        if review is None:
            return
        try:
            report = blind_report(review, sitting)
        except SleepScopeError as error:
            self.session.fail(error)
            return
        show_report(
            self.window,
            report,
            (title_of(report.person), title_of(report.model)),
            export=lambda: self._ask_export(report),
            end=lambda: self._finish(sitting),
        )

    def _finish(self, sitting: Sitting) -> None:
        try:
            self.session.do(EndSitting(sitting))
        except SleepScopeError as error:
            self.session.fail(error)

    def _ask_export(self, report: BlindReport) -> None:
        stem = Path(self.session.name).stem
        suggestion = folder_of(self.session) / f"{stem}-reveal.csv"
        ask_where(
            self.window,
            tr("Export the report"),
            suggestion,
            tr("CSV (*.csv)"),
            lambda path: self.write_report(path, report),
        )

    def write_report(self, path: Path, report: BlindReport) -> None:
        """Write the edits since the reveal as CSV, or say why that is not possible."""
        try:
            write_whole({path: csv_bytes([REPORT_COLUMNS, *report_rows(report)])})
        except SleepScopeError as error:
            self.session.fail(error)
            return
        self.session.say(tr("Report written to {path}", path=path))

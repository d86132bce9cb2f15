"""The agreement worked out in the background, consensus sets, and the report as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from sleepscope.agreement.agreement_report import (
    AgreementReport,
    ReportInput,
    ReportSettings,
    agreement_report,
)
from sleepscope.agreement.consensus import PREFIX, Consensus
from sleepscope.app.commands import ImportSet
from sleepscope.app.comparison import is_on, of_kind
from sleepscope.app.controllers.comparing import CALM_MS, Comparing
from sleepscope.app.controllers.controller import PanelController
from sleepscope.app.dialogs.consensus_dialog import ask_consensus
from sleepscope.app.dialogs.save_dialog import ask_where
from sleepscope.app.language import tr
from sleepscope.app.report_pdf import write_pdf
from sleepscope.app.scorers import compared_titles, title_of, titles, trained_scorers
from sleepscope.app.session import Session, folder_of
from sleepscope.errors import SleepScopeError
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.export.report import write_report
from sleepscope.recordings.neutral_name import file_stems, neutral_scorers

TOPIC: Final = "agreement"
# While the IoU is dragged only its last value is resampled.
DRAG_MS: Final = 80


class Agreeing(PanelController):
    """Keeps the report in step with the comparison."""

    changed = Signal()

    def __init__(self, session: Session, window: QWidget, comparing: Comparing) -> None:
        super().__init__(session, window)
        self._comparing = comparing
        self.report: AgreementReport | None = None
        self.stagings: tuple[str, str] | None = None
        session.stages.changed.connect(self._follow)
        session.hypnogram_changed.connect(self._follow)
        session.comparison_changed.connect(self._follow_comparison)

    def _looked_at(self) -> None:
        if self.report is None:
            self._work()

    def _put_away(self) -> None:
        """What was to come still comes, and the old report goes."""

    def _follow(self) -> None:
        """The figures by stage, and those of two hypnograms, change although no event does.

        A key that stages is followed by the next one; their last one counts.
        """
        if self._is_wanted:
            self._soon.start(CALM_MS)

    def _follow_comparison(self) -> None:
        """The old report is nobody's any more; the panel shows it until the new one is there."""
        self.session.jobs.cancel_topic(TOPIC)
        self.report = None
        if self.session.comparison is None:
            self._soon.stop()
            self.changed.emit()
        elif self._is_wanted:
            self._soon.start(DRAG_MS)

    def _work(self) -> None:
        self.session.jobs.cancel_topic(TOPIC)
        self.report = None
        if not self._is_wanted or self.session.comparison is None:
            self.changed.emit()
            return
        steps = agreement_report(*self._question())
        job = self.session.jobs.start(tr("Working out the agreement"), TOPIC, steps)
        job.succeeded.connect(self._keep)
        job.failed.connect(self.session.fail)

    def _keep(self, report: AgreementReport) -> None:
        self.report = report
        self.changed.emit()

    def _question(self) -> tuple[ReportInput, ReportSettings]:
        session = self.session
        comparison, recording = session.comparison, session.recording
        assert comparison is not None
        assert recording is not None
        settings = comparison.settings

        def side(scorer: str) -> EventSet:
            found = of_kind(self._comparing.side(scorer), settings.kind)
            if not comparison.channels:
                return found
            return found.with_events(e for e in found.events if is_on(e, comparison.channels))

        others = [name for name in compared_titles(session) if name != settings.a]
        sets = [one for one in map(side, others) if one.events or one.scorer == settings.b]
        # Who judged the events of others is no second opinion.
        judges = {v.scorer for v in session.review.verdicts().values()} if session.review else set()
        experts = [s for s in sets if _is_expert(s.scorer) and s.scorer not in judges]
        hypnograms = self._stagings()
        given = ReportInput(
            side(settings.a),
            side(settings.b),
            recording.duration,
            sets,
            experts if len(experts) > 1 else (),
            session.hypnogram,
            hypnograms,
            trained_scorers(session, (settings.a, *others)),
        )
        return given, ReportSettings(
            settings.kind, settings.iou, "scored", settings.stages, note=comparison.channel_note
        )

    def stagers(self) -> dict[str, str]:
        """Title of everybody who staged the night."""
        review = self.session.review
        return {} if review is None else {name: title_of(name) for name in review.hypnograms()}

    def choose_stagings(self, first: str, second: str) -> None:
        """Compare the stages of these two."""
        self.stagings = (first, second)
        self._work()

    def _stagings(self) -> tuple[Hypnogram, Hypnogram] | None:
        """The two hypnograms that were chosen, else the night's and the first other one."""
        review = self.session.review
        found = {} if review is None else dict(review.hypnograms())
        if len(found) < 2:
            self.stagings = None
            return None
        if self.stagings is None or not set(self.stagings) <= set(found):
            night = self.session.hypnogram
            is_there = night is not None and night.scorer in found
            first = night.scorer if night is not None and is_there else next(iter(found))
            self.stagings = (first, next(name for name in found if name != first))
        return found[self.stagings[0]], found[self.stagings[1]]

    # --- consensus ---------------------------------------------------------------------------

    def ask_consensus(self) -> None:
        """Ask whom to merge, and how."""
        ask_consensus(self.window, compared_titles(self.session), self.add_consensus)

    def add_consensus(self, consensus: Consensus) -> str:
        """Make a scorer of the consensus; it is one step of undo, the members stay as they are.

        Raises
        ------
        SettingsError
            If a member is not there.
        """
        names = compared_titles(self.session)
        made = consensus.of({name: self._comparing.side(name) for name in names})
        # A blind scoring may hide what is made here, so its events are counted before.
        name = self.session.do(ImportSet(made)).scorer or consensus.name
        words = tr("{n} events in the consensus {name}.", n=len(made.events), name=title_of(name))
        self.session.say(words)
        return name

    def update_consensus(self) -> None:
        """Make every consensus anew from its members as they are now; the older sets stay."""
        names = compared_titles(self.session)
        # A name with a number is a later making of the same consensus.
        asked = {}
        for name in names:
            if name.startswith(PREFIX):
                try:
                    consensus = Consensus.parse(name, names)
                except SleepScopeError:
                    continue  # Renamed by a person, so that nobody knows its members.
                asked[consensus.name] = consensus
        if not asked:
            self.session.say(tr("There is no consensus whose members are known."))
            return
        before = set(titles(self.session))
        try:
            made = [self.add_consensus(consensus) for consensus in asked.values()]
        except SleepScopeError as error:
            self.session.fail(error)
            return
        fresh = [title_of(name) for name in made if name not in before]
        if fresh:
            self.session.say(tr("Made anew: {names}.", names=", ".join(fresh)))
        else:
            self.session.say(tr("Every consensus is as its members are now."))

    # --- report ------------------------------------------------------------------------------

    def ask_report(self) -> None:
        """Ask where to write the report."""
        self.set_wanted(True)
        names = tr("Page (*.html);;PDF (*.pdf);;Table (*.csv)")
        suggestion = folder_of(self.session) / "agreement.html"
        ask_where(self.window, tr("Export the agreement"), suggestion, names, self.write)

    def write(self, path: Path) -> None:
        """Write the report, or say why it cannot be."""
        if self.report is None:
            self.session.say(tr("The agreement is not worked out yet; try again in a moment."))
            return
        report, recording = self.report, self.session.recording
        if recording is not None:
            # A page for others does not say how the recording's file is called.
            report = report.renamed(neutral_scorers(report.scorers, file_stems(recording)))
        try:
            if path.suffix.lower() == ".pdf":
                write_pdf(path, report, title_of)
            else:
                write_report(path, report, title_of)
        except SleepScopeError as error:
            self.session.fail(error)
            return
        self.session.say(tr("Agreement written to {path}", path=path))


def _is_expert(scorer: str) -> bool:
    """Whether a person scored by themselves: not a model, not a program, nothing derived."""
    return not scorer.startswith(("model:", PREFIX)) and "auto" not in scorer.casefold()

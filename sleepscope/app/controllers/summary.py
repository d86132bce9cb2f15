"""The night summary: counted at once, measured in the background, written as CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from sleepscope.app.controllers.controller import PanelController
from sleepscope.app.dialogs.save_dialog import ask_where
from sleepscope.app.language import tr
from sleepscope.app.scorers import compared_set, compared_titles
from sleepscope.app.session import Session, folder_of
from sleepscope.errors import SleepScopeError
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.export.summary_csv import write_summary
from sleepscope.recordings.neutral_name import file_stems
from sleepscope.summary import cycles, measures
from sleepscope.summary.measures import EventMeasures, measure_events
from sleepscope.summary.night import SummaryRow, summary_rows

TOPIC: Final = "summary"


class Summary(PanelController):
    """Keeps the summary in step with the events, while somebody looks."""

    changed = Signal()

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(session, window)
        self.rows: tuple[SummaryRow, ...] = ()
        self._measured: dict[str, EventMeasures] = {}
        self._seen: dict[str, Event] = {}
        self._asked: list[Event] = []
        session.recording_changed.connect(self._forget)
        session.events_changed.connect(lambda *_: self._work())
        session.hypnogram_changed.connect(self._work)

    @property
    def rule(self) -> str:
        """How the figures come about."""
        return measures.RULE if self.session.hypnogram is None else f"{measures.RULE} {cycles.RULE}"

    def _looked_at(self) -> None:
        self._work()

    def _forget(self) -> None:
        self._measured = {}
        self._seen = {}
        self.rows = ()
        self._work()

    def _work(self) -> None:
        """At once: counting takes no time that a person would notice."""
        recording = self.session.recording
        if not self._is_wanted or recording is None:
            return
        self._count()
        events = [event for one in self._sets() for event in one.events]
        fresh = [event for event in events if self._seen.get(event.id) != event]
        if fresh:
            self._asked = fresh
            steps = measure_events(recording, fresh)
            job = self.session.jobs.start(tr("Measuring events"), TOPIC, steps)
            job.succeeded.connect(self._take)
            job.failed.connect(self.session.fail)

    def _sets(self) -> list[EventSet]:
        """Everybody's events; a person's with those they accepted, as they are compared."""
        if self.session.review is None:
            return []
        return [compared_set(self.session, scorer) for scorer in compared_titles(self.session)]

    def _take(self, found: dict[str, EventMeasures]) -> None:
        self._measured |= found
        self._seen |= {event.id: event for event in self._asked}
        self._count()

    def _count(self) -> None:
        recording = self.session.recording
        if recording is None:
            return
        sets = self._sets()
        self.rows = summary_rows(sets, recording.duration, self.session.hypnogram, self._measured)
        self.changed.emit()

    def ask_export(self) -> None:
        """Ask where to write the summary."""
        self.set_wanted(True)
        suggestion = folder_of(self.session) / "summary.csv"
        title, names = tr("Export the night summary"), tr("CSV (*.csv)")
        ask_where(self.window, title, suggestion, names, self.write)

    def write(self, path: Path) -> None:
        """Write the summary, or say why it cannot be."""
        recording = self.session.recording
        stems = () if recording is None else file_stems(recording)
        try:
            write_summary(path, self.rows, stems)
        except SleepScopeError as error:
            self.session.fail(error)
            return
        self.session.say(tr("Summary written to {path}", path=path))

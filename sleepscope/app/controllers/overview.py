"""Extremes of whole channels, read once in the background, so that long pages come at once."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QWidget

from sleepscope.app.controllers.controller import Controller
from sleepscope.app.language import tr
from sleepscope.app.session import Session
from sleepscope.app.views.page_pyramids import Wanted, build_pyramids
from sleepscope.signals.filters import RAW

TOPIC: Final = "overview"
# Shorter pages are read from the file in the time of a paint.
LONG_PAGE_SECONDS: Final = 240.0


class Overview(Controller):
    """Builds what long pages need as soon as one is shown."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(session, window)
        self._building: Wanted = ()
        for signal in (session.page_changed, session.view_changed, session.recording_changed):
            signal.connect(self._follow)

    def _follow(self) -> None:
        session = self.session
        recording = session.recording
        if recording is None or session.page.length < LONG_PAGE_SECONDS:
            return
        filters = session.filters()
        wanted = tuple(
            (label, filters.get(label, RAW))
            for label in session.channels
            if (label, filters.get(label, RAW)) not in session.built_pyramids
        )
        if not wanted or wanted == self._building:
            return
        self._building = wanted
        steps = build_pyramids(recording, wanted)
        job = session.jobs.start(tr("Reading the whole night"), TOPIC, steps)
        job.partial.connect(session.keep_pyramids)
        job.succeeded.connect(session.keep_pyramids)
        job.failed.connect(session.fail)
        job.ended.connect(lambda number=job.number: self._forget(number))
        self._number = job.number

    def _forget(self, number: int) -> None:
        if number == self._number:
            self._building = ()

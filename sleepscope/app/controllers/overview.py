"""The overviews of the night: which are shown, and the extremes that long pages are drawn from."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from sleepscope.app.controllers.controller import Controller
from sleepscope.app.language import tr
from sleepscope.app.session import Session
from sleepscope.app.views.page_pyramids import Wanted, find_pyramids
from sleepscope.errors import SleepScopeError
from sleepscope.review.kept_extremes import KeptExtremes
from sleepscope.signals.filters import RAW

TOPIC: Final = "overview"
# Shorter pages are read from the file in the time of a paint.
LONG_PAGE_SECONDS: Final = 240.0


class Overview(Controller):
    """Builds what long pages need as soon as one is shown, and again where that failed.

    Signals
    -------
    parts_changed()
        Other overviews are to be shown.
    """

    parts_changed = Signal()

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(session, window)
        self._building: Wanted = ()
        self._failed: Wanted = ()
        self._number = 0
        for signal in (session.page_changed, session.view_changed, session.recording_changed):
            signal.connect(self._follow)

    # --- which are shown ---------------------------------------------------------------------

    def set_hypnogram(self, on: bool) -> None:
        """Show or hide the night's stages."""
        self._set("hypnogram", on)

    def set_others(self, on: bool) -> None:
        """Show or hide the stages of other scorers."""
        self._set("others", on)

    def set_density(self, on: bool) -> None:
        """Show or hide where scorers have events."""
        self._set("density", on)

    def set_spectrogram(self, on: bool) -> None:
        """Show or hide the spectrogram."""
        self._set("spectrogram", on)

    def _set(self, part: str, on: bool) -> None:
        settings = self.session.settings
        parts = tuple(p for p in settings.overviews if p != part)
        settings.overviews = (*parts, part) if on else parts
        self.parts_changed.emit()

    def set_all(self, on: bool) -> None:
        """Show the overviews, or give their place to the traces."""
        self.session.settings.overviews_on = on
        self.parts_changed.emit()

    # --- extremes for long pages -------------------------------------------------------------

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
        assert session.review is not None
        kept = KeptExtremes(recording, session.review.path, is_read_only=session.review.read_only)
        steps = find_pyramids(recording, wanted, kept)
        job = session.jobs.start(tr("Reading the whole night"), TOPIC, steps)
        job.partial.connect(session.keep_pyramids)
        job.succeeded.connect(session.keep_pyramids)
        job.succeeded.connect(self._forgive)
        job.failed.connect(lambda error, wanted=wanted: self._fail(wanted, error))
        job.ended.connect(lambda number=job.number: self._forget(number))
        self._number = job.number

    def _forgive(self) -> None:
        self._failed = ()

    def _fail(self, wanted: Wanted, error: BaseException) -> None:
        """Try once more by itself, then say it; the next page or channel tries again."""
        if not isinstance(error, SleepScopeError):
            self.session.fail(error)
        elif self._failed != wanted:
            self._failed = wanted
            self._building = ()
            self._follow()
        else:
            self.session.notice(
                tr("The overview cannot be read: {why} Turn the page to try again.", why=error)
            )

    def _forget(self, number: int) -> None:
        if number == self._number:
            self._building = ()

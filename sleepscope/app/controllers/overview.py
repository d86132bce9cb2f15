"""Extremes of whole channels, read once in the background, so that long pages come at once."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from sleepscope.app.controllers.controller import Controller
from sleepscope.app.language import tr
from sleepscope.app.session import Session
from sleepscope.progress import Progress, Steps
from sleepscope.recordings.recording import Recording
from sleepscope.signals.envelope import Pyramid, build_pyramid
from sleepscope.signals.filters import RAW, FilterSettings, apply, run_in_seconds

TOPIC: Final = "overview"
# Shorter pages are read from the file in the time of a paint.
LONG_PAGE_SECONDS: Final = 240.0

Wanted = tuple[tuple[str, FilterSettings], ...]
Built = dict[tuple[str, FilterSettings], Pyramid]


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


def build_pyramids(recording: Recording, wanted: Wanted) -> Steps[Built]:
    """Read channels with their display filters.

    Yields
    ------
    Progress
        ``partial`` holds the pyramids that are whole already.

    Returns
    -------
    mapping of (label, filter) to Pyramid
    """
    message = tr("Reading the whole night")
    built: Built = {}
    for index, (label, settings) in enumerate(wanted):
        steps = pyramid_of(recording, label, settings)
        while True:
            try:
                part = next(steps)
            except StopIteration as stop:
                built = {**built, (label, settings): stop.value}
                break
            yield Progress(index + part.fraction, len(wanted), message, built)
    return built


def pyramid_of(recording: Recording, label: str, settings: FilterSettings) -> Steps[Pyramid]:
    """Extremes of one channel as the page shows it."""
    channel = recording.channel(label)
    sfreq = channel.sfreq
    shown = settings.below_nyquist(sfreq)
    run_in = run_in_seconds(shown)

    def read(first: int, behind: int) -> NDArray[np.floating]:
        start, stop = first / sfreq - run_in, behind / sfreq + run_in
        raw = recording.read(label, start, stop)
        skip = first - max(0, round(start * sfreq))
        return apply(raw, sfreq, shown)[skip : skip + behind - first]

    return build_pyramid(read, channel.n_samples, sfreq)

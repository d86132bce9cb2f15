"""Computes the spectrogram of the night, of a channel that the person may choose."""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from sleepscope.app.controllers.controller import Controller, pause
from sleepscope.app.language import tr
from sleepscope.app.session import Session
from sleepscope.errors import SleepScopeError
from sleepscope.recordings.recording import Recording
from sleepscope.signals.spectrogram import compute_spectrogram

TOPIC: Final = "spectrogram"
# The first page comes first: reading a whole channel would compete with it for the disk.
DELAY_MS: Final = 300
# Central derivations show spindles, slow waves and alpha; the AASM manual stages by them too.
_CENTRAL: Final = re.compile(r"C[34z]", re.IGNORECASE)


class Spectrum(Controller):
    """Starts the work once a recording is open and the strip is shown, and again if it failed."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(session, window)
        self._soon = pause(self, self._begin, DELAY_MS)
        self._running = ""
        self._failed_once: set[str] = set()
        session.recording_changed.connect(self._follow)

    def _follow(self) -> None:
        self._soon.stop()
        self._failed_once.clear()
        recording = self.session.recording
        if recording is None:
            return
        last = self.session.settings.spectrum_channel
        self.session.spectrum.show(usual_channel(recording, self.session.channels, last))
        self.refresh()

    def refresh(self) -> None:
        """Compute soon what is to be shown and is not known yet."""
        if self.session.recording is not None and "spectrogram" in self.session.settings.overviews:
            self._soon.start()

    def choose(self, channel: str) -> None:
        """Show another channel, or the same anew after it failed."""
        self.session.settings.spectrum_channel = channel
        self._failed_once.discard(channel)
        self.session.spectrum.show(channel)
        self._begin()

    def _begin(self) -> None:
        session = self.session
        channel = session.spectrum.channel
        recording = session.recording
        if recording is None or not channel or session.spectrum.shown is not None:
            return
        if self._running == channel:
            return
        made = recording.channel(channel)
        message = tr("Spectrogram of {label}", label=channel)
        read = _Reader(recording, channel)
        steps = compute_spectrogram(read, made.n_samples, made.sfreq, message)
        job = session.jobs.start(message, TOPIC, steps)
        self._running = channel
        job.succeeded.connect(lambda found: session.spectrum.keep(channel, found))
        job.failed.connect(lambda error: self._fail(channel, error))
        job.cancelled.connect(lambda: self._stop(channel))
        job.ended.connect(lambda: self._end(channel))

    def _end(self, channel: str) -> None:
        if self._running == channel:
            self._running = ""
        if channel in self._failed_once and not self.session.spectrum.trouble:
            self._soon.start()

    def _fail(self, channel: str, error: BaseException) -> None:
        """Try once more (a disk of a network may come back), then say it."""
        if channel not in self._failed_once and isinstance(error, SleepScopeError):
            self._failed_once.add(channel)
            return
        self._failed_once.discard(channel)
        words = str(error) if isinstance(error, SleepScopeError) else tr("it failed")
        self._say(channel, words)
        if not isinstance(error, SleepScopeError):
            self.session.fail(error)

    def _stop(self, channel: str) -> None:
        self._say(channel, tr("stopped"))

    def _say(self, channel: str, why: str) -> None:
        if self.session.spectrum.channel == channel and self.session.recording is not None:
            self.session.spectrum.fail(
                tr("No spectrogram of {channel}: {why} Right-click to try again.",
                   channel=channel, why=why if why.endswith(".") else f"{why}.")
            )  # fmt: skip


class _Reader:
    """Reads samples of one channel by their numbers, as they are in the file."""

    def __init__(self, recording: Recording, label: str) -> None:
        self._recording, self._label = recording, label
        self._sfreq = recording.channel(label).sfreq

    def __call__(self, first: int, behind: int) -> NDArray[np.floating[Any]]:
        return self._recording.read(self._label, first / self._sfreq, behind / self._sfreq)


def usual_channel(recording: Recording, shown: tuple[str, ...], last: str) -> str:
    """The channel to show first: the one shown last, a central EEG, any EEG, or the first."""
    labels = [channel.label for channel in recording.channels]
    if last in labels:
        return last
    brain = [c.label for c in recording.channels if c.kind == "EEG"]
    # Shown ones first: montages leave out reference electrodes.
    brain.sort(key=lambda label: (label not in shown, not _CENTRAL.search(label)))
    return next(iter(brain or shown or labels), "")

"""The ruler: what it lies on and what it reads."""

from __future__ import annotations

import dataclasses

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from sleepscope.app.controllers.controller import Controller
from sleepscope.app.language import tr
from sleepscope.app.session import Session
from sleepscope.app.views.page_signals import read_page_signals
from sleepscope.app.views.ruler import Ruler
from sleepscope.recordings.recording import sample_range
from sleepscope.signals.filters import RAW
from sleepscope.signals.measure import measure

# Longest stretch that is read, s: more would stop the window for moments while it is dragged.
LONGEST_READ = 120.0


class Measuring(Controller):
    """Measures stretches of a channel as it is shown, filters and all.

    Attributes
    ----------
    is_on : bool
        Whether a drag over a trace measures.
    ruler : Ruler or None
        What was measured last.
    """

    changed = Signal()

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(session, window)
        self.is_on = False
        self.ruler: Ruler | None = None
        session.recording_changed.connect(self.leave)

    def set_measuring(self, on: bool) -> None:
        """Let a drag measure, or mark events again."""
        if on == self.is_on:
            return
        self.is_on = on
        self.ruler = None
        if on:
            self.session.say(tr("Ruler: drag over a trace to measure it. Esc leaves the ruler."))
        self.changed.emit()

    def leave(self) -> None:
        """Put the ruler away."""
        if self.is_on or self.ruler is not None:
            if self.is_on:
                self.session.say("")  # how to measure is no longer of use
            self.is_on, self.ruler = False, None
            self.changed.emit()

    def measure(self, label: str, start: float, stop: float) -> None:
        """Lay the ruler on ``[start, stop)`` of a channel."""
        recording = self.session.recording
        if recording is None or stop <= start:
            return
        channel = recording.channel(label)
        ruler = Ruler(label, start, stop, channel.unit, None)
        if stop - start <= LONGEST_READ:
            settings = self.session.filters().get(label, RAW)
            key = (label, start, stop - start, settings)
            signal = read_page_signals(recording, [key])[key]
            # A page has a sample more at either edge than it shows.
            first, behind = sample_range(start, stop, channel.sfreq, channel.n_samples)
            shown = signal.samples[max(0, first - signal.first) : max(0, behind - signal.first)]
            reading = measure(np.asarray(shown, np.float64), channel.sfreq)
            ruler = dataclasses.replace(ruler, reading=reading)
        self.ruler = ruler
        self.changed.emit()

    def measure_selected(self) -> None:
        """Lay the ruler on the selected event, on its channel or on the first one shown."""
        event = self.session.selected
        label = self.session.channels[0] if self.session.channels else None
        if event is None or label is None:
            return
        self.measure(event.channel or label, event.onset, event.stop)

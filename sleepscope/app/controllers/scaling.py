"""How large the waves are: µV in a millimetre of the screen, or in a lane."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QScreen

from sleepscope.app import screen_scale
from sleepscope.app.controllers.controller import Controller
from sleepscope.app.dialogs.calibration_dialog import ask_calibration
from sleepscope.app.dialogs.sensitivity_dialog import ask_sensitivity
from sleepscope.app.language import tr
from sleepscope.app.views.gains import (
    SENSITIVITIES,
    default_scale,
    default_sensitivity,
    is_calibrated,
    next_sensitivity,
    round_number,
    round_number_below,
)
from sleepscope.app.views.page_canvas import PageCanvas
from sleepscope.app.views.page_mouse import GAIN_PER_CLICK
from sleepscope.recordings.channel import Channel

GRIDS = ("time", "amplitude")
# Of the samples of a page, to fit it: single spikes may leave their lane.
FITTING_SHARE = 0.99
# µV/mm that a channel is drawn at.
Shown = Callable[[str], float | None]


class Scaling(Controller):
    """Amplitude, calibration and grids."""

    grids_changed = Signal()

    @property
    def screen(self) -> QScreen:
        """The screen that the window is on."""
        return self.window.screen() or QGuiApplication.primaryScreen()

    @property
    def pixels_per_mm(self) -> float:
        """Logical pixels in a millimetre of the screen."""
        return screen_scale.pixels_per_mm(self.screen, self.session.settings)

    def sensitivities(self) -> dict[str, float]:
        """µV/mm of every shown channel that has one; empty where waves fit their lanes."""
        if not self.session.settings.calibrated:
            return {}
        return {c.label: self._sensitivity(c) for c in self._calibrated()}

    def _calibrated(self) -> Iterable[Channel]:
        recording = self.session.recording
        if recording is None:
            return ()
        shown = (recording.channel(label) for label in self.session.channels)
        return (channel for channel in shown if is_calibrated(channel))

    def _sensitivity(self, channel: Channel) -> float:
        own = self.session.own_sensitivities.get(channel.label)
        recording = self.session.recording
        n_channels = 0 if recording is None else len(recording.channels)
        default = default_sensitivity(channel, n_channels)
        return own or self.session.settings.sensitivity(channel.kind, default)

    def words(self, pixels_per_second: float, shown: Shown) -> str:
        """Sensitivity of the EEG (else of the first channel) and speed of the page.

        ``shown`` are the µV/mm that a channel is drawn at: on long pages other ones than set.
        """
        return self.words_at(pixels_per_second / self.pixels_per_mm, shown)

    def words_at(self, speed: float, shown: Shown) -> str:
        """The same for a speed in mm/s, on paper for example."""
        kinds: dict[str, set[float]] = {}
        for channel in self._calibrated() if self.session.settings.calibrated else ():
            drawn = shown(channel.label) or self._sensitivity(channel)
            kinds.setdefault(channel.kind, set()).add(drawn)
        parts = []
        kind = "EEG" if "EEG" in kinds else next(iter(kinds), "")
        if kind:
            values = sorted(kinds[kind])
            amount = "–".join(dict.fromkeys(f"{v:g}" for v in (values[0], values[-1])))
            parts.append(f"{kind} {amount} µV/mm")
        if parts and self.session.settings.is_clipped:
            parts.append(tr("waves cut at their lanes"))
        if speed >= 0.1:
            parts.append(f"{speed:.2g} mm/s" if speed < 10 else f"{speed:.0f} mm/s")
        return ", ".join(parts)

    # --- larger and smaller ------------------------------------------------------------------

    def amplify(self, direction: int) -> None:
        """Higher waves (above 0) or lower ones on all channels, by one step."""
        self._step(self.session.channels, direction)

    def amplify_one(self, label: str, factor: float) -> None:
        """Higher waves (factor above 1) or lower ones on one channel."""
        clicks = round(math.log(factor) / math.log(GAIN_PER_CLICK)) or (1 if factor > 1 else -1)
        if label in self.sensitivities():
            for _ in range(abs(clicks)):
                self._step((label,), clicks)
        else:
            self.session.set_gains({label: self._span(label) / factor})

    def _step(self, labels: Iterable[str], direction: int) -> None:
        now = self.sensitivities()
        labels = tuple(labels)
        steps = {label: next_sensitivity(now[label], direction) for label in labels if label in now}
        spans = {label: self._span(label) for label in labels if label not in now}
        self.session.set_amplitudes(
            {label: next_span(span, direction) for label, span in spans.items()}, steps
        )

    def _span(self, label: str) -> float:
        known = self.session.gains.get(label)
        recording = self.session.recording
        if known is not None or recording is None:
            return known or 1.0
        return default_scale(recording, recording.channel(label)).span

    def fit_page(self) -> None:
        """EEG, EOG and ECG each at the clinical step at which this page fits its lanes."""
        layers = self.window.findChild(PageCanvas).layers
        needed: dict[str, float] = {}
        for channel in self._calibrated():
            signal, row = layers.shown_signal(channel.label), layers.geometry.row(channel.label)
            # The tone of a chin is compared from page to page, so its sensitivity stays.
            if signal is None or row is None or channel.kind == "EMG":
                continue
            samples = np.abs(signal.samples[np.isfinite(signal.samples)])
            if len(samples):
                # What reaches to either side of the lane's middle, but for one sample in a hundred.
                place = int(FITTING_SHARE * (len(samples) - 1))
                reach = 2 * float(np.partition(samples, place)[place])
                step = reach * self.pixels_per_mm / row.trace.height
                needed[channel.kind] = max(step, needed.get(channel.kind, 0.0))
        if not needed:
            self.session.say(
                tr("Only pages up to five minutes are fitted; longer ones always fit.")
            )
            return
        for kind, value in needed.items():
            needed[kind] = next((s for s in SENSITIVITIES if s >= value), SENSITIVITIES[-1])
        steps = {c.label: needed[c.kind] for c in self._calibrated() if c.kind in needed}
        self.session.settings.calibrated = True
        self.session.set_sensitivities(steps)
        words = ", ".join(f"{kind} {value:g}" for kind, value in needed.items())
        self.session.say(tr("µV/mm that fit this page: {words}", words=words))

    def set_clipped(self, on: bool) -> None:
        """Cut waves at the edges of their lanes, or let them run over, as on paper."""
        if on != self.session.settings.is_clipped:
            self.session.settings.is_clipped = on
            self.session.view_changed.emit()

    # --- asking ------------------------------------------------------------------------------

    def ask_sensitivity(self) -> None:
        """Ask for the µV/mm of each kind of channel."""
        now: dict[str, float] = {}
        for channel in self._calibrated():
            now.setdefault(channel.kind, self._sensitivity(channel))
        if not now:
            self.session.notice(tr("No channel in µV is shown, so none has a sensitivity."))
            return
        ask_sensitivity(self.window, now, SENSITIVITIES, self.set_kinds)

    def set_kinds(self, wanted: Mapping[str, float]) -> None:
        """Show every channel of these kinds at so many µV/mm, in this recording and the next."""
        for kind, value in wanted.items():
            self.session.settings.set_sensitivity(kind, value)
        steps = {c.label: wanted[c.kind] for c in self._calibrated() if c.kind in wanted}
        self.session.settings.calibrated = True
        self.session.set_sensitivities(steps)

    def set_calibrated(self, on: bool) -> None:
        """Draw in µV/mm of the screen, or so that waves fit their lanes."""
        if on != self.session.settings.calibrated:
            self.session.settings.calibrated = on
            self.session.view_changed.emit()

    def ask_calibration(self) -> None:
        """Let the person measure the screen."""
        screen, settings = self.screen, self.session.settings

        def take(bar_pixels: float, bar_mm: float) -> None:
            screen_scale.keep_measured(screen, settings, bar_pixels, bar_mm)
            self.session.view_changed.emit()

        name = screen.model() or screen.name() or tr("this screen")
        ask_calibration(self.window, name, self.pixels_per_mm, take)

    # --- grids -------------------------------------------------------------------------------

    def set_grid(self, name: str, on: bool) -> None:
        """Show or hide the lines of "time" or of "amplitude"."""
        chosen = set(self.session.settings.grids) - {name} | ({name} if on else set())
        grids = tuple(grid for grid in GRIDS if grid in chosen)
        if grids != self.session.settings.grids:
            self.session.settings.grids = grids
            self.grids_changed.emit()

    def set_time_grid(self, on: bool) -> None:
        """Show or hide the lines of seconds and epochs."""
        self.set_grid("time", on)

    def set_amplitude_grid(self, on: bool) -> None:
        """Show or hide the lines at ±37.5 µV of every EEG lane."""
        self.set_grid("amplitude", on)


def next_span(span: float, direction: int) -> float:
    """The next of 1, 2 and 5 times a power of ten: a smaller span makes higher waves."""
    if direction > 0:
        return round_number_below(span * 0.99)
    return round_number(span * 1.01)

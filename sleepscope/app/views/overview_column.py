"""The strips of the whole night, one under the other on one time line."""

from __future__ import annotations

import datetime
import math
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from sleepscope.app.theme import Theme
from sleepscope.app.views.event_density import EventDensity
from sleepscope.app.views.hypnogram_view import HypnogramView
from sleepscope.app.views.night_axis import NightAxis
from sleepscope.app.views.night_strip import NightStrip
from sleepscope.app.views.spectrogram_view import SpectrogramView
from sleepscope.app.views.stage_rows import StageRows

# Parts that a person can hide, in the order in which they stand.
PARTS: Final = ("hypnogram", "others", "density", "spectrogram")
# Of the night's part of the window; what goes first where the parts need more.
MOST_SHARE: Final = 0.36
# Height of a line of usual text, px: with larger text the share falls, as the traces lose by more.
USUAL_LINE: Final = 17.0
FIRST_AWAY: Final = ("spectrogram", "density", "others")


class OverviewColumn(QWidget):
    """Hypnogram, other scorers' stages, events and spectrogram; click and drag travel in all.

    Signals
    -------
    jump_requested(time), selection_requested(time), range_selected(start, stop)
        As of :class:`NightStrip`.
    stages_menu_requested(scorer or None, global position)
        None for the night's stages.
    spectrogram_menu_requested(global position)
    """

    jump_requested = Signal(float)
    selection_requested = Signal(float)
    range_selected = Signal(float, float)
    stages_menu_requested = Signal(object, QPoint)
    spectrogram_menu_requested = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hypnogram = HypnogramView(self)
        self.others = StageRows(self)
        self.density = EventDensity(self)
        self.spectrogram = SpectrogramView(self)
        self.axis = NightAxis(self)
        self._parts = PARTS
        self._height = math.inf
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for strip in self.strips:
            column.addWidget(strip)
            strip.jump_requested.connect(self.jump_requested)
            strip.selection_requested.connect(self.selection_requested)
            strip.range_selected.connect(self.range_selected)
        self.hypnogram.menu_requested.connect(
            lambda _place, position: self.stages_menu_requested.emit(None, position)
        )
        self.others.menu_requested.connect(self._ask_menu_of_row)
        self.spectrogram.menu_requested.connect(
            lambda _place, position: self.spectrogram_menu_requested.emit(position)
        )

    @property
    def strips(self) -> tuple[NightStrip, ...]:
        """Every strip, from top to bottom."""
        return (self.hypnogram, self.others, self.density, self.spectrogram, self.axis)

    def _ask_menu_of_row(self, place: QPoint, position: QPoint) -> None:
        row = self.others.row_at(place.y())
        self.stages_menu_requested.emit(None if row is None else row.scorer, position)

    def set_parts(self, parts: tuple[str, ...]) -> None:
        """Show these of ``PARTS``; without any, the hours are away too."""
        self._parts = parts
        self._fit()

    def watch(self, around: QWidget) -> None:
        """Leave the most of what is around the strips to the traces."""
        around.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self._height = watched.height()
            self._fit()
        return False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    @property
    def _room(self) -> float:
        larger = max(1.0, self.fontMetrics().height() / USUAL_LINE)
        return MOST_SHARE * self._height / math.sqrt(larger)

    def _fit(self) -> None:
        """With large text in a low window the parts that need the most go first."""
        shown = [name for name in PARTS if name in self._parts]
        for name in FIRST_AWAY:
            strips = [getattr(self, one) for one in shown]
            if sum(strip.sizeHint().height() for strip in (*strips, self.axis)) <= self._room:
                break
            shown = [one for one in shown if one != name]
        for name in PARTS:
            getattr(self, name).setVisible(name in shown)
        self.axis.setVisible(bool(shown))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for strip in self.strips:
            strip.set_theme(theme)

    def set_night(self, duration: float, start: datetime.datetime | None) -> None:
        """Span a recording of ``duration`` seconds from ``start`` on."""
        for strip in self.strips:
            strip.set_duration(duration)
        self.axis.set_start(start)

    def set_page(self, start: float, length: float) -> None:
        """Mark the page that is shown."""
        for strip in self.strips:
            strip.set_page(start, length)

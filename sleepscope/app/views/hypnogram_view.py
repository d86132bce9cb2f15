"""The whole night as a strip: stages as steps, events as density, the page as a frame."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from sleepscope.app.theme import LIGHT, Theme
from sleepscope.app.views.event_lanes import LaneEvents
from sleepscope.app.views.page_geometry import RIGHT_MARGIN, gutter_width
from sleepscope.app.views.polyline import cosmetic_pen
from sleepscope.app.views.time_axis import clock_text, elapsed_text, tick_step, ticks
from sleepscope.constants import UNSCORED
from sleepscope.events.hypnogram import Hypnogram

# From awake to deep, REM sleep beside wakefulness as it is drawn everywhere.
LEVELS = ("W", "R", "N1", "N2", "N3")
TOP, AXIS_HEIGHT, LEVEL_HEIGHT = 6.0, 18.0, 13.0
DENSITY_HEIGHT = 4.0
# Pixels in a cell of the density strip.
CELL = 2
THICK, REM_THICK = 3.0, 5.0
MIN_FRAME = 4.0


class HypnogramView(QWidget):
    """Shows the night; a click or drag asks to go there.

    Signals
    -------
    jump_requested(time)
        Seconds from the first sample.
    selection_requested(time), range_selected(start, stop)
        Shift + click: epochs up to a moment; Shift + drag: those between two.
    """

    jump_requested = Signal(float)
    selection_requested = Signal(float)
    range_selected = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._hypnogram: Hypnogram | None = None
        self._duration = 0.0
        self._start: datetime.datetime | None = None
        self._page = (0.0, 30.0)
        self._selects_from: float | None = None
        self._lanes: tuple[LaneEvents, ...] = ()
        self._night: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Hypnogram of the night")

    def sizeHint(self) -> QSize:
        return QSize(
            800,
            int(
                TOP + 5 * self._level_height + self._axis_height + len(self._lanes) * DENSITY_HEIGHT
            ),
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.sizeHint().height())

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._redraw()

    def set_hypnogram(self, hypnogram: Hypnogram | None, duration: float) -> None:
        """Show these stages over a recording of ``duration`` seconds."""
        self._hypnogram, self._duration = hypnogram, duration
        self._redraw()

    def set_start(self, start: datetime.datetime | None) -> None:
        """Label the hours with clock time instead of elapsed time."""
        self._start = start
        self._redraw()

    def set_lanes(self, lanes: tuple[LaneEvents, ...]) -> None:
        """Show how many events each scorer has where."""
        self._lanes = lanes
        self.updateGeometry()
        self._redraw()

    def set_page(self, start: float, length: float) -> None:
        """Frame the page that is shown."""
        self._page = (start, length)
        self.update()

    def _redraw(self) -> None:
        self._night = None
        self.update()

    @property
    def _axis_height(self) -> float:
        return max(AXIS_HEIGHT, QFontMetricsF(self.font()).height() + 2)

    @property
    def _level_height(self) -> float:
        return max(LEVEL_HEIGHT, 0.8 * QFontMetricsF(self.font()).height())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
            self._redraw()
        super().changeEvent(event)

    @property
    def _left(self) -> float:
        # The same as the traces' below: a moment stands above itself.
        return gutter_width(QFontMetricsF(self.font()).height())

    @property
    def _right(self) -> float:
        return max(self._left + 1, self.width() - RIGHT_MARGIN)

    def x(self, time: float) -> float:
        """Pixel of a moment."""
        share = time / self._duration if self._duration > 0 else 0.0
        return self._left + share * (self._right - self._left)

    def time(self, x: float) -> float:
        """Moment at a pixel, inside the recording, s."""
        share = (x - self._left) / (self._right - self._left)
        return min(max(share, 0.0), 1.0) * self._duration

    def level(self, stage: str) -> float:
        """Height of a stage's step."""
        return TOP + (LEVELS.index(stage) + 0.5) * (self._steps_bottom - TOP) / len(LEVELS)

    @property
    def _steps_bottom(self) -> float:
        return self.height() - self._axis_height - len(self._lanes) * DENSITY_HEIGHT

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._duration <= 0:
            return
        time = self.time(event.position().x())
        self._selects_from = None
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._selects_from = time
            self.selection_requested.emit(time)
        else:
            self.jump_requested.emit(time)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not event.buttons() & Qt.MouseButton.LeftButton or self._duration <= 0:
            return
        time = self.time(event.position().x())
        if self._selects_from is not None:
            self.range_selected.emit(self._selects_from, time)
        else:
            self.jump_requested.emit(time)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._redraw()

    def paintEvent(self, _event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._night is None or self._night.devicePixelRatio() != ratio:
            self._night = self._drawn(ratio)
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._night)
            if self._duration > 0:
                self._paint_page(painter)

    def _paint_page(self, painter: QPainter) -> None:
        start, length = self._page
        left, right = self.x(start), self.x(min(start + length, self._duration))
        missing = max(0.0, MIN_FRAME - (right - left)) / 2
        frame = QRectF(
            left - missing, 1, right - left + 2 * missing, self.height() - self._axis_height
        )
        ground = QColor(self._theme.selection)
        ground.setAlpha(40)
        painter.fillRect(frame, ground)
        painter.setPen(cosmetic_pen(self._theme.selection))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(frame)

    def _drawn(self, ratio: float) -> QPixmap:
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(QColor(self._theme.page))
        with QPainter(pixmap) as painter:
            painter.setFont(self.font())
            self._paint_frame(painter)
            if self._duration > 0:
                self._paint_axis(painter)
                self._paint_steps(painter)
                self._paint_density(painter)
        return pixmap

    def _paint_frame(self, painter: QPainter) -> None:
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        line = QFontMetricsF(self.font()).height()
        for stage in LEVELS:
            y = self.level(stage)
            painter.setPen(cosmetic_pen(self._theme.grid_strong))
            painter.drawLine(self._left, round(y), self._right, round(y))
            painter.setPen(QColor(self._theme.stages[stage]))
            painter.drawText(QRectF(0, y - line / 2, self._left - 10, line), right, stage)

    def _paint_axis(self, painter: QPainter) -> None:
        step, _ = tick_step((self._right - self._left) / self._duration)
        bottom = self.height() - self._axis_height
        # With a clock, the labels stand at round clock times.
        shift = _seconds_of_day(self._start) if self._start is not None else 0.0
        for moment in ticks(shift, shift + self._duration, step):
            time = moment - shift
            x = self.x(time)
            painter.setPen(cosmetic_pen(self._theme.epoch_line))
            painter.drawLine(round(x), round(bottom), round(x), round(bottom) + 3)
            if self._start is None:
                text = elapsed_text(time, step)
            else:
                text = clock_text(self._start, time, step)
            if step >= 60:
                text = text[:-3]
            painter.setPen(QColor(self._theme.muted))
            box = QRectF(x - 45, bottom + 2, 90, self._axis_height - 2)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_steps(self, painter: QPainter) -> None:
        before: tuple[float, float] | None = None
        for stage, start, stop in self._runs():
            if stage == UNSCORED:
                before = None
                continue
            y, left, right = self.level(stage), self.x(start), self.x(min(stop, self._duration))
            if before is not None:
                painter.setPen(cosmetic_pen(self._theme.epoch_line))
                painter.drawLine(round(left), round(before[1]), round(left), round(y))
            thick = REM_THICK if stage == "R" else THICK
            bar = QRectF(left, y - thick / 2, max(right - left, 1.0), thick)
            painter.fillRect(bar, QColor(self._theme.stages[stage]))
            before = (right, y)
        if self._hypnogram is None:
            painter.setPen(QColor(self._theme.muted))
            width = self._right - self._left
            box = QRectF(self._left, TOP, width, self._steps_bottom - TOP)
            words = "no stages scored yet"
            # A plate keeps the lines of the stages off the words.
            plate = QRectF(self.fontMetrics().boundingRect(words)).adjusted(-14, -4, 14, 4)
            plate.moveCenter(box.center())
            painter.fillRect(plate, QColor(self._theme.page))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _runs(self) -> Iterator[tuple[str, float, float]]:
        """Stretches of one stage: stage, start and stop in seconds."""
        hypnogram = self._hypnogram
        if hypnogram is None:
            return
        first = 0
        for stage, epochs in itertools.groupby(hypnogram.stages):
            behind = first + len(list(epochs))
            seconds = hypnogram.epoch_seconds
            yield stage, hypnogram.start + first * seconds, hypnogram.start + behind * seconds
            first = behind

    def _paint_density(self, painter: QPainter) -> None:
        width = self._right - self._left
        n_cells = max(1, int(width / CELL))
        for number, lane in enumerate(self._lanes):
            top = self._steps_bottom + number * DENSITY_HEIGHT
            painter.fillRect(
                QRectF(self._left, top, width, DENSITY_HEIGHT - 1), QColor(self._theme.lane)
            )
            onsets = np.array([event.onset for event in lane.events])
            counts, _ = np.histogram(onsets, bins=n_cells, range=(0, self._duration))
            most = max(1, int(counts.max(initial=0)))
            painter.setPen(QPen(Qt.PenStyle.NoPen))
            for cell in np.flatnonzero(counts):
                colour = QColor(lane.colour)
                # Even a lone event must be seen, so the faintest tick is already half strong.
                colour.setAlphaF(0.5 + 0.5 * counts[cell] / most)
                x = self._left + cell * width / n_cells
                painter.fillRect(QRectF(x, top, CELL, DENSITY_HEIGHT - 1), colour)


def _seconds_of_day(moment: datetime.datetime) -> float:
    return moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6

"""The hours of the night below the strips."""

from __future__ import annotations

import datetime

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from sleepscope.app.clock import clock_text, elapsed_text
from sleepscope.app.language import tr
from sleepscope.app.views.night_strip import NightStrip
from sleepscope.app.views.polyline import cosmetic_pen
from sleepscope.app.views.time_axis import clock_shift, tick_decimals, tick_step, ticks

HEIGHT = 17


class NightAxis(NightStrip):
    """Labels at round clock times, or of the time since the first sample."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._start: datetime.datetime | None = None
        self.setAccessibleName(tr("Hours of the night"))

    def sizeHint(self) -> QSize:
        return QSize(800, max(HEIGHT, round(self.line + 3)))

    def set_start(self, start: datetime.datetime | None) -> None:
        """Label with clock time instead of elapsed time."""
        self._start = start
        self.redraw()

    def paint_night(self, painter: QPainter) -> None:
        if self._duration <= 0:
            return
        painter.setPen(cosmetic_pen(self._theme.epoch_line))
        painter.drawLine(self.left, 0, self.right, 0)
        step, _ = tick_step((self.right - self.left) / self._duration)
        # With a clock, the labels stand at round clock times.
        shift = clock_shift(self._start, step)
        for moment in ticks(shift, shift + self._duration, step):
            time = moment - shift
            x = self.x(time)
            painter.setPen(cosmetic_pen(self._theme.epoch_line))
            painter.drawLine(round(x), 0, round(x), 3)
            decimals = tick_decimals(step)
            text = clock_text(self._start, time, decimals) or elapsed_text(time, decimals)
            if step >= 60:
                text = text[:-3]
            painter.setPen(QColor(self._theme.muted))
            box = QRectF(x - 60, 2, 120, self.height() - 2)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

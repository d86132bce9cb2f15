"""The probability around an event, as recorded and under the strokes of the what-if brush."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from sleepscope.app.language import tr
from sleepscope.app.theme import LIGHT, Theme
from sleepscope.app.views.polyline import cosmetic_pen, draw_polyline

Track = tuple[NDArray[np.float64], NDArray[np.float32]]
# Seconds between two figures of the axis, the finest that has room.
_STEPS = (0.5, 1.0, 2.0, 5.0)


@dataclass(frozen=True, eq=False, slots=True)
class Tracks:
    """Probability (0..1) over time (s): before, and after where there are strokes.

    Attributes
    ----------
    before : (times, probability)
    after : (times, probability) or None
    event : (start, stop)
    limit : float
    """

    before: Track
    after: Track | None
    event: tuple[float, float]
    limit: float


class WhatIfPlot(QWidget):
    """Two lines, the limit and the event's stretch; seconds count from the event's start."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._tracks: Tracks | None = None
        self.setAccessibleName(tr("Probability before and after the strokes"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(400, 7 * self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 5 * self.fontMetrics().height())

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def set_tracks(self, tracks: Tracks | None) -> None:
        """Show these, or nothing."""
        self._tracks = tracks
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self._theme.page))
            if self._tracks is not None and self._tracks.before[0].size:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self._paint(painter, self._tracks)

    def _paint(self, painter: QPainter, tracks: Tracks) -> None:
        theme, metrics = self._theme, self.fontMetrics()
        line = metrics.height()
        left = metrics.horizontalAdvance("0.5 ") + 8.0
        box = QRectF(left, line + 4.0, self.width() - left - 10.0, self.height() - 2 * line - 10.0)
        times = tracks.before[0]
        first, last = float(times[0]), float(times[-1])
        scale = box.width() / max(last - first, 1e-9)

        def x(moment: float) -> float:
            return box.left() + (moment - first) * scale

        def y(value: float) -> float:
            return box.bottom() - value * box.height()

        wash = QColor(theme.selection)
        wash.setAlpha(28)
        start, stop = (min(max(moment, first), last) for moment in tracks.event)
        painter.fillRect(QRectF(x(start), box.top(), x(stop) - x(start), box.height()), wash)
        painter.setPen(cosmetic_pen(theme.grid_strong))
        painter.drawRect(box)
        painter.setPen(QColor(theme.muted))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for value in (0, 1):
            room = QRectF(0, y(value) - line / 2, left - 4, line)
            painter.drawText(room, right, str(value))
        self._paint_axis(painter, box, tracks.event[0], (first, last), scale)
        painter.setPen(QPen(QColor(theme.muted), 0, Qt.PenStyle.DashLine))
        painter.drawLine(
            QPointF(box.left(), y(tracks.limit)), QPointF(box.right(), y(tracks.limit))
        )
        self._paint_words(painter, box, tracks)
        lines = [(tracks.before, theme.muted if tracks.after else theme.text, 1)]
        lines += [(tracks.after, theme.selection, 2)] if tracks.after else []
        for (moments, values), colour, width in lines:
            pen = cosmetic_pen(colour)
            pen.setWidth(width)
            painter.setPen(pen)
            draw_polyline(painter, box.left() + (moments - first) * scale,
                          box.bottom() - values.astype(np.float64) * box.height())  # fmt: skip

    def _paint_axis(
        self, painter: QPainter, box: QRectF, zero: float, span: tuple[float, float], scale: float
    ) -> None:
        line = self.fontMetrics().height()
        room = self.fontMetrics().horizontalAdvance("−00.0 s ")
        step = next((s for s in _STEPS if s * scale >= room), _STEPS[-1])
        for k in range(int(np.ceil((span[0] - zero) / step)), int((span[1] - zero) / step) + 1):
            at = box.left() + (zero + k * step - span[0]) * scale
            painter.drawLine(QPointF(at, box.bottom()), QPointF(at, box.bottom() + 3))
            words = f"{k * step:g} s".replace("-", "\N{MINUS SIGN}")
            where = QRectF(at - room / 2, box.bottom() + 4, room, line)
            painter.drawText(where, Qt.AlignmentFlag.AlignHCenter, words)

    def _paint_words(self, painter: QPainter, box: QRectF, tracks: Tracks) -> None:
        """What the lines are, above them."""
        at = box.left()
        words = [(tr("probability, limit {limit}", limit=f"{tracks.limit:.2f}"), self._theme.muted)]
        if tracks.after is not None:
            words = [
                (tr("probability as recorded"), self._theme.muted),
                (tr("under the strokes"), self._theme.selection),
                (tr("limit {limit}", limit=f"{tracks.limit:.2f}"), self._theme.muted),
            ]
        for text, colour in words:
            painter.setPen(QColor(colour))
            width = self.fontMetrics().horizontalAdvance(text)
            painter.drawText(QPointF(at, box.top() - 5), text)
            at += width + 16

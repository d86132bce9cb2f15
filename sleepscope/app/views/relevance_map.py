"""What a 2D network read, what counted for its answer, and one over the other."""

from __future__ import annotations

import datetime
import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from sleepscope.app.clock import clock_text, elapsed_text
from sleepscope.app.language import tr
from sleepscope.app.shown_relevance import ShownRelevance
from sleepscope.app.theme import LIGHT, Theme
from sleepscope.app.views.coherence_picture import MapFrame, edges_of, paint_map, paint_mark
from sleepscope.app.views.coherence_view import TICKS
from sleepscope.app.views.explanation_band import relevance_colours
from sleepscope.app.views.polyline import cosmetic_pen

PAD = 6
# Room for the curve over frequency at the right, px; a narrow panel does without.
CURVE_WIDTH, LEAST_WIDTH = 96, 320
COVER_POWER = 0.7
# Height of a picture in which frequencies can still be told apart, px.
LEAST_HEIGHT = 56


class RelevanceMap(QWidget):
    """Three pictures on one time axis: values, Grad-CAM, and Grad-CAM over grey values.

    Beside Grad-CAM a curve tells which frequencies counted.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._shown: ShownRelevance | None = None
        self._start: datetime.datetime | None = None
        self._opacity = 0.7
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Relevance over time and frequency"))

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 3 * (self.fontMetrics().height() + LEAST_HEIGHT) + 30)

    def sizeHint(self) -> QSize:
        # What a panel scrolls below: all three pictures are seen in a low dock, too.
        return QSize(500, self.minimumSizeHint().height())

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def set_start(self, start: datetime.datetime | None) -> None:
        """Clock time of the first sample, for the axis."""
        self._start = start
        self.update()

    def set_shown(self, shown: ShownRelevance | None) -> None:
        """Show an explained event, or nothing."""
        self._shown = shown
        self.update()

    def set_opacity(self, opacity: float) -> None:
        """How much Grad-CAM covers the values in the overlay, 0..1."""
        self._opacity = opacity
        self.update()

    @property
    def opacity(self) -> float:
        """See :meth:`set_opacity`."""
        return self._opacity

    def frames(self) -> tuple[MapFrame, ...]:
        """Where the three pictures lie; none while nothing is shown."""
        shown = self._shown
        if shown is None or shown.values.trouble:
            return ()
        metrics = self.fontMetrics()
        left = metrics.horizontalAdvance("0.5 Hz") + 12
        right = self.width() - PAD
        if self.width() >= LEAST_WIDTH:
            right -= CURVE_WIDTH
        title, axis = metrics.height() + 2, metrics.height() + 6
        height = max(12.0, (self.height() - axis - PAD - 3 * title) / 3)
        key, edges = shown.values.key, edges_of(shown.values.freqs)
        tops = [PAD + title + k * (height + title) for k in range(3)]
        return tuple(
            MapFrame(left, right, top, top + height, key.start, key.length, *edges) for top in tops
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self._theme.page))
            frames, shown = self.frames(), self._shown
            if shown is None or not frames:
                painter.setPen(QColor(self._theme.muted))
                words = "" if shown is None else shown.values.trouble
                flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
                painter.drawText(self.rect().adjusted(20, 0, -20, 0), flags, words)
                return
            self._paint(painter, shown, frames)

    def _paint(
        self, painter: QPainter, shown: ShownRelevance, frames: tuple[MapFrame, ...]
    ) -> None:
        values, grad_cam, overlay = frames
        pair = " × ".join(shown.values.key.labels)
        what = tr("power") if shown.values.is_power else tr("coherence")
        method = tr(
            "{method}, logit: colour full at ±{scale:.3g}",
            method=shown.explanation.method,
            scale=shown.scale,
        )
        titles = (f"{pair}, {what}", method, tr("{method} over the values", method="Grad-CAM"))
        paint_map(painter, values, shown.values, self._theme)
        self._paint_relevance(painter, grad_cam, shown)
        self._paint_overlay(painter, overlay, shown)
        for frame, title in zip(frames, titles, strict=True):
            self._paint_axis(painter, frame, title)
            self._paint_event(painter, frame, shown.event)
        self._paint_seconds(painter, overlay)
        if self.width() >= LEAST_WIDTH:
            self._paint_curve(painter, grad_cam, shown)

    def _paint_relevance(self, painter: QPainter, frame: MapFrame, shown: ShownRelevance) -> None:
        painter.fillRect(frame.box, QColor(self._theme.lane))
        relevance = self._on_pixels(frame, shown)
        colours = relevance_colours(self._theme, relevance, shown.scale, ink=False)
        alpha = np.where(np.isfinite(relevance), 255, 0)
        painter.drawImage(frame.box, _image(colours, alpha))

    def _paint_overlay(self, painter: QPainter, frame: MapFrame, shown: ShownRelevance) -> None:
        """Values in grey; the more a place counts, the more it is covered by its colour.

        What counts a tenth of the most is covered a fifth as much as that: seen, not guessed.
        """
        ratio = self.devicePixelRatioF()
        grey = QImage(
            max(1, round(frame.box.width() * ratio)),
            max(1, round(frame.box.height() * ratio)),
            QImage.Format.Format_RGB32,
        )
        grey.setDevicePixelRatio(ratio)
        size = frame.box.width(), frame.box.height()
        moved = MapFrame(
            0, size[0], 0, size[1], frame.start, frame.length, frame.highest, frame.lowest
        )
        with QPainter(grey) as inner:
            paint_map(inner, moved, shown.values, self._theme)
        painter.drawImage(frame.box, grey.convertToFormat(QImage.Format.Format_Grayscale8))
        relevance = np.nan_to_num(self._on_pixels(frame, shown))
        colours = relevance_colours(self._theme, relevance, shown.scale, ink=True)
        alpha = 255 * self._opacity * np.abs(relevance / shown.scale).clip(0, 1) ** COVER_POWER
        painter.drawImage(frame.box, _image(colours, alpha))

    def _on_pixels(self, frame: MapFrame, shown: ShownRelevance) -> NDArray[np.float64]:
        """Relevance at the middle of each pixel of a picture."""
        n_columns, n_rows = max(1, round(frame.box.width())), max(1, round(frame.box.height()))
        times = frame.start + (np.arange(n_columns) + 0.5) / n_columns * frame.length
        share = (np.arange(n_rows) + 0.5) / n_rows
        freqs = frame.highest * (frame.lowest / frame.highest) ** share
        return shown.explanation.map_at(times, freqs)

    def _paint_axis(self, painter: QPainter, frame: MapFrame, title: str) -> None:
        height = painter.fontMetrics().height()
        painter.setPen(QColor(self._theme.text))
        above = QRectF(frame.left, frame.top - height - 1, self.width() - frame.left, height)
        painter.drawText(above, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        inside = [f for f in TICKS if frame.lowest <= f <= frame.highest]
        while len(inside) > 2 and frame.bottom - frame.top < len(inside) * height * 0.9:
            inside = inside[::2]
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        highest, lowest = frame.top + height / 2, frame.bottom - height / 2
        apart, ends = 0.8 * height, (inside[0], inside[-1])
        for freq in inside:
            y = round(frame.y(freq)) + 0.5
            painter.setPen(cosmetic_pen(self._theme.epoch_line))
            painter.drawLine(QPointF(frame.left - 4, y), QPointF(frame.left - 1, y))
            painter.setPen(QColor(self._theme.muted))
            unit = " Hz" if freq == inside[-1] else ""
            middle = min(max(y, highest), lowest)
            if freq not in ends and not highest + apart <= middle <= lowest - apart:
                continue  # the words at the ends are moved inwards: theirs is the place
            box = QRectF(0, middle - height / 2, frame.left - 7, height)
            painter.drawText(box, right, f"{freq:g}{unit}")

    def _paint_event(self, painter: QPainter, frame: MapFrame, event: tuple[float, float]) -> None:
        for time in event:
            x = round(frame.x(time))
            if frame.left <= x <= frame.right:
                paint_mark(painter, x, frame.top, frame.bottom, self._theme)

    def _paint_seconds(self, painter: QPainter, frame: MapFrame) -> None:
        """Ticks at whole seconds under the lowest picture; they hold for all three."""
        metrics = painter.fontMetrics()
        room = metrics.horizontalAdvance("00:00:00") + 16
        per_second = (frame.right - frame.left) / frame.length
        step = next((s for s in (1, 2, 5, 10, 20, 50) if s * per_second >= room), 100)
        first = math.ceil(frame.start / step) * step
        for second in range(first, math.floor(frame.start + frame.length) + 1, step):
            x = round(frame.x(second)) + 0.5
            painter.setPen(cosmetic_pen(self._theme.epoch_line))
            painter.drawLine(QPointF(x, frame.bottom + 1), QPointF(x, frame.bottom + 4))
            painter.setPen(QColor(self._theme.muted))
            box = QRectF(x - room / 2, frame.bottom + 4, room, metrics.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, self.moment(second))

    def moment(self, seconds: float, decimals: int = 0) -> str:
        """A moment as the time axis of the page names it: the clock's where there is one."""
        return clock_text(self._start, seconds, decimals) or elapsed_text(seconds, decimals)

    def _paint_curve(self, painter: QPainter, frame: MapFrame, shown: ShownRelevance) -> None:
        """Mean relevance of each frequency, zero at the dashed line."""
        freqs, values = shown.explanation.freqs, shown.explanation.over_frequency()
        if freqs is None or not values.size:
            return
        left, right = frame.right + 10, self.width() - PAD
        low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
        span = high - low or 1.0

        def x(value: float) -> float:
            return left + (value - low) / span * (right - left)

        zero = round(x(0.0)) + 0.5
        pen = QPen(QColor(self._theme.muted), 0, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawLine(QLineF(zero, frame.top, zero, frame.bottom))
        path = QPainterPath()
        for k, (freq, value) in enumerate(zip(freqs.tolist(), values.tolist(), strict=True)):
            point = QPointF(x(value), frame.y(freq))
            if k:
                path.lineTo(point)
            else:
                path.moveTo(point)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.text), 1.4))
        painter.drawPath(path)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QColor(self._theme.muted))
        height = painter.fontMetrics().height()
        box = QRectF(left - 4, frame.bottom + 1, right - left + 8, height)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight, tr("up to {top:.2g} logit", top=high))


def _image(colours: NDArray[np.uint8], alpha: NDArray[np.floating]) -> QImage:
    """(n_rows, n_columns, 3) colours with their alpha, 0..255."""
    pixels = np.ascontiguousarray(np.dstack([colours, alpha.astype(np.uint8)]))
    height, width = pixels.shape[:2]
    form = QImage.Format.Format_RGBA8888
    return QImage(pixels.data, width, height, 4 * width, form).copy()

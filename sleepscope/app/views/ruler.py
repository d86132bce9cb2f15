"""A stretch of one channel under the ruler, and what was read off it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from sleepscope.app.language import tr
from sleepscope.app.theme import Theme
from sleepscope.app.views.page_geometry import TOP_MARGIN, PageGeometry
from sleepscope.app.views.polyline import cosmetic_pen
from sleepscope.signals.measure import Measurement

PADDING = 6.0


@dataclass(frozen=True, slots=True)
class Ruler:
    """A measured stretch.

    Attributes
    ----------
    channel : str
    start, stop : float, s
    unit : str
        Of the channel.
    reading : Measurement or None
        None where the stretch is too long to be read.
    """

    channel: str
    start: float
    stop: float
    unit: str
    reading: Measurement | None

    def lines(self) -> tuple[str, ...]:
        """The readings in words."""
        duration = self.stop - self.start
        # One wave as long as the stretch: a ruler from peak to peak reads its frequency.
        once = f" (1/t {1 / duration:.3g} Hz)" if duration > 0 else ""
        lines = [f"{self.channel}: {duration:.3f} s{once}"]
        reading = self.reading
        if reading is None:
            return (*lines, tr("too long to read more"))
        if reading.recorded == 0:
            return (*lines, tr("nothing recorded"))
        lines.append(f"{reading.peak_to_peak:.3g} {self.unit} {tr('peak to peak')}".strip())
        if reading.cycles > 0:
            cycles = tr("{n} cycles", n=f"{reading.cycles:.1f}")
            lines.append(f"{reading.frequency:.3g} Hz, {cycles}")
        else:
            lines.append(tr("no whole cycle"))
        if reading.recorded < reading.duration - 1e-6:
            missing = f"{reading.duration - reading.recorded:.2f}"
            lines.append(tr("{n} s not recorded", n=missing))
        return tuple(lines)


def paint_ruler(
    painter: QPainter, geometry: PageGeometry, theme: Theme, font: QFont, ruler: Ruler
) -> None:
    """Two edges, a line between them, and the readings in a box that stays on the page."""
    row = geometry.row(ruler.channel)
    if row is None or ruler.stop < geometry.start or ruler.start > geometry.start + geometry.length:
        return
    left, right = round(geometry.x(ruler.start)) + 0.5, round(geometry.x(ruler.stop)) + 0.5
    middle = round(row.trace.middle) + 0.5
    painter.setPen(cosmetic_pen(theme.accent))
    for x in (left, right):
        painter.drawLine(QPointF(x, row.trace.top), QPointF(x, row.trace.bottom))
    painter.drawLine(QPointF(left, middle), QPointF(right, middle))
    box = _box(geometry, font, ruler, left, right, row.trace.top)
    painter.setFont(font)
    painter.setBrush(QColor(theme.page))
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(QColor(theme.text))
    words = box.adjusted(PADDING, PADDING / 2, -PADDING, -PADDING / 2)
    painter.drawText(
        words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, "\n".join(ruler.lines())
    )


def _box(
    geometry: PageGeometry, font: QFont, ruler: Ruler, left: float, right: float, top: float
) -> QRectF:
    """Room for the readings: right of the stretch, or left of it where the page ends."""
    metrics, lines = QFontMetricsF(font), ruler.lines()
    width = max(metrics.horizontalAdvance(line) for line in lines) + 2 * PADDING + 2
    height = len(lines) * metrics.lineSpacing() + PADDING
    x = right + PADDING
    if x + width > geometry.right:
        x = max(left - PADDING - width, geometry.left)
    y = min(max(top, TOP_MARGIN), max(TOP_MARGIN, geometry.bottom - height))
    return QRectF(round(x) + 0.5, round(y) + 0.5, round(width), round(height))

"""Small plots: bars, and precision over recall along a threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from sleepscope.agreement.precision_recall import CurvePoint
from sleepscope.app.theme import LIGHT, Theme, scorer_colour
from sleepscope.app.views.polyline import cosmetic_pen


@dataclass(frozen=True, slots=True)
class BarGroup:
    """Bars from 0 on that share a label; each is a value and the number of its colour."""

    label: str
    bars: tuple[tuple[float, int], ...]


class _Plot(QWidget):
    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._title = title
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 90)


class BarsPlot(_Plot):
    """Upright bars in groups, values above where there is room, labels below."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._groups: tuple[BarGroup, ...] = ()

    def set_groups(self, title: str, groups: Sequence[BarGroup]) -> None:
        """Show these groups."""
        self._title, self._groups = title, tuple(groups)
        self.setAccessibleName(title)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.page))
        line = self.fontMetrics().height()
        painter.setPen(QColor(self._theme.muted))
        painter.drawText(QRectF(6, 2, self.width(), line), self._title)
        most = max((value for group in self._groups for value, _ in group.bars), default=0.0)
        if most > 0:
            slot = (self.width() - 12) / len(self._groups)
            bottom = self.height() - line - 3
            for k, group in enumerate(self._groups):
                below = QRectF(6 + k * slot, bottom, slot, line)
                self._paint_group(painter, group, below, (bottom - 2 * line - 6) / most)
        painter.end()

    def _paint_group(
        self, painter: QPainter, group: BarGroup, below: QRectF, pixels: float
    ) -> None:
        centre = Qt.AlignmentFlag.AlignCenter
        metrics = self.fontMetrics()
        width = min(38.0, 0.85 * below.width() / max(1, len(group.bars)))
        left = below.center().x() - width * len(group.bars) / 2
        for k, (value, colour) in enumerate(group.bars):
            top = below.top() - value * pixels
            column = QRectF(left + k * width + 1, top, width - 2, below.top() - top)
            painter.fillRect(column, QColor(scorer_colour(self._theme, colour)))
            text = f"{value:.1f}"
            if metrics.horizontalAdvance(text) <= width:
                painter.setPen(QColor(self._theme.text))
                over = QRectF(left + k * width, top - below.height(), width, below.height())
                painter.drawText(over, centre, text)
        painter.setPen(QColor(self._theme.muted))
        words = metrics.elidedText(group.label, Qt.TextElideMode.ElideRight, int(below.width()) - 2)
        painter.drawText(below, centre, words)


class CurvePlot(_Plot):
    """Precision over recall; a click asks for the threshold of the nearest point."""

    threshold_requested = Signal(float)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._points: tuple[CurvePoint, ...] = ()
        self._now: CurvePoint | None = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_curve(self, points: Sequence[CurvePoint]) -> None:
        """Show the curve as far as it is known."""
        self._points = tuple(p for p in points if p.precision is not None and p.recall is not None)
        self.update()

    def set_now(self, point: CurvePoint | None) -> None:
        """Mark where the threshold is now."""
        self._now = point
        self.update()

    def _area(self) -> QRectF:
        line = self.fontMetrics().height()
        return QRectF(34, 8, max(10, self.width() - 44), max(10, self.height() - 2 * line - 14))

    def place(self, point: CurvePoint) -> QPointF:
        """Pixel of a point: recall to the right, precision up."""
        area = self._area()
        return QPointF(
            area.left() + (point.recall or 0.0) * area.width(),
            area.bottom() - (point.precision or 0.0) * area.height(),
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._points:
            where = event.position()
            nearest = min(self._points, key=lambda p: (self.place(p) - where).manhattanLength())
            self.threshold_requested.emit(nearest.threshold)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.page))
        area = self._area()
        line = self.fontMetrics().height()
        for k in range(5):
            share = k / 4
            x, y = area.left() + share * area.width(), area.bottom() - share * area.height()
            painter.setPen(cosmetic_pen(self._theme.grid_strong))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(self._theme.muted))
            below = QRectF(x - 20, area.bottom() + 1, 40, line)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, f"{share:g}")
            left = QRectF(0, y - line / 2, area.left() - 3, line)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(left, right, f"{share:g}")
        below = QRectF(area.left(), area.bottom() + line, area.width(), line)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._title)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(scorer_colour(self._theme, 0)), 1.5))
        painter.drawPolyline([self.place(point) for point in self._points])
        if self._now is not None and self._now.precision is not None:
            painter.setBrush(QColor(self._theme.selection))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(self.place(self._now), 5, 5)
        painter.end()

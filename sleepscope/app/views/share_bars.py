"""Shares from 0 to 1 as lying bars with their intervals, a line for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sleepscope.app.theme import LIGHT, Theme, scorer_colour
from sleepscope.app.views.polyline import cosmetic_pen


@dataclass(frozen=True, slots=True)
class ShareBar:
    """One bar.

    Attributes
    ----------
    label : str
    value : float or None
        0..1; None leaves a dash.
    interval : (low, high) or None
    is_reference : bool
        In another colour: what the others are held against.
    note : str
        Behind the value ("n = 41").
    """

    label: str
    value: float | None
    interval: tuple[float, float] | None = None
    is_reference: bool = False
    note: str = ""


class ShareBars(QWidget):
    """Bars on a scale from 0 to 1; as high as its bars need."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._title = name
        self._bars: tuple[ShareBar, ...] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_bars(self, title: str, bars: Sequence[ShareBar]) -> None:
        """Show these bars; without any it is away."""
        self._title, self._bars = title, tuple(bars)
        words = [f"{bar.label} {'–' if bar.value is None else f'{bar.value:.3f}'}" for bar in bars]
        self.setAccessibleDescription(f"{title}: {', '.join(words)}")
        self.setVisible(bool(bars))
        self.updateGeometry()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, round(self._line() * (len(self._bars) + 2)) + 10)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def _line(self) -> float:
        return self.fontMetrics().height() + 4.0

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.page))
        line, metrics = self._line(), self.fontMetrics()
        painter.setPen(QColor(self._theme.muted))
        painter.drawText(QRectF(6, 2, self.width() - 12, line), self._title)
        widest = max((metrics.horizontalAdvance(bar.label) for bar in self._bars), default=0)
        notes = max((metrics.horizontalAdvance(_text(bar)) for bar in self._bars), default=0)
        left = 12.0 + min(widest, 0.45 * self.width())
        right = self.width() - notes - 16.0
        top, bottom = line + 4, line * (len(self._bars) + 1) + 4
        self._paint_scale(painter, QRectF(left, top, max(20.0, right - left), bottom - top))
        for number, bar in enumerate(self._bars):
            row = QRectF(left, top + number * line, max(20.0, right - left), line)
            self._paint_bar(painter, bar, row)
        painter.end()

    def _paint_scale(self, painter: QPainter, area: QRectF) -> None:
        for quarter in range(5):
            x = area.left() + quarter / 4 * area.width()
            painter.setPen(cosmetic_pen(self._theme.grid_strong))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.setPen(QColor(self._theme.muted))
            below = QRectF(x - 24, area.bottom() + 1, 48, self._line())
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, f"{quarter / 4:g}")

    def _paint_bar(self, painter: QPainter, bar: ShareBar, row: QRectF) -> None:
        theme, metrics = self._theme, self.fontMetrics()
        centre = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(theme.text))
        label = metrics.elidedText(bar.label, Qt.TextElideMode.ElideMiddle, int(row.left()) - 12)
        words = QRectF(6, row.top(), row.left() - 10, row.height())
        painter.drawText(words, centre | Qt.AlignmentFlag.AlignRight, label)
        after = QRectF(row.right() + 8, row.top(), self.width() - row.right() - 10, row.height())
        painter.drawText(after, centre | Qt.AlignmentFlag.AlignLeft, _text(bar))
        if bar.value is None:
            return
        colour = QColor(scorer_colour(theme, 1 if bar.is_reference else 0))
        body = QRectF(row.left(), row.top() + 3, bar.value * row.width(), row.height() - 6)
        painter.fillRect(body, colour)
        if bar.interval is None:
            return
        low, high = (row.left() + share * row.width() for share in bar.interval)
        y = row.center().y()
        # Twice, so that the line is seen on the bar and beside it.
        for pen, width in ((theme.page, 3), (theme.text, 1)):
            line = cosmetic_pen(pen)
            line.setWidth(width)
            painter.setPen(line)
            painter.drawLine(QPointF(low, y), QPointF(high, y))
            for x in (low, high):
                painter.drawLine(QPointF(x, y - 4), QPointF(x, y + 4))


def _text(bar: ShareBar) -> str:
    value = "–" if bar.value is None else f"{bar.value:.3f}"
    return f"{value}  {bar.note}" if bar.note else value

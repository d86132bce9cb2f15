"""What all strips of the whole night share: time from left to right, the page, travelling."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from sleepscope.app.theme import LIGHT, Theme
from sleepscope.app.views.page_geometry import RIGHT_MARGIN, gutter_width
from sleepscope.app.views.polyline import cosmetic_pen

MIN_FRAME = 4.0
# How strongly the page is tinted, 0 to 255.
PAGE_WASH = 40
# From this share of the night on, a page is the whole night.
WHOLE = 0.95


class NightStrip(QWidget):
    """A strip of the night with the page marked; its picture is drawn once and kept.

    Signals
    -------
    jump_requested(time)
        Seconds from the first sample: click or drag.
    selection_requested(time), range_selected(start, stop)
        Shift + click: epochs up to a moment; Shift + drag: those between two.
    menu_requested(position in the strip, global position)
        Right click.
    """

    jump_requested = Signal(float)
    selection_requested = Signal(float)
    range_selected = Signal(float, float)
    menu_requested = Signal(QPoint, QPoint)

    page_wash = PAGE_WASH

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._duration = 0.0
        self._page = (0.0, 30.0)
        self._selects_from: float | None = None
        self._night: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.redraw()

    def set_duration(self, duration: float) -> None:
        """Span a recording of ``duration`` seconds."""
        if duration != self._duration:
            self._duration = duration
            self.redraw()

    def set_page(self, start: float, length: float) -> None:
        """Frame the page that is shown."""
        self.update(self._around_page())
        self._page = (start, length)
        self.update(self._around_page())

    def redraw(self) -> None:
        """Draw the night anew when it is painted next."""
        self._night = None
        self.update()

    @property
    def line(self) -> float:
        """Height of a line of words, pixels."""
        return QFontMetricsF(self.font()).height()

    @property
    def left(self) -> float:
        """Left edge of the night, pixels: that of the traces, so that all stands aligned."""
        return gutter_width(self.line)

    @property
    def right(self) -> float:
        """Right edge of the night, pixels."""
        return max(self.left + 1, self.width() - RIGHT_MARGIN)

    def x(self, time: float) -> float:
        """Pixel of a moment."""
        share = time / self._duration if self._duration > 0 else 0.0
        return self.left + share * (self.right - self.left)

    def time(self, x: float) -> float:
        """Moment at a pixel, inside the recording, s."""
        share = (x - self.left) / (self.right - self.left)
        return min(max(share, 0.0), 1.0) * self._duration

    # --- mouse -------------------------------------------------------------------------------

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

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_requested.emit(event.pos(), event.globalPos())

    # --- painting ----------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
            self.redraw()
        super().changeEvent(event)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self.redraw()

    def paintEvent(self, _event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._night is None or self._night.devicePixelRatio() != ratio:
            self._night = self._drawn(ratio)
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._night)
            if self._duration > 0:
                self.paint_over(painter)
                self._paint_page(painter)

    def _drawn(self, ratio: float) -> QPixmap:
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(QColor(self._theme.page))
        with QPainter(pixmap) as painter:
            painter.setFont(self.font())
            self.paint_night(painter)
        return pixmap

    def paint_night(self, painter: QPainter) -> None:
        """Draw what changes seldom; the result is kept."""

    def paint_over(self, painter: QPainter) -> None:
        """Draw what changes often, over the night and under the page."""

    def paint_title(self, painter: QPainter, text: str, top: float, height: float) -> None:
        """Words at the left edge, shortened to the gutter."""
        width = int(self.left - 16)
        words = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        # Rows may be lower than a line: its empty parts above and below are then left out.
        flags = left | Qt.TextFlag.TextDontClip
        painter.drawText(QRectF(8, top, width + 4, height), int(flags), words)

    def _frame(self) -> tuple[float, float]:
        start, length = self._page
        left, right = self.x(start), self.x(min(start + length, self._duration))
        missing = max(0.0, MIN_FRAME - (right - left)) / 2
        return left - missing, right + missing

    def _around_page(self) -> QRect:
        left, right = self._frame()
        return QRect(math.floor(left) - 2, 0, math.ceil(right - left) + 5, self.height())

    def _paint_page(self, painter: QPainter) -> None:
        left, right = self._frame()
        ground = QColor(self._theme.selection)
        ground.setAlpha(self.page_wash)
        # A page of all that there is needs no mark over it.
        if self._page[1] < WHOLE * self._duration:
            painter.fillRect(QRectF(left, 0, right - left, self.height()), ground)
        painter.setPen(cosmetic_pen(self._theme.selection))
        for x in (left, right):
            painter.drawLine(round(x), 0, round(x), self.height())

"""The epochs of the page as a ribbon above it: their stages, and which of them keys stage."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from sleepscope.app.language import tr
from sleepscope.app.theme import LIGHT, Theme
from sleepscope.app.views.page_geometry import RIGHT_MARGIN, PageGeometry, gutter_width
from sleepscope.app.views.polyline import cosmetic_pen
from sleepscope.constants import UNSCORED
from sleepscope.events.hypnogram import Hypnogram

HEIGHT = 19
# Below these widths (pixels) an epoch has no words, or not even an edge.
_WITH_NUMBER, _WITH_STAGE, _WITH_EDGE = 96.0, 22.0, 4.0


@dataclass(frozen=True, slots=True)
class EpochMarks:
    """What the ribbon shows.

    Attributes
    ----------
    stages : Hypnogram
        On the grid of the epochs that keys stage.
    title : str
        Whose stages these are.
    current : (first, behind)
        Epochs that the next key stages.
    """

    stages: Hypnogram
    title: str
    current: tuple[int, int]

    @property
    def span(self) -> tuple[float, float]:
        """Start and stop of the current epochs, s."""
        return self.stages.span_of(*self.current)


class EpochRibbon(QWidget):
    """Shows epochs; a click asks for one of them, with Shift for all up to it.

    Signals
    -------
    epoch_clicked(time), selection_requested(time)
        Seconds from the first sample.
    """

    epoch_clicked = Signal(float)
    selection_requested = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._marks: EpochMarks | None = None
        self._page = (0.0, 30.0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("Epochs of the page"))
        self.setToolTip(
            tr("Epochs of 30 s. The framed one is staged by 0 to 4, W, R and U; click another, or "
               "select several with Shift + click.")
        )  # fmt: skip

    def sizeHint(self) -> QSize:
        return QSize(800, max(HEIGHT, self.fontMetrics().height() + 3))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def set_page(self, start: float, length: float) -> None:
        """Show ``[start, start + length)``, seconds."""
        self._page = (start, length)
        self.update()

    def set_marks(self, marks: EpochMarks | None) -> None:
        """Show these stages and current epochs."""
        self._marks = marks
        self.update()

    @property
    def _left(self) -> float:
        # The same as the traces' below: a moment stands above itself.
        return gutter_width(QFontMetricsF(self.font()).height())

    @property
    def _right(self) -> float:
        return max(self._left + 1.0, self.width() - RIGHT_MARGIN)

    def x(self, time: float) -> float:
        """Pixel of a moment, as on the page below."""
        start, length = self._page
        return self._left + (time - start) / length * (self._right - self._left)

    def time(self, x: float) -> float:
        """Moment at a pixel, s."""
        start, length = self._page
        share = (x - self._left) / (self._right - self._left)
        return start + min(max(share, 0.0), 1.0 - 1e-9) * length

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._marks is None or event.button() != Qt.MouseButton.LeftButton:
            return
        time = self.time(event.position().x())
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.selection_requested.emit(time)
        else:
            self.epoch_clicked.emit(time)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.page))
        if self._marks is not None:
            self._paint_title(painter, self._marks)
            box = QRectF(self._left, 0, self._right - self._left + 1, self.height())
            painter.setClipRect(box)
            self._paint_epochs(painter, self._marks)
            self._paint_current(painter, self._marks)
        painter.end()

    def _paint_title(self, painter: QPainter, marks: EpochMarks) -> None:
        painter.setPen(QColor(self._theme.muted))
        metrics = QFontMetricsF(self.font())
        room = self._left - 16
        # Whose stages these are says more than that they are epochs.
        words = marks.title
        if metrics.horizontalAdvance(words) > room:
            words = words.rpartition(" · ")[2]
        text = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(8, 0, self._left - 12, self.height()), left, text)

    def _paint_epochs(self, painter: QPainter, marks: EpochMarks) -> None:
        grid = marks.stages
        start, length = self._page
        first = max(0, math.floor((start - grid.start) / grid.epoch_seconds))
        last = math.ceil((start + length - grid.start) / grid.epoch_seconds)
        for index in range(first, min(last, len(grid.stages))):
            begin, end = grid.span_of(index, index + 1)
            left, right = self.x(begin), self.x(end)
            self._paint_epoch(painter, index, grid.stages[index], left, right)

    def _paint_epoch(
        self, painter: QPainter, index: int, stage: str, left: float, right: float
    ) -> None:
        width, height = right - left, self.height()
        colour = QColor(self._theme.stages[stage])
        if stage != UNSCORED:
            ground = QColor(colour)
            ground.setAlpha(46 if width >= _WITH_STAGE else 255)
            top = 2 if width >= _WITH_STAGE else height - 6
            painter.fillRect(QRectF(left, top, width, height - 2 - top), ground)
        if width >= _WITH_EDGE:
            painter.fillRect(QRectF(round(left), 2, 1, height - 4), QColor(self._theme.epoch_line))
        if width < _WITH_STAGE:
            return
        # Of an epoch longer than the page the words stand in the middle of what is seen.
        box = QRectF(left, 0, width, height)
        box.setLeft(max(left, self._left))
        box.setRight(min(right, self._right))
        words = stage if stage != UNSCORED else "–"
        if width >= _WITH_NUMBER:
            name = words if stage != UNSCORED else tr("unscored")
            words = tr("epoch {n}: {stage}", n=index + 1, stage=name)
        if QFontMetricsF(self.font()).horizontalAdvance(words) > box.width() - 2:
            return
        painter.setPen(QColor(self._theme.text if stage != UNSCORED else self._theme.muted))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_current(self, painter: QPainter, marks: EpochMarks) -> None:
        start, stop = marks.span
        left, right = round(self.x(start)), round(self.x(stop))
        pen = QPen(QColor(self._theme.accent), 2)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(left + 1, 1, max(right - left - 1, 2), self.height() - 2))


def paint_epoch_edges(
    painter: QPainter, geometry: PageGeometry, theme: Theme, span: tuple[float, float]
) -> None:
    """Lines over the page where the current epochs begin and end, if that is inside of it."""
    pen = cosmetic_pen(theme.accent)
    pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    for time in span:
        if geometry.start + 1e-6 < time < geometry.start + geometry.length - 1e-6:
            x = round(geometry.x(time)) + 0.5
            painter.drawLine(x, 0.0, x, geometry.bottom)

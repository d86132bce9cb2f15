"""Values of electrodes on a head seen from above."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from sleepscope.app.language import tr
from sleepscope.app.theme import LIGHT, Theme
from sleepscope.app.views.explanation_band import relevance_colours
from sleepscope.explain.topography import HeadMap, Position

DOT = 2.5


class HeadMapView(QWidget):
    """The surface between the electrodes, and each with its value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._head: HeadMap | None = None
        self._scale = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Channel importance on the head"))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def set_head(self, head: HeadMap | None, scale: float) -> None:
        """Show a head; colours are at their fullest at ``scale``."""
        self._head, self._scale = head, scale
        values = {} if head is None else head.values
        words = ", ".join(f"{label} {value:.2f}" for label, value in values.items())
        self.setAccessibleDescription(words)
        self.setToolTip(words)
        self.setVisible(head is not None)
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 152)

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def circle(self) -> QRectF:
        """Where the head lies: below its nose."""
        nose = 0.07
        side = min(self.width() - 8.0, (self.height() - 8.0) / (1 + nose))
        # In the middle, but beside the words in the corners where that is too narrow.
        words = self.fontMetrics().horizontalAdvance(self._scale_words()[1])
        left = min(max((self.width() - side) / 2, words + 4.0), self.width() - side - 4)
        top = (self.height() - side * (1 + nose)) / 2 + side * nose
        return QRectF(left, top, side, side)

    def place(self, position: Position) -> QPointF:
        """Pixel of a place on the head."""
        circle, (x, y) = self.circle(), position
        return circle.center() + QPointF(x, -y) * (circle.width() / 2)

    def tells_values(self) -> bool:
        """Whether name and value of each electrode have room; else the colour and the list tell."""
        if self._head is None:
            return False
        metrics = self.fontMetrics()
        high, wide = 2 * (metrics.height() + DOT), metrics.horizontalAdvance("0.00")
        places = [self.place(position) for position in self._head.positions.values()]
        return all(
            abs(one.y() - other.y()) >= high or abs(one.x() - other.x()) >= wide
            for one, other in combinations(places, 2)
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self._theme.page))
            if self._head is not None:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                self._paint(painter, self._head)

    def _paint(self, painter: QPainter, head: HeadMap) -> None:
        theme, circle = self._theme, self.circle()
        n = head.surface.shape[0]
        pixels = np.empty((n, n, 4), dtype=np.uint8)
        # What lies a little outside the head takes the nearest colour, so that the edge is even.
        pixels[..., :3] = relevance_colours(theme, head.surface, self._scale, ink=False)
        pixels[..., 3] = np.where(np.isfinite(head.surface), 255, 0)
        image = QImage(pixels.data, n, n, 4 * n, QImage.Format.Format_RGBA8888)
        painter.drawImage(circle, image)
        painter.setPen(QPen(QColor(theme.text), 1.2))
        painter.drawEllipse(circle)
        painter.drawPolyline(
            QPolygonF([self.place(p) for p in ((-0.1, 0.995), (0.0, 1.12), (0.1, 0.995))])
        )
        self._paint_scale(painter)
        painter.setBrush(QColor(theme.text))
        metrics = painter.fontMetrics()
        line = metrics.height()
        tells_values = self.tells_values()
        for label, position in head.positions.items():
            at = self.place(position)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(at, DOT, DOT)
            painter.setPen(QColor(theme.text))
            value = (f"{head.values[label]:.2f}",) if tells_values else ()
            for k, words in enumerate((label.partition("-")[0], *value)):
                width = metrics.horizontalAdvance(words) + 2
                top = at.y() - DOT - line if k == 0 else at.y() + DOT
                box = QRectF(at.x() - width / 2, top, width, line)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_scale(self, painter: QPainter) -> None:
        """What the colours mean, in the corners that the head leaves free."""
        painter.setPen(QColor(self._theme.muted))
        box = QRectF(self.rect()).adjusted(4, 2, -4, -2)
        left = Qt.AlignmentFlag.AlignLeft
        above, below = self._scale_words()
        painter.drawText(box, left | Qt.AlignmentFlag.AlignTop, above)
        painter.drawText(box, left | Qt.AlignmentFlag.AlignBottom, below)

    def _scale_words(self) -> tuple[str, str]:
        return tr("CI\nlogit"), tr("to {scale}", scale=f"{self._scale:.1f}")

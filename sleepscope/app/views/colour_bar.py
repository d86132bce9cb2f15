"""The colours of relevance with their unit."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sleepscope.app.language import tr
from sleepscope.app.theme import LIGHT, Theme
from sleepscope.app.views.explanation_band import relevance_colours
from sleepscope.app.views.polyline import cosmetic_pen

BAR_WIDTH, BAR_HEIGHT = 120.0, 9.0
# Words of usual length: what another method or scale makes wider or narrower must move nothing.
USUAL_TEXTS = ("Integrated gradients", "≤ −0.000", "≥ 0.000 logit")


class ColourBar(QWidget):
    """A bar from ``-scale`` (or 0) to ``+scale`` logit, with the name of the method beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._scale = 1.0
        self._signed = False
        self._ink = False
        self._title = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Colour scale of relevance, logit")
        self.setToolTip(
            tr("Relevance in logits; one scale for all events of the night, to compare them.")
        )

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def set_scale(self, title: str, scale: float, *, signed: bool, ink: bool) -> None:
        """Show the colours that run up to ``scale`` logit."""
        self._title, self._scale, self._signed, self._ink = title, scale, signed, ink
        self.updateGeometry()
        self.update()

    def texts(self) -> tuple[str, ...]:
        """Title, lowest and highest value with the unit."""
        low = f"≤ −{self._scale:.3g}" if self._signed else "0"
        return self._title, low, f"≥ {self._scale:.3g} logit"

    def sizeHint(self) -> QSize:
        words = max(self._words_width(self.texts()), self._words_width(USUAL_TEXTS))
        return QSize(int(BAR_WIDTH) + words + 42, self.fontMetrics().height() + 10)

    def _words_width(self, texts: tuple[str, ...]) -> int:
        return sum(self.fontMetrics().horizontalAdvance(text) for text in texts)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), QColor(self._theme.window))
        painter.setFont(self.font())
        title, low, high = self.texts()
        # At the right edge, however long the words are.
        left = self.width() - BAR_WIDTH - self._words_width(self.texts()) - 36
        x = self._words(painter, left, title, self._theme.text) + 10
        x = self._words(painter, x, low, self._theme.muted) + 6
        bar = QRectF(x, round((self.height() - BAR_HEIGHT) / 2), BAR_WIDTH, BAR_HEIGHT)
        n = int(BAR_WIDTH)
        values = np.linspace(-self._scale if self._signed else 0.0, self._scale, n)
        pixels = np.full((1, n, 4), 255, dtype=np.uint8)
        pixels[0, :, :3] = relevance_colours(self._theme, values, self._scale, ink=self._ink)
        painter.drawImage(bar, QImage(pixels.data, n, 1, 4 * n, QImage.Format.Format_RGBA8888))
        painter.setPen(cosmetic_pen(self._theme.epoch_line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bar)
        self._words(painter, bar.right() + 7, high, self._theme.muted)

    def _words(self, painter: QPainter, x: float, text: str, colour: str) -> float:
        width = self.fontMetrics().horizontalAdvance(text) + 2
        painter.setPen(QColor(colour))
        painter.drawText(QRectF(x, 0, width, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
        return x + width

"""The power of one channel over the whole night and from 0 to 30 Hz, as colours."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontInfo, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QWidget

from sleepscope.app.language import tr
from sleepscope.app.views.colour_ramp import colour_ramp
from sleepscope.app.views.night_strip import NightStrip
from sleepscope.app.views.page_gaps import HATCH
from sleepscope.app.views.page_geometry import RIGHT_MARGIN
from sleepscope.app.views.polyline import cosmetic_pen
from sleepscope.signals.spectrogram import HIGHEST_HZ, Spectrogram

HEIGHT, PAD = 72, 5
TICKS_HZ = (0, 10, 20, 30)
# Anchors of viridis (Smith & van der Walt 2015): lightness grows evenly, and it reads the same
# with every common kind of colour vision. One for all themes: it says power, not a look.
VIRIDIS = ("#440154", "#3B528B", "#21918C", "#5EC962", "#FDE725")
_N_COLOURS = 255
_BAR = 6.0


class SpectrogramView(NightStrip):
    """Shows a spectrogram; the image is made once and scaled to the strip once a size."""

    # Colours say power here: the page is framed, not tinted.
    page_wash = 0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spectrogram: Spectrogram | None = None
        self._image: QImage | None = None
        self._channel = self._words = ""
        self._unit = "µV"
        self.setAccessibleName(tr("Spectrogram of the night"))

    def sizeHint(self) -> QSize:
        return QSize(800, max(HEIGHT, round(2.4 * self.line)))

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.sizeHint().height())

    def set_spectrogram(
        self, spectrogram: Spectrogram | None, channel: str, unit: str = "µV", words: str = ""
    ) -> None:
        """Show the power of a channel, or ``words`` on why there is none."""
        if spectrogram is not self._spectrogram:
            self._spectrogram = spectrogram
            self._image = None if spectrogram is None else spectrogram_image(spectrogram)
        self._channel, self._unit, self._words = channel, unit, words
        tip = tr("Spectrogram of {channel}; right-click for another channel.", channel=channel)
        if spectrogram is not None:
            tip += " " + tr(
                "Welch's method, 4-s windows, {step:g} s a column; colours from {low:.0f} to "
                "{high:.0f} dB of {unit}²/Hz (5th to 98th percentile of the night).",
                step=spectrogram.step, low=spectrogram.low, high=spectrogram.high, unit=unit,
            )  # fmt: skip
        self.setToolTip(tip)
        self.redraw()

    def y(self, hertz: float) -> float:
        """Height of a frequency."""
        return self.height() - PAD - hertz / HIGHEST_HZ * (self.height() - 2 * PAD)

    def paint_night(self, painter: QPainter) -> None:
        area = QRectF(self.left, self.y(HIGHEST_HZ), self.right - self.left,
                      self.y(0) - self.y(HIGHEST_HZ))  # fmt: skip
        painter.fillRect(area, QColor(self._theme.lane))
        if self._image is not None and self._duration > 0:
            painter.fillRect(area, QBrush(QColor(self._theme.hatch), HATCH))
            self._paint_image(painter)
        elif self._words:
            painter.setPen(QColor(self._theme.muted))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self._words)
        self._paint_axis(painter)
        if self._spectrogram is not None:
            self._paint_scale(painter, self._spectrogram)

    def _paint_image(self, painter: QPainter) -> None:
        image, made = self._image, self._spectrogram
        assert image is not None
        assert made is not None
        top = self.y(float(made.freqs[-1]))
        right = self.x(made.step * made.power.shape[1])
        box = QRectF(self.left, top, right - self.left, self.y(0) - top)
        ratio = self.devicePixelRatioF()
        size = QSize(max(1, round(box.width() * ratio)), max(1, round(box.height() * ratio)))
        # scaled() means over what falls into a pixel; drawing it smaller would leave columns out.
        scaled = image.scaled(
            size,
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        painter.save()
        painter.setClipRect(QRectF(self.left, 0, self.right - self.left, self.height()))
        painter.drawImage(box, scaled)
        painter.restore()

    def _paint_axis(self, painter: QPainter) -> None:
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        # Between the limits there are figures where a line of words fits between them.
        fits = self.y(TICKS_HZ[0]) - self.y(TICKS_HZ[1]) >= self.line
        for hertz in TICKS_HZ if fits else (TICKS_HZ[0], TICKS_HZ[-1]):
            y = self.y(hertz)
            painter.setPen(cosmetic_pen(self._theme.epoch_line))
            painter.drawLine(self.left - 4, round(y), self.left - 1, round(y))
            painter.setPen(QColor(self._theme.muted))
            text = f"{hertz} Hz" if hertz == TICKS_HZ[-1] else f"{hertz}"
            # The outer labels stay inside the strip.
            half = self.line / 2
            middle = min(max(y, half), self.height() - half)
            painter.drawText(QRectF(0, middle - half, self.left - 8, 2 * half), right, text)
        painter.setPen(QColor(self._theme.text))
        metrics = painter.fontMetrics()
        width = int(self.left - 24) - metrics.horizontalAdvance(f"{TICKS_HZ[-1]} Hz")
        words = metrics.elidedText(self._channel, Qt.TextElideMode.ElideRight, width)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(8, 0, width, self.height()), left, words)

    def _paint_scale(self, painter: QPainter, made: Spectrogram) -> None:
        """The colours with their limits, right of the night."""
        left, top, height = self.right + 3, self.y(HIGHEST_HZ), self.y(0) - self.y(HIGHEST_HZ)
        ramp = colour_ramp(VIRIDIS, _N_COLOURS)
        for row in range(int(height)):
            place = round((1 - row / max(height - 1, 1)) * (_N_COLOURS - 1))
            colour = QColor(*(int(part) for part in ramp[max(place, 0)]))
            painter.fillRect(QRectF(left, top + row, _BAR, 1), colour)
        painter.setPen(QColor(self._theme.muted))
        # The margin beside the traces is as wide as it is, whatever the size of text.
        painter.setFont(fitting_font(self.font(), "−88", RIGHT_MARGIN - _BAR - 7))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        middle = top + height / 2
        for y, text in (
            (top + 3, f"{made.high:.0f}"),
            (middle, tr("dB")),
            (top + height - 3, f"{made.low:.0f}"),
        ):
            painter.drawText(QRectF(left + _BAR + 3, y - 8, 40, 16), flags, text)


def fitting_font(font: QFont, text: str, width: float) -> QFont:
    """The font, smaller where a text would be wider than so many pixels."""
    wide = QFontMetricsF(font).horizontalAdvance(text)
    fitting = QFont(font)
    if wide > width:
        fitting.setPixelSize(max(6, int(QFontInfo(font).pixelSize() * width / wide)))
    return fitting


def spectrogram_image(made: Spectrogram) -> QImage:
    """Colours of a spectrogram, lowest frequency at the bottom; clear where nothing is known."""
    share = (made.power[::-1] - made.low) / (made.high - made.low)
    known = np.isfinite(share)
    index = np.where(known, np.clip(share, 0, 1) * (_N_COLOURS - 1), 0).astype(np.uint8)
    n_rows, n_columns = index.shape
    rgba = np.empty((n_rows, n_columns, 4), dtype=np.uint8)
    rgba[..., :3] = colour_ramp(VIRIDIS, _N_COLOURS)[index]
    rgba[..., 3] = np.where(known, 255, 0)
    data = rgba.tobytes()
    image = QImage(data, n_columns, n_rows, 4 * n_columns, QImage.Format.Format_RGBA8888)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)

"""Coherence as a picture: values to colours, uncertain values under a hatch, phases as arrows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen

from sleepscope.app.coherence_maps import CoherenceMap
from sleepscope.app.theme import Theme
from sleepscope.app.views.colour_ramp import colour_ramp
from sleepscope.app.views.page_gaps import HATCH

# Viridis: even in lightness, and read alike by the colour-blind.
VIRIDIS = ("#440154", "#414487", "#2A788E", "#22A884", "#7AD151", "#FDE725")
STEPS = 256
# Colours run from the first value to the second: coherence, and log10 of the power in µV² at 10 Hz.
COHERENCE_RANGE = (0.0, 1.0)
POWER_RANGE = (0.0, 2.5)
# The EEG falls with the frequency. At others than this the colour is that of the power times their
# ratio to it, so that delta, alpha and sigma waves are seen alike.
POWER_REFERENCE_HZ = 10.0
# Arrows stand this far from each other, px, and only where the coherence is above a half: below it
# the phase of two unrelated signals would be drawn as often.
ARROW_STEP_X, ARROW_STEP_Y = 30.0, 18.0
ARROW_LENGTH = 13.0
LEAST_COHERENCE = 0.5


@dataclass(frozen=True, slots=True)
class MapFrame:
    """Where a map lies on the screen.

    Attributes
    ----------
    left, right, top, bottom : float, px
    start, length : float, s
        The page.
    highest, lowest : float, Hz
        At ``top`` and at ``bottom``.
    """

    left: float
    right: float
    top: float
    bottom: float
    start: float
    length: float
    highest: float
    lowest: float

    def x(self, time: float) -> float:
        """Pixel of a moment."""
        return self.left + (time - self.start) * (self.right - self.left) / self.length

    def time(self, x: float) -> float:
        """Moment at a pixel, s."""
        return self.start + (x - self.left) * self.length / (self.right - self.left)

    def y(self, freq: float) -> float:
        """Pixel of a frequency."""
        share = np.log(self.highest / freq) / np.log(self.highest / self.lowest)
        return float(self.top + share * (self.bottom - self.top))

    def freq(self, y: float) -> float:
        """Frequency at a pixel, Hz."""
        share = (y - self.top) / (self.bottom - self.top)
        return float(self.highest * (self.lowest / self.highest) ** share)

    @property
    def box(self) -> QRectF:
        """The frame as a rectangle."""
        return QRectF(self.left, self.top, self.right - self.left, self.bottom - self.top)


def edges_of(freqs: NDArray[np.float64]) -> tuple[float, float]:
    """Frequencies at the upper and lower edge of a picture whose rows are these, Hz."""
    half = float(np.sqrt(freqs[0] / freqs[1]))
    return float(freqs[0]) * half, float(freqs[-1]) / half


def map_image(shown: CoherenceMap) -> QImage:
    """One pixel for each value, clear where there is none."""
    low, high = POWER_RANGE if shown.is_power else COHERENCE_RANGE
    values = shown.values
    if shown.is_power:
        values = values + np.log10(shown.freqs / POWER_REFERENCE_HZ)[:, None]
    steps = ((values - low) * ((STEPS - 1) / (high - low)) + 0.5).clip(0, STEPS - 1)
    # What is not known takes the one clear colour behind the last.
    index = np.where(np.isfinite(steps), steps, STEPS).astype(np.uint16)
    pixels = np.ascontiguousarray(_packed_ramp().take(index))
    height, width = pixels.shape
    form = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(pixels.data, width, height, 4 * width, form).copy()


@lru_cache(maxsize=1)
def _packed_ramp() -> NDArray[np.uint32]:
    """The colours as Qt packs them, and a clear one behind them."""
    red, green, blue = colour_ramp(VIRIDIS, STEPS).astype(np.uint32).T
    opaque = (0xFF << 24) | (red << 16) | (green << 8) | blue
    return np.append(opaque, 0).astype(np.uint32)


def paint_map(painter: QPainter, frame: MapFrame, shown: CoherenceMap, theme: Theme) -> None:
    """Values, each column at its own moment, and the hatch over those that are not certain."""
    step = float(shown.times[1] - shown.times[0]) if shown.times.size > 1 else 1.0
    left, right = frame.x(shown.times[0] - step / 2), frame.x(shown.times[-1] + step / 2)
    painter.save()
    painter.setClipRect(frame.box)
    painter.fillRect(frame.box, QColor(theme.lane))
    painter.fillRect(frame.box, QBrush(QColor(theme.hatch), HATCH))  # seen where nothing is known
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    target = QRectF(left, frame.top, right - left, frame.bottom - frame.top)
    painter.drawImage(target, map_image(shown))
    _paint_cone(painter, frame, shown)
    painter.restore()


def _paint_cone(painter: QPainter, frame: MapFrame, shown: CoherenceMap) -> None:
    """Hatch below the cone of influence, with a line along its edge."""
    inside = shown.cone > frame.lowest
    if not inside.any():
        return
    heights = [frame.y(min(max(f, frame.lowest), frame.highest)) for f in shown.cone]
    path = QPainterPath(QPointF(frame.x(shown.times[0]), frame.bottom))
    for time, y in zip(shown.times, heights, strict=True):
        path.lineTo(frame.x(float(time)), y)
    path.lineTo(frame.x(shown.times[-1]), frame.bottom)
    path.closeSubpath()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # White over the dark colours, black over the light ones: one of the two is always seen.
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(255, 255, 255, 70))
    painter.drawPath(path)
    painter.setBrush(QBrush(QColor(0, 0, 0, 170), HATCH))
    painter.setPen(QPen(QColor(255, 255, 255, 220), 0))
    painter.drawPath(path)


def paint_mark(painter: QPainter, x: float, top: float, bottom: float, theme: Theme) -> None:
    """An edge of the selected event, on white: seen over dark values and light ones."""
    painter.fillRect(QRectF(x - 1, top, 3, bottom - top), QColor(255, 255, 255, 150))
    painter.fillRect(QRectF(x, top, 1, bottom - top), QColor(theme.selection))


def paint_arrows(painter: QPainter, frame: MapFrame, shown: CoherenceMap) -> None:
    """Phase where it can be trusted: right together, left opposite, up the first one ahead."""
    if shown.phase is None or not shown.times.size:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    lines: list[QLineF] = []
    n_columns = int((frame.right - frame.left) / ARROW_STEP_X)
    n_rows = int((frame.bottom - frame.top) / ARROW_STEP_Y)
    for column in range(n_columns):
        x = frame.left + (column + 0.5) * ARROW_STEP_X
        k = int(np.argmin(np.abs(shown.times - frame.time(x))))
        for row in range(n_rows):
            y = frame.top + (row + 0.5) * ARROW_STEP_Y
            freq = frame.freq(y)
            j = int(np.argmin(np.abs(np.log(shown.freqs / freq))))
            # A comparison with NaN is false: no arrow where nothing is known.
            if shown.values[j, k] >= LEAST_COHERENCE and freq > shown.cone[k]:
                lines += _arrow(x, y, float(shown.phase[j, k]))
    for width, colour in ((3.0, QColor(0, 0, 0, 150)), (1.3, QColor(255, 255, 255))):
        painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLines(lines)
    painter.restore()


def _arrow(x: float, y: float, phase: float) -> list[QLineF]:
    half = QPointF(np.cos(phase), -np.sin(phase)) * ARROW_LENGTH / 2
    tip, end = QPointF(x, y) + half, QPointF(x, y) - half
    head = []
    for turn in (2.6, -2.6):
        side = QPointF(np.cos(phase + turn), -np.sin(phase + turn)) * ARROW_LENGTH / 3
        head.append(QLineF(tip, tip + side))
    return [QLineF(end, tip), *head]


def ramp_image(height: int) -> QImage:
    """The colours from the highest value at the top to the lowest, one pixel wide."""
    index = np.linspace(STEPS - 1, 0, max(height, 1)).astype(np.intp)
    pixels = np.full((index.size, 1, 4), 255, dtype=np.uint8)
    pixels[:, 0, :3] = colour_ramp(VIRIDIS, STEPS)[index]
    image = QImage(pixels.data, 1, index.size, 4, QImage.Format.Format_RGBA8888)
    return image.copy()

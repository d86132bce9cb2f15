"""The time axis of a page: seconds as a grid, clock time and elapsed time below."""

from __future__ import annotations

import datetime
import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from sleepscope.app.clock import clock_seconds, clock_text, elapsed_text
from sleepscope.app.theme import Theme
from sleepscope.app.views.gains import LaneScale
from sleepscope.app.views.page_geometry import TOP_MARGIN, Band, PageGeometry
from sleepscope.app.views.polyline import cosmetic_pen
from sleepscope.constants import EPOCH_SECONDS

# Distances of labelled ticks, s, and how many thin lines stand between two of them.
STEPS = (
    (0.1, 2), (0.2, 2), (0.5, 5), (1, 5), (2, 4), (5, 5), (10, 10), (30, 6), (60, 6), (120, 4),
    (300, 5), (600, 10), (1800, 6), (3600, 6), (7200, 4), (14400, 4),
)  # fmt: skip
LABEL_WIDTH = 110.0
# Lines nearer to each other than so many pixels would be a grey wash.
LEAST_GAP = 5.0
TENTH, MINUTE = 0.1, 60.0
# Lines of the amplitude grid: 75 µV apart, the height that makes a slow wave (AASM manual 2.6).
AMPLITUDE_LINES = (-37.5, 37.5)


def label_width(font: QFont) -> float:
    """Room for a label of time and a gap, pixels."""
    return max(LABEL_WIDTH, 1.4 * QFontMetricsF(font).horizontalAdvance("00:00:00.0"))


def tick_step(pixels_per_second: float, room: float = LABEL_WIDTH) -> tuple[float, int]:
    """Seconds between labels so that they do not touch, and the number of parts of a step."""
    for step, parts in STEPS:
        if step * pixels_per_second >= room:
            return float(step), parts
    return float(STEPS[-1][0]), STEPS[-1][1]


def clock_shift(start: datetime.datetime | None, step: float) -> float:
    """Seconds of the day at the first sample, so that ticks of minutes and more are round times.

    Ticks of seconds stand on the grid of epochs, which begins with the recording.
    """
    if start is None or step < MINUTE:
        return 0.0
    return clock_seconds(start)


def ticks(start: float, stop: float, step: float) -> list[float]:
    """Multiples of ``step`` in ``[start, stop]``."""
    first = math.ceil(start / step - 1e-6)
    last = math.floor(stop / step + 1e-6)
    return [k * step for k in range(first, last + 1)]


def tick_decimals(step: float) -> int:
    """Decimals of a second that labels so many seconds apart need."""
    return 0 if step >= 1 else 1


def paint_grid(
    painter: QPainter,
    geometry: PageGeometry,
    theme: Theme,
    font: QFont,
    start: datetime.datetime | None,
) -> None:
    """Lines of the seconds, of the labelled ticks and of the epochs."""
    step, parts = tick_step(geometry.pixels_per_second, label_width(font))
    stop = geometry.start + geometry.length
    lines = [
        (TENTH, theme.grid),
        (1.0, theme.grid if step > 1 else theme.grid_strong),
        (step / parts, theme.grid),
        (step, theme.grid_strong),
        (EPOCH_SECONDS, theme.epoch_line if step <= EPOCH_SECONDS else theme.grid),
    ]
    lines = [line for line in lines if line[0] * geometry.pixels_per_second >= LEAST_GAP]
    height = geometry.bottom - TOP_MARGIN
    for distance, colour in lines:
        shift = clock_shift(start, distance) if distance != EPOCH_SECONDS else 0.0
        for moment in ticks(geometry.start + shift, stop + shift, distance):
            x = round(geometry.x(moment - shift))
            painter.fillRect(QRectF(x, TOP_MARGIN, 1, height), QColor(colour))


def paint_amplitude_lines(
    painter: QPainter, geometry: PageGeometry, band: Band, scale: LaneScale, theme: Theme
) -> None:
    """Two dashed lines 75 µV apart around the middle of an EEG lane."""
    painter.setPen(QPen(QColor(theme.epoch_line), 0, Qt.PenStyle.DashLine))
    for units in AMPLITUDE_LINES:
        y = round(band.middle - units * band.height / scale.span) + 0.5
        painter.drawLine(QPointF(geometry.left, y), QPointF(geometry.right, y))


def paint_axis(
    painter: QPainter,
    geometry: PageGeometry,
    theme: Theme,
    font: QFont,
    start: datetime.datetime | None,
) -> None:
    """Labels below the page: clock time where the file says when it began, and elapsed time."""
    metrics = QFontMetricsF(font)
    line = metrics.height()
    step, _ = tick_step(geometry.pixels_per_second, label_width(font))
    painter.setFont(font)
    painter.setPen(cosmetic_pen(theme.epoch_line))
    y = round(geometry.bottom) + 0.5
    painter.drawLine(geometry.left, y, geometry.right, y)
    decimals = tick_decimals(step)
    shift = clock_shift(start, step)
    stop = geometry.start + geometry.length
    for moment in ticks(geometry.start + shift, stop + shift, step):
        time = moment - shift
        x = geometry.x(time)
        elapsed, clock = elapsed_text(time, decimals), clock_text(start, time, decimals)
        painter.setPen(cosmetic_pen(theme.epoch_line))
        painter.drawLine(round(x) + 0.5, y, round(x) + 0.5, y + 3)
        # The last label stays on the page.
        half = max(metrics.horizontalAdvance(text) for text in (elapsed, clock)) / 2 + 2
        centre = min(x, geometry.width - half)
        box = QRectF(centre - LABEL_WIDTH, y + 3, 2 * LABEL_WIDTH, line)
        if clock:
            painter.setPen(QColor(theme.text))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, clock)
            box.translate(0, line - 1)
        painter.setPen(QColor(theme.muted))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, elapsed)
    _axis_names(painter, geometry, theme, start is not None, line)


def _axis_names(
    painter: QPainter, geometry: PageGeometry, theme: Theme, has_clock: bool, line: float
) -> None:
    box = QRectF(8, round(geometry.bottom) + 3.5, geometry.left - 50, line)
    alignment = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    if has_clock:
        painter.setPen(QColor(theme.text))
        painter.drawText(box, alignment, "clock")
        box.translate(0, line - 1)
    painter.setPen(QColor(theme.muted))
    painter.drawText(box, alignment, "elapsed")

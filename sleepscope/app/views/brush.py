"""The what-if brush on a page: its strokes, what they make of the traces, and what a model says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from sleepscope.app.theme import Theme
from sleepscope.app.views.page_geometry import Band, PageGeometry
from sleepscope.app.views.page_signals import PageSignal
from sleepscope.app.views.polyline import cosmetic_pen, draw_polyline
from sleepscope.explain.stroke import Stroke

if TYPE_CHECKING:
    from numpy.typing import NDArray

# How much of a trace's own colour is left of it beneath strokes.
FAINT = 0.45
WASH = 30


@dataclass(frozen=True, eq=False, slots=True)
class Brush:
    """What the page shows of the brush.

    Attributes
    ----------
    is_on : bool
        Whether a drag over a trace paints.
    strokes : tuple of Stroke
        On rows of the page, the one that is being painted among them.
    painted : mapping of row to PageSignal
        What strokes make of this page's traces.
    tracks : mapping of row to (times, probability)
        What the model says under the strokes.
    words : str
        Beside the pointer: what a drag does, and what the model says.
    """

    is_on: bool = False
    strokes: tuple[Stroke, ...] = ()
    painted: Mapping[str, PageSignal] = field(default_factory=dict)
    tracks: Mapping[str, tuple[NDArray[np.float64], NDArray[np.float32]]] = field(
        default_factory=dict
    )
    words: str = ""


def faint(theme: Theme, colour: str) -> str:
    """A trace's colour, most of the way to the page's."""
    own, page = QColor(colour), QColor(theme.page)
    parts = zip(own.getRgb()[:3], page.getRgb()[:3], strict=True)
    return QColor(*(round(FAINT * a + (1 - FAINT) * b) for a, b in parts)).name()


def paint_strokes(
    painter: QPainter, geometry: PageGeometry, theme: Theme, font: QFont, brush: Brush
) -> None:
    """A wash with two edges over each stroke, and in words what it does."""
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    line = metrics.height()
    for stroke in brush.strokes:
        row = geometry.row(stroke.channel)
        if row is None:
            continue
        left = max(geometry.left, geometry.x(stroke.start))
        right = min(geometry.right, geometry.x(stroke.stop))
        if right <= left:
            continue
        box = QRectF(left, row.trace.top, right - left, row.trace.height)
        wash = QColor(theme.accent)
        wash.setAlpha(WASH)
        painter.fillRect(box, wash)
        painter.setPen(cosmetic_pen(theme.accent))
        for x in (left, right):
            edge = round(x) + 0.5
            painter.drawLine(QPointF(edge, box.top()), QPointF(edge, box.bottom()))
        width = metrics.horizontalAdvance(stroke.words) + 8
        if row.trace.height >= 2 * line and width <= right - left:
            ground = QRectF(left + 1, box.top(), width, line)
            painter.fillRect(ground, QColor(theme.page))
            painter.setPen(QColor(theme.text))
            painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, stroke.words)


def paint_changed_track(
    painter: QPainter,
    geometry: PageGeometry,
    strip: Band,
    track: tuple[NDArray[np.float64], NDArray[np.float32]],
    theme: Theme,
) -> None:
    """The probability under the strokes, over the one that was recorded."""
    times, values = track
    x = geometry.x(0.0) + times * geometry.pixels_per_second
    painter.save()
    width = geometry.right - geometry.left
    painter.setClipRect(QRectF(geometry.left, strip.top, width, strip.height))
    painter.setPen(cosmetic_pen(theme.selection))
    for offset in (0.0, 1.0):
        draw_polyline(painter, x, strip.bottom - 0.5 - offset - values * (strip.height - 2))
    painter.restore()

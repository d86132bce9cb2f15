"""From numpy arrays to Qt's lines without a Python object for each point."""

from __future__ import annotations

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRect
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF


def cosmetic_pen(colour: QColor | str) -> QPen:
    """A pen of one device pixel: any wider one costs 5 to 25 times as much on traces."""
    pen = QPen(QColor(colour))
    pen.setWidth(1)
    pen.setCosmetic(True)
    return pen


def polygon(x: NDArray[np.floating], y: NDArray[np.floating]) -> QPolygonF:
    """Points ``(x, y)`` as a polygon that owns its memory."""
    made = QPolygonF()
    made.resize(len(x))
    if len(x):
        raw = shiboken6.VoidPtr(made.data(), len(x) * 16, True)
        points = np.frombuffer(raw, dtype=np.float64).reshape(-1, 2)
        points[:, 0] = x
        points[:, 1] = y
    return made


def draw_polyline(painter: QPainter, x: NDArray[np.floating], y: NDArray[np.floating]) -> None:
    """One line through the points, broken where ``y`` is NaN."""
    finite = np.isfinite(y)
    if finite.all():
        painter.drawPolyline(polygon(x, y))
        return
    steps = np.flatnonzero(np.diff(np.concatenate(([0], finite.astype(np.int8), [0]))))
    for first, behind in zip(steps[::2], steps[1::2], strict=True):
        if behind - first == 1:
            # A lone sample between gaps would draw nothing as a line.
            painter.drawPoint(polygon(x[first:behind], y[first:behind])[0])
        else:
            painter.drawPolyline(polygon(x[first:behind], y[first:behind]))


def draw_lines(painter: QPainter, lines: NDArray[np.float64]) -> None:
    """Separate lines, (n_lines, 4): x1 y1 x2 y2."""
    if len(lines):
        lines = np.ascontiguousarray(lines, dtype=np.float64)
        painter.drawLines(shiboken6.wrapInstance(lines.ctypes.data, QLineF), len(lines))


def draw_columns(
    painter: QPainter,
    x: NDArray[np.integer],
    top: NDArray[np.floating],
    bottom: NDArray[np.floating],
    ratio: float,
) -> None:
    """Upright bars of one device pixel width from ``top`` to ``bottom``, in the brush's colour.

    Parameters
    ----------
    x : (n,) ndarray of int, device pixels
    top, bottom : (n,) ndarray, logical pixels
    ratio : float
        Device pixels in a logical one.

    Whole pixels without smoothing are filled in 0.2 ms for 1440 bars, smoothed ones take 0.5 ms.
    """
    if len(x) == 0:
        return
    corners = np.empty((len(x), 4), dtype=np.int32)
    corners[:, 0] = corners[:, 2] = x
    corners[:, 1] = np.rint(top * ratio)
    # A QRect's lower corner belongs to it.
    corners[:, 3] = np.maximum(np.rint(bottom * ratio) - 1, corners[:, 1])
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.scale(1 / ratio, 1 / ratio)
    painter.drawRects(shiboken6.wrapInstance(corners.ctypes.data, QRect), len(x))
    painter.restore()

"""Stretches without a signal, hatched so that they do not read as a flat one."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter

from sleepscope.app.theme import Theme
from sleepscope.app.views.page_geometry import TOP_MARGIN, Band, PageGeometry
from sleepscope.recordings.recording import Recording
from sleepscope.signals.missing import runs_of

HATCH = Qt.BrushStyle.BDiagPattern
LABEL_HEIGHT = 20.0


def paint_gaps(
    painter: QPainter, geometry: PageGeometry, recording: Recording, theme: Theme, font: QFont
) -> None:
    """Hatch gaps and what lies behind the end of the recording, with a word where it fits."""
    page_stop = geometry.start + geometry.length
    page = Band(TOP_MARGIN, geometry.bottom)
    spans = (*recording.gaps, (recording.duration, page_stop))
    paint_missing(painter, geometry, page, spans, theme)
    painter.setFont(font)
    painter.setPen(QColor(theme.muted))
    for start, stop in spans:
        text = "end of recording" if start >= recording.duration else "not recorded"
        left, right = geometry.x(start), min(geometry.x(stop), geometry.right)
        left = max(left, geometry.left)
        width = QFontMetricsF(font).horizontalAdvance(text) + 8
        if right - left > width:
            # On a plate of its own: the hatch would strike it through.
            plate = QRectF((left + right - width) / 2, TOP_MARGIN + 2, width, LABEL_HEIGHT - 4)
            painter.fillRect(plate, QColor(theme.lane))
            painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)


def paint_missing(
    painter: QPainter,
    geometry: PageGeometry,
    band: Band,
    spans: Iterable[tuple[float, float]],
    theme: Theme,
) -> None:
    """Hatch stretches ``(start, stop)``, seconds, of one band of the page."""
    for start, stop in spans:
        left = max(geometry.x(start), geometry.left)
        right = min(geometry.x(stop), geometry.right)
        if right > left:
            box = QRectF(left, band.top, right - left, band.height)
            painter.fillRect(box, QColor(theme.lane))
            painter.fillRect(box, QBrush(QColor(theme.hatch), HATCH))


def missing_spans(
    values: NDArray[np.floating], first: float, step: float
) -> list[tuple[float, float]]:
    """Stretches of NaN among values ``step`` seconds apart, the first at ``first`` seconds.

    A stretch reaches from its first missing value to the next one that is there.
    """
    missing = np.isnan(values)
    if not missing.any():
        return []
    return [(first + step * int(a), first + step * int(b)) for a, b in runs_of(missing)]

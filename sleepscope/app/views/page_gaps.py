"""Stretches that were not recorded, hatched so that they do not read as a flat signal."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter

from sleepscope.app.theme import Theme
from sleepscope.app.views.page_geometry import TOP_MARGIN, PageGeometry
from sleepscope.recordings.recording import Recording

HATCH = Qt.BrushStyle.BDiagPattern
LABEL_HEIGHT = 20.0


def paint_gaps(
    painter: QPainter, geometry: PageGeometry, recording: Recording, theme: Theme, font: QFont
) -> None:
    """Hatch gaps and what lies behind the end of the recording, with a word where it fits."""
    page_stop = geometry.start + geometry.length
    painter.setFont(font)
    for start, stop in (*recording.gaps, (recording.duration, page_stop)):
        left = max(geometry.x(start), geometry.left)
        right = min(geometry.x(stop), geometry.right)
        if right <= left:
            continue
        box = QRectF(left, TOP_MARGIN, right - left, geometry.bottom - TOP_MARGIN)
        painter.fillRect(box, QBrush(QColor(theme.grid_strong), HATCH))
        text = "end of recording" if start >= recording.duration else "not recorded"
        if right - left > QFontMetricsF(font).horizontalAdvance(text) + 8:
            box.setHeight(LABEL_HEIGHT)
            painter.setPen(QColor(theme.muted))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

"""Names of channels beside events whose channel is not shown."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from sleepscope.app.theme import Theme
from sleepscope.app.views.event_bars import MIN_BAR, bar_rect
from sleepscope.app.views.event_lanes import IndexedLane
from sleepscope.app.views.page_geometry import Band, PageGeometry

# More events than this on a page leave no room for words.
MOST_NAMES = 60
SMALLEST_PIXELS = 8


def paint_lane_names(
    painter: QPainter,
    geometry: PageGeometry,
    band: Band,
    indexed: IndexedLane,
    theme: Theme,
    font: QFont,
) -> None:
    """Write the channel behind each event of the common lanes, where it fits before the next."""
    index = indexed.channels.get(None)
    if index is None:
        return
    stop = geometry.start + geometry.length
    near = index.between(geometry.start - MIN_BAR / geometry.pixels_per_second, stop)
    if not 0 < len(near) <= MOST_NAMES:
        return
    small = QFont(font)
    small.setPixelSize(max(SMALLEST_PIXELS, round(band.height)))
    metrics = QFontMetricsF(small)
    painter.setFont(small)
    painter.setPen(QColor(theme.text))
    following = [geometry.x(float(index.onsets[i])) for i in near[1:]] + [geometry.right]
    for i, end in zip(near, following, strict=True):
        channel = index.events[i].channel
        left = bar_rect(geometry, band, index.onsets[i], index.stops[i]).right() + 3
        if channel is not None and left + metrics.horizontalAdvance(channel) <= end:
            painter.drawText(QPointF(left, band.middle + metrics.capHeight() / 2), channel)

"""The left edge of a page: each channel's name, and a bar that says how high so many µV are."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from sleepscope.app.theme import Theme
from sleepscope.app.views.gains import LaneScale, round_number_below
from sleepscope.app.views.page_geometry import Band, Row
from sleepscope.app.views.polyline import cosmetic_pen
from sleepscope.recordings.channel import Channel

MARGIN = 8.0
# The bar is at most this share of the lane, so that bars of neighbours do not meet.
BAR_SHARE = 0.8
# Room for name and scale below each other, in heights of a line.
TWO_LINES = 1.8


def paint_row_head(
    painter: QPainter,
    row: Row,
    channel: Channel,
    scale: LaneScale,
    theme: Theme,
    font: QFont,
    width: float,
) -> None:
    """Name, unit and scale of one channel."""
    trace = row.trace
    bold = QFont(font)
    bold.setBold(True)
    bar_x = width - 9.5
    painter.setPen(QColor(theme.trace(channel.kind)))
    painter.setFont(bold)
    two_lines = trace.height >= TWO_LINES * QFontMetricsF(font).height()
    text = scale_text(channel, scale)
    room = bar_x - MARGIN - 8
    if not two_lines:
        # Beside each other where both fit; else the name alone, the tooltip has the scale.
        text_width = QFontMetricsF(font).horizontalAdvance(text) + 6
        if QFontMetricsF(bold).horizontalAdvance(channel.label) + text_width <= room:
            room -= text_width
        else:
            text = ""
    label = QFontMetricsF(bold).elidedText(channel.label, Qt.TextElideMode.ElideRight, room)
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    height = QFontMetricsF(font).height()
    top = trace.middle - (height if two_lines else height / 2)
    painter.drawText(QRectF(MARGIN, top, room, height), left, label)
    painter.setFont(font)
    painter.setPen(QColor(theme.muted))
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    below = top + height if two_lines else top
    painter.drawText(QRectF(MARGIN, below, bar_x - MARGIN - 7, height), right, text)
    _paint_bar(painter, trace, _bar_height(trace, scale), bar_x, theme)


def _bar_units(scale: LaneScale) -> float:
    return scale.span if scale.centre is not None else round_number_below(scale.span * BAR_SHARE)


def _bar_height(trace: Band, scale: LaneScale) -> float:
    return trace.height * _bar_units(scale) / scale.span


def scale_text(channel: Channel, scale: LaneScale) -> str:
    """What the bar beside a channel's name stands for."""
    if scale.centre is not None:
        low, high = scale.centre - scale.span / 2, scale.centre + scale.span / 2
        return f"{low:.4g}–{high:.4g} {channel.unit}".strip()
    return f"{_bar_units(scale):g} {channel.unit}".strip()


def _paint_bar(painter: QPainter, trace: Band, height: float, x: float, theme: Theme) -> None:
    top, bottom = trace.middle - height / 2, trace.middle + height / 2
    painter.setPen(cosmetic_pen(theme.text))
    painter.drawLine(QPointF(x, top), QPointF(x, bottom))
    for y in (top, bottom):
        painter.drawLine(QPointF(x - 2.5, y), QPointF(x + 2.5, y))


def paint_common_head(
    painter: QPainter, band: Band, theme: Theme, font: QFont, width: float
) -> None:
    """Name of the lanes of events that belong to every channel."""
    painter.setFont(font)
    painter.setPen(QColor(theme.muted))
    box = QRectF(MARGIN, band.middle - 8, width - 2 * MARGIN, 16)
    painter.drawText(
        box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, "all channels"
    )

"""The left edge of a page: each channel's name, and a bar that says how high so many µV are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from sleepscope.app.language import tr
from sleepscope.app.theme import Theme
from sleepscope.app.views.gains import LaneScale, round_number_below
from sleepscope.app.views.page_geometry import Band, Row
from sleepscope.app.views.polyline import cosmetic_pen
from sleepscope.app.views.trace_colour import trace_colour
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.montage import MontageRow

MARGIN = 8.0
# The bar is at most this share of the lane, so that bars of neighbours do not meet.
BAR_SHARE = 0.8
# Pixels; in a high lane a longer bar would be read worse.
HIGHEST_BAR = 130.0
# Room for name and scale below each other, in heights of a line.
TWO_LINES = 1.8
GROUP_PIXELS = 10
# Names of a hundred rows; smaller ones could not be read at all.
SMALLEST_PIXELS = 6


def paint_row_head(
    painter: QPainter,
    row: Row,
    channel: Channel,
    look: MontageRow,
    scale: LaneScale,
    theme: Theme,
    font: QFont,
    width: float,
    sensitivity: float | None = None,
) -> None:
    """Name, unit and scale of one channel, and the name of the group that begins here.

    ``sensitivity`` is in µV/mm, where it is calibrated.
    """
    trace = row.trace
    if row.head is not None:
        _paint_group(painter, row.head, row.group, theme, font, width)
    bold = QFont(font)
    bold.setBold(True)
    bar_x = width - 9.5
    painter.setPen(QColor(trace_colour(theme, channel.kind, look.colour)))
    painter.setFont(bold)
    two_lines = trace.height >= TWO_LINES * QFontMetricsF(font).height()
    text = scale_text(channel, trace, scale)
    # Beside the scale where there is room for words, else as a sign before the name.
    name = f"−{look.name}" if look.inverted and not two_lines else look.name
    room = bar_x - MARGIN - 8
    if not two_lines:
        # Beside each other where both fit; else the name alone, the tooltip has the scale.
        text_width = QFontMetricsF(font).horizontalAdvance(text) + 6
        if QFontMetricsF(bold).horizontalAdvance(name) + text_width <= room:
            room -= text_width
        else:
            text = ""
    label = QFontMetricsF(bold).elidedText(name, Qt.TextElideMode.ElideRight, room)
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    height = QFontMetricsF(font).height()
    top = trace.middle - (height if two_lines else height / 2)
    painter.drawText(QRectF(MARGIN, top, room, height), left, label)
    painter.setFont(font)
    painter.setPen(QColor(theme.muted))
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    below = top + height if two_lines else top
    metrics, room = QFontMetricsF(font), bar_x - MARGIN - 7
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
    painter.drawText(QRectF(MARGIN, below, room, height), right, text)
    if two_lines:
        per_mm = "" if sensitivity is None else sensitivity_text(channel, sensitivity)
        words = " ".join(filter(None, (tr("inv.") if look.inverted else "", per_mm)))
        free = room - metrics.horizontalAdvance(text) - 4
        if look.inverted and metrics.horizontalAdvance(words) > free:
            words = tr("inv.")
        if metrics.horizontalAdvance(words) <= free:
            painter.drawText(QRectF(MARGIN, below, room, height), left, words)
    _paint_bar(painter, trace, _bar_height(trace, scale), bar_x, theme)


def row_font(rows: Sequence[Row], font: QFont) -> QFont:
    """The font for the names of all rows: smaller where they would cover each other."""
    middles = [row.trace.middle for row in rows]
    rooms = [below - above for above, below in pairwise(middles)]
    # Over lanes of events a name may stand, over the words of a strip not.
    rooms += [row.trace.height + 4 for row in rows if row.strip is not None]
    room = min(rooms, default=math.inf)
    if room >= QFontMetricsF(font).height() - 2:
        return font
    small = QFont(font)
    small.setPixelSize(max(SMALLEST_PIXELS, int(room)))
    return small


def _paint_group(
    painter: QPainter, head: Band, group: str, theme: Theme, font: QFont, width: float
) -> None:
    """A rule between groups, and the group's name where there is room for it."""
    painter.setPen(cosmetic_pen(theme.grid_strong))
    y = round(head.top + 2) + 0.5
    painter.drawLine(QPointF(MARGIN, y), QPointF(width, y))
    small = QFont(font)
    small.setPixelSize(GROUP_PIXELS)
    small.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.5)
    if head.height < QFontMetricsF(small).capHeight() + 5:
        return
    painter.setFont(small)
    painter.setPen(QColor(theme.muted))
    box = QRectF(MARGIN, head.top + 3, width - 2 * MARGIN, head.height - 3)
    name = QFontMetricsF(small).elidedText(group, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)


def _bar_units(trace: Band, scale: LaneScale) -> float:
    if scale.centre is not None:
        return scale.span
    share = min(BAR_SHARE, HIGHEST_BAR / trace.height)
    return round_number_below(scale.span * share)


def _bar_height(trace: Band, scale: LaneScale) -> float:
    return trace.height * _bar_units(trace, scale) / scale.span


def scale_text(channel: Channel, trace: Band, scale: LaneScale) -> str:
    """What the bar beside a channel's name stands for."""
    if scale.centre is not None:
        low, high = scale.centre - scale.span / 2, scale.centre + scale.span / 2
        return f"{low:.4g}–{high:.4g} {channel.unit}".strip()
    units = _bar_units(trace, scale)
    if channel.unit == "µV" and units >= 1000:
        return f"{units / 1000:g} mV"
    return f"{units:g} {channel.unit}".strip()


def sensitivity_text(channel: Channel, sensitivity: float) -> str:
    """What a millimetre of the screen stands for: "7 µV/mm"."""
    return f"{sensitivity:g} {channel.unit}/mm"


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

"""What lies over a page for a moment: the selected event, a drag, a readout."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from sleepscope.app.theme import Theme
from sleepscope.app.views.event_bars import bar_rect, chosen_rects
from sleepscope.app.views.event_lanes import IndexedLane
from sleepscope.app.views.page_geometry import TOP_MARGIN, Band, PageGeometry
from sleepscope.app.views.page_state import PageState
from sleepscope.app.views.polyline import cosmetic_pen
from sleepscope.events.event import Event

GRIP = 6.0


@dataclass(frozen=True, slots=True)
class Selected:
    """The selected event with the place where it is shown."""

    event: Event
    lane_number: int
    lane: IndexedLane


def selected_event(state: PageState) -> Selected | None:
    """The selected event, or None if no lane holds it."""
    if state.selection is None:
        return None
    for number, lane in enumerate(state.lanes):
        event = lane.by_id.get(state.selection)
        if event is not None:
            return Selected(event, number, lane)
    return None


def event_band(geometry: PageGeometry, channel: str | None) -> Band | None:
    """The height an event reaches over: its channel's row, or the page for all channels."""
    if channel is None:
        return Band(TOP_MARGIN, geometry.bottom)
    row = geometry.row(channel)
    return row.whole if row is not None else geometry.common_band


def paint_selection(
    painter: QPainter,
    geometry: PageGeometry,
    theme: Theme,
    selected: Selected,
    interval: tuple[float, float] | None,
    *,
    washed: bool = True,
) -> None:
    """Highlight the selected event; ``interval`` is where a drag has taken it, s.

    Not ``washed``, it is outlined only, so that colours beneath it stay as the scale says.
    """
    event = selected.event
    onset, stop = interval if interval is not None else (event.onset, max(event.stop, event.onset))
    band = event_band(geometry, event.channel)
    if band is None or stop < geometry.start or onset > geometry.start + geometry.length:
        return
    grips = selected.lane.lane.editable
    paint_span(painter, geometry, theme, band, onset, stop, grips=grips, washed=washed)
    row = geometry.row(event.channel)
    bands = geometry.common if row is None else row.lanes
    if selected.lane_number < len(bands):
        bar = bar_rect(geometry, bands[selected.lane_number], onset, stop)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.selection), 2))
        painter.drawRect(bar.adjusted(-1.5, -1.5, 1.5, 1.5))


def paint_chosen(painter: QPainter, geometry: PageGeometry, state: PageState) -> None:
    """Frame the bars of all selected events."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(state.theme.selection), 1.5))
    places: list[tuple[str | None, tuple[Band, ...]]] = [(r.label, r.lanes) for r in geometry.rows]
    for channel, bands in [*places, (None, geometry.common)]:
        for lane, band in zip(state.lanes, bands, strict=False):
            index = lane.channels.get(channel)
            if index is not None:
                rects = chosen_rects(geometry, band, index, state.chosen)
                painter.drawRects([rect.adjusted(-1, -1, 1, 1) for rect in rects])


def paint_rubber_band(painter: QPainter, theme: Theme, start: QPointF, stop: QPointF) -> None:
    """The rectangle from the press to the pointer."""
    colour = QColor(theme.selection)
    painter.setPen(QPen(colour, 1, Qt.PenStyle.DashLine))
    colour.setAlpha(24)
    painter.setBrush(colour)
    painter.drawRect(QRectF(start, stop).normalized())


def paint_span(
    painter: QPainter,
    geometry: PageGeometry,
    theme: Theme,
    band: Band,
    onset: float,
    stop: float,
    *,
    grips: bool,
    washed: bool = True,
) -> None:
    """A stretch of the page with its two edges, under a light wash or, without it, in a frame."""
    colour = QColor(theme.selection)
    left, right = geometry.x(onset), geometry.x(stop)
    painter.setPen(cosmetic_pen(colour))
    if washed:
        wash = QColor(colour)
        wash.setAlpha(24)
        painter.fillRect(QRectF(left, band.top, right - left, band.height), wash)
    else:
        for y in (round(band.top) + 0.5, round(band.bottom) - 0.5):
            painter.drawLine(QPointF(round(left) + 0.5, y), QPointF(round(right) + 0.5, y))
    for x, inward in ((left, GRIP), (right, -GRIP)):
        line = round(x) + 0.5
        painter.drawLine(QPointF(line, band.top), QPointF(line, band.bottom))
        if grips:
            painter.setBrush(QBrush(colour))
            corner = QPointF(line, band.top)
            painter.drawPolygon(
                QPolygonF([corner, corner + QPointF(inward, 0), corner + QPointF(0, GRIP)])
            )


def paint_readout(
    painter: QPainter, geometry: PageGeometry, theme: Theme, font: QFont, text: str, at: QPointF
) -> None:
    """A few words in a box beside the pointer, kept on the page."""
    metrics = QFontMetricsF(font)
    width, height = metrics.horizontalAdvance(text) + 12, metrics.height() + 6
    x = min(max(at.x() + 12, geometry.left), geometry.right - width)
    y = min(max(at.y() - height - 8, TOP_MARGIN), geometry.bottom - height)
    box = QRectF(round(x) + 0.5, round(y) + 0.5, round(width), round(height))
    painter.setFont(font)
    painter.setBrush(QColor(theme.page))
    painter.setPen(cosmetic_pen(theme.epoch_line))
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(QColor(theme.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

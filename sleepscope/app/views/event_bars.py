"""Events drawn as bars in a lane; their look can be told apart without colour."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

from sleepscope.app.theme import Theme
from sleepscope.app.views.event_lanes import IndexedLane, LaneEvents, LaneIndex
from sleepscope.app.views.page_geometry import Band, PageGeometry

# A point (an event without duration) is a diamond; a bar is never thinner than this.
MIN_BAR = 3.0
# A check mark needs this much room beside the bar's own look.
MIN_CHECKED = 14.0
# With less room than this for each event of a lane, bars are joined where they touch.
CROWD_PIXELS = 4.0


def paint_lane(
    painter: QPainter,
    geometry: PageGeometry,
    band: Band,
    indexed: IndexedLane,
    channel: str | None,
    theme: Theme,
) -> None:
    """Draw the events of one scorer on one channel that lie on the page."""
    index = indexed.channels.get(channel)
    if index is None:
        return
    stop = geometry.start + geometry.length
    slack = MIN_BAR / geometry.pixels_per_second
    near = index.between(geometry.start - slack, stop + slack)
    if len(near) > _crowd(geometry):
        _paint_crowd(painter, geometry, band, index, indexed.lane.colour)
        return
    reached = -math.inf
    for i in near:
        rect = bar_rect(geometry, band, index.onsets[i], index.stops[i])
        event = index.events[i]
        paint_bar(
            painter,
            rect,
            theme,
            indexed.lane,
            look=indexed.lane.looks.get(event.id, ""),
            status=indexed.lane.statuses.get(event.id, "unreviewed"),
            is_point=bool(index.stops[i] <= index.onsets[i]),
            unsure=event.unsure,
        )
        if index.onsets[i] < reached:
            # Without it, events that overlap would read as one long one.
            onset = QRectF(round(rect.left()), rect.top(), 1, rect.height())
            painter.fillRect(onset, QColor(theme.page))
        reached = max(reached, float(index.stops[i]))


def bar_rect(geometry: PageGeometry, band: Band, onset: float, stop: float) -> QRectF:
    """Where an event's bar lies; ends far outside the page are cut near its edge."""
    left = max(geometry.x(float(onset)), geometry.left - 20)
    right = min(geometry.x(float(stop)), geometry.right + 20)
    width = max(right - left, MIN_BAR)
    if right - left < MIN_BAR:
        left = (left + right - MIN_BAR) / 2
    return QRectF(left, band.top, width, band.height)


def chosen_rects(
    geometry: PageGeometry, band: Band, index: LaneIndex, chosen: frozenset[str]
) -> list[QRectF]:
    """Where the selected events of a lane lie on the page, joined where they are very many."""
    stop = geometry.start + geometry.length
    near = index.between(geometry.start, stop)
    kept = near[[index.events[k].id in chosen for k in near]] if len(near) else near
    if len(kept) <= _crowd(geometry):
        return [bar_rect(geometry, band, index.onsets[k], index.stops[k]) for k in kept]
    n_columns = max(1, int(geometry.right - geometry.left))
    return [
        QRectF(geometry.left + first, band.top, behind - first, band.height)
        for first, behind in index.blocks(geometry.start, stop, n_columns, kept)
    ]


def _crowd(geometry: PageGeometry) -> float:
    """From so many events in a lane on, bars are joined where they touch."""
    return (geometry.right - geometry.left) / CROWD_PIXELS


def _paint_crowd(
    painter: QPainter, geometry: PageGeometry, band: Band, index: LaneIndex, colour: str
) -> None:
    n_columns = max(1, int(geometry.right - geometry.left))
    stop = geometry.start + geometry.length
    fill = QColor(colour)
    for first, behind in index.blocks(geometry.start, stop, n_columns):
        painter.fillRect(QRectF(geometry.left + first, band.top, behind - first, band.height), fill)


def paint_bar(
    painter: QPainter,
    rect: QRectF,
    theme: Theme,
    lane: LaneEvents,
    *,
    look: str = "",
    status: str = "",
    is_point: bool = False,
    unsure: bool = False,
) -> None:
    """One event.

    plain: filled; matched: filled, with a line below and above in the text colour; missed: a
    dashed outline around nothing; extra: hatched; rejected: pale and struck through; accepted:
    a check mark; unsure: a question mark's place is taken by a gap in the middle of the bar.
    """
    colour = QColor(lane.colour)
    if status == "rejected":
        colour.setAlphaF(0.35)
    if is_point:
        _paint_diamond(painter, rect, colour, hollow=look == "missed")
    elif look == "missed":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 1.4, Qt.PenStyle.DashLine))
        painter.drawRect(rect.adjusted(0.7, 0.7, -0.7, -0.7))
    elif look == "extra":
        painter.setPen(QPen(colour, 1.0))
        painter.setBrush(QBrush(colour, Qt.BrushStyle.BDiagPattern))
        painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))
    else:
        painter.fillRect(rect, colour)
        if look == "matched":
            edge = QColor(theme.matched)
            painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), 1), edge)
            painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), edge)
    if unsure and not is_point and rect.width() >= 8:
        middle = QRectF(rect.center().x() - 1.5, rect.top(), 3, rect.height())
        painter.fillRect(middle, QColor(theme.page))
    if status == "rejected":
        painter.setPen(QPen(QColor(theme.rejected), 1.6))
        painter.drawLine(
            QPointF(rect.left() - 2, rect.center().y()),
            QPointF(rect.right() + 2, rect.center().y()),
        )
    elif status == "accepted" and rect.width() >= MIN_CHECKED:
        _paint_check(painter, rect, theme)


def _paint_diamond(painter: QPainter, rect: QRectF, colour: QColor, *, hollow: bool) -> None:
    half = rect.height() / 2
    centre = rect.center()
    corners = [
        QPointF(centre.x(), centre.y() - half),
        QPointF(centre.x() + half, centre.y()),
        QPointF(centre.x(), centre.y() + half),
        QPointF(centre.x() - half, centre.y()),
    ]
    painter.setPen(QPen(colour, 1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush if hollow else QBrush(colour))
    painter.drawPolygon(QPolygonF(corners))


def _paint_check(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """A check mark on a little ground of its own, so that it shows on every fill."""
    size = rect.height()
    middle = rect.center()
    painter.fillRect(
        QRectF(middle.x() - size / 2 - 1, rect.top(), size + 2, rect.height()), QColor(theme.page)
    )
    painter.setPen(QPen(QColor(theme.accepted), 1.8))
    low = QPointF(middle.x() - size * 0.1, rect.bottom() - 1)
    painter.drawLine(QLineF(QPointF(middle.x() - size * 0.45, middle.y()), low))
    painter.drawLine(QLineF(low, QPointF(middle.x() + size * 0.5, rect.top() + 0.5)))

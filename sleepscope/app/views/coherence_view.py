"""Lanes of coherence beneath the traces, on their time axis."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from sleepscope.app.clock import clock_text, elapsed_text
from sleepscope.app.coherence_maps import CoherenceMap
from sleepscope.app.language import tr
from sleepscope.app.theme import LIGHT, Theme
from sleepscope.app.views.coherence_picture import (
    COHERENCE_RANGE,
    POWER_RANGE,
    MapFrame,
    edges_of,
    paint_arrows,
    paint_map,
    paint_mark,
    ramp_image,
)
from sleepscope.app.views.event_lanes import IndexedLane, LaneEvents, index_lanes
from sleepscope.app.views.page_geometry import RIGHT_MARGIN, gutter_width
from sleepscope.app.views.polyline import cosmetic_pen
from sleepscope.events.event import Event

GAP, TOP = 8, 4
# Height of a lane where there is one, where there are two, and where there are more, px. All lanes
# together with the overviews leave half of what is around them to the traces, but no lane is lower
# than the last, and a lone one not lower than can be read.
LANE_HEIGHTS = (136, 104, 80)
MOST_SHARE = 0.5
LOWEST_LANE, LOWEST_LONE_LANE = 32, 72
# Height of the bar that joins the edges of an event, and from one scorer's to the next, px.
CAP, CAP_STEP = 2, 3
SELECTED_CAP = 4
# Frequencies that are named at the axis, Hz.
TICKS = (0.5, 1, 2, 4, 8, 16, 32)
BAR_WIDTH = 7.0
# Events nearer together than this many a page would hide the map under their edges.
MOST_EVENTS = 200


class CoherenceView(QWidget):
    """Shows one lane for each pair of channels; time lies where it lies on the page above.

    Nothing is asked for here: what is not there yet says so until :meth:`set_maps` brings it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._start: datetime.datetime | None = None
        self._page = (0.0, 30.0)
        self._pairs: tuple[tuple[str, ...], ...] = ()
        self._maps: Mapping[tuple[str, ...], CoherenceMap] = {}
        self._words = ""
        self._lanes: tuple[IndexedLane, ...] = ()
        self._given: tuple[LaneEvents, ...] = ()
        self._is_indexed = True
        self._selected: Event | None = None
        self._arrows = False
        self._pointer: QPointF | None = None
        self._drawn: QPixmap | None = None
        self._beside: tuple[QWidget, ...] = ()
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Coherence of pairs of channels"))

    # --- what is shown -----------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        if self._words:
            # There is nothing to see but why.
            return QSize(800, TOP + 2 * self.fontMetrics().height())
        n_lanes = max(1, len(self._pairs))
        wanted = LANE_HEIGHTS[min(n_lanes, len(LANE_HEIGHTS)) - 1]
        around = self.parentWidget()
        if around is not None:
            taken = sum(one.sizeHint().height() for one in self._beside if one.isVisible())
            room = int((MOST_SHARE * around.height() - taken) / n_lanes) - GAP
            wanted = min(wanted, max(room, LOWEST_LONE_LANE if n_lanes == 1 else LOWEST_LANE))
        return QSize(800, TOP + n_lanes * (wanted + GAP))

    def watch(self, around: QWidget, *beside: QWidget) -> None:
        """Get higher and lower with what is around the lanes and what else takes of it."""
        self._beside = beside
        for widget in (around, *beside):
            widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide):
            self.updateGeometry()
        return False

    def minimumSizeHint(self) -> QSize:
        lowest = TOP + max(1, len(self._pairs)) * (LOWEST_LANE + GAP)
        return QSize(240, min(lowest, self.sizeHint().height()))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._redraw()

    def set_start(self, start: datetime.datetime | None) -> None:
        """Clock time of the first sample, for the readout."""
        self._start = start

    def set_page(self, start: float, length: float) -> None:
        """Show ``[start, start + length)``, seconds."""
        self._page = (start, length)
        self._redraw()

    def set_pairs(self, pairs: tuple[tuple[str, ...], ...]) -> None:
        """One lane for each pair of channels, or for one channel and its power."""
        if pairs != self._pairs:
            self._pairs = pairs
            self.updateGeometry()
        self._redraw()

    def set_maps(self, maps: tuple[CoherenceMap, ...], words: str = "") -> None:
        """The maps of this page that are there; ``words`` say why others are not."""
        self._maps = {shown.key.labels: shown for shown in maps}
        if words != self._words:
            self._words = words
            self.updateGeometry()
        self._redraw()

    def set_arrows(self, on: bool) -> None:
        """Show the phase as arrows."""
        self._arrows = on
        self._redraw()

    def set_lanes(self, lanes: tuple[LaneEvents, ...]) -> None:
        """Mark these scorers' events over the maps."""
        self._given, self._is_indexed = lanes, False
        self.update()

    def set_selected(self, event: Event | None) -> None:
        """Mark the selected event more than the others."""
        if event != self._selected:
            self._selected = event
            self.update()

    def _indexed(self) -> tuple[IndexedLane, ...]:
        """The events by onset: put in order when they are painted, as few nights show them here."""
        if not self._is_indexed:
            self._lanes, self._is_indexed = index_lanes(self._given, self._lanes), True
        return self._lanes

    def shown_map(self, labels: tuple[str, ...]) -> CoherenceMap | None:
        """The map of a lane, if it is of the page that is shown."""
        shown = self._maps.get(labels)
        is_of_page = shown is not None and (shown.key.start, shown.key.length) == self._page
        return shown if is_of_page else None

    def _redraw(self) -> None:
        self._drawn = None
        self.update()

    # --- where it lies -----------------------------------------------------------------------

    @property
    def _lane_height(self) -> int:
        """Height of a lane, px."""
        return max(1, (self.height() - TOP) // max(1, len(self._pairs)) - GAP)

    def frame_of(self, number: int, shown: CoherenceMap) -> MapFrame:
        """Where the map of a lane lies."""
        box = self._lane_box(number)
        edges = box.left(), box.right(), box.top(), box.bottom()
        return MapFrame(*edges, *self._page, *edges_of(shown.freqs))

    def _lane_box(self, number: int) -> QRectF:
        top = TOP + number * (self._lane_height + GAP)
        right = max(self._left + 1.0, self.width() - RIGHT_MARGIN)
        return QRectF(self._left, top, right - self._left, self._lane_height)

    @property
    def _left(self) -> float:
        """Left edge of the maps: that of the traces, so that a moment stands above itself."""
        return gutter_width(QFontMetricsF(self.font()).height())

    # --- painting ----------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        size = self.size() * ratio
        if self._drawn is None or self._drawn.size() != size:
            self._drawn = QPixmap(size)
            self._drawn.setDevicePixelRatio(ratio)
            with QPainter(self._drawn) as painter:
                self._paint_lanes(painter)
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._drawn)
            for number, labels in enumerate(() if self._words else self._pairs):
                self._paint_events(painter, self._lane_box(number), labels)
                self._paint_selected(painter, self._lane_box(number), labels)
            self._paint_readout(painter)

    def _paint_lanes(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), QColor(self._theme.page))
        painter.setFont(self.font())
        for number, labels in enumerate(self._pairs):
            shown, box = self.shown_map(labels), self._lane_box(number)
            self._paint_head(painter, box, labels)
            if shown is None or shown.trouble:
                words = shown.trouble if shown is not None else self._words or tr("working …")
                painter.fillRect(box, QColor(self._theme.lane))
                painter.setPen(QColor(self._theme.muted))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
                continue
            frame = self.frame_of(number, shown)
            paint_map(painter, frame, shown, self._theme)
            if self._arrows:
                paint_arrows(painter, frame, shown)
            self._paint_axis(painter, frame)
            self._paint_bar(painter, frame, shown)

    def _paint_head(self, painter: QPainter, box: QRectF, labels: tuple[str, ...]) -> None:
        """Names of the channels and what is shown of them, as far as there is height for it."""
        bold = QFont(self.font())
        bold.setBold(True)
        words = (tr("coherence"),) if len(labels) == 2 else (tr("power, µV²"), tr("at 10 Hz"))
        lines = [(bold, self._theme.text, labels[0])]
        lines += [(bold, self._theme.text, f"× {label}") for label in labels[1:]]
        lines += [(self.font(), self._theme.muted, word) for word in words]
        height = QFontMetricsF(bold).height()
        lines = lines[: max(1, int((box.height() + 2) / height))]
        y, room = box.center().y() - height * len(lines) / 2, self._left - 24
        room -= QFontMetricsF(self.font()).horizontalAdvance("0.5 Hz")
        for font, colour, line in lines:
            painter.setFont(font)
            painter.setPen(QColor(colour))
            text = QFontMetricsF(font).elidedText(line, Qt.TextElideMode.ElideRight, room)
            left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(8, y, room, height), left, text)
            y += height
        painter.setFont(self.font())

    def _paint_axis(self, painter: QPainter, frame: MapFrame) -> None:
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(self.font())
        inside = [f for f in TICKS if frame.lowest <= f <= frame.highest]
        if frame.bottom - frame.top < len(TICKS) * painter.fontMetrics().height() * 0.8:
            inside = inside[::2]
        for freq in inside:
            y = round(frame.y(freq)) + 0.5
            painter.setPen(cosmetic_pen(self._theme.epoch_line))
            painter.drawLine(QPointF(frame.left - 4, y), QPointF(frame.left - 1, y))
            painter.setPen(QColor(self._theme.muted))
            unit = " Hz" if freq == inside[-1] else ""
            # The outermost labels stay inside their lane.
            half = painter.fontMetrics().height() / 2
            middle = min(max(y, frame.top + half - 2), frame.bottom - half + 2)
            box = QRectF(0, middle - half, frame.left - 6, 2 * half)
            painter.drawText(box, right, f"{freq:g}{unit}")

    def _paint_bar(self, painter: QPainter, frame: MapFrame, shown: CoherenceMap) -> None:
        bar = QRectF(frame.right + 5, frame.top, BAR_WIDTH, frame.bottom - frame.top)
        painter.drawImage(bar, ramp_image(self._lane_height))
        painter.setPen(cosmetic_pen(self._theme.epoch_line))
        painter.drawRect(bar)
        small = QFont(self.font())
        small.setPixelSize(10)
        painter.setFont(small)
        painter.setPen(QColor(self._theme.muted))
        low, high = POWER_RANGE if shown.is_power else COHERENCE_RANGE
        if shown.is_power:
            low, high = 10**low, 10**high
        labels = (f"{float(f'{high:.1g}'):g}", f"{low:g}")
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for text, y in zip(labels, (frame.top + 6, frame.bottom - 6), strict=True):
            painter.drawText(QRectF(bar.right() + 2, y - 7, RIGHT_MARGIN - 12, 14), left, text)
        painter.setFont(self.font())

    def _paint_events(self, painter: QPainter, box: QRectF, labels: tuple[str, ...]) -> None:
        """Edges of events, joined at the top: light enough to see the map between them."""
        start, length = self._page
        per_second = box.width() / length
        painter.save()
        painter.setClipRect(box)
        for number, indexed in enumerate(self._indexed()):
            top = box.top() + number * CAP_STEP
            colour = QColor(indexed.lane.colour).lighter(130)
            edge = QColor(colour)
            edge.setAlpha(170)
            for channel in (*labels, None):
                index = indexed.channels.get(channel)
                near = index.between(start, start + length) if index is not None else ()
                if index is None or len(near) > MOST_EVENTS:
                    continue
                for i in near:
                    left = round(box.left() + (index.onsets[i] - start) * per_second)
                    right = round(box.left() + (index.stops[i] - start) * per_second)
                    painter.fillRect(QRectF(left, top, max(right - left, 1.0), CAP), colour)
                    for x in (left, right):
                        painter.fillRect(QRectF(x, top, 1, box.bottom() - top), edge)
        painter.restore()

    def _paint_selected(self, painter: QPainter, box: QRectF, labels: tuple[str, ...]) -> None:
        """Edges of the selected event, and a bar between them at the top and at the foot."""
        event, (start, length) = self._selected, self._page
        if event is None or event.channel not in (*labels, None):
            return
        per_second = box.width() / length
        left = round(box.left() + (event.onset - start) * per_second)
        right = round(box.left() + (event.stop - start) * per_second)
        colour = QColor(self._theme.selection)
        painter.save()
        painter.setClipRect(box)
        for x in (left, right):
            paint_mark(painter, x, box.top(), box.bottom(), self._theme)
        for y in (box.top(), box.bottom() - SELECTED_CAP):
            painter.fillRect(QRectF(left, y, right - left + 1, SELECTED_CAP), colour)
        painter.restore()

    # --- readout -----------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        self.update()

    def leaveEvent(self, _event: QEvent) -> None:
        self._pointer = None
        self.update()

    def readout(self, position: QPointF) -> str:
        """Frequency, time, value and phase at a point; "" where nothing is known of any."""
        for number, labels in enumerate(self._pairs):
            shown = self.shown_map(labels)
            if shown is None or shown.trouble or not self._lane_box(number).contains(position):
                continue
            frame = self.frame_of(number, shown)
            time, freq = frame.time(position.x()), frame.freq(position.y())
            k = int(np.argmin(np.abs(shown.times - time)))
            j = int(np.argmin(np.abs(np.log(shown.freqs / freq))))
            moment = clock_text(self._start, time, 1) or elapsed_text(time, 1)
            words = [f"{freq:.3g} Hz", moment]
            value = float(shown.values[j, k])
            if not np.isfinite(value):
                words.append(tr("no signal"))
            elif shown.phase is None:
                words.append(f"{10**value:.3g} µV²")
            else:
                degrees = float(np.degrees(shown.phase[j, k]))
                words.append(tr("coherence {value}", value=f"{value:.2f}"))
                words.append(tr("phase {degrees}°", degrees=f"{degrees:.0f}"))
            if freq < shown.cone[k]:
                words.append(tr("uncertain"))
            return "   ".join(words)
        return ""

    def _paint_readout(self, painter: QPainter) -> None:
        text = self.readout(self._pointer) if self._pointer is not None else ""
        if self._pointer is None or not text:
            return
        x, y = round(self._pointer.x()) + 0.5, round(self._pointer.y()) + 0.5
        painter.setPen(QPen(QColor(255, 255, 255, 150), 0))
        painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        painter.drawLine(QPointF(self._left, y), QPointF(self.width() - RIGHT_MARGIN, y))
        metrics = QFontMetricsF(self.font())
        width, height = metrics.horizontalAdvance(text) + 14, metrics.height() + 6
        left = x + 12 if x + 12 + width < self.width() else x - 12 - width
        top = y + 12 if y + 12 + height < self.height() else y - 12 - height
        plate = QRectF(left, max(0.0, top), width, height)
        painter.fillRect(plate, QColor(self._theme.page))
        painter.setPen(cosmetic_pen(self._theme.epoch_line))
        painter.drawRect(plate)
        painter.setFont(self.font())
        painter.setPen(QColor(self._theme.text))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)

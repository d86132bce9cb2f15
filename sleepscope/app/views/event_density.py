"""How many events each scorer has where, a thin row for each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from sleepscope.app.language import tr
from sleepscope.app.views.event_lanes import LaneEvents
from sleepscope.app.views.night_strip import NightStrip
from sleepscope.events.event import Event

# Height of a row with a name beside it, and for how many of them there is room: always, so that a
# scorer more does not move the traces. More scorers share it, and below the least have no names.
ROW, ROWS, LEAST_NAMED, LOW_ROW = 14, 3, 10, 8
# Pixels in a cell.
CELL = 2


class EventDensity(NightStrip):
    """Darker where a scorer has more events; each row by itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lanes: tuple[LaneEvents, ...] = ()
        self._counted: dict[str, tuple[tuple[Event, ...], tuple[int, float], NDArray[np.intp]]] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setAccessibleName(tr("Events over the night"))
        self.setToolTip(tr("Where each scorer has events: the stronger, the more of them."))

    @property
    def _row_height(self) -> float:
        return self.height() / max(ROWS, len(self._lanes))

    def sizeHint(self) -> QSize:
        return QSize(800, ROWS * max(ROW, round(self.line - 2)))

    def minimumSizeHint(self) -> QSize:
        # In a window as low as can be the rows get low, too, and lose their names.
        return QSize(240, ROWS * LOW_ROW)

    def set_lanes(self, lanes: tuple[LaneEvents, ...]) -> None:
        """Show these scorers."""
        # Looks and verdicts change often, and nothing of them is shown here.
        if [(x.colour, x.title) for x in lanes] == [(x.colour, x.title) for x in self._lanes]:
            pairs = zip(lanes, self._lanes, strict=True)
            if all(new.events is old.events for new, old in pairs):
                return
        self._lanes = lanes
        there = {lane.scorer for lane in lanes}
        self._counted = {key: one for key, one in self._counted.items() if key in there}
        self.redraw()

    def paint_night(self, painter: QPainter) -> None:
        if not self._lanes:
            painter.setPen(QColor(self._theme.muted))
            self.paint_title(painter, tr("no events yet"), 0, self.height())
            return
        pitch = self._row_height
        if LEAST_NAMED <= pitch < self.sizeHint().height() / ROWS:
            small = QFont(self.font())
            small.setPixelSize(int(pitch) - 1)
            painter.setFont(small)
        for number, lane in enumerate(self._lanes):
            top, bottom = round(number * pitch), round((number + 1) * pitch)
            if pitch >= LEAST_NAMED:
                painter.setPen(QColor(self._theme.muted))
                self.paint_title(painter, lane.title, top - 1, bottom - top)
            self._paint_lane(painter, lane, top, max(1, bottom - top - 1))

    def _paint_lane(self, painter: QPainter, lane: LaneEvents, top: int, height: int) -> None:
        width = self.right - self.left
        painter.fillRect(QRectF(self.left, top, width, height), QColor(self._theme.lane))
        if self._duration <= 0:
            return
        n_cells = max(1, int(width / CELL))
        counts = self._counts(lane, n_cells)
        most = max(1, int(counts.max(initial=0)))
        # Even a lone event must be seen, so the faintest tick is already half strong.
        colours = {n: _faded(lane.colour, 0.5 + 0.5 * n / most) for n in range(1, most + 1)}
        for cell in np.flatnonzero(counts).tolist():
            x = self.left + cell * width / n_cells
            painter.fillRect(QRectF(x, top, CELL, height), colours[int(counts[cell])])

    def _counts(self, lane: LaneEvents, n_cells: int) -> NDArray[np.intp]:
        """Events of a lane in each cell; an edit changes one lane, and the others are kept."""
        known = self._counted.get(lane.scorer)
        if known is not None and known[0] is lane.events and known[1] == (n_cells, self._duration):
            return known[2]
        onsets = np.array([event.onset for event in lane.events])
        counts, _ = np.histogram(onsets, bins=n_cells, range=(0, self._duration))
        self._counted[lane.scorer] = lane.events, (n_cells, self._duration), counts
        return counts


def _faded(colour: str, strength: float) -> QColor:
    faded = QColor(colour)
    faded.setAlphaF(strength)
    return faded

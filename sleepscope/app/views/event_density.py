"""How many events each scorer has where, a thin row for each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from sleepscope.app.language import tr
from sleepscope.app.views.event_lanes import LaneEvents
from sleepscope.app.views.night_strip import NightStrip
from sleepscope.events.event import Event

# With a name beside it, or where there are many scorers, without.
ROW, LOW_ROW, FEW_ROWS = 14, 5, 4
# Pixels in a cell.
CELL = 2


class EventDensity(NightStrip):
    """Darker where a scorer has more events; each row by itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lanes: tuple[LaneEvents, ...] = ()
        self._counted: dict[str, tuple[tuple[Event, ...], tuple[int, float], NDArray[np.intp]]] = {}
        self.setAccessibleName(tr("Events over the night"))
        self.setToolTip(tr("Where each scorer has events: the stronger, the more of them."))

    @property
    def _has_names(self) -> bool:
        return len(self._lanes) <= FEW_ROWS

    @property
    def _row_height(self) -> int:
        return max(ROW, round(self.line - 2)) if self._has_names else LOW_ROW

    def sizeHint(self) -> QSize:
        return QSize(800, len(self._lanes) * self._row_height)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.sizeHint().height())

    def set_lanes(self, lanes: tuple[LaneEvents, ...]) -> None:
        """Show these scorers."""
        # Looks and verdicts change often, and nothing of them is shown here.
        if [(x.colour, x.title) for x in lanes] == [(x.colour, x.title) for x in self._lanes]:
            pairs = zip(lanes, self._lanes, strict=True)
            if all(new.events is old.events for new, old in pairs):
                return
        grows = len(lanes) != len(self._lanes)
        self._lanes = lanes
        there = {lane.scorer for lane in lanes}
        self._counted = {key: one for key, one in self._counted.items() if key in there}
        if grows:
            self.updateGeometry()
        self.redraw()

    def paint_night(self, painter: QPainter) -> None:
        height = self._row_height
        width = self.right - self.left
        n_cells = max(1, int(width / CELL))
        for number, lane in enumerate(self._lanes):
            top = number * height
            box = QRectF(self.left, top, width, height - 1)
            painter.fillRect(box, QColor(self._theme.lane))
            if self._has_names:
                painter.setPen(QColor(self._theme.muted))
                self.paint_title(painter, lane.title, top - 1, height)
            if self._duration <= 0:
                continue
            counts = self._counts(lane, n_cells)
            most = max(1, int(counts.max(initial=0)))
            left = self.left
            # Even a lone event must be seen, so the faintest tick is already half strong.
            colours = {n: _faded(lane.colour, 0.5 + 0.5 * n / most) for n in range(1, most + 1)}
            for cell in np.flatnonzero(counts).tolist():
                x = left + cell * width / n_cells
                painter.fillRect(QRectF(x, top, CELL, height - 1), colours[int(counts[cell])])

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

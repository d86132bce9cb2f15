"""All events of a night as points on a plane, by verdict: travel, and choose a cloud of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from sleepscope.app.language import tr
from sleepscope.app.theme import LIGHT, Theme

# Pixels: how far a press moves before it is a drag, how near a point is taken, its radius.
DRAG_SLACK, NEAR, RADIUS = 4.0, 9.0, 3.5
MARGIN = 12.0
# Of the key below the points: gap between mark and words, between entries, and of its rows, px.
KEY_GAP, KEY_SPACE, KEY_ROW = 12.0, 16.0, 3.0
VERDICTS: Final = ("unreviewed", "accepted", "rejected", "changed", "added")
# What is no verdict and has a mark of its own around the point.
SELECTED, CHOSEN = "selected", "chosen"
# The frame reaches so much of the range of all but these shares of events beyond it.
TAIL, STRAY = 0.02, 0.35
_ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0), Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0), Qt.Key.Key_Down: (0.0, 1.0),
}  # fmt: skip
_GROW = (Qt.Key.Key_Plus, Qt.Key.Key_Equal)
_KEYS = frozenset(
    {*_ARROWS, *_GROW, Qt.Key.Key_Minus, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}
)


class CloudView(QWidget):
    """Points with shapes and colours by verdict.

    A click travels, with Ctrl it takes one point more or less; a drag draws a rectangle, with Shift
    or while ``is_lasso`` a lasso. By keys: arrows walk from point to point, Enter travels, Space
    takes one more or less, + and - take so many of the nearest around the point.

    Signals
    -------
    picked(id), toggled(id), cloud_chosen(ids)
    """

    picked = Signal(str)
    toggled = Signal(str)
    cloud_chosen = Signal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self.is_lasso = False
        self._ids: tuple[str, ...] = ()
        self._unit: NDArray[np.float64] = np.zeros((0, 2))
        self._statuses: tuple[str, ...] = ()
        self._chosen: frozenset[str] = frozenset()
        self._selection: str | None = None
        self._cursor: int | None = None
        self._n_near = 0
        self._path: list[QPointF] = []
        self._has_dragged = False
        self._draws_lasso = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Map of events"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(500, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 140)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def set_points(self, ids: Sequence[str], places: NDArray[np.float64]) -> None:
        """Show these events at these places, (n, 2) in any unit."""
        if tuple(ids) != self._ids:
            self._cursor = None
        self._ids = tuple(ids)
        if len(places):
            # A stray event must not squeeze all others: beyond the frame it lies on its edge.
            low, high = np.quantile(places, (TAIL, 1 - TAIL), axis=0)
            spare = STRAY * (high - low)
            places = np.clip(places, low - spare, high + spare)
        low = places.min(axis=0) if len(places) else np.zeros(2)
        size = np.ptp(places, axis=0) if len(places) else np.ones(2)
        # One scale for both axes: a distance means the same either way.
        largest = float(size.max()) or 1.0
        self._unit = (places - low - size / 2) / largest
        self.update()

    def set_statuses(self, statuses: Mapping[str, str]) -> None:
        """Say which verdict each event has."""
        self._statuses = tuple(statuses.get(one, "unreviewed") for one in self._ids)
        self.update()

    def set_selection(self, selection: str | None, chosen: frozenset[str]) -> None:
        """Mark the selected event and all that are chosen."""
        self._selection, self._chosen = selection, chosen
        if selection in self._ids and self._n_near == 0:
            self._cursor = self._ids.index(selection)
        self.update()

    @property
    def points(self) -> NDArray[np.float64]:
        """(n, 2) pixels of the events."""
        width = self.width() - 2 * MARGIN
        height = self.height() - 2 * MARGIN - self._key_height
        scale = max(1.0, min(width, height))
        # The longer side of the room is used, where the cloud is as wide.
        spread = np.ptp(self._unit, axis=0) if len(self._unit) else np.ones(2)
        fits = [room / part for room, part in zip((width, height), spread, strict=True) if part > 0]
        scale = max(scale, min(fits, default=scale)) if fits else scale
        middle = np.array([self.width() / 2, MARGIN + height / 2])
        return np.asarray(middle + self._unit * scale)

    def _nearest(self, point: QPointF) -> int | None:
        if not self._ids:
            return None
        apart = np.hypot(*(self.points - (point.x(), point.y())).T)
        k = int(np.argmin(apart))
        return k if apart[k] <= NEAR else None

    # --- mouse -------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._path, self._has_dragged = [event.position()], False
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._draws_lasso = self.is_lasso or shifted

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._path:
            return
        away = event.position() - self._path[0]
        self._has_dragged |= max(abs(away.x()), abs(away.y())) >= DRAG_SLACK
        self._path.append(event.position())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        path, self._path = self._path, []
        if not path or event.button() != Qt.MouseButton.LeftButton:
            return
        self.update()
        if self._has_dragged:
            self._n_near = 0
            self.cloud_chosen.emit(self._inside(self._shape([*path, event.position()])))
            return
        k = self._nearest(event.position())
        if k is None:
            return
        self._cursor, self._n_near = k, 0
        with_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        (self.toggled if with_control else self.picked).emit(self._ids[k])

    def _shape(self, path: list[QPointF]) -> QPolygonF:
        if self._draws_lasso:
            return QPolygonF(path)
        return QPolygonF(QRectF(path[0], path[-1]).normalized())

    def _inside(self, shape: QPolygonF) -> tuple[str, ...]:
        rule = Qt.FillRule.OddEvenFill
        return tuple(
            one
            for one, (x, y) in zip(self._ids, self.points, strict=True)
            if shape.containsPoint(QPointF(float(x), float(y)), rule)
        )

    # --- keys --------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            is_plain = not event.modifiers() & ~(
                Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
            )
            is_busy = event.key() == Qt.Key.Key_Escape and bool(self._path)
            if (event.key() in _KEYS and is_plain) or is_busy:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self._path:
            self._path = []
        elif not self._ids or key not in _KEYS:
            super().keyPressEvent(event)
        elif self._cursor is None:
            self._cursor = 0
        elif key in _ARROWS:
            self._walk(_ARROWS[key])
        elif key in _GROW or key == Qt.Key.Key_Minus:
            self._grow(1 if key in _GROW else -1)
        elif key == Qt.Key.Key_Space:
            self.toggled.emit(self._ids[self._cursor])
        else:
            self._n_near = 0
            self.picked.emit(self._ids[self._cursor])
        self.update()

    def _walk(self, way: tuple[float, float]) -> None:
        """To the nearest point that lies in a quarter of the plane."""
        points = self.points
        away = points - points[self._cursor]
        along = away @ np.array(way)
        across = np.abs(away @ np.array([way[1], way[0]]))
        ahead = np.flatnonzero((along > 0) & (across <= along))
        if ahead.size:
            self._cursor = int(ahead[np.argmin(np.hypot(*away[ahead].T))])
            self._n_near = 0

    def _grow(self, way: int) -> None:
        """Take more, or fewer, of the points nearest to the cursor."""
        self._n_near = min(max(1, self._n_near + way * max(1, self._n_near // 4)), len(self._ids))
        points = self.points
        apart = np.hypot(*(points - points[self._cursor]).T)
        nearest = np.argsort(apart, kind="stable")[: self._n_near]
        self.cloud_chosen.emit(tuple(self._ids[k] for k in nearest))

    # --- painting ----------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._theme
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), QColor(theme.page))
            points = self.points
            # What was decided lies over what was not.
            order = sorted(
                range(len(self._ids)), key=lambda k: self._status(k) not in ("unreviewed", "")
            )
            for k in order:
                at = QPointF(*(float(v) for v in points[k]))
                paint_mark(painter, theme, at, self._status(k))
                if self._ids[k] in self._chosen:
                    is_selected = self._ids[k] == self._selection
                    paint_mark(painter, theme, at, SELECTED if is_selected else CHOSEN)
            if self._cursor is not None and self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(theme.accent), 1.5))
                at = QPointF(*(float(v) for v in points[self._cursor]))
                painter.drawRect(QRectF(at.x() - 8, at.y() - 8, 16, 16))
            if self._path and self._has_dragged:
                colour = QColor(theme.selection)
                painter.setPen(QPen(colour, 1, Qt.PenStyle.DashLine))
                colour.setAlpha(24)
                painter.setBrush(colour)
                painter.drawPolygon(self._shape(self._path))
            self._paint_key(painter)

    def _status(self, k: int) -> str:
        return self._statuses[k] if k < len(self._statuses) else "unreviewed"

    def key(self) -> tuple[tuple[str, str], ...]:
        """Marks that are in use with their words, as they stand below the points."""
        counts = [(status, self._statuses.count(status)) for status in VERDICTS]
        n_chosen = len(self._chosen.intersection(self._ids))
        rings = [(SELECTED, int(self._selection in self._chosen.intersection(self._ids)))]
        rings.append((CHOSEN, n_chosen if n_chosen > 1 else 0))
        words = [(mark, f"{tr(mark)} {n}") for mark, n in counts if n]
        # One event is selected, which needs no number.
        return (*words, *((m, tr(m) if m == SELECTED else f"{tr(m)} {n}") for m, n in rings if n))

    def _placed_key(self) -> list[tuple[str, str, float, int]]:
        """Mark, words, left edge and row of each entry; a narrow panel has several rows."""
        placed, x, row = [], MARGIN, 0
        for mark, words in self.key():
            wide = KEY_GAP + self.fontMetrics().horizontalAdvance(words)
            if x > MARGIN and x + wide > self.width():
                x, row = MARGIN, row + 1
            placed.append((mark, words, x, row))
            x += wide + KEY_SPACE
        return placed

    @property
    def _key_line(self) -> float:
        return self.fontMetrics().height() + KEY_ROW

    @property
    def _key_height(self) -> float:
        """Two rows at least: choosing an event must not move the points."""
        placed = self._placed_key()
        return max(2, placed[-1][3] + 1 if placed else 0) * self._key_line

    def _paint_key(self, painter: QPainter) -> None:
        """What shapes and colours say, with how many there are."""
        metrics = self.fontMetrics()
        top = self.height() - self._key_height
        painter.setPen(QPen(QColor(self._theme.grid_strong), 0))
        painter.drawLine(QPointF(0, top - 2), QPointF(self.width(), top - 2))
        for mark, words, x, row in self._placed_key():
            y = top + (row + 0.5) * self._key_line
            paint_mark(painter, self._theme, QPointF(x, y), mark)
            painter.setPen(QColor(self._theme.text))
            painter.drawText(QPointF(x + KEY_GAP, y + metrics.capHeight() / 2), words)


def paint_mark(painter: QPainter, theme: Theme, at: QPointF, mark: str) -> None:
    """A verdict: filled dot, cross, square, diamond, or an open ring where there is none.

    What is selected and what is chosen with it have a ring around their verdict.
    """
    if mark == "accepted":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accepted))
        painter.drawEllipse(at, RADIUS + 0.5, RADIUS + 0.5)
    elif mark == "rejected":
        painter.setPen(QPen(QColor(theme.scorers[1]), 1.8))
        for way in (1, -1):
            corner = QPointF(RADIUS, way * RADIUS)
            painter.drawLine(at - corner, at + corner)
    elif mark == "changed":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent))
        painter.drawRect(QRectF(at.x() - RADIUS, at.y() - RADIUS, 2 * RADIUS, 2 * RADIUS))
    elif mark == "added":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent))
        reach = RADIUS + 1.5
        ways = ((0, -reach), (reach, 0), (0, reach), (-reach, 0))
        painter.drawPolygon(QPolygonF([at + QPointF(*way) for way in ways]))
    elif mark in (SELECTED, CHOSEN):
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.selection), 2.5 if mark == SELECTED else 1.2))
        painter.drawEllipse(at, RADIUS + 3, RADIUS + 3)
    else:
        painter.setPen(QPen(QColor(theme.muted), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, RADIUS, RADIUS)

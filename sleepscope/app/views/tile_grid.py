"""Small multiples of events: traces of one length and one sensitivity, each with its verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from sleepscope.app.language import tr
from sleepscope.app.theme import LIGHT, Theme
from sleepscope.app.views.page_signals import PageSignal
from sleepscope.app.views.polyline import cosmetic_pen, draw_polyline

GAP = 6.0
NARROWEST = 120.0
KEYS = frozenset(
    {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down}
    | {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}
)


@dataclass(frozen=True, eq=False, slots=True)
class Tile:
    """One event.

    Attributes
    ----------
    event_id : str
    head, foot : str
        Words above and below the trace: where; verdict and distance.
    status : str
    signal : PageSignal or None
        None for events of other recordings.
    span : (start, stop)
        The event, s.
    start, length : float, s
        Of the trace.
    who : str
        Its scorer, for the tooltip.
    """

    event_id: str
    head: str
    foot: str
    status: str
    signal: PageSignal | None
    span: tuple[float, float]
    start: float
    length: float
    who: str = ""


class TileGrid(QWidget):
    """The first tile is the selected event; a click or Enter on another travels there."""

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self.tiles: tuple[Tile, ...] = ()
        self._span = 1.0
        self._place = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Look-alikes"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def set_tiles(self, tiles: Sequence[Tile], span: float) -> None:
        """Show these; all traces are ``span`` (µV) high."""
        self.tiles, self._span = tuple(tiles), span
        self._place = min(self._place, max(0, len(tiles) - 1))
        self.updateGeometry()
        self.update()

    def _height(self) -> float:
        return 2.0 * self.fontMetrics().height() + 44.0

    @property
    def n_columns(self) -> int:
        """How many tiles stand side by side."""
        return max(1, int((self.width() + GAP) // (NARROWEST + GAP)))

    def sizeHint(self) -> QSize:
        return QSize(500, self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        n_rows = -(-max(1, len(self.tiles)) // self.n_columns)
        return QSize(int(NARROWEST), int(n_rows * (self._height() + GAP)))

    def box(self, number: int) -> QRectF:
        """Where a tile lies."""
        n = self.n_columns
        width = (self.width() - GAP * (n + 1)) / n
        row, column = divmod(number, n)
        left = GAP + column * (width + GAP)
        return QRectF(left, row * (self._height() + GAP), width, self._height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for number, tile in enumerate(self.tiles):
                self._paint_tile(painter, self.box(number), tile, number)

    def _paint_tile(self, painter: QPainter, box: QRectF, tile: Tile, number: int) -> None:
        theme, metrics = self._theme, self.fontMetrics()
        line = metrics.height()
        painter.setBrush(QColor(theme.page))
        frame = theme.selection if number == 0 else theme.grid_strong
        painter.setPen(QPen(QColor(frame), 2 if number == 0 else 1))
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        if number == self._place and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawRect(box.adjusted(2.5, 2.5, -2.5, -2.5))
        colours = {"accepted": theme.accepted, "rejected": theme.rejected}
        for words, top, colour in (
            (tile.head, box.top() + 2, theme.text),
            (tile.foot, box.bottom() - line - 2, colours.get(tile.status, theme.muted)),
        ):
            painter.setPen(QColor(colour))
            room = QRectF(box.left() + 5, top, box.width() - 10, line)
            text = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft, text)
        inner = box.adjusted(5, line + 3, -5, -line - 3)
        if tile.signal is None:
            painter.setPen(QColor(theme.muted))
            is_apart = tile.span[1] <= tile.span[0]
            words = tr("another night: no trace is kept") if is_apart else tr("reading …")
            painter.drawText(inner, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)
            return
        self._paint_trace(painter, inner, tile)

    def _paint_trace(self, painter: QPainter, inner: QRectF, tile: Tile) -> None:
        signal, theme = tile.signal, self._theme
        assert signal is not None
        scale = inner.width() / tile.length
        wash = QColor(theme.selection)
        wash.setAlpha(28)
        left = inner.left() + max(0.0, tile.span[0] - tile.start) * scale
        right = inner.left() + min(tile.length, tile.span[1] - tile.start) * scale
        painter.fillRect(QRectF(left, inner.top(), max(1.0, right - left), inner.height()), wash)
        times = (signal.first + np.arange(len(signal.samples))) / signal.channel.sfreq
        x = inner.left() + (times - tile.start) * scale
        y = inner.center().y() - signal.samples.astype(np.float64) * (inner.height() / self._span)
        painter.save()
        painter.setClipRect(inner)
        painter.setPen(cosmetic_pen(theme.trace(signal.channel.kind)))
        draw_polyline(painter, x, y)
        painter.restore()

    def at(self, point: QPointF) -> int | None:
        """The tile at a point."""
        return next((k for k in range(len(self.tiles)) if self.box(k).contains(point)), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self.at(event.position())
        if number is not None and event.button() == Qt.MouseButton.LeftButton:
            self._place = number
            self._pick()
        self.update()

    def _pick(self) -> None:
        tile = self.tiles[self._place]
        if tile.signal is not None:
            self.picked.emit(tile.event_id)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            number = self.at(QPointF(event.pos()))
            tile = None if number is None else self.tiles[number]
            words = () if tile is None else (tile.head, tile.who, tile.foot)
            self.setToolTip("\n".join(word for word in words if word))
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and event.key() in KEYS and not event.modifiers():
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self.n_columns, Qt.Key.Key_Down: self.n_columns,
        }  # fmt: skip
        if event.key() in steps:
            there = self._place + steps[Qt.Key(event.key())]
            if 0 <= there < len(self.tiles):
                self._place = there
            self.update()
        elif event.key() in KEYS and self.tiles:
            self._pick()
        else:
            super().keyPressEvent(event)

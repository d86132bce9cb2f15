"""Traces on a page: columns of minimum and maximum where it is dense, lines where it is not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from sleepscope.app.theme import Theme
from sleepscope.app.views.explanation_band import relevance_colours
from sleepscope.app.views.gains import LaneScale
from sleepscope.app.views.page_geometry import Band, PageGeometry
from sleepscope.app.views.page_signals import PageSignal
from sleepscope.app.views.polyline import cosmetic_pen, draw_columns, draw_lines, draw_polyline
from sleepscope.explain.explanation import Explanation
from sleepscope.signals.envelope import Envelope, column_envelope

# From two samples a device pixel on, columns show everything that a line would.
DENSE = 2.0
# Paper and vectors have finer columns: there, lines are drawn up to so many samples a column.
MOST_VECTORS = 16.0
# Pixels by which a wave may leave its lane however low that is.
LEAST_OVERLAP = 60.0
# On pages longer than this, s, traces stay in their lanes.
LONG_SECONDS = 300.0
# Colours of a coloured trace: neighbours of the ramp can hardly be told apart beyond this.
INKS = 32


class TracePen:
    """Draws one channel: knows the frame, the height of a unit and the width of a device pixel."""

    def __init__(
        self,
        painter: QPainter,
        geometry: PageGeometry,
        band: Band,
        scale: LaneScale,
        ratio: float,
        *,
        inverted: bool = False,
        as_vectors: bool = False,
        is_clipped: bool = False,
    ) -> None:
        self.painter = painter
        self.geometry = geometry
        self.band = band
        self.scale = scale
        self.sign = -1.0 if inverted else 1.0
        self.ratio = ratio
        # Lines in place of bars of a pixel: a picture of vectors has no pixels.
        self.as_vectors = as_vectors
        self.is_clipped = is_clipped
        self.n_columns = max(1, round((geometry.right - geometry.left) * ratio))

    def clip(self) -> QRectF:
        """A wave may leave its lane by some height, as on paper, but not cover the page."""
        over = max(self.band.height, LEAST_OVERLAP)
        if self.is_clipped or self.geometry.length > LONG_SECONDS:
            # As asked for, or as no single wave can be seen and none is to hide its neighbours.
            over = 0.0
        top = max(self.band.top - over, 0.0)
        bottom = min(self.band.bottom + over, self.geometry.bottom)
        return QRectF(
            self.geometry.left, top, self.geometry.right - self.geometry.left, bottom - top
        )

    def y(self, values: NDArray[np.floating], offset: float) -> NDArray[np.float64]:
        """Heights of values that lie ``offset`` above what the array says."""
        shift = 0.0 if self.scale.centre is None else offset - self.scale.centre
        units = values.astype(np.float64) + shift
        return self.band.middle - units * (self.sign * self.band.height / self.scale.span)

    def draw_signal(
        self,
        signal: PageSignal,
        colour: str,
        explanation: Explanation | None,
        relevance_scale: float,
        theme: Theme,
    ) -> None:
        """Draw samples; with an explanation the line itself takes its colours."""
        geometry = self.geometry
        sfreq = signal.channel.sfreq
        per_column = geometry.length * sfreq / self.n_columns
        if per_column >= (MOST_VECTORS if self.as_vectors else DENSE):
            column_seconds = geometry.length / self.n_columns
            position = (signal.first / sfreq - geometry.start) / column_seconds
            envelope = column_envelope(
                signal.samples, signal.samples, position, 1 / per_column, self.n_columns
            )
            self.draw_envelope(envelope, signal.offset, colour, explanation, relevance_scale, theme)
            return
        times = (signal.first + np.arange(len(signal.samples))) / sfreq
        x = geometry.left + (times - geometry.start) * geometry.pixels_per_second
        y = self.y(signal.samples, signal.offset)
        if explanation is None:
            self.painter.setPen(cosmetic_pen(colour))
            # On fine screens a device pixel is too faint; two thin lines cost less than a thick.
            for line in range(max(1, round(self.ratio))):
                draw_polyline(self.painter, x, y + line / self.ratio)
            return
        middles = (times[:-1] + times[1:]) / 2
        lines = np.column_stack([x[:-1], y[:-1], x[1:], y[1:]])
        for ink, chosen in _inks(theme, explanation.at(middles), relevance_scale, colour):
            self.painter.setPen(cosmetic_pen(ink))
            draw_lines(self.painter, lines[chosen & np.isfinite(lines).all(axis=1)])

    def draw_envelope(
        self,
        envelope: Envelope,
        offset: float,
        colour: str,
        explanation: Explanation | None = None,
        relevance_scale: float = 1.0,
        theme: Theme | None = None,
    ) -> None:
        """Draw one upright bar a column, each reaching to its neighbour on the left."""
        if len(envelope.low) == 0:
            return
        high, low = self.y(envelope.high, offset), self.y(envelope.low, offset)
        top, bottom = (high, low) if self.sign > 0 else (low, high)
        joined_top, joined_bottom = top - 0.5, bottom + 0.5
        # A level line is one logical pixel thick, so that traces stay strong on fine screens.
        joined_top[1:] = np.fmin(joined_top[1:], bottom[:-1] - 0.5)
        joined_bottom[1:] = np.fmax(joined_bottom[1:], top[:-1] + 0.5)
        columns = envelope.first_column + np.arange(len(top))
        x = columns + round(self.geometry.left * self.ratio)
        there = np.isfinite(top)
        if self.as_vectors:
            # Down and up in every column: the outline that the bars would have.
            self.painter.setPen(cosmetic_pen(colour))
            zigzag = np.column_stack([top, bottom]).ravel()
            width = (self.geometry.right - self.geometry.left) / self.n_columns
            across = self.geometry.left + np.repeat((columns + 0.5) * width, 2)
            draw_polyline(self.painter, across, zigzag)
            return
        self.painter.setPen(Qt.PenStyle.NoPen)
        if explanation is None or theme is None:
            inks = [(QColor(colour), there)]
        else:
            seconds = self.geometry.length / self.n_columns
            times = self.geometry.start + (columns + 0.5) * seconds
            inks = _inks(theme, explanation.at(times), relevance_scale, colour)
        for ink, chosen in inks:
            part = chosen & there
            self.painter.setBrush(ink)
            draw_columns(self.painter, x[part], joined_top[part], joined_bottom[part], self.ratio)


def _inks(
    theme: Theme, relevance: NDArray[np.floating], scale: float, colour: str
) -> list[tuple[QColor, NDArray[np.bool_]]]:
    """Colours of a coloured trace and which parts have each; unexplained parts stay as they are."""
    unknown = ~np.isfinite(relevance)
    found = [(QColor(colour), unknown)] if unknown.any() else []
    level = np.rint(np.nan_to_num(relevance / scale).clip(-1, 1) * INKS).astype(int)
    for step in np.unique(level[~unknown]):
        value = np.array([step / INKS * scale])
        red, green, blue = relevance_colours(theme, value, scale, ink=True)[0]
        found.append((QColor(int(red), int(green), int(blue)), (level == step) & ~unknown))
    return found

"""Relevance as colour, behind a trace or in its line, in fixed units of the logit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from sleepscope.app.theme import Theme
from sleepscope.app.views.colour_ramp import colour_ramp
from sleepscope.app.views.page_gaps import missing_spans, paint_missing
from sleepscope.app.views.page_geometry import Band, PageGeometry
from sleepscope.app.views.page_state import ProbabilityTrack
from sleepscope.app.views.polyline import cosmetic_pen, draw_polyline
from sleepscope.explain.explanation import Explanation

STEPS = 128
# How much a strip hides of the waves behind it, of 255: they can be followed, the track is read.
VEIL = 175


def is_signed(explanation: Explanation) -> bool:
    """Whether the map has a negative side to show, and so needs two arms of colour."""
    relevance = explanation.over_time()
    return bool(np.any(relevance[np.isfinite(relevance)] < 0))


def relevance_colours(
    theme: Theme, relevance: NDArray[np.floating], scale: float, *, ink: bool
) -> NDArray[np.uint8]:
    """Colours of relevance values: nothing at 0, full at ``scale`` and beyond.

    Parameters
    ----------
    relevance : (n,) or (n_rows, n) ndarray, logit
        NaN is drawn as 0.
    scale : float, logit
        The same for every event, so that colours can be compared between events.
    ink : bool
        Colours for the line itself instead of for the ground behind it.

    Returns
    -------
    (..., 3) ndarray of uint8, red green blue
    """
    positive, negative = (
        (theme.ink, theme.ink_negative) if ink else (theme.band, theme.band_negative)
    )
    share = np.nan_to_num(relevance / scale).clip(-1, 1)
    index = np.rint(np.abs(share) * (STEPS - 1)).astype(int)
    return np.where(
        (share < 0)[..., None],
        colour_ramp(negative, STEPS)[index],
        colour_ramp(positive, STEPS)[index],
    )


def paint_band(
    painter: QPainter,
    geometry: PageGeometry,
    band: Band,
    explanation: Explanation,
    scale: float,
    theme: Theme,
    ratio: float,
) -> None:
    """Colour the ground of a trace; each device pixel takes the value at its own moment."""
    times, n_columns = column_times(geometry, ratio)
    relevance = explanation.at(times)
    known = np.isfinite(relevance)
    if not known.any():
        return
    pixels = np.empty((1, n_columns, 4), dtype=np.uint8)
    pixels[0, :, :3] = relevance_colours(theme, relevance, scale, ink=False)
    pixels[0, :, 3] = np.where(known, 255, 0)
    image = QImage(pixels.data, n_columns, 1, 4 * n_columns, QImage.Format.Format_RGBA8888)
    target = QRectF(geometry.left, band.top, geometry.right - geometry.left, band.height)
    painter.drawImage(target, image)
    # A map ends where the network's view of the signal ends: a line says so, since white would
    # read as "not relevant".
    painter.setPen(QPen(QColor(theme.muted), 0, Qt.PenStyle.DotLine))
    for edge in (explanation.times[0], explanation.times[-1]):
        x = geometry.x(float(edge))
        if geometry.left < x < geometry.right:
            painter.drawLine(round(x) + 0.5, band.top, round(x) + 0.5, band.bottom)


def column_times(geometry: PageGeometry, ratio: float) -> tuple[NDArray[np.float64], int]:
    """Moments in the middle of the page's device pixels, and how many there are."""
    n_columns = max(1, round((geometry.right - geometry.left) * ratio))
    middles = (np.arange(n_columns) + 0.5) / n_columns
    return geometry.start + middles * geometry.length, n_columns


def paint_probability(
    painter: QPainter,
    geometry: PageGeometry,
    strip: Band,
    track: ProbabilityTrack,
    theme: Theme,
    *,
    veiled: bool = False,
) -> None:
    """The probability track between 0 and 1, with its threshold as a dashed line.

    Where the network abstained, and where it was not asked, the strip is hatched. ``veiled``: waves
    that reach into the strip stay visible, paler than the track.
    """
    ground = QColor(theme.lane)
    if veiled:
        ground.setAlpha(VEIL)
    painter.fillRect(
        QRectF(geometry.left, strip.top, geometry.right - geometry.left, strip.height), ground
    )
    painter.setPen(QPen(QColor(theme.muted), 0, Qt.PenStyle.DashLine))
    if 0 < track.threshold < 1:
        y = round(strip.bottom - track.threshold * strip.height) + 0.5
        painter.drawLine(geometry.left, y, geometry.right, y)
    first = max(0, int(np.searchsorted(track.times, geometry.start)) - 1)
    behind = int(np.searchsorted(track.times, geometry.start + geometry.length)) + 1
    times, values = track.times[first:behind], track.probability[first:behind]
    paint_missing(painter, geometry, strip, _unanswered(geometry, times, values), theme)
    if len(times) == 0:
        return
    times, values = _thinned(times, values, int(geometry.right - geometry.left))
    painter.setPen(cosmetic_pen(theme.text))
    x = geometry.left + (times - geometry.start) * geometry.pixels_per_second
    draw_polyline(painter, x, strip.bottom - 0.5 - values * (strip.height - 1))


def _unanswered(
    geometry: PageGeometry, times: NDArray[np.float64], values: NDArray[np.floating]
) -> list[tuple[float, float]]:
    """Stretches of the page, in seconds, for which the network gave no answer."""
    stop = geometry.start + geometry.length
    if len(times) == 0:
        return [(geometry.start, stop)]
    step = float(times[1] - times[0]) if len(times) > 1 else 0.0
    # Each value stands for half a step on either side of its moment.
    spans = missing_spans(values, float(times[0]) - step / 2, step)
    return [(geometry.start, times[0] - step / 2), *spans, (times[-1] + step / 2, stop)]


def _thinned(
    times: NDArray[np.float64], values: NDArray[np.floating], n_columns: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """At most a low and a high value for each column, so that a whole night is a short line."""
    if len(times) <= 4 * n_columns:
        return times, values.astype(np.float64)
    starts = np.linspace(0, len(times), n_columns, endpoint=False).astype(np.intp)
    thin = np.empty(2 * n_columns)
    thin[0::2] = np.fmin.reduceat(values, starts)
    thin[1::2] = np.fmax.reduceat(values, starts)
    return np.repeat(times[starts], 2), thin

"""The page as layers, each drawn again only when something on it has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap

from sleepscope.app.views.channel_gutter import paint_common_head, paint_row_head
from sleepscope.app.views.event_bars import paint_lane
from sleepscope.app.views.explanation_band import paint_band, paint_probability
from sleepscope.app.views.gains import LaneScale, default_scale
from sleepscope.app.views.page_gaps import missing_spans, paint_gaps, paint_missing
from sleepscope.app.views.page_geometry import AXIS_HEIGHT, LANE_GAP, ROW_GAP, Band, lay_out
from sleepscope.app.views.page_signals import PageCache, PageKey, PageSignal
from sleepscope.app.views.page_state import PageState, ProbabilityTrack
from sleepscope.app.views.page_traces import TracePen
from sleepscope.app.views.time_axis import paint_axis, paint_grid
from sleepscope.explain.explanation import Explanation
from sleepscope.recordings.channel import Channel
from sleepscope.signals.filters import BLOCK

# Fields of the state that each layer shows.
TRACE_FIELDS = (
    "theme", "recording", "channels", "start", "length", "filters", "gains", "pyramids",
    "explanation", "mode", "scale", "probabilities",
)  # fmt: skip
GUTTER_FIELDS = ("theme", "recording", "channels", "gains")

# Longest page that is read ahead, s: longer ones would make the window stutter.
READ_AHEAD = 60.0


class PageLayers:
    """Draws a state and remembers what it read and drew."""

    def __init__(self) -> None:
        self.state = PageState()
        self.size = QSize(1, 1)
        self.ratio = 1.0
        self.font = QFont()
        self.geometry = lay_out(1, 1, 0, 30, ())
        self._cache = PageCache()
        self._scales: dict[str, LaneScale] = {}
        self._direction = 1
        self._traces: QPixmap | None = None
        self._gutter: QPixmap | None = None

    def show(self, state: PageState, size: QSize, ratio: float, font: QFont) -> None:
        """Take a new state or size and forget the layers that it changes."""
        old = self.state
        if state.recording is not old.recording:
            self._cache.clear()
            self._scales.clear()
        if state.start != old.start:
            self._direction = 1 if state.start > old.start else -1
        wishes, n_common = state.row_wishes(), state.n_common_lanes()
        geometry = lay_out(size.width(), size.height(), state.start, state.length, wishes, n_common)
        frame_moved = (geometry.rows, geometry.common, geometry.right) != (
            self.geometry.rows,
            self.geometry.common,
            self.geometry.right,
        )
        redraw_all = frame_moved or size != self.size or ratio != self.ratio or font != self.font
        if redraw_all or _differ(old, state, TRACE_FIELDS):
            self._traces = None
        if redraw_all or _differ(old, state, GUTTER_FIELDS):
            self._gutter = None
        self.state, self.size, self.ratio, self.font = state, size, ratio, font
        self.geometry = geometry

    def channel(self, label: str) -> Channel | None:
        """A channel of the recording, or None where there is none of this name."""
        recording = self.state.recording
        if recording is None:
            return None
        return next((c for c in recording.channels if c.label == label), None)

    def scale_of(self, label: str) -> LaneScale:
        """The scale of a channel's lane: as set, else the default of its kind."""
        if label not in self._scales and self.state.recording is not None:
            channel = self.state.recording.channel(label)
            self._scales[label] = default_scale(self.state.recording, channel)
        known = self._scales.get(label, LaneScale(1.0))
        span = self.state.gains.get(label)
        return known if span is None else LaneScale(span, known.centre)

    def _key(self, label: str, start: float) -> PageKey:
        return label, start, self.state.length, self.state.filter_of(label)

    def shown_signal(self, label: str) -> PageSignal | None:
        """The samples of a channel if this page is drawn from samples, else None."""
        return self._cache.known(self._key(label, self.state.start))

    def _fetch(self, labels: Iterable[str], start: float) -> None:
        """Have the samples of these channels in the cache."""
        if self.state.recording is not None:
            keys = [self._key(label, start) for label in labels]
            self._cache.fetch(self.state.recording, keys, len(self.state.channels))

    def read_ahead(self) -> bool:
        """Read a few more channels of the page that a turn in the same direction would show.

        Then of the one that a turn back would show.

        Returns
        -------
        bool
            Whether there may be more to read.
        """
        state, recording = self.state, self.state.recording
        if recording is None or state.length > READ_AHEAD:
            return False
        for direction in (self._direction, -self._direction):
            start = state.start + direction * state.length
            if not 0 <= start < recording.duration:
                continue
            missing = [
                label
                for label in dict.fromkeys(state.channels)
                if self._cache.known(self._key(label, start)) is None and self.channel(label)
            ]
            if missing:
                self._fetch(missing[:BLOCK], start)
                return True
        return False

    def paint(self, painter: QPainter) -> None:
        """Draw traces, gutter and lanes; selection and drag come on top of it."""
        if self._traces is None:
            self._traces = self._drawn(self.size, self._paint_traces)
        if self._gutter is None:
            gutter = QSize(int(self.geometry.left), max(1, int(self.geometry.bottom)))
            self._gutter = self._drawn(gutter, self._paint_gutter)
        painter.drawPixmap(0, 0, self._traces)
        painter.drawPixmap(0, 0, self._gutter)
        self._paint_lanes(painter)

    def _drawn(self, size: QSize, paint: Callable[[QPainter], None]) -> QPixmap:
        pixmap = QPixmap(size * self.ratio)
        pixmap.setDevicePixelRatio(self.ratio)
        pixmap.fill(QColor(self.state.theme.page))
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint(painter)
        painter.end()
        return pixmap

    def _paint_traces(self, painter: QPainter) -> None:
        state, geometry = self.state, self.geometry
        explanation = state.explanation if state.mode != "off" else None
        if explanation is not None and state.mode == "band":
            for label in explanation.channels:
                row = geometry.row(label)
                if row is not None:
                    paint_band(
                        painter, geometry, row.trace, explanation, state.scale, state.theme,
                        self.ratio,
                    )  # fmt: skip
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        paint_grid(painter, geometry, state.theme)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._fetch(self._labels_from_samples(), state.start)
        for row in geometry.rows:
            self._paint_trace(painter, row.label, row.trace, explanation)
            track = state.probabilities.get(row.label)
            if row.strip is not None and track is not None:
                self._paint_strip(painter, row.strip, track)
        if state.recording is not None:
            paint_gaps(painter, geometry, state.recording, state.theme, self.font)
        below = geometry.bottom + AXIS_HEIGHT
        rest = QRectF(0, below, self.size.width(), self.size.height() - below)
        painter.fillRect(rest, QColor(state.theme.window))
        start = state.recording.start if state.recording is not None else None
        paint_axis(painter, geometry, state.theme, self.font, start)

    def _labels_from_samples(self) -> list[str]:
        """Shown channels that no pyramid is fine or coarse enough for."""
        width = round((self.geometry.right - self.geometry.left) * self.ratio)
        seconds = self.state.length / max(1, width)
        found = []
        for label in dict.fromkeys(self.state.channels):
            channel, pyramid = self.channel(label), self.state.pyramids.get(label)
            if channel is not None and (
                pyramid is None or pyramid.level_for(seconds * channel.sfreq) is None
            ):
                found.append(label)
        return found

    def _paint_trace(
        self, painter: QPainter, label: str, band: Band, explanation: Explanation | None
    ) -> None:
        channel = self.channel(label)
        if channel is None:
            return
        state = self.state
        pen = TracePen(painter, self.geometry, band, self.scale_of(label), self.ratio)
        painter.setClipRect(pen.clip())
        colour = state.theme.trace(channel.kind)
        inked = explanation is not None and state.mode == "trace" and label in explanation.channels
        pyramid = state.pyramids.get(label)
        columns = pyramid and pyramid.columns(state.start, state.length, pen.n_columns)
        if columns is not None:
            raw = state.filter_of(label).highpass is None
            offset = columns.level() if raw else 0.0
            seconds = state.length / pen.n_columns
            first = state.start + columns.first_column * seconds
            self._paint_missing(painter, band, missing_spans(columns.low, first, seconds))
            pen.draw_envelope(columns.lowered(offset), offset, colour)
        else:
            signal = self.shown_signal(label)
            if signal is not None and signal.trouble:
                self._paint_trouble(painter, band, signal.trouble)
            elif signal is not None:
                first = signal.first / channel.sfreq
                spans = missing_spans(signal.samples, first, 1 / channel.sfreq)
                self._paint_missing(painter, band, spans)
                pen.draw_signal(
                    signal, colour, explanation if inked else None, state.scale, state.theme
                )
        painter.setClipping(False)

    def _paint_missing(
        self, painter: QPainter, band: Band, spans: list[tuple[float, float]]
    ) -> None:
        paint_missing(painter, self.geometry, band, spans, self.state.theme)

    def _paint_trouble(self, painter: QPainter, band: Band, sentence: str) -> None:
        painter.setPen(QColor(self.state.theme.selection))
        painter.setFont(self.font)
        width = self.geometry.right - self.geometry.left - 16
        box = QRectF(self.geometry.left + 8, band.top, width, max(band.height, 16))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, sentence)

    def _paint_strip(self, painter: QPainter, strip: Band, track: ProbabilityTrack) -> None:
        painter.save()
        painter.setClipRect(
            QRectF(
                self.geometry.left,
                strip.top,
                self.geometry.right - self.geometry.left,
                strip.height,
            )
        )
        paint_probability(painter, self.geometry, strip, track, self.state.theme)
        painter.restore()

    def _paint_gutter(self, painter: QPainter) -> None:
        state, geometry = self.state, self.geometry
        for row in geometry.rows:
            channel = self.channel(row.label)
            if channel is None:
                continue
            scale = self.scale_of(row.label)
            paint_row_head(painter, row, channel, scale, state.theme, self.font, geometry.left)
            if row.strip is not None:
                painter.setFont(self.font)
                painter.setPen(QColor(state.theme.muted))
                box = QRectF(0, row.strip.top, geometry.left - 16, row.strip.height)
                right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                painter.drawText(box, right, "probability 0–1")
        common = geometry.common_band
        if common is not None:
            paint_common_head(painter, common, state.theme, self.font, geometry.left)

    def _paint_lanes(self, painter: QPainter) -> None:
        state, geometry = self.state, self.geometry
        width = geometry.right - geometry.left
        painter.save()
        painter.setClipRect(QRectF(geometry.left, 0, width, geometry.bottom))
        ground = QColor(state.theme.lane)
        places = [(row.label, row.lanes) for row in geometry.rows]
        for channel, bands in [*places, (None, geometry.common)]:
            if bands:
                # High waves of the trace above would show as crumbs between the lanes.
                top, bottom = bands[0].top - LANE_GAP, bands[-1].bottom + LANE_GAP + ROW_GAP
                between = QRectF(geometry.left, top, width, bottom - top)
                painter.fillRect(between, QColor(state.theme.page))
            for indexed, band in zip(state.lanes, bands, strict=False):
                painter.fillRect(QRectF(geometry.left, band.top, width, band.height), ground)
                paint_lane(painter, geometry, band, indexed, channel, state.theme)
        painter.restore()


def _differ(old: PageState, new: PageState, names: tuple[str, ...]) -> bool:
    for name in names:
        before, now = getattr(old, name), getattr(new, name)
        if before is now:
            continue
        if isinstance(now, float | str | tuple) or name in ("filters", "gains"):
            if before != now:
                return True
        else:
            return True
    return False

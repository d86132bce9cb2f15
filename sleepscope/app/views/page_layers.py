"""The page as layers, each drawn again only when something on it has changed."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

from sleepscope.app.language import tr
from sleepscope.app.views.brush import faint, paint_changed_track
from sleepscope.app.views.channel_gutter import (
    SMALLEST_PIXELS,
    paint_common_head,
    paint_row_head,
    row_font,
)
from sleepscope.app.views.event_bars import paint_lane
from sleepscope.app.views.explanation_band import paint_band, paint_probability
from sleepscope.app.views.gains import (
    LaneScale,
    calibrated_scale,
    default_scale,
    default_sensitivity,
)
from sleepscope.app.views.kind_marks import KindMarks
from sleepscope.app.views.lane_names import paint_lane_names
from sleepscope.app.views.night_scale import NightScale, fitted_sensitivity
from sleepscope.app.views.page_gaps import missing_spans, paint_gaps, paint_missing
from sleepscope.app.views.page_geometry import (
    LANE_GAP,
    MAX_TRACE_HEIGHT,
    ROW_GAP,
    Band,
    lay_out,
)
from sleepscope.app.views.page_reader import PageReader
from sleepscope.app.views.page_signals import PageSignal
from sleepscope.app.views.page_state import PageState, ProbabilityTrack
from sleepscope.app.views.page_traces import LONG_SECONDS, TracePen
from sleepscope.app.views.time_axis import paint_amplitude_lines, paint_axis, paint_grid
from sleepscope.app.views.trace_colour import trace_colour
from sleepscope.explain.explanation import Explanation
from sleepscope.recordings.channel import Channel
from sleepscope.signals.envelope import Envelope

# Fields of the state that each layer shows.
TRACE_FIELDS = (
    "theme", "recording", "channels", "start", "length", "filters", "gains", "rows", "pyramids",
    "explanation", "mode", "scale", "probabilities", "sensitivities", "pixels_per_mm", "grids",
    "is_clipped",
    "brush",
)  # fmt: skip
GUTTER_FIELDS = (
    "theme", "recording", "channels", "length", "gains", "rows", "sensitivities", "pixels_per_mm",
    "pyramids",
)  # fmt: skip
# Mappings that are compared by what they hold.
COMPARED = ("filters", "gains", "rows", "sensitivities")


class PageLayers:
    """Draws a state and remembers what it read and drew."""

    def __init__(self) -> None:
        self.state = PageState()
        self.size = QSize(1, 1)
        self.ratio = 1.0
        self.font = QFont()
        self.geometry = lay_out(1, 1, 0, 30, ())
        self._reader = PageReader()
        self._scales: dict[str, LaneScale] = {}
        self._night = NightScale()
        self._traces: QPixmap | None = None
        self._gutter: QPixmap | None = None
        self._as_vectors = False

    def show(self, state: PageState, size: QSize, ratio: float, font: QFont) -> None:
        """Take a new state or size and forget the layers that it changes."""
        old = self.state
        if state.recording is not old.recording:
            self._scales.clear()
            self._night = NightScale()
        wishes, n_common = state.row_wishes(), state.n_common_lanes()
        # A calibrated wave is as steep as on paper however high its lane is.
        highest = math.inf if state.sensitivities else MAX_TRACE_HEIGHT
        geometry = lay_out(
            size.width(), size.height(), state.start, state.length, wishes, n_common, highest,
            state.places, QFontMetricsF(font).height(),
            state.empty_lanes(None) if n_common else frozenset(),
        )  # fmt: skip
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
        self._reader.show(state, (geometry.right - geometry.left) * ratio)

    def channel(self, label: str) -> Channel | None:
        """A channel of the recording, or None where there is none of this name."""
        return self.state.channel(label)

    def sensitivity_of(self, label: str) -> float | None:
        """µV/mm that a channel is drawn at, None where it fits its lane.

        Long pages take a step of their own for each kind of channel, at which the night fits.
        """
        state = self.state
        now, channel = state.sensitivities.get(label), self.channel(label)
        row = self.geometry.row(label)
        if now is None or channel is None or row is None or state.length <= LONG_SECONDS:
            return now
        recording = state.recording
        assert recording is not None
        same = [
            c.label for c in map(self.channel, state.sensitivities) if c and c.kind == channel.kind
        ]
        spans = [
            self._night.span(one, state.pyramids[one], recording)
            for one in same
            if one in state.pyramids
        ]
        usual = default_sensitivity(channel, len(recording.channels))
        fitted = fitted_sensitivity(spans, row.trace.height, state.pixels_per_mm, now, usual)
        return now if fitted is None else fitted

    def scale_of(self, label: str) -> LaneScale:
        """The scale of a channel's lane: calibrated, as set, or the default of its kind."""
        sensitivity = self.sensitivity_of(label)
        row = self.geometry.row(label) if sensitivity is not None else None
        if sensitivity is not None and row is not None:
            return calibrated_scale(sensitivity, row.trace.height, self.state.pixels_per_mm)
        if label not in self._scales and self.state.recording is not None:
            channel = self.state.recording.channel(label)
            self._scales[label] = default_scale(self.state.recording, channel)
        known = self._scales.get(label, LaneScale(1.0))
        span = self.state.gains.get(label)
        return known if span is None else LaneScale(span, known.centre)

    def shown_signal(self, label: str) -> PageSignal | None:
        """The samples of a channel if this page is drawn from samples, else None."""
        return self._reader.shown(label)

    @property
    def is_read(self) -> bool:
        """Whether all traces of the page can be drawn; those of long pages come by and by."""
        channels = (self.channel(label) for label in self.state.channels)
        return all(
            self._reader.source(channel) == "samples" or channel.label in self.state.pyramids
            for channel in channels
            if channel is not None
        )

    def read_ahead(self) -> bool:
        """Read a little of the neighbouring pages; whether there may be more to read."""
        return self._reader.read_ahead()

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

    def paint_vectors(self, painter: QPainter) -> None:
        """Draw all of it as lines and words, for paper and for files of vectors."""
        self._as_vectors = True
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_traces(painter)
        left = self.geometry.left
        painter.fillRect(QRectF(0, 0, left, self.geometry.bottom), QColor(self.state.theme.page))
        self._paint_gutter(painter)
        self._paint_lanes(painter)
        self._as_vectors = False

    def _drawn(self, size: QSize, paint: Callable[[QPainter], None]) -> QPixmap:
        pixmap = QPixmap(size * self.ratio)
        pixmap.setDevicePixelRatio(self.ratio)
        pixmap.fill(QColor(self.state.theme.page))
        with QPainter(pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint(painter)
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
        start = state.recording.start if state.recording is not None else None
        if state.sensitivities:
            for band in (*(lane for row in geometry.rows for lane in row.lanes), *geometry.common):
                ground = QRectF(
                    geometry.left, band.top, geometry.right - geometry.left, band.height
                )
                painter.fillRect(ground, QColor(state.theme.lane))
        if "time" in state.grids:
            paint_grid(painter, geometry, state.theme, self.font, start)
        if "amplitude" in state.grids:
            self._paint_amplitude_grid(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._reader.read_page()
        for row in geometry.rows:
            self._paint_trace(painter, row.label, row.trace, explanation)
        # Over all traces: a high wave of the next row is not to hide the track.
        for row in geometry.rows:
            track = self._track(row.label)
            if row.strip is not None and track is not None:
                self._paint_strip(painter, row.strip, track)
                changed = state.brush.tracks.get(row.label)
                if changed is not None:
                    paint_changed_track(painter, geometry, row.strip, changed, state.theme)
        if state.recording is not None:
            paint_gaps(painter, geometry, state.recording, state.theme, self.font)
        below = geometry.bottom + geometry.axis_height
        rest = QRectF(0, below, self.size.width(), self.size.height() - below)
        painter.fillRect(rest, QColor(state.theme.window))
        paint_axis(painter, geometry, state.theme, self.font, start)

    def _track(self, label: str) -> ProbabilityTrack | None:
        """What a network says on the channel of a row, or on one of the same electrode."""
        tracks = self.state.probabilities
        placed = (tracks[channel] for channel in tracks if self.state.place(channel) == label)
        return tracks.get(label) or next(placed, None)

    def _paint_trace(
        self, painter: QPainter, label: str, band: Band, explanation: Explanation | None
    ) -> None:
        channel = self.channel(label)
        if channel is None:
            return
        state = self.state
        pen = TracePen(painter, self.geometry, band, self.scale_of(label), self.ratio,
                       inverted=state.row(label).inverted, as_vectors=self._as_vectors,
                       is_clipped=state.is_clipped)  # fmt: skip
        painter.setClipRect(pen.clip())
        colour = trace_colour(state.theme, channel.kind, state.row(label).colour)
        explained = () if explanation is None else explanation.channels
        inked = state.mode == "trace" and any(state.place(c) == label for c in explained)
        pyramid = state.pyramids.get(label)
        signal = self.shown_signal(label)
        if self._reader.source(channel) == "pyramid":
            columns = pyramid and pyramid.columns(state.start, state.length, pen.n_columns)
            if columns is None:
                self._paint_words(painter, band, "reading …", state.theme.muted)
            else:
                self._paint_columns(pen, label, columns, colour)
        elif signal is not None and signal.trouble:
            self._paint_words(painter, band, signal.trouble, state.theme.selection)
        elif signal is not None:
            first = signal.first / channel.sfreq
            spans = missing_spans(signal.samples, first, 1 / channel.sfreq)
            paint_missing(painter, self.geometry, band, spans, state.theme)
            shown = explanation if inked else None
            painted = state.brush.painted.get(label)
            if painted is not None and painted.first == signal.first:
                # What was recorded stays to be seen, faint, beneath what is asked about.
                pen.draw_signal(signal, faint(state.theme, colour), None, state.scale, state.theme)
                signal = painted
            pen.draw_signal(signal, colour, shown, state.scale, state.theme)
        painter.setClipping(False)

    def _paint_amplitude_grid(self, painter: QPainter) -> None:
        for row in self.geometry.rows:
            channel = self.channel(row.label)
            if channel is not None and channel.kind == "EEG" and channel.unit == "µV":
                scale = self.scale_of(row.label)
                paint_amplitude_lines(painter, self.geometry, row.trace, scale, self.state.theme)

    def _paint_columns(self, pen: TracePen, label: str, columns: Envelope, colour: str) -> None:
        state = self.state
        seconds = state.length / pen.n_columns
        first = state.start + columns.first_column * seconds
        spans = missing_spans(columns.low, first, seconds)
        paint_missing(pen.painter, self.geometry, pen.band, spans, state.theme)
        raw = state.filter_of(label).highpass is None
        offset = columns.level() if raw else 0.0
        pen.draw_envelope(columns.lowered(offset), offset, colour)

    def _paint_words(self, painter: QPainter, band: Band, words: str, colour: str) -> None:
        painter.setPen(QColor(colour))
        painter.setFont(self.font)
        width = self.geometry.right - self.geometry.left - 16
        box = QRectF(self.geometry.left + 8, band.top, width, max(band.height, 16))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)

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
        paint_probability(
            painter, self.geometry, strip, track, self.state.theme,
            veiled=bool(self.state.sensitivities),
        )  # fmt: skip
        painter.restore()

    def _paint_gutter(self, painter: QPainter) -> None:
        state, geometry = self.state, self.geometry
        names = row_font(geometry.rows, self.font)
        for row in geometry.rows:
            channel = self.channel(row.label)
            if channel is None:
                continue
            scale = self.scale_of(row.label)
            paint_row_head(
                painter, row, channel, state.row(row.label), scale, state.theme, names,
                geometry.left, self.sensitivity_of(row.label),
            )  # fmt: skip
            if row.strip is not None:
                # Where strips are low, their words are no higher.
                words = QFont(self.font)
                if row.strip.height < QFontMetricsF(self.font).height():
                    words.setPixelSize(max(SMALLEST_PIXELS, int(0.8 * row.strip.height)))
                painter.setFont(words)
                painter.setPen(QColor(state.theme.muted))
                box = QRectF(0, row.strip.top, geometry.left - 16, row.strip.height)
                right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                whole = tr("probability 0–1")
                fits = QFontMetricsF(words).horizontalAdvance(whole) <= box.width()
                painter.drawText(box, right, whole if fits else "p 0–1")
        common = geometry.common_band
        if common is not None:
            paint_common_head(painter, common, state.theme, self.font, geometry.left)

    def _paint_lanes(self, painter: QPainter) -> None:
        state, geometry = self.state, self.geometry
        width = geometry.right - geometry.left
        painter.save()
        painter.setClipRect(QRectF(geometry.left, 0, width, geometry.bottom))
        ground = QColor(state.theme.lane)
        kinds = frozenset[str]().union(*(lane.kinds for lane in state.lanes))
        every = [band for row in geometry.rows for band in row.lanes] + list(geometry.common)
        marks = KindMarks(kinds, self.font, max((band.height for band in every), default=0.0))
        places = [(row.label, row.lanes) for row in geometry.rows]
        for channel, bands in [*places, (None, geometry.common)]:
            # Calibrated waves run on behind the bars; the grounds then lie beneath the traces.
            if bands and not state.sensitivities:
                # High waves of the trace above would show as crumbs between the lanes.
                top, bottom = bands[0].top - LANE_GAP, bands[-1].bottom + LANE_GAP + ROW_GAP
                between = QRectF(geometry.left, top, width, bottom - top)
                painter.fillRect(between, QColor(state.theme.page))
            for indexed, band in zip(state.lanes, bands, strict=False):
                if not state.sensitivities:
                    painter.fillRect(QRectF(geometry.left, band.top, width, band.height), ground)
                paint_lane(painter, geometry, band, indexed, channel, state.theme)
                marks.paint(painter, geometry, band, indexed, channel, state.theme)
                if channel is None:
                    paint_lane_names(painter, geometry, band, indexed, state.theme, self.font)
        painter.restore()


def _differ(old: PageState, new: PageState, names: tuple[str, ...]) -> bool:
    for name in names:
        before, now = getattr(old, name), getattr(new, name)
        if before is now:
            continue
        if isinstance(now, float | str | tuple) or name in COMPARED:
            if before != now:
                return True
        else:
            return True
    return False

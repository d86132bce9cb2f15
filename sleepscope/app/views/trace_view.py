"""A page of the night: traces in lanes, events under them, the explanation behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from sleepscope.app.theme import LIGHT, Theme, palette
from sleepscope.app.views.brush import Brush
from sleepscope.app.views.epoch_ribbon import EpochMarks, EpochRibbon
from sleepscope.app.views.event_lanes import LaneEvents, index_lanes
from sleepscope.app.views.explanation_band import is_signed
from sleepscope.app.views.page_canvas import PageCanvas
from sleepscope.app.views.page_head import PageHead
from sleepscope.app.views.page_mouse import SHORTEST_PAGE
from sleepscope.app.views.page_state import ExplanationMode, PageState, ProbabilityTrack
from sleepscope.app.views.ruler import Ruler
from sleepscope.explain.explanation import Explanation
from sleepscope.recordings.montage import MontageRow
from sleepscope.recordings.recording import Recording
from sleepscope.signals.envelope import Pyramid
from sleepscope.signals.filters import RAW, FilterSettings


class TraceView(QWidget):
    """Shows what it is given by setters and announces what the person wants by signals.

    Nothing is edited here: a drag that draws, moves or resizes an event is a wish, and the bar
    stays where it was until :meth:`set_lanes` brings the answer.

    Signals
    -------
    page_requested(start), zoom_requested(length, anchor)
        Seconds; the anchor is the moment that should stay under the pointer.
    gain_requested(label, factor)
        Above 1: higher waves.
    event_clicked(id), event_toggled(id), event_reached(id), selection_cleared()
        Clicked alone, with Ctrl (one more or less), with Shift (all up to this one).
    events_banded(ids)
        A rubber band was drawn over them.
    event_drawn(channel or None, onset, stop), event_resized(id, onset, stop),
    event_moved(id, onset, stop)
        Seconds, cut to samples; on release of the mouse.
    menu_requested(event id or None, channel or None, time, global position)
    measured(channel, start, stop)
        Seconds; while the ruler is dragged over a trace.
    ruler_left()
    brushed(channel, start, stop), brush_lifted(), brush_dropped(), brush_left()
        Seconds; while the what-if brush is dragged, on release, on Esc within a drag, on Esc.
    moment_picked(channel, time), hovered(channel, time, value)
    channel_menu_requested(channel, global position)
    """

    page_requested = Signal(float)
    zoom_requested = Signal(float, float)
    gain_requested = Signal(str, float)
    event_clicked = Signal(str)
    event_toggled = Signal(str)
    event_reached = Signal(str)
    events_banded = Signal(object)
    selection_cleared = Signal()
    event_drawn = Signal(object, float, float)
    event_resized = Signal(str, float, float)
    event_moved = Signal(str, float, float)
    menu_requested = Signal(object, object, float, QPoint)
    channel_menu_requested = Signal(str, QPoint)
    moment_picked = Signal(str, float)
    hovered = Signal(str, float, float)
    measured = Signal(str, float, float)
    ruler_left = Signal()
    brushed = Signal(str, float, float)
    brush_lifted = Signal()
    brush_dropped = Signal()
    brush_left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = PageCanvas(self)
        self.head = PageHead(self)
        self.legend, self.colour_bar = self.head.legend, self.head.colour_bar
        self.epochs = EpochRibbon(self)
        self._lay_out()
        self._state = PageState()
        mouse = self.canvas.mouse
        for name in (
            "page_requested", "zoom_requested", "gain_requested", "event_clicked",
            "event_toggled", "event_reached", "events_banded",
            "selection_cleared", "event_drawn", "event_resized", "event_moved",
            "menu_requested", "channel_menu_requested", "moment_picked", "hovered", "measured",
            "brushed", "brush_lifted", "brush_dropped",
        ):  # fmt: skip
            getattr(mouse, name).connect(getattr(self, name))
        self.canvas.ruler_left.connect(self.ruler_left)
        self.canvas.brush_left.connect(self.brush_left)
        self.setFocusProxy(self.canvas)
        self.set_theme(LIGHT)

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.head)
        whole.addWidget(self.epochs)
        whole.addWidget(self.canvas, 1)

    @property
    def state(self) -> PageState:
        """What is shown now."""
        return self._state

    def _show(self, **changes: Any) -> None:
        self._state = replace(self._state, **changes)
        self.canvas.show_state(self._state)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.setPalette(palette(theme))
        self.setAutoFillBackground(True)
        self.legend.set_theme(theme)
        self.colour_bar.set_theme(theme)
        self.epochs.set_theme(theme)
        self._show(theme=theme)

    def set_recording(self, recording: Recording | None) -> None:
        """Show another recording from its start, without events; all its channels, raw."""
        self.legend.set_lanes(())
        self.colour_bar.hide()
        self._state = PageState(theme=self._state.theme, length=self._state.length)
        labels = tuple(c.label for c in recording.channels) if recording is not None else ()
        self._show(recording=recording, channels=labels)

    def set_channels(self, labels: tuple[str, ...]) -> None:
        """Show these channels, from top to bottom, as usual."""
        self._show(channels=tuple(labels), rows={})

    def set_rows(self, rows: tuple[MontageRow, ...]) -> None:
        """Show the channels of these rows, from top to bottom, as the rows say."""
        by_channel = MappingProxyType({row.channel: row for row in rows})
        self._show(channels=tuple(by_channel), rows=by_channel)

    def set_places(self, places: Mapping[str, str | None]) -> None:
        """Which row shows what lies on a channel that has none of its own.

        Where it is None, events are shown in the lanes below all channels, under their channel's
        name.
        """
        wanted = MappingProxyType(dict(places))
        if wanted != self._state.places:
            lanes = tuple(indexed.lane for indexed in self._state.lanes)
            self._show(places=wanted, lanes=index_lanes(lanes, self._state.lanes, wanted))

    def set_page(self, start: float, length: float) -> None:
        """Show ``[start, start + length)``, seconds."""
        self.epochs.set_page(start, max(length, SHORTEST_PAGE))
        self._show(start=start, length=max(length, SHORTEST_PAGE))

    def set_epochs(self, marks: EpochMarks | None) -> None:
        """Show the epochs of the page, their stages, and which of them keys stage."""
        self.epochs.set_marks(marks)
        self._show(epochs=None if marks is None else marks.span)

    def set_filters(self, filters: Mapping[str, FilterSettings]) -> None:
        """Filter these channels; the others are raw."""
        wanted = MappingProxyType(dict(filters))
        # A pyramid holds what was filtered otherwise: it must not be shown any more.
        fresh = {
            label: pyramid
            for label, pyramid in self._state.pyramids.items()
            if wanted.get(label, RAW) == self._state.filter_of(label)
        }
        self._show(filters=wanted, pyramids=MappingProxyType(fresh))

    def set_gain(self, gains: Mapping[str, float]) -> None:
        """Units (µV) that fill the height of a channel's lane; the others take their default."""
        self._show(gains=MappingProxyType(dict(gains)))

    def set_sensitivities(self, sensitivities: Mapping[str, float], pixels_per_mm: float) -> None:
        """Draw these channels at so many µV/mm, whatever the height of their lanes.

        Channels that are not named fit their lanes; ``pixels_per_mm`` is the screen's.
        """
        self._show(sensitivities=MappingProxyType(dict(sensitivities)), pixels_per_mm=pixels_per_mm)

    def set_clipped(self, is_clipped: bool) -> None:
        """Cut waves at the edges of their lanes, or let them run into their neighbours'."""
        self._show(is_clipped=is_clipped)

    def set_grids(self, grids: tuple[str, ...]) -> None:
        """Show lines of "time", of "amplitude", of both or none."""
        self._show(grids=grids)

    def set_ruler(self, ruler: Ruler | None, measuring: bool) -> None:
        """Show what was measured; while ``measuring``, a drag asks for more."""
        self._show(ruler=ruler, measuring=measuring)

    def set_brush(self, brush: Brush) -> None:
        """Show what the what-if brush painted; while it is on, a drag paints more."""
        self._show(brush=brush)

    def gain_of(self, label: str) -> float:
        """Units that fill a channel's lane now."""
        return self.canvas.layers.scale_of(label).span

    def set_pyramids(self, pyramids: Mapping[str, Pyramid]) -> None:
        """Extremes of whole channels, filtered as the page is, for views of many minutes.

        :func:`~sleepscope.app.views.page_pyramids.build_pyramids` makes them; they are dropped
        when the filter of their channel changes.
        """
        self._show(pyramids=MappingProxyType(dict(pyramids)))

    def set_lanes(self, lanes: tuple[LaneEvents, ...]) -> None:
        """Show these scorers' events."""
        indexed = index_lanes(lanes, self._state.lanes, self._state.places)
        self.legend.set_lanes(lanes, frozenset().union(*(one.kinds for one in indexed)))
        self._show(lanes=indexed)

    def set_selection(self, event_id: str | None, chosen: frozenset[str] = frozenset()) -> None:
        """Highlight one event, and mark all that are selected with it."""
        self._show(selection=event_id, chosen=chosen)

    def set_explanation(
        self, explanation: Explanation | None, mode: ExplanationMode, scale: float
    ) -> None:
        """Colour the explained channels: behind the trace, in its line, or not at all.

        Parameters
        ----------
        explanation : Explanation or None
        mode : {"band", "trace", "off"}
        scale : float, logit
            Relevance that takes the strongest colour: the same for every event.
        """
        self._show(explanation=explanation, mode=mode, scale=scale)
        shown = explanation is not None and mode != "off"
        if explanation is not None and shown:
            self.colour_bar.set_scale(
                explanation.method, scale, signed=is_signed(explanation), ink=mode == "trace"
            )
        self.colour_bar.setVisible(shown)

    def set_probability(
        self,
        channel: str,
        times: NDArray[np.float64] | None,
        probability: NDArray[np.float32] | None,
        threshold: float = 0.5,
    ) -> None:
        """Show a probability track under a channel; None takes it away."""
        tracks = dict(self._state.probabilities)
        tracks.pop(channel, None)
        if times is not None and probability is not None:
            tracks[channel] = ProbabilityTrack(times, probability, threshold)
        self._show(probabilities=MappingProxyType(tracks))

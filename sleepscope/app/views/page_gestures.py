"""What the mouse means on a page: pure decisions, without a widget or a signal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from sleepscope.app.views.event_bars import MIN_BAR
from sleepscope.app.views.page_geometry import Band, PageGeometry
from sleepscope.app.views.page_overlay import Selected, event_band
from sleepscope.app.views.page_state import PageState
from sleepscope.events.event import Event
from sleepscope.recordings.sample_grid import cut_to_samples

# Pixels: how near an edge is grabbed, and how far a press moves before it is a drag.
EDGE_SLACK = 5.0
DRAG_SLACK = 4.0

Action = Literal["draw", "onset", "stop", "move", "pan", "band", "measure", "paint"]


@dataclass(frozen=True, slots=True)
class Gesture:
    """A press that may become a drag.

    Attributes
    ----------
    action : {"draw", "onset", "stop", "move", "pan", "band", "measure", "paint"}
    channel : str or None
        Channel of the event; None for all channels.
    anchor : float, s
        Moment of the press.
    onset, stop : float, s
        The event as it is now under the pointer, cut to samples.
    begun : bool
        Whether the pointer has moved far enough to be a drag.
    event : Event or None
        The event that is changed.
    to_x, to_y : float, px
        Where the pointer is; ``x`` and ``y`` are where it was pressed.
    """

    action: Action
    channel: str | None
    anchor: float
    x: float
    y: float
    onset: float
    stop: float
    begun: bool = False
    event: Event | None = None
    to_x: float = 0.0
    to_y: float = 0.0

    def moved_to(self, x: float, y: float, time: float, sfreq: float, limit: float) -> Gesture:
        """The gesture with the pointer at ``time``, cut to samples and to the recording."""
        begun = self.begun or max(abs(x - self.x), abs(y - self.y)) >= DRAG_SLACK
        if not begun:
            return self
        if self.action == "band":
            return replace(self, begun=True, to_x=x, to_y=y)
        time = cut_to_samples(min(max(time, 0.0), limit), sfreq)
        sample = 1.0 / sfreq
        if self.action in ("draw", "measure", "paint"):
            anchor = cut_to_samples(self.anchor, sfreq)
            onset, stop = min(anchor, time), max(anchor, time)
        elif self.action == "onset":
            onset, stop = min(time, self.stop - sample), self.stop
        elif self.action == "stop":
            onset, stop = self.onset, max(time, self.onset + sample)
        elif self.action == "move" and self.event is not None:
            duration = max(self.event.duration, 0.0)
            onset = self.event.onset + (time - cut_to_samples(self.anchor, sfreq))
            onset = cut_to_samples(min(max(onset, 0.0), max(0.0, limit - duration)), sfreq)
            stop = onset + duration
        else:
            onset, stop = self.onset, self.stop
        return replace(self, begun=True, onset=onset, stop=stop)


def event_at(state: PageState, geometry: PageGeometry, x: float, y: float) -> Event | None:
    """The event whose bar lies under a point."""
    slack = (MIN_BAR + 1) / geometry.pixels_per_second
    near: Event | None = None
    for channel, bands in _lane_bands(geometry):
        for lane, band in zip(state.lanes, bands, strict=False):
            if band.top - 1 <= y < band.bottom + 1 and channel in lane.channels:
                found = lane.channels[channel].at(geometry.time(x), slack)
                if found is not None and band.holds(y):
                    return found
                # Beside a bar by a pixel, where lanes are low and another bar may be meant.
                near = near or found
    return near


def events_in(state: PageState, geometry: PageGeometry, band: Gesture) -> list[str]:
    """Ids of the events whose bars a rubber band touches."""
    left, right = sorted((band.x, band.to_x))
    top, bottom = sorted((band.y, band.to_y))
    start, stop = geometry.time(left), geometry.time(right)
    found: list[str] = []
    for channel, bands in _lane_bands(geometry):
        for lane, place in zip(state.lanes, bands, strict=False):
            index = lane.channels.get(channel)
            if index is not None and place.top <= bottom and place.bottom >= top:
                found += [index.events[k].id for k in index.between(start, stop)]
    return found


def lane_at(state: PageState, geometry: PageGeometry, y: float) -> int | None:
    """Number of the scorer's lane at a height."""
    for _, bands in _lane_bands(geometry):
        for number, band in enumerate(bands[: len(state.lanes)]):
            if band.holds(y):
                return number
    return None


def _lane_bands(geometry: PageGeometry) -> list[tuple[str | None, tuple[Band, ...]]]:
    rows: list[tuple[str | None, tuple[Band, ...]]] = [
        (row.label, row.lanes) for row in geometry.rows
    ]
    return [*rows, (None, geometry.common)]


def channel_at(geometry: PageGeometry, y: float) -> str | None:
    """Channel at a height; None over the lanes of all channels."""
    row = geometry.row_at(y)
    return row.label if row is not None else None


def edge_at(
    geometry: PageGeometry, selected: Selected | None, x: float, y: float
) -> Literal["onset", "stop"] | None:
    """The edge of the selected event under a point, if it may be moved."""
    if selected is None or not selected.lane.lane.editable:
        return None
    band = event_band(geometry, selected.event.channel)
    if band is None or not band.holds(y):
        return None
    to_onset = abs(x - geometry.x(selected.event.onset))
    to_stop = abs(x - geometry.x(selected.event.stop))
    if min(to_onset, to_stop) > EDGE_SLACK:
        return None
    if to_onset == to_stop:
        return "stop" if x >= geometry.x(selected.event.stop) else "onset"
    return "onset" if to_onset < to_stop else "stop"


def in_body(geometry: PageGeometry, selected: Selected | None, x: float, y: float) -> bool:
    """Whether a point lies on the selected event and the event may be moved."""
    if selected is None or not selected.lane.lane.editable:
        return False
    event = selected.event
    band = event_band(geometry, event.channel)
    if band is None or not band.holds(y):
        return False
    return geometry.x(event.onset) - MIN_BAR <= x <= geometry.x(event.stop) + MIN_BAR

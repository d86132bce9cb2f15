"""What a page is to show: one frozen state, so that old and new can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sleepscope.app.theme import LIGHT, Theme
from sleepscope.app.views.brush import Brush
from sleepscope.app.views.event_lanes import IndexedLane
from sleepscope.app.views.page_geometry import RowWish
from sleepscope.app.views.ruler import Ruler
from sleepscope.errors import ChannelError
from sleepscope.explain.explanation import Explanation
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.montage import MontageRow
from sleepscope.recordings.recording import Recording
from sleepscope.signals.envelope import Pyramid
from sleepscope.signals.filters import RAW, FilterSettings

ExplanationMode = Literal["band", "trace", "off"]


@dataclass(frozen=True, eq=False, slots=True)
class ProbabilityTrack:
    """A network's answer over time on one channel.

    Attributes
    ----------
    times : (n,) ndarray, s
    probability : (n,) ndarray
        0..1, NaN where the network abstained.
    threshold : float
        0..1.
    """

    times: NDArray[np.float64]
    probability: NDArray[np.float32]
    threshold: float


@dataclass(frozen=True, eq=False, slots=True)
class PageState:
    """Everything a page shows; fields are compared by ``is`` or ``==``, never deeply.

    ``rows`` say how channels look, ``places`` which row shows what belongs to another channel of
    the same electrode (None: no row does).
    """

    theme: Theme = LIGHT
    recording: Recording | None = None
    channels: tuple[str, ...] = ()
    start: float = 0.0
    length: float = 30.0
    filters: Mapping[str, FilterSettings] = field(default_factory=dict)
    gains: Mapping[str, float] = field(default_factory=dict)
    sensitivities: Mapping[str, float] = field(default_factory=dict)
    pixels_per_mm: float = 96 / 25.4
    is_clipped: bool = False
    grids: tuple[str, ...] = ("time",)
    measuring: bool = False
    ruler: Ruler | None = None
    brush: Brush = field(default_factory=Brush)
    rows: Mapping[str, MontageRow] = field(default_factory=dict)
    places: Mapping[str, str | None] = field(default_factory=dict)
    pyramids: Mapping[str, Pyramid] = field(default_factory=dict)
    lanes: tuple[IndexedLane, ...] = ()
    selection: str | None = None
    chosen: frozenset[str] = frozenset()
    explanation: Explanation | None = None
    mode: ExplanationMode = "off"
    scale: float = 1.0
    probabilities: Mapping[str, ProbabilityTrack] = field(default_factory=dict)
    epochs: tuple[float, float] | None = None

    def channel(self, label: str) -> Channel | None:
        """A channel of the recording, or None where there is none of this name."""
        if self.recording is None:
            return None
        try:
            return self.recording.channel(label)
        except ChannelError:
            return None

    def row(self, label: str) -> MontageRow:
        """How a channel looks: title, colour, polarity, group; as usual unless set."""
        return self.rows.get(label) or MontageRow(label)

    def place(self, channel: str) -> str:
        """The row that shows a channel's events, probabilities and relevance."""
        return self.places.get(channel) or channel

    def filter_of(self, label: str) -> FilterSettings:
        """Filter of a channel; raw unless set."""
        return self.filters.get(label, RAW)

    def shows_explanation(self, channel: str | None) -> bool:
        """Whether relevance colours this channel (None: any channel) now."""
        if self.explanation is None or self.mode == "off":
            return False
        return channel is None or channel in self.explanation.channels

    def row_wishes(self) -> tuple[RowWish, ...]:
        """Lanes stand under the channels that anybody scored; there every scorer has one.

        So a page of sixteen channels is not filled with empty lanes, and where one scorer marked
        something the others' silence can be seen: as a line, where it lasts all night.
        """
        scored = {channel for lane in self.lanes for channel in lane.channels}
        probable = {self.place(label) for label in self.probabilities}
        return tuple(
            RowWish(
                label,
                len(self.lanes) if label in scored else 0,
                label in probable,
                self.row(label).group,
                self.empty_lanes(label) if label in scored else frozenset(),
            )
            for label in self.channels
        )

    def empty_lanes(self, channel: str | None) -> frozenset[int]:
        """Numbers of the lanes in which nobody has an event in all the night."""
        return frozenset(k for k, lane in enumerate(self.lanes) if channel not in lane.channels)

    def n_common_lanes(self) -> int:
        """Lanes of events without a channel, one for each scorer, if there is any such event."""
        return len(self.lanes) if any(None in lane.channels for lane in self.lanes) else 0

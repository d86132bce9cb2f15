"""Where everything of a page lies, in logical pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from sleepscope.app.views.lane_heights import LANE_GAP, LaneHeights, share_lanes

GUTTER_WIDTH = 138.0
RIGHT_MARGIN = 36.0
AXIS_HEIGHT = 36.0
TOP_MARGIN = 4.0
STRIP_HEIGHT = 24.0
# Most of the page that all strips together take, and the height below which one says nothing, px.
STRIP_SHARE, LOWEST_STRIP = 0.18, 12.0
# Few channels do not fill the window: a wave must not look four times as steep as on paper.
MIN_TRACE_HEIGHT, MAX_TRACE_HEIGHT = 8.0, 220.0
ROW_GAP = 3.0
# A recording of a hundred channels is shown whole, too, as far as pixels go.
LEAST_TRACE_HEIGHT, LEAST_ROW_GAP = 3.0, 1.0
# Room for a group's name above its first row; on a crowded page for a line alone.
GROUP_GAP, NARROW_GROUP_GAP = 15.0, 5.0
# The same in heights of a line of text, for larger letters.
GUTTER_LINES, AXIS_LINES, STRIP_LINES = 8.2, 2.2, 1.4
GUTTER_GROWTH = 0.5


def gutter_width(line: float) -> float:
    """Width of the gutter where a line of text is so many pixels high."""
    wanted = max(GUTTER_WIDTH, GUTTER_LINES * line)
    # Half of what larger letters would like: the traces need the rest.
    return float(round(GUTTER_WIDTH + GUTTER_GROWTH * (wanted - GUTTER_WIDTH)))


@dataclass(frozen=True, slots=True)
class RowWish:
    """What a channel needs room for; ``empty_lanes`` are numbers of lanes without any event."""

    label: str
    n_lanes: int = 0
    has_strip: bool = False
    group: str = ""
    empty_lanes: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Band:
    """A horizontal stretch of the page, from ``top`` to ``bottom``."""

    top: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    def holds(self, y: float) -> bool:
        """Whether a height lies in the band."""
        return self.top <= y < self.bottom


@dataclass(frozen=True, slots=True)
class Row:
    """A channel's share of the page.

    Attributes
    ----------
    label : str
    whole : Band
        Trace, strip and lanes together.
    trace : Band
    strip : Band or None
        Probability track.
    lanes : tuple of Band
        One for each scorer, in the order of the legend.
    group : str
        Name of the group that begins with this row.
    head : Band or None
        Room above the row that parts it from the group before.
    """

    label: str
    whole: Band
    trace: Band
    strip: Band | None
    lanes: tuple[Band, ...]
    group: str = ""
    head: Band | None = None


@dataclass(frozen=True, slots=True)
class PageGeometry:
    """The frame of a page: time runs between ``left`` and ``right``, channels from the top.

    Attributes
    ----------
    start, length : float, s
        The page in time.
    left, right, bottom : float, px
        Edges of the plot; the time axis lies right below ``bottom``, and where few channels leave
        room, nothing lies below the axis.
    rows : tuple of Row
    common : tuple of Band
        Lanes of the events that belong to all channels or to none that is shown, one for each
        scorer, or none.
    places : mapping of channel to row or None
        Which row shows what belongs to a channel that has none of its own.
    """

    width: float
    height: float
    start: float
    length: float
    left: float
    right: float
    bottom: float
    rows: tuple[Row, ...]
    common: tuple[Band, ...]
    axis_height: float = AXIS_HEIGHT
    places: Mapping[str, str | None] = field(default_factory=dict, compare=False)

    @property
    def pixels_per_second(self) -> float:
        return (self.right - self.left) / self.length

    def x(self, time: float) -> float:
        """Pixel of a moment."""
        return self.left + (time - self.start) * self.pixels_per_second

    def time(self, x: float) -> float:
        """Moment at a pixel, s; also outside the page."""
        return self.start + (x - self.left) / self.pixels_per_second

    def row(self, label: str | None) -> Row | None:
        """The row of a channel, or None where it is not shown."""
        if label is not None:
            label = self.places.get(label, label)
        return next((row for row in self.rows if row.label == label), None)

    def row_at(self, y: float) -> Row | None:
        """The row at a height; None in the common lanes and the axis."""
        return next((row for row in self.rows if row.whole.holds(y)), None)

    def in_plot(self, x: float, y: float) -> bool:
        """Whether a point lies on traces or lanes, not on gutter or axis."""
        return self.left <= x <= self.right and TOP_MARGIN <= y < self.bottom

    @property
    def common_band(self) -> Band | None:
        """All common lanes together."""
        if not self.common:
            return None
        return Band(self.common[0].top, self.common[-1].bottom)


def lay_out(
    width: float,
    height: float,
    start: float,
    length: float,
    wishes: Sequence[RowWish],
    n_common: int = 0,
    highest: float = MAX_TRACE_HEIGHT,
    places: Mapping[str, str | None] | None = None,
    line: float = 0.0,
    empty_common: frozenset[int] = frozenset(),
) -> PageGeometry:
    """Share the height among the channels; lanes and strips are thin, traces take the rest.

    No trace is higher than ``highest`` pixels; ``line`` is the height of a line of text, and
    ``empty_common`` are the numbers of the common lanes without any event.
    """
    left = gutter_width(line)
    axis = max(AXIS_HEIGHT, float(round(AXIS_LINES * line)))
    strip = max(STRIP_HEIGHT, float(round(STRIP_LINES * line)))
    right = max(left + 1.0, width - RIGHT_MARGIN)
    lowest = max(TOP_MARGIN + 1.0, height - axis)
    room = lowest - TOP_MARGIN
    n_lanes = sum(wish.n_lanes for wish in wishes)
    n_empty = sum(len(wish.empty_lanes) for wish in wishes)
    n_rows = max(1, len(wishes))
    lane = share_lanes(room, n_lanes + n_common, n_empty + len(empty_common))
    common_height = lane.total(n_common, len(empty_common)) + (2 * ROW_GAP if n_common else 0)
    n_strips = sum(wish.has_strip for wish in wishes)
    if n_strips:
        # Where the page is low, traces come first: strips get low, then they are left out.
        strip = float(round(min(strip, STRIP_SHARE * room / n_strips)))
        if strip < LOWEST_STRIP:
            wishes = [replace(wish, has_strip=False) for wish in wishes]
    strips = sum(strip for wish in wishes if wish.has_strip)
    begins = _group_begins(wishes)
    crowded = room < n_rows * 2 * GROUP_GAP + sum(begins) * GROUP_GAP
    gap = NARROW_GROUP_GAP if crowded else GROUP_GAP
    fixed = lane.total(n_lanes, n_empty) + strips + sum(begins) * gap
    pitch = (room - common_height - fixed) / n_rows
    row_gap = ROW_GAP if pitch >= MIN_TRACE_HEIGHT + ROW_GAP else LEAST_ROW_GAP
    trace = min(highest, max(LEAST_TRACE_HEIGHT, pitch - row_gap))
    rows = []
    top = TOP_MARGIN
    for wish, begin in zip(wishes, begins, strict=True):
        row = _row(wish, top, trace, lane, strip, gap if begin else 0.0, row_gap)
        rows.append(row)
        top = row.whole.bottom
    common = _lanes(top + 2 * ROW_GAP, n_common, empty_common, lane)
    bottom = min(lowest, top + common_height) if rows else lowest
    return PageGeometry(
        width,
        height,
        start,
        length,
        left,
        right,
        bottom,
        tuple(rows),
        common,
        axis,
        places or {},
    )


def _group_begins(wishes: Sequence[RowWish]) -> list[bool]:
    """Which rows begin a group; rows without one that follow a group are parted from it, too."""
    groups = ["", *(wish.group for wish in wishes)]
    return [group != before for before, group in pairwise(groups)]


def _row(
    wish: RowWish,
    top: float,
    trace_height: float,
    lane: LaneHeights,
    strip_height: float,
    head_height: float,
    row_gap: float,
) -> Row:
    head = Band(top, top + head_height) if head_height else None
    top += head_height
    trace = Band(top, top + trace_height)
    below = trace.bottom
    strip = None
    if wish.has_strip:
        strip = Band(below, below + strip_height - LANE_GAP)
        below += strip_height
    lanes = _lanes(below, wish.n_lanes, wish.empty_lanes, lane)
    below += lane.total(wish.n_lanes, len(wish.empty_lanes)) + row_gap
    group = wish.group if head is not None else ""
    return Row(wish.label, Band(top, below), trace, strip, lanes, group, head)


def _lanes(top: float, count: int, empty: frozenset[int], heights: LaneHeights) -> tuple[Band, ...]:
    return tuple(Band(*edges) for edges in heights.edges(round(top), count, empty))

"""How high the lanes of events are: few are easy to read, many leave the page to the traces."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

# A lane in which letters and check marks can be read, px; a lane without any event, and its gap.
MIN_LANE_HEIGHT, MAX_LANE_HEIGHT, LANE_GAP = 5.0, 10.0, 2.0
EMPTY_LANE_HEIGHT, EMPTY_LANE_GAP = 2.0, 1.0
# Of the page for all lanes together; where their bars would be flat, a little more, never beyond.
LANE_SHARE, MOST_LANE_SHARE = 0.3, 0.4
FLAT_PITCH = 5.0


@dataclass(frozen=True, slots=True)
class LaneHeights:
    """Pixels of a lane with events and of one without any, and the gaps below them."""

    full: float = MAX_LANE_HEIGHT
    gap: float = LANE_GAP
    empty: float = EMPTY_LANE_HEIGHT
    empty_gap: float = EMPTY_LANE_GAP

    def total(self, n_lanes: int, n_empty: int = 0) -> float:
        """Height of so many lanes with their gaps, ``n_empty`` of them without an event."""
        full = (n_lanes - n_empty) * (self.full + self.gap)
        return full + n_empty * (self.empty + self.empty_gap)

    def edges(
        self, top: float, n_lanes: int, empty: Collection[int] = ()
    ) -> tuple[tuple[float, float], ...]:
        """Top and bottom of each lane, from ``top`` down; ``empty`` are numbers of lanes."""
        edges = []
        for number in range(n_lanes):
            height, gap = (self.empty, self.empty_gap) if number in empty else (self.full, self.gap)
            edges.append((top, top + height))
            top += height + gap
        return tuple(edges)


def share_lanes(room: float, n_lanes: int, n_empty: int = 0) -> LaneHeights:
    """Heights at which all lanes of a page take at most ``MOST_LANE_SHARE`` of ``room`` pixels.

    They depend on what is in the night and never on the page, so that turning pages moves nothing.
    """
    n_full = n_lanes - n_empty
    if n_full <= 0:
        return LaneHeights()
    budget = LANE_SHARE * room
    empty, empty_gap = _empty(budget / 2, n_empty)
    taken = n_empty * (empty + empty_gap)
    pitch = (budget - taken) / n_full
    if pitch < FLAT_PITCH:
        pitch = min(FLAT_PITCH, (MOST_LANE_SHARE * room - taken) / n_full)
    if pitch < 2:
        # Hundreds of lanes: bars without gaps, thinner than a pixel if need be.
        return LaneHeights(pitch, 0.0, empty, empty_gap)
    gap = LANE_GAP if pitch >= MIN_LANE_HEIGHT + LANE_GAP else 1.0
    full = min(MAX_LANE_HEIGHT, math.floor(pitch) - gap)
    return LaneHeights(full, gap, empty, empty_gap)


def _empty(budget: float, n_empty: int) -> tuple[float, float]:
    """Height and gap of lanes without an event: a line, a thin one, none."""
    for height, gap in ((EMPTY_LANE_HEIGHT, EMPTY_LANE_GAP), (1.0, 1.0), (1.0, 0.0)):
        if n_empty * (height + gap) <= budget:
            return height, gap
    return 0.0, 0.0

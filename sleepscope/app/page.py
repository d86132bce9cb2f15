"""The stretch of the recording that is on the screen."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

SHORTEST_PAGE = 1.0
# A page of endless length shows the recording from its start to its end.
WHOLE_NIGHT = math.inf
PAGE_LENGTHS = (
    5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 7200.0, 14400.0,
    WHOLE_NIGHT,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """``[start, start + length)`` in seconds, and how long the recording is."""

    start: float
    length: float
    duration: float

    @property
    def stop(self) -> float:
        """End of the page, s."""
        return self.start + self.length

    @property
    def is_whole(self) -> bool:
        """Whether the page shows the whole recording."""
        return self.duration > 0 and self.length >= self.duration

    @property
    def last_start(self) -> float:
        """Start of the last page on the grid of pages, s."""
        return max(0.0, (math.ceil(self.duration / self.length) - 1) * self.length)

    def inside(self) -> Page:
        """The nearest page that lies in the recording."""
        longest = max(self.duration, SHORTEST_PAGE)
        length = min(max(self.length, SHORTEST_PAGE), longest)
        page = replace(self, length=length)
        return replace(page, start=min(max(self.start, 0.0), page.last_start))

    def turned(self, pages: int) -> Page:
        """Pages on (or back, below zero), on the grid of pages."""
        place = self.start / self.length
        # From between two pages, one page on or back goes to the nearer edge of the grid.
        whole = math.floor(place + 1e-6) if pages > 0 else math.ceil(place - 1e-6)
        return replace(self, start=(whole + pages) * self.length).inside()

    def moved(self, share: float) -> Page:
        """On (or back) by a share of the page."""
        return replace(self, start=self.start + share * self.length).inside()

    def zoomed(self, length: float, anchor: float) -> Page:
        """Another length, the moment ``anchor`` staying where it is on the screen."""
        share = (anchor - self.start) / self.length
        page = replace(self, length=length).inside()
        return replace(page, start=anchor - share * page.length).inside()

    def at(self, time: float) -> Page:
        """The page of the grid that holds a moment."""
        return replace(self, start=math.floor(time / self.length + 1e-9) * self.length).inside()

    def showing(self, start: float, stop: float) -> Page:
        """The page on the grid that shows a stretch, or one centred on it where none does."""
        if self.start <= start and stop <= self.stop:
            return self
        on_grid = self.at(start)
        if stop <= on_grid.stop or stop - start > self.length:
            return on_grid
        return replace(self, start=(start + stop - self.length) / 2).inside()

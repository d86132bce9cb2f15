"""Letters on the bars of a lane where it holds several classes of events."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QStaticText

from sleepscope.app.language import later, tr
from sleepscope.app.theme import Theme
from sleepscope.app.views.event_bars import CROWD_PIXELS, MIN_CHECKED
from sleepscope.app.views.event_lanes import IndexedLane
from sleepscope.app.views.page_geometry import Band, PageGeometry

# Letter and short name of the known classes; those of others begin with their own letters.
KNOWN: Final[Mapping[str, tuple[str, str]]] = {
    "spindle": ("S", later("spindle")),
    "rem": ("R", later("eye movement")),
    "rem_burst": ("RB", later("burst of eye movements")),
    "k_complex": ("K", later("K-complex")),
    "slow_wave": ("SW", later("slow wave")),
    "arousal": ("A", later("arousal")),
    "blink": ("B", later("blink")),
    "artifact": ("X", later("artifact")),
    "other": ("–", later("other")),
}
# Below so many pixels nobody can read a letter; a lane that is lower has none.
LEAST_PIXELS = 7
PADDING = 3.0
# Pixels of a bar that must lie on the page for its letter to be there, too.
LEAST_SEEN = 3.0
# Beside narrow bars letters stand where a lane has no more events than these on the page.
MOST_BESIDE = 40


@lru_cache(maxsize=32)
def kind_marks(kinds: frozenset[str]) -> Mapping[str, str]:
    """A mark of one to three letters for each class, no two alike."""
    marks = {kind: KNOWN[kind][0] for kind in kinds if kind in KNOWN}
    for kind in sorted(kinds - marks.keys()):
        letters = [c for c in kind.upper() if c.isalnum()] or ["?"]
        tried = ("".join(letters[: n + 1]) for n in range(min(3, len(letters))))
        numbered = (f"{letters[0]}{n}" for n in range(2, len(kinds) + 3))
        taken = set(marks.values())
        marks[kind] = next(mark for mark in (*tried, *numbered) if mark not in taken)
    return marks


def kind_title(kind: str) -> str:
    """Short name of a class: "K-complex"."""
    return tr(KNOWN[kind][1]) if kind in KNOWN else kind.replace("_", " ")


def marks_in_order(kinds: Iterable[str]) -> list[tuple[str, str]]:
    """Mark and name of each class, the known ones first in their order."""
    found = frozenset(kinds)
    marks = kind_marks(found)
    order = [*(kind for kind in KNOWN if kind in found), *sorted(found - KNOWN.keys())]
    return [(marks[kind], kind_title(kind)) for kind in order]


@lru_cache(maxsize=64)
def _text(mark: str) -> QStaticText:
    made = QStaticText(mark)
    made.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    return made


def mark_font(font: QFont, height: float) -> QFont | None:
    """The font of a mark in a lane of so many pixels, None where it could not be read."""
    pixels = round(height)
    if pixels < LEAST_PIXELS:
        return None
    small = QFont(font)
    small.setPixelSize(pixels)
    small.setBold(True)
    return small


class KindMarks:
    """Writes the marks of some classes in lanes of one height; made once for all lanes of a page.

    Parameters
    ----------
    kinds : frozenset of str
        Classes of all events; where there is one alone, nothing is written.
    font : QFont
        Of the page.
    height : float, px
        Of the lanes.
    """

    def __init__(self, kinds: frozenset[str], font: QFont, height: float) -> None:
        small = mark_font(font, height) if len(kinds) > 1 else None
        self._font = small
        if small is None:
            return
        metrics = QFontMetricsF(small)
        self._texts = {
            kind: (metrics.horizontalAdvance(mark), _text(mark))
            for kind, mark in kind_marks(kinds).items()
        }
        # The middle of the capitals in the middle of the lane; a static text hangs from its ascent.
        self._above = metrics.ascent() - metrics.capHeight() / 2

    def paint(
        self,
        painter: QPainter,
        geometry: PageGeometry,
        band: Band,
        indexed: IndexedLane,
        channel: str | None,
        theme: Theme,
    ) -> None:
        """Write the mark of each event on its bar, or right of it where the bar is too narrow."""
        index = indexed.channels.get(channel)
        if index is None or self._font is None:
            return
        near = index.between(geometry.start, geometry.start + geometry.length)
        if not 0 < len(near) <= (geometry.right - geometry.left) / CROWD_PIXELS:
            return
        painter.setFont(self._font)
        lane, written = indexed.lane, -math.inf
        looks, statuses = lane.looks, lane.statuses
        on_bar, beside = QColor(on_colour(lane.colour)), QColor(theme.text)
        top = band.middle - self._above
        onsets, stops = index.onsets[near], index.stops[near]
        begins = np.maximum(geometry.x(onsets), geometry.left).tolist()
        ends = np.minimum(geometry.x(stops), geometry.right).tolist()
        points = (stops <= onsets).tolist()
        events = [index.events[i] for i in near]
        cut = (onsets < geometry.start).tolist()
        for event, begin, end, is_point, is_cut, following in zip(
            events, begins, ends, points, cut, [*begins[1:], geometry.right], strict=True
        ):
            width, text = self._texts[event.kind]
            # Of a bar that the edge of the page cuts, what is seen counts.
            seen, left = end - begin, begin + PADDING
            if seen < LEAST_SEEN and not (is_point and begin < geometry.right):
                continue
            status = statuses.get(event.id)
            room = seen
            if status == "accepted" and seen >= MIN_CHECKED:
                # A check mark has the middle of the bar.
                room = (seen - band.height) / 2 - 2
            if not is_point and room >= width + 2 * PADDING:
                if left < written:
                    continue
                plain = looks.get(event.id) not in ("missed", "extra") and status != "rejected"
                if not plain:
                    plate = QRectF(left - 1, band.top + 2, width + 2, band.height - 4)
                    painter.fillRect(plate, QColor(theme.lane))
                painter.setPen(on_bar if plain else beside)
            else:
                left = end + (band.height / 2 if is_point else 0.0) + PADDING
                if len(near) > MOST_BESIDE or left < written or left + width > following:
                    continue
                if is_cut:
                    continue  # the rest of an event of the page before: its letter stands there
                painter.setPen(beside)
            painter.drawStaticText(QPointF(left, top), text)
            written = left + width


def on_colour(colour: str) -> str:
    """Black or white, whichever stands out more from a colour."""
    red, green, blue = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    light = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2
    # Where contrast with white (1.05) and with black (0.05) are equal, WCAG 2.1.
    return "#000000" if light > 0.179 else "#FFFFFF"

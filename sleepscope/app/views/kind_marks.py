"""Letters on the bars of a lane where it holds several classes of events."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QStaticText

from sleepscope.app.language import later, tr
from sleepscope.app.theme import Theme
from sleepscope.app.views.event_bars import CROWD_PIXELS, MIN_CHECKED, bar_rect
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


def paint_kind_marks(
    painter: QPainter,
    geometry: PageGeometry,
    band: Band,
    indexed: IndexedLane,
    channel: str | None,
    theme: Theme,
    font: QFont,
    marks: Mapping[str, str],
) -> None:
    """Write the mark of each event on its bar, or right of it where the bar is too narrow."""
    index, small = indexed.channels.get(channel), mark_font(font, band.height)
    if index is None or small is None:
        return
    stop = geometry.start + geometry.length
    near = index.between(geometry.start, stop)
    if not 0 < len(near) <= (geometry.right - geometry.left) / CROWD_PIXELS:
        return
    metrics = QFontMetricsF(small)
    widths = {mark: metrics.horizontalAdvance(mark) for mark in marks.values()}
    painter.setFont(small)
    lane, written = indexed.lane, -math.inf
    on_bar, beside = QColor(on_colour(lane.colour)), QColor(theme.text)
    ground = QColor(theme.lane)
    # The middle of the capitals in the middle of the lane; a static text hangs from its ascent.
    top = band.middle + metrics.capHeight() / 2 - metrics.ascent()
    lefts = [geometry.x(float(index.onsets[i])) for i in near[1:]] + [geometry.right]
    for i, next_left in zip(near, lefts, strict=True):
        event = index.events[i]
        mark = marks[event.kind]
        width = widths[mark]
        rect = bar_rect(geometry, band, index.onsets[i], index.stops[i])
        left = max(rect.left(), geometry.left) + PADDING
        is_point = index.stops[i] <= index.onsets[i]
        # A check mark has the middle of a bar.
        checked = lane.statuses.get(event.id) == "accepted" and rect.width() >= MIN_CHECKED
        room = (rect.width() - band.height) / 2 - 2 if checked else rect.width()
        if not is_point and room >= width + 2 * PADDING:
            if left < written:
                continue
            plain = lane.looks.get(event.id, "") not in ("missed", "extra")
            faded = lane.statuses.get(event.id) == "rejected"
            if not plain or faded:
                plate = QRectF(left - 1, band.top + 2, width + 2, band.height - 4)
                painter.fillRect(plate, ground)
            painter.setPen(on_bar if plain and not faded else beside)
        elif len(near) > MOST_BESIDE:
            continue
        else:
            left = rect.right() + PADDING
            if left < written or left + width > next_left:
                continue
            painter.setPen(beside)
        painter.drawStaticText(QPointF(left, top), _text(mark))
        written = left + width


def on_colour(colour: str) -> str:
    """Black or white, whichever stands out more from a colour."""
    red, green, blue = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    light = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2
    # Where contrast with white (1.05) and with black (0.05) are equal, WCAG 2.1.
    return "#000000" if light > 0.179 else "#FFFFFF"

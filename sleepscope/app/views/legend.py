"""Which colour is which scorer, and what the looks of bars mean."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sleepscope.app.theme import LIGHT, Theme
from sleepscope.app.views.event_bars import paint_bar
from sleepscope.app.views.event_lanes import LaneEvents
from sleepscope.app.views.kind_marks import mark_font, marks_in_order, on_colour

SWATCH_WIDTH, SWATCH_HEIGHT, MARK_WIDTH = 22.0, 9.0, 15.0
MARGIN, GAP, SPACE = 8.0, 6.0, 18.0
STATUS_KEYS = ("accepted", "rejected")
LOOK_KEYS = ("matched", "missed", "extra")
# With more rows, titles are shortened; nothing is ever left out.
WANTED_ROWS = 2
# Widths of titles, in widths of "x", that are tried one after the other; the last is a stump.
TITLE_WIDTHS = (40, 28, 20, 14, 9)
_MODE = Qt.TextElideMode
CUTS = (_MODE.ElideMiddle, _MODE.ElideLeft, _MODE.ElideRight)


@dataclass(frozen=True, slots=True)
class Entry:
    """A swatch with its words: a scorer's title and note, a look's name, or a class's."""

    title: str
    note: str = ""
    lane: LaneEvents | None = None
    look: str = ""
    status: str = ""
    mark: str = ""

    @property
    def swatch_width(self) -> float:
        """Pixels; a letter needs less than a bar."""
        return MARK_WIDTH if self.mark else SWATCH_WIDTH

    @property
    def text(self) -> str:
        """The words in full."""
        return f"{self.title} ({self.note})" if self.note else self.title


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry on the legend: its row from the top, its left edge and its words as shown."""

    entry: Entry
    row: int
    x: float
    text: str


def place(entries: tuple[Entry, ...], metrics: QFontMetricsF, width: float) -> tuple[Placed, ...]:
    """Put entries into rows of ``width`` pixels, with titles as long as two rows allow."""
    placed = _flow(entries, [entry.text for entry in entries], metrics, width)
    for units in TITLE_WIDTHS:
        if not placed or (placed[-1].row < WANTED_ROWS and _fits(placed, metrics, width)):
            break
        texts = _shortened(entries, metrics, units * metrics.horizontalAdvance("x"))
        placed = _flow(entries, texts, metrics, width)
    return placed


def _shortened(entries: tuple[Entry, ...], metrics: QFontMetricsF, title_width: float) -> list[str]:
    """Words with titles of at most ``title_width`` pixels that stay different; notes stay whole.

    Titles are cut in the middle, or where that makes two alike, at an end.
    """
    scorers = [entry for entry in entries if entry.lane is not None]
    n_different = len({entry.title for entry in scorers})
    for cut in CUTS:
        titles = [metrics.elidedText(entry.title, cut, title_width) for entry in scorers]
        if len(set(titles)) == n_different:
            break
    keys = [entry.text for entry in entries if entry.lane is None]
    words = [replace(e, title=t).text for e, t in zip(scorers, titles, strict=True)]
    return [*words, *keys]


def _flow(
    entries: tuple[Entry, ...], texts: list[str], metrics: QFontMetricsF, width: float
) -> tuple[Placed, ...]:
    placed, row, x = [], 0, MARGIN
    for entry, text in zip(entries, texts, strict=True):
        needed = entry.swatch_width + GAP + metrics.horizontalAdvance(text)
        if x > MARGIN and x + needed > width:
            row, x = row + 1, MARGIN
        placed.append(Placed(entry, row, x, text))
        x += needed + SPACE
    return tuple(placed)


def _fits(placed: tuple[Placed, ...], metrics: QFontMetricsF, width: float) -> bool:
    return all(_end(one, metrics) <= width for one in placed)


def _end(one: Placed, metrics: QFontMetricsF) -> float:
    return one.x + one.entry.swatch_width + GAP + metrics.horizontalAdvance(one.text)


class Legend(QWidget):
    """Scorers with their notes, then the looks in use: one row, or more where they need it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._entries: tuple[Entry, ...] = ()
        self._possible: tuple[Entry, ...] = ()
        self._placed: tuple[Placed, ...] = ()
        self._neutral = LaneEvents("", "", LIGHT.muted)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName("Legend")

    @property
    def _row_height(self) -> int:
        return self.fontMetrics().height() + 10

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._height_of(self._entries, width)

    def steady_height(self, width: int) -> int:
        """Height that also has room for the keys of verdicts and comparisons that may come.

        So the first verdict of a night does not move the page below.
        """
        entries = (self._entries, self._possible)
        return max(self._height_of(some, width) for some in entries)

    def _height_of(self, entries: tuple[Entry, ...], width: int) -> int:
        placed = place(entries, QFontMetricsF(self.font()), width)
        return self._row_height * (placed[-1].row + 1 if placed else 1)

    def free_corner(self, width: int) -> float | None:
        """Pixels free at the end of the last row, also with all keys.

        None where so many pixels do not hold every title in full in two rows.
        """
        metrics = QFontMetricsF(self.font())
        placed = place(self._possible, metrics, width)
        if any(one.row >= WANTED_ROWS or one.text != one.entry.text for one in placed):
            return None
        return width - (_end(placed[-1], metrics) if placed else 0.0)

    def sizeHint(self) -> QSize:
        return QSize(400, self.heightForWidth(max(400, self.width())))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self._row_height)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._neutral = LaneEvents("", "", theme.muted)
        self.update()

    def set_lanes(self, lanes: tuple[LaneEvents, ...], kinds: frozenset[str] = frozenset()) -> None:
        """Name these scorers, and the classes of events where there are several."""
        # Lanes share their mappings, which may hold 10,000 events.
        shared = {id(part): part for lane in lanes for part in (lane.looks, lane.statuses)}
        used = set[str]().union(*(part.values() for part in shared.values()))
        marks = marks_in_order(kinds) if len(kinds) > 1 else []
        scorers = tuple(Entry(lane.title, lane.note, lane) for lane in lanes)
        letters = tuple(Entry(title, mark=mark) for mark, title in marks)
        looks = tuple(Entry(key, look=key) for key in LOOK_KEYS)
        statuses = tuple(Entry(key, status=key) for key in STATUS_KEYS)
        keys = (entry for entry in looks + statuses if {entry.look, entry.status} & used)
        self._entries = (*scorers, *keys, *letters)
        # Comparing takes two scorers, a verdict takes one.
        may_come = (looks if len(lanes) > 1 else ()) + (statuses if lanes else ())
        self._possible = (*scorers, *may_come, *letters)
        titles = [f"{lane.title}: {len(lane.events)} events" for lane in lanes]
        notes = [f"{lane.title}: {lane.note}" for lane in lanes if lane.note]
        self.setToolTip("\n".join([*titles, *notes]))
        self._place()
        self.updateGeometry()

    def texts(self) -> tuple[str, ...]:
        """All words in full, from left to right and from top to bottom."""
        return tuple(entry.text for entry in self._entries)

    def shown_texts(self) -> tuple[str, ...]:
        """All words as they are painted, long titles shortened."""
        return tuple(placed.text for placed in self._placed)

    def _place(self) -> None:
        self._placed = place(self._entries, QFontMetricsF(self.font()), self.width())
        self.update()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._place()

    def paintEvent(self, _event: QPaintEvent) -> None:
        # "with" ends a painter also where painting fails: one left active crashes Qt.
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.paint_on(painter)

    def paint_on(self, painter: QPainter) -> None:
        """Paint as the widget looks, on paper for example."""
        painter.fillRect(self.rect(), QColor(self._theme.window))
        painter.setFont(self.font())
        for placed in place(self._entries, QFontMetricsF(self.font()), self.width()):
            self._paint(painter, placed)

    def _paint(self, painter: QPainter, placed: Placed) -> None:
        entry, top = placed.entry, placed.row * self._row_height
        middle = top + self._row_height / 2
        swatch = QRectF(
            placed.x, round(middle - SWATCH_HEIGHT / 2), entry.swatch_width, SWATCH_HEIGHT
        )
        lane = entry.lane or self._neutral
        if entry.mark:
            self._paint_mark(painter, swatch, entry.mark)
        else:
            paint_bar(painter, swatch, self._theme, lane, look=entry.look, status=entry.status)
        x = swatch.right() + GAP
        painter.setPen(QColor(self._theme.muted if entry.lane is None else self._theme.text))
        words = QRectF(x, top, self.width() - x, self._row_height)
        painter.setFont(self.font())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, placed.text)

    def _paint_mark(self, painter: QPainter, swatch: QRectF, mark: str) -> None:
        """The letter of a class, as it stands on the bars."""
        painter.fillRect(swatch, QColor(self._theme.muted))
        painter.setFont(mark_font(self.font(), swatch.height()) or self.font())
        painter.setPen(QColor(on_colour(self._theme.muted)))
        painter.drawText(swatch, Qt.AlignmentFlag.AlignCenter, mark)

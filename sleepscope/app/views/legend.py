"""Which colour is which scorer, and what the looks of bars mean."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sleepscope.app.theme import LIGHT, Theme
from sleepscope.app.views.event_bars import paint_bar
from sleepscope.app.views.event_lanes import LaneEvents

SWATCH_WIDTH, SWATCH_HEIGHT = 22.0, 9.0
GAP, SPACE = 6.0, 18.0
STATUS_KEYS = ("accepted", "rejected")
LOOK_KEYS = ("matched", "missed", "extra")


class Legend(QWidget):
    """One line: scorers with their notes, then the looks that are in use."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._lanes: tuple[LaneEvents, ...] = ()
        self._keys: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Legend")

    def sizeHint(self) -> QSize:
        return QSize(400, self.fontMetrics().height() + 10)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def set_lanes(self, lanes: tuple[LaneEvents, ...]) -> None:
        """Name these scorers."""
        self._lanes = lanes
        used = {look for lane in lanes for look in (*lane.looks.values(), *lane.statuses.values())}
        self._keys = tuple(key for key in (*LOOK_KEYS, *STATUS_KEYS) if key in used)
        titles = [f"{lane.title}: {len(lane.events)} events" for lane in lanes]
        notes = [f"{lane.title}: {lane.note}" for lane in lanes if lane.note]
        self.setToolTip("\n".join([*titles, *notes]))
        self.update()

    def texts(self) -> tuple[str, ...]:
        """Everything that is written, from left to right."""
        scorers = (
            f"{lane.title} ({lane.note})" if lane.note else lane.title for lane in self._lanes
        )
        return (*scorers, *self._keys)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(self._theme.window))
        painter.setFont(self.font())
        neutral = LaneEvents("", "", self._theme.muted)
        x = 8.0
        for lane, text in zip(self._lanes, self.texts(), strict=False):
            x = self._entry(painter, x, text, lane, self._theme.text)
        for key in self._keys:
            as_status = key in STATUS_KEYS
            x = self._entry(
                painter, x, key, neutral, self._theme.muted,
                look="" if as_status else key, status=key if as_status else "",
            )  # fmt: skip
        painter.end()

    def _entry(
        self,
        painter: QPainter,
        x: float,
        text: str,
        lane: LaneEvents,
        colour: str,
        look: str = "",
        status: str = "",
    ) -> float:
        """Draw a swatch and its words and return where the next one begins."""
        if x > self.width() - SWATCH_WIDTH - 2 * SPACE:
            return x
        middle = self.height() / 2
        swatch = QRectF(x, round(middle - SWATCH_HEIGHT / 2), SWATCH_WIDTH, SWATCH_HEIGHT)
        paint_bar(painter, swatch, self._theme, lane, look=look, status=status)
        x += SWATCH_WIDTH + GAP
        metrics = QFontMetricsF(self.font())
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, self.width() - x - GAP)
        width = metrics.horizontalAdvance(shown)
        painter.setPen(QColor(colour))
        painter.drawText(
            QRectF(x, 0, width + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, shown
        )
        return x + width + SPACE

"""The night's stages as steps."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from sleepscope.app.language import tr
from sleepscope.app.theme import Theme
from sleepscope.app.views.night_strip import NightStrip
from sleepscope.app.views.polyline import cosmetic_pen
from sleepscope.constants import UNSCORED
from sleepscope.events.hypnogram import Hypnogram

# From awake to deep, REM sleep beside wakefulness as it is drawn everywhere.
LEVELS = ("W", "R", "N1", "N2", "N3")
TOP, STEP = 4.0, 13
THICK, REM_THICK = 3.0, 5.0


class HypnogramView(NightStrip):
    """Shows the stages that count; a click or drag asks to go there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hypnogram: Hypnogram | None = None
        self._title = ""
        self._selected: tuple[float, float] | None = None
        self.setAccessibleName(tr("Hypnogram of the night"))

    def sizeHint(self) -> QSize:
        return QSize(800, int(2 * TOP + 5 * max(STEP, 0.8 * self.line)))

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.sizeHint().height())

    def set_hypnogram(self, hypnogram: Hypnogram | None, duration: float, title: str = "") -> None:
        """Show these stages, and whose they are, over a recording of ``duration`` seconds."""
        self.set_duration(duration)
        if hypnogram is not self._hypnogram or title != self._title:
            self._hypnogram, self._title = hypnogram, title
            self.redraw()

    def set_selected(self, span: tuple[float, float] | None) -> None:
        """Mark the selected epochs, seconds."""
        if span != self._selected:
            self._selected = span
            self.update()

    def level(self, stage: str) -> float:
        """Height of a stage's step."""
        return TOP + (LEVELS.index(stage) + 0.5) * (self.height() - 2 * TOP) / len(LEVELS)

    def paint_over(self, painter: QPainter) -> None:
        if self._selected is None:
            return
        left, right = (self.x(time) for time in self._selected)
        box = QRectF(left, 0, max(right - left, 2.0), self.height())
        ground = QColor(self._theme.accent)
        ground.setAlpha(60)
        painter.fillRect(box, ground)
        for edge in (0.0, self.height() - 2.0):
            painter.fillRect(QRectF(left, edge, box.width(), 2), QColor(self._theme.accent))

    def paint_night(self, painter: QPainter) -> None:
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for stage in LEVELS:
            y = self.level(stage)
            painter.setPen(cosmetic_pen(self._theme.grid_strong))
            painter.drawLine(self.left, round(y), self.right, round(y))
            painter.setPen(QColor(self._theme.stages[stage]))
            painter.drawText(QRectF(self.left - 40, y - self.line / 2, 30, self.line), right, stage)
        if self._title:
            painter.setPen(QColor(self._theme.muted))
            words = painter.fontMetrics().elidedText(
                self._title, Qt.TextElideMode.ElideRight, int(self.left - 30)
            )
            box = QRectF(8, TOP, self.left - 30, self.line)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, words)
        if self._duration <= 0:
            return
        if self._hypnogram is None:
            self._paint_words(painter, tr("no stages scored yet"))
        else:
            paint_steps(painter, self, self._hypnogram, self._theme)

    def _paint_words(self, painter: QPainter, words: str) -> None:
        painter.setPen(QColor(self._theme.muted))
        box = QRectF(self.left, TOP, self.right - self.left, self.height() - 2 * TOP)
        # A plate keeps the lines of the stages off the words.
        plate = QRectF(self.fontMetrics().boundingRect(words)).adjusted(-14, -4, 14, 4)
        plate.moveCenter(box.center())
        painter.fillRect(plate, QColor(self._theme.page))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def paint_steps(
    painter: QPainter, strip: HypnogramView, hypnogram: Hypnogram, theme: Theme
) -> None:
    """Stages as bars on their levels, joined where one follows the other."""
    before: float | None = None
    for stage, start, stop in stretches(hypnogram):
        left, right = strip.x(max(start, 0.0)), min(strip.x(stop), strip.right)
        if stage == UNSCORED or left >= strip.right or right <= strip.left:
            before = None
            continue
        y = strip.level(stage)
        if before is not None:
            painter.setPen(cosmetic_pen(theme.epoch_line))
            painter.drawLine(round(left), round(before), round(left), round(y))
        thick = REM_THICK if stage == "R" else THICK
        bar = QRectF(left, y - thick / 2, max(right - left, 1.0), thick)
        painter.fillRect(bar, QColor(theme.stages[stage]))
        before = y


def stretches(hypnogram: Hypnogram) -> Iterator[tuple[str, float, float]]:
    """Stretches of one stage: stage, start and stop in seconds."""
    first = 0
    for stage, epochs in itertools.groupby(hypnogram.stages):
        behind = first + len(list(epochs))
        yield (stage, *hypnogram.span_of(first, behind))
        first = behind

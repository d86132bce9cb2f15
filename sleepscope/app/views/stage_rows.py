"""The stages of the other scorers, a low row each, and where two scorers differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QHelpEvent, QPainter
from PySide6.QtWidgets import QToolTip, QWidget

from sleepscope.agreement.stage_differences import StageComparison
from sleepscope.app.language import tr
from sleepscope.app.views.hypnogram_view import LEVELS, stretches
from sleepscope.app.views.night_strip import NightStrip
from sleepscope.constants import UNSCORED
from sleepscope.events.hypnogram import Hypnogram

# Rows are as high as five levels can be told apart; many of them get lower.
ROW, LOW_ROW, FEW_ROWS = 18, 12, 3
DIFFERENCE = 14
GAP = 2


@dataclass(frozen=True, slots=True)
class StageRow:
    """One scorer's stages; ``compared`` where they are held against the night's."""

    scorer: str
    title: str
    hypnogram: Hypnogram
    compared: bool = False


class StageRows(NightStrip):
    """Small hypnograms under the large one, and the strip of differences below them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[StageRow, ...] = ()
        self._comparison: StageComparison | None = None
        self._names = ("", "")
        self.setAccessibleName(tr("Stages of other scorers"))

    def set_rows(
        self,
        rows: Sequence[StageRow],
        comparison: StageComparison | None,
        names: tuple[str, str] = ("", ""),
    ) -> None:
        """Show these scorers, and where the two that are compared (``names``) differ."""
        if (tuple(rows), comparison, names) == (self._rows, self._comparison, self._names):
            return
        changed_height = self.sizeHint().height()
        self._rows, self._comparison, self._names = tuple(rows), comparison, names
        if self.sizeHint().height() != changed_height:
            self.updateGeometry()
        self.redraw()

    @property
    def _row_height(self) -> int:
        if len(self._rows) > FEW_ROWS:
            return LOW_ROW
        return max(ROW, round(self.line + 2))

    @property
    def _difference_height(self) -> int:
        return max(DIFFERENCE, round(self.line))

    def sizeHint(self) -> QSize:
        height = len(self._rows) * (self._row_height + GAP)
        if self._comparison is not None:
            height += self._difference_height + GAP
        return QSize(800, height)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.sizeHint().height())

    def row_at(self, y: float) -> StageRow | None:
        """The row at a height; the compared one in the strip of differences."""
        index = int(y // (self._row_height + GAP))
        if 0 <= index < len(self._rows):
            return self._rows[index]
        return next((row for row in self._rows if row.compared), None)

    def words(self) -> str:
        """How far the two compared scorers agree, in a sentence."""
        comparison = self._comparison
        if comparison is None:
            return ""
        found = comparison.agreement
        if found.accuracy is None:
            return tr("{a} and {b} staged no epoch both.", a=self._names[0], b=self._names[1])
        kappa = tr("not defined") if found.kappa is None else f"{found.kappa:.3f}"
        return tr(
            "{a} against {b}: {n} epochs staged by both, agreement {share:.1f} %, Cohen's kappa "
            "{kappa}, {d} differ. {rule} S goes to the next one.",
            a=self._names[0], b=self._names[1], n=found.n_epochs, share=100 * found.accuracy,
            kappa=kappa, d=len(comparison.differences), rule=found.rule,
        )  # fmt: skip

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip(event.pos()), self)
            return True
        return super().event(event)

    def tip(self, place: QPoint) -> str:
        """What is under the pointer."""
        row = self.row_at(place.y())
        below = len(self._rows) * (self._row_height + GAP)
        if place.y() >= below or place.x() < self.left or row is None:
            return self.words() or (row.title if row is not None else "")
        stage = row.hypnogram.stage_at(self.time(place.x()))
        return f"{row.title}: {stage if stage != UNSCORED else tr('unscored')}"

    def paint_night(self, painter: QPainter) -> None:
        for number, row in enumerate(self._rows):
            self._paint_row(painter, row, number * (self._row_height + GAP))
        if self._comparison is not None:
            self._paint_differences(painter, len(self._rows) * (self._row_height + GAP))

    def _paint_row(self, painter: QPainter, row: StageRow, top: float) -> None:
        height = float(self._row_height)
        width = self.right - self.left
        painter.fillRect(QRectF(self.left, top, width, height), QColor(self._theme.lane))
        painter.setPen(QColor(self._theme.text if row.compared else self._theme.muted))
        self.paint_title(painter, row.title, top, height)
        if self._duration <= 0:
            return
        step = (height - 2) / len(LEVELS)
        for stage, start, stop in stretches(row.hypnogram):
            left, right = self.x(max(start, 0.0)), min(self.x(stop), self.right)
            if stage == UNSCORED or left >= self.right or right <= self.left:
                continue
            # Columns from the bottom up: the higher, the lighter the sleep.
            y = top + 1 + LEVELS.index(stage) * step
            bar = QRectF(left, y, max(right - left, 1.0), top + height - 1 - y)
            painter.fillRect(bar, QColor(self._theme.stages[stage]))

    def _paint_differences(self, painter: QPainter, top: float) -> None:
        comparison = self._comparison
        assert comparison is not None
        agreement = comparison.agreement
        text = tr("no common epoch")
        if agreement.accuracy is not None:
            kappa = "–" if agreement.kappa is None else f"{agreement.kappa:.2f}"
            text = tr("κ {kappa} · {share:.0f} %", kappa=kappa, share=100 * agreement.accuracy)
        painter.setPen(QColor(self._theme.text))
        height = self._difference_height
        self.paint_title(painter, text, top, height)
        width = self.right - self.left
        painter.fillRect(QRectF(self.left, top, width, height), QColor(self._theme.lane))
        if self._duration <= 0:
            return
        ground = QColor(self._theme.selection)
        ground.setAlpha(90)
        hatch = QBrush(QColor(self._theme.text), Qt.BrushStyle.Dense6Pattern)
        for one in comparison.differences:
            left, right = self.x(max(one.start, 0.0)), min(self.x(one.stop), self.right)
            if left >= self.right or right <= self.left:
                continue
            box = QRectF(left, top + 1, max(right - left, 1.0), height - 2)
            painter.fillRect(box, ground)
            painter.fillRect(box, hatch)

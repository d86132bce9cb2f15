"""Small traces of events side by side, all on one scale, to be picked by mouse and keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractListModel, QModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from sleepscope.app.language import tr
from sleepscope.app.theme import LIGHT, Theme
from sleepscope.app.views.polyline import cosmetic_pen, draw_polyline

MARKS: Final = {"accepted": "✓", "rejected": "✗", "changed": "✓"}
_GAP: Final = 3


@dataclass(frozen=True, slots=True)
class ErrorPicture:
    """One event as it is drawn.

    Attributes
    ----------
    event_id : str
    caption : str
        Its moment and confidence.
    decision : str
        "accepted", "rejected", "changed", or "" where nothing was decided.
    values : (n,) ndarray, µV
    start, stop : float
        Where in the picture the event lies, 0..1.
    tip : str
    """

    event_id: str
    caption: str
    decision: str
    values: NDArray[np.float32] = field(repr=False)
    start: float
    stop: float
    tip: str = ""


class _Model(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.pictures: tuple[ErrorPicture, ...] = ()

    def set_pictures(self, pictures: Sequence[ErrorPicture]) -> None:
        same = [p.event_id for p in pictures] == [p.event_id for p in self.pictures]
        if not same:
            self.beginResetModel()
        self.pictures = tuple(pictures)
        if not same:
            self.endResetModel()
        elif self.pictures:
            self.dataChanged.emit(self.index(0), self.index(len(self.pictures) - 1))

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.pictures)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        picture = self.pictures[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{picture.caption} {MARKS.get(picture.decision, '')}".strip()
        if role == Qt.ItemDataRole.ToolTipRole:
            return picture.tip
        return None


class _Painter(QStyledItemDelegate):
    def __init__(self, parent: ErrorPictures) -> None:
        super().__init__(parent)
        self.view = parent

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex) -> QSize:
        return self.view.cell()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        picture = self.view.picture(index.row())
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        has_focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
        painter.save()
        paint_picture(
            painter, QRectF(option.rect), picture, self.view.theme, self.view.scale,
            is_chosen=is_chosen, has_focus=has_focus and self.view.hasFocus(),
        )  # fmt: skip
        painter.restore()


class ErrorPictures(QListView):
    """Announces what is picked (a click, Enter) and what is selected."""

    event_picked = Signal(str)
    selection_made = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self.scale = 50.0
        self._model = _Model(self)
        self.setModel(self._model)
        self.setItemDelegate(_Painter(self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSpacing(_GAP)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(tr("Errors of the group"))
        self.clicked.connect(self._pick)
        self.activated.connect(self._pick)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_made.emit())

    def _pick(self, index: QModelIndex) -> None:
        # Several are selected to be decided on together: the page stays where it is.
        if len(self.selectionModel().selectedIndexes()) <= 1:
            self.event_picked.emit(self.picture(index.row()).event_id)

    def cell(self) -> QSize:
        """Size of one picture."""
        line = self.fontMetrics().height()
        return QSize(round(7.6 * line), round(4.4 * line))

    def picture(self, row: int) -> ErrorPicture:
        """The picture of a row."""
        return self._model.pictures[row]

    def set_pictures(self, pictures: Sequence[ErrorPicture], scale: float) -> None:
        """Show these, heights of ``scale`` µV up and down."""
        self.scale = scale
        self._model.set_pictures(pictures)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.theme = theme
        self.viewport().update()

    def selected(self) -> tuple[str, ...]:
        """Ids of the selected events, in the order of the pictures."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return tuple(self.picture(row).event_id for row in rows)


def paint_picture(
    painter: QPainter,
    box: QRectF,
    picture: ErrorPicture,
    theme: Theme,
    scale: float,
    *,
    is_chosen: bool = False,
    has_focus: bool = False,
) -> None:
    """A trace with the span of its event, a caption below."""
    line = painter.fontMetrics().height()
    plot = box.adjusted(2, 2, -2, -line - 2)
    painter.fillRect(box, QColor(theme.page))
    span = QRectF(plot.left() + picture.start * plot.width(), plot.top(),
                  (picture.stop - picture.start) * plot.width(), plot.height())  # fmt: skip
    painter.fillRect(span.intersected(plot), QColor(theme.band[1]))
    painter.setPen(cosmetic_pen(theme.text))
    painter.setClipRect(plot)
    n = picture.values.size
    x = plot.left() + (np.arange(n) + 0.5) / max(1, n) * plot.width()
    y = plot.center().y() - np.clip(picture.values / scale, -1.2, 1.2) * plot.height() / 2
    draw_polyline(painter, x, y)
    painter.setClipping(False)
    below = QRectF(box.left() + 3, box.bottom() - line - 1, box.width() - 6, line)
    painter.setPen(QColor(theme.muted))
    painter.drawText(below, Qt.AlignmentFlag.AlignLeft, picture.caption)
    mark = MARKS.get(picture.decision, "")
    if mark:
        painter.setPen(QColor(theme.selection if mark == "✗" else theme.accepted))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, mark)
    pen = cosmetic_pen(theme.selection if is_chosen else theme.grid_strong)
    pen.setWidth(2 if is_chosen else 1)
    if has_focus and not is_chosen:
        pen = cosmetic_pen(theme.accent)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box.adjusted(0.5, 0.5, -1, -1))

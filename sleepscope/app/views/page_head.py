"""The line above a page: legend and colour bar, beside each other where there is room."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sleepscope.app.views.colour_bar import ColourBar
from sleepscope.app.views.legend import Legend

RIGHT = 4


class PageHead(QWidget):
    """Legend and colour bar, the bar at the end of the legend's last row where there is room.

    Else it is beside both rows, and it goes below before a scorer's title would be cut for it.
    The bar keeps its place while it is hidden, and the keys of the legend theirs before they are
    needed: selecting an event or giving a verdict must not move the traces.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.legend = Legend(self)
        self.colour_bar = ColourBar(self)
        self.colour_bar.hide()
        # Not "fixed": that would hold it to the height of its preferred width.
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def heightForWidth(self, width: int) -> int:
        room, is_below = self._room(width)
        below = self.colour_bar.sizeHint().height() if is_below else 0
        return self.legend.steady_height(room) + below

    def sizeHint(self) -> QSize:
        width = max(400, self.width())
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        bar = QSize(0, 0) if self.colour_bar.isHidden() else self.colour_bar.sizeHint()
        legend = self.legend.minimumSizeHint()
        return QSize(max(legend.width(), bar.width()) + RIGHT, legend.height())

    def _room(self, width: int) -> tuple[int, bool]:
        """Width of the legend, and whether the bar lies below it; the same without the bar."""
        whole, bar = width - RIGHT, self.colour_bar.sizeHint().width()
        corner = self.legend.free_corner(whole)
        if corner is not None and corner >= bar:
            return whole, False
        if whole > bar and self.legend.free_corner(whole - bar) is not None:
            return whole - bar, False
        return whole, True

    def _lay_out(self) -> None:
        room, is_below = self._room(self.width())
        height = self.legend.steady_height(room)
        self.legend.setGeometry(0, 0, room, height)
        bar = self.colour_bar.sizeHint()
        top = height if is_below else height - bar.height()
        self.colour_bar.setGeometry(
            self.width() - RIGHT - bar.width(), top, bar.width(), bar.height()
        )

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._lay_out()

    def event(self, event: QEvent) -> bool:
        # What a layout would do when a child has other words or is shown or hidden.
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._lay_out()
        return super().event(event)

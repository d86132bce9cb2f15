"""The line above a page: legend and colour bar, beside each other where there is room."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sleepscope.app.views.colour_bar import ColourBar
from sleepscope.app.views.legend import Legend

RIGHT = 4


class PageHead(QWidget):
    """Legend and colour bar; the bar goes below before a scorer's title would be cut for it."""

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
        room, below = self._room(width)
        return self.legend.heightForWidth(room) + (self.colour_bar.sizeHint().height() * below)

    def sizeHint(self) -> QSize:
        width = max(400, self.width())
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        bar = self.colour_bar.sizeHint() if self._has_bar else QSize(0, 0)
        legend = self.legend.minimumSizeHint()
        return QSize(max(legend.width(), bar.width()) + RIGHT, legend.height())

    @property
    def _has_bar(self) -> bool:
        return not self.colour_bar.isHidden()

    def _room(self, width: int) -> tuple[int, bool]:
        """Width of the legend, and whether the bar lies below it."""
        whole = width - RIGHT
        if not self._has_bar:
            return whole, False
        beside = whole - self.colour_bar.sizeHint().width()
        is_whole = self.legend.is_whole_in(beside)
        return (beside, False) if is_whole else (whole, True)

    def _lay_out(self) -> None:
        room, below = self._room(self.width())
        height = self.legend.heightForWidth(room)
        self.legend.setGeometry(0, 0, room, height)
        bar = self.colour_bar.sizeHint()
        top = height if below else 0
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

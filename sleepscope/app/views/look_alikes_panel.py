"""The panel of look-alikes: what they are of, and the small traces."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from sleepscope.app.views.tile_grid import Tile, TileGrid


class LookAlikesPanel(QWidget):
    """A sentence above a grid that scrolls."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head = QLabel(self)
        self.head.setWordWrap(True)
        self.head.setTextFormat(Qt.TextFormat.PlainText)
        self.grid = TileGrid(self)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.grid)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        column.addWidget(self.head)
        column.addWidget(area, 1)
        self.setFocusProxy(self.grid)

    def set_tiles(self, words: str, tiles: Sequence[Tile], span: float) -> None:
        """Show these traces, all ``span`` (µV) high, with words on them."""
        self.head.setText(words)
        self.grid.set_tiles(tiles, span)

"""A small square of a colour, beside the words for what has it."""

from __future__ import annotations

from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

SWATCH = 12


def swatch(colour: str) -> QIcon:
    """A square of a colour in a thin frame that stays as it is on a selected line."""
    square = QPixmap(SWATCH, SWATCH)
    square.fill(QColor("#FFFFFF"))
    painter = QPainter(square)
    painter.fillRect(1, 1, SWATCH - 2, SWATCH - 2, QColor(colour))
    painter.end()
    icon = QIcon(square)
    icon.addPixmap(square, QIcon.Mode.Selected)
    return icon

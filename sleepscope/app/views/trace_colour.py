"""The colour of a trace: of its kind, or a person's own, made readable on the page."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from PySide6.QtGui import QColor

from sleepscope.app.theme import Theme

# WCAG 2.2, 1.4.11: what a graphic needs against its ground.
LEAST_CONTRAST: Final = 3.0
_STEPS: Final = 20


def trace_colour(theme: Theme, kind: str, own: str = "") -> str:
    """Colour of a channel's trace and name.

    A colour chosen on a light page is lightened on a dark one, and the other way round, until it
    can be seen there.
    """
    return _readable(own, theme.page) if own else theme.trace(kind)


@lru_cache(maxsize=256)
def _readable(colour: str, page: str) -> str:
    ground = _luminance(QColor(page))
    aim = QColor("#000000" if ground > 0.5 else "#FFFFFF")
    start = QColor(colour)
    for step in range(_STEPS):
        share = step / _STEPS
        mixed = QColor.fromRgbF(
            *(a + share * (b - a) for a, b in zip(start.getRgbF()[:3], aim.getRgbF()[:3],
                                                  strict=True))
        )  # fmt: skip
        light, dark = sorted((_luminance(mixed), ground), reverse=True)
        if (light + 0.05) / (dark + 0.05) >= LEAST_CONTRAST:
            return mixed.name()
    return aim.name()


def _luminance(colour: QColor) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = colour.getRgbF()[:3]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

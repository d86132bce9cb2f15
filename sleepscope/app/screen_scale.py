"""How many pixels a millimetre of a screen is, as it says itself or as a person measured it."""

from __future__ import annotations

import re

from PySide6.QtGui import QScreen

from sleepscope.app.settings import Settings

MM_PER_INCH = 25.4
USUAL_DPI = 96.0
# A screen that claims less or more than this does not know its size: projectors and virtual
# screens say 0 mm or the size of their aspect ratio.
BELIEVABLE_DPI = (40.0, 400.0)


def screen_key(screen: QScreen) -> str:
    """Name of a screen that stays the same between two starts: maker, model, serial number."""
    parts = (screen.manufacturer(), screen.model(), screen.serialNumber()) + (
        () if screen.serialNumber() else (screen.name(),)
    )
    words = "-".join(part for part in parts if part)
    return re.sub(r"[^A-Za-z0-9.-]+", "_", words) or "screen"


def believed_pixels_per_mm(dpi: float) -> float:
    """Pixels in a millimetre from dots per inch; the usual 96 where these cannot be believed."""
    low, high = BELIEVABLE_DPI
    return (dpi if low <= dpi <= high else USUAL_DPI) / MM_PER_INCH


def is_measured(screen: QScreen, settings: Settings) -> bool:
    """Whether a person measured this screen."""
    return settings.screen_pixels_per_mm(screen_key(screen)) > 0


def pixels_per_mm(screen: QScreen, settings: Settings) -> float:
    """Logical pixels in a millimetre of a screen: measured, else as the screen says."""
    measured = settings.screen_pixels_per_mm(screen_key(screen))
    if measured > 0:
        # Kept in device pixels: these stay when the person changes the scale of the desktop.
        return measured / screen.devicePixelRatio()
    return believed_pixels_per_mm(screen.physicalDotsPerInchY())


def keep_measured(screen: QScreen, settings: Settings, bar_pixels: float, bar_mm: float) -> None:
    """Remember that a bar of so many logical pixels is so many millimetres long; 0 mm forgets."""
    ratio = screen.devicePixelRatio()
    value = bar_pixels * ratio / bar_mm if bar_mm > 0 else 0.0
    settings.set_screen_pixels_per_mm(screen_key(screen), value)

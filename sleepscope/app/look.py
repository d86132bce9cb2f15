"""What a theme and a size of text do to every window: palette, ticks and frames of focus, font."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication

from sleepscope.app.resources import resource_folder
from sleepscope.app.theme import Theme, palette

# Kinds of widgets that desktops give a font of their own.
OWN_FONTS: Final = ("QDockWidgetTitle", "QTipLabel", "QMenu", "QMenuBar", "QToolButton")
# Shares of the system's size of text.
TEXT_SIZES: Final = (0.8, 0.9, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0)


def apply_look(theme: Theme, text_size: float) -> None:
    """Colour and size everything that Qt draws by itself."""
    QApplication.setPalette(palette(theme))
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    if font.pointSizeF() > 0:
        font.setPointSizeF(font.pointSizeF() * text_size)
    else:
        font.setPixelSize(round(font.pixelSize() * text_size))
    sheet = style_sheet(theme)
    if font != QApplication.font():
        # Widgets under a sheet keep the font that they had when it came.
        application.setStyleSheet("")
        QApplication.setFont(font)
        for name in OWN_FONTS:
            QApplication.setFont(font, name)
    if application.styleSheet() != sheet:
        application.setStyleSheet(sheet)


def style_sheet(theme: Theme) -> str:
    """Boxes to tick and frames of focus that can be seen.

    Qt's Fusion style draws the frame of a box in a darker shade of the window: on a dark window
    nobody sees it.
    """
    icons = (resource_folder() / "icons").as_posix()
    tick = "tick-black" if _is_light(theme.accent) else "tick-white"
    # A switch that is on must be seen at a glance where contrast is what counts.
    strong = theme.name == "contrast"
    pressed = theme.accent if strong else theme.grid_strong
    pressed_text = theme.accent_text if strong else theme.text
    box = "QCheckBox::indicator, QAbstractItemView::indicator, QGroupBox::indicator"
    return f"""
{box} {{
    width: 0.95em; height: 0.95em; border: 1px solid {theme.muted};
    border-radius: 2px; background: {theme.page};
}}
{_each(box, ":checked")} {{
    background: {theme.accent}; border-color: {theme.accent}; image: url("{icons}/{tick}.svg");
}}
{_each(box, ":indeterminate")} {{ background: {theme.muted}; }}
{_each(box, ":disabled")} {{ border-color: {theme.grid_strong}; }}
{_each(box, ":checked:disabled")} {{ background: {theme.muted}; border-color: {theme.muted}; }}
QToolBar QToolButton {{ padding: 3px 6px; border: 1px solid transparent; border-radius: 3px; }}
QToolButton#qt_toolbar_ext_button {{ padding: 0; }}
QToolBar QToolButton:hover, QToolBar QToolButton:focus {{ border-color: {theme.muted}; }}
QToolBar QToolButton:pressed {{ background: {theme.grid_strong}; }}
QToolBar QToolButton:checked {{
    background: {pressed}; color: {pressed_text}; border-color: {theme.accent};
}}
QCheckBox:focus, QRadioButton:focus {{ outline: 1px solid {theme.accent}; }}
"""


def _each(selectors: str, state: str) -> str:
    return ", ".join(f"{selector}{state}" for selector in selectors.split(", "))


def _is_light(colour: str) -> bool:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue > 128

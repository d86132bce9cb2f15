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

    Tabs are opaque: where a layout of docks came back, Qt leaves an old bar of tabs below the new.

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
{_light_boxes(theme) if _is_light(theme.window) else _dark_frames(theme)}
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
QToolBar QToolButton:hover {{ border-color: {theme.muted}; }}
QToolBar QToolButton:pressed {{ background: {theme.grid_strong}; }}
QToolBar QToolButton:checked {{
    background: {pressed}; color: {pressed_text}; border-color: {theme.accent};
}}
QToolBar QToolButton:focus {{ padding: 2px 5px; border: 2px solid {theme.accent}; }}
QToolBar QToolButton:checked:focus {{ border-color: {theme.text}; }}
DockTitle QToolButton {{ border: 1px solid transparent; border-radius: 2px; padding: 1px; }}
DockTitle QToolButton:hover {{ border-color: {theme.muted}; }}
DockTitle QToolButton:focus {{ border-color: {theme.accent}; }}
QTabBar::tab {{
    padding: 4px 5px; border: 1px solid {theme.grid_strong}; background: {theme.window};
}}
QTabBar::tab:hover {{ border-color: {theme.muted}; }}
QTabBar::tab:selected {{ background: {pressed}; color: {pressed_text}; }}
QTabBar::tab:focus {{ border-color: {theme.accent}; }}
QCheckBox:focus, QRadioButton:focus {{ outline: 1px solid {theme.accent}; }}
"""


def _light_boxes(theme: Theme) -> str:
    """Boxes to choose from, of which Fusion does not show that they have the focus.

    With less padding above and below than without the focus, Qt would cut the last line of the list
    that opens.
    """
    icons = (resource_folder() / "icons").as_posix()
    return f"""
QComboBox {{
    border: 1px solid {theme.epoch_line}; border-radius: 2px; padding: 2px 4px;
    background: {theme.page};
    selection-background-color: {theme.accent}; selection-color: {theme.accent_text};
}}
QComboBox:focus {{ border: 2px solid {theme.accent}; padding: 2px 3px; }}
QComboBox:disabled {{ border-color: {theme.grid_strong}; color: {theme.epoch_line}; }}
QComboBox::drop-down {{ border: none; width: 1.3em; background: transparent; }}
QComboBox::down-arrow {{
    image: url("{icons}/arrow-down-black.svg"); width: 0.7em; height: 0.7em;
}}
QComboBox QLineEdit {{ border: none; padding: 0; }}
"""


def _dark_frames(theme: Theme) -> str:
    """Frames of fields and grooves, which Fusion draws darker than the window."""
    icons = (resource_folder() / "icons").as_posix()
    fields = "QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox"
    return f"""
{fields} {{
    border: 1px solid {theme.muted}; border-radius: 2px; padding: 2px 4px;
    background: {theme.page};
}}
QComboBox {{
    selection-background-color: {theme.accent}; selection-color: {theme.accent_text};
}}
{_each(fields, ":focus")} {{ border-color: {theme.accent}; }}
{_each(fields, ":disabled")} {{ border-color: {theme.grid_strong}; color: {theme.epoch_line}; }}
QComboBox::drop-down, QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button,
QDoubleSpinBox::down-button {{ border: none; width: 1.3em; background: transparent; }}
QComboBox::down-arrow, QSpinBox::down-arrow, QDoubleSpinBox::down-arrow {{
    image: url("{icons}/arrow-down-white.svg"); width: 0.7em; height: 0.7em;
}}
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow {{
    image: url("{icons}/arrow-up-white.svg"); width: 0.7em; height: 0.7em;
}}
QPushButton {{
    border: 1px solid {theme.muted}; border-radius: 3px; padding: 3px 10px;
    background: {theme.window};
}}
QPushButton:hover, QPushButton:pressed {{ background: {theme.grid_strong}; }}
QPushButton:focus, QPushButton:default {{ border: 2px solid {theme.accent}; }}
QPushButton:disabled {{ border-color: {theme.grid_strong}; color: {theme.epoch_line}; }}
QRadioButton::indicator {{
    width: 0.9em; height: 0.9em; border: 1px solid {theme.muted}; border-radius: 0.5em;
    background: {theme.page};
}}
QRadioButton::indicator:checked {{
    background: qradialgradient(cx: 0.5, cy: 0.5, radius: 0.5, fx: 0.5, fy: 0.5,
        stop: 0 {theme.accent}, stop: 0.55 {theme.accent}, stop: 0.65 {theme.page});
}}
QRadioButton::indicator:disabled {{ border-color: {theme.grid_strong}; }}
QAbstractSpinBox QLineEdit, QComboBox QLineEdit {{ border: none; padding: 0; }}
QSlider::groove:horizontal {{
    height: 4px; border-radius: 2px; background: {theme.grid_strong};
}}
QSlider::sub-page:horizontal {{ border-radius: 2px; background: {theme.accent}; }}
QSlider::handle:horizontal {{
    width: 12px; margin: -5px 0; border: 1px solid {theme.text}; border-radius: 6px;
    background: {theme.window};
}}
QSlider::handle:horizontal:focus {{ background: {theme.accent}; }}
"""


def _each(selectors: str, state: str) -> str:
    return ", ".join(f"{selector}{state}" for selector in selectors.split(", "))


def _is_light(colour: str) -> bool:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue > 128

"""Which keys belong to the focused control, before any shortcut gets them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

_K = Qt.Key
_ARROWS = frozenset(
    {_K.Key_Left, _K.Key_Right, _K.Key_Up, _K.Key_Down, _K.Key_Home, _K.Key_End}
    | {_K.Key_PageUp, _K.Key_PageDown, _K.Key_Return, _K.Key_Enter, _K.Key_Space}
)
_BUTTON_KEYS = frozenset({_K.Key_Return, _K.Key_Enter, _K.Key_Space})
_COMMAND = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class FocusKeys(QObject):
    """An event filter of the application.

    Text fields keep every key that types or moves in them; tables, lists, sliders and combo boxes
    keep arrows, Enter and Space; buttons keep Enter and Space. All other keys are shortcuts.
    """

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim a key for the focused control before the shortcuts see it."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            focus = QApplication.focusWidget()
            if focus is watched and focus is not None and keeps(focus, event):
                event.accept()
                return True
        return False


def keeps(widget: QWidget, event: QKeyEvent) -> bool:
    """Whether a focused widget keeps a key for itself."""
    if event.modifiers() & _COMMAND:
        return False
    if _is_text_field(widget):
        return event.key() != Qt.Key.Key_Escape
    if isinstance(widget, QAbstractItemView | QAbstractSlider | QComboBox):
        return event.key() in _ARROWS
    return isinstance(widget, QAbstractButton) and event.key() in _BUTTON_KEYS


def _is_text_field(widget: QWidget) -> bool:
    if isinstance(widget, QLineEdit | QTextEdit | QPlainTextEdit):
        return not widget.isReadOnly()
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    return isinstance(widget, QAbstractSpinBox)

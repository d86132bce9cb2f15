"""Which keys belong to the focused control, before any shortcut gets them."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent
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
_POPUP = Qt.WindowType.Popup
_COMMAND = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class FocusKeys(QObject):
    """An event filter of the application.

    Text fields keep every key that types or moves in them; tables, lists, sliders and combo boxes
    keep arrows, Enter and Space; buttons keep Enter and Space. All other keys are shortcuts.

    Keys of the number pad are given to their actions here: on X11 Qt takes them for those of the
    top row, which have actions of their own.

    Parameters
    ----------
    window : QWidget
        The window of the actions.
    actions : iterable of QAction
    """

    def __init__(self, window: QWidget, actions: Iterable[QAction] = ()) -> None:
        super().__init__(window)
        self._window = window
        self._pad = {
            keys[0].key(): action
            for action in actions
            for keys in action.shortcuts()
            if keys[0].keyboardModifiers() == Qt.KeyboardModifier.KeypadModifier
        }

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim a key for the focused control before the shortcuts see it."""
        kinds = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        if event.type() not in kinds or not isinstance(event, QKeyEvent):
            return False
        focus = QApplication.focusWidget()
        if focus is None or focus is not watched or focus.window().windowType() == _POPUP:
            # An open list of choices sees to its own keys: no shortcut reaches beyond it.
            return False
        is_press = event.type() == QEvent.Type.KeyPress
        if keeps(focus, event):
            if not is_press:
                event.accept()
            return not is_press
        action = self._pad_action(focus, event)
        if action is None:
            return False
        event.accept()
        if is_press:
            action.trigger()
        return True

    def _pad_action(self, focus: QWidget, event: QKeyEvent) -> QAction | None:
        if event.modifiers() != Qt.KeyboardModifier.KeypadModifier:
            return None
        action = self._pad.get(Qt.Key(event.key()))
        is_here = focus is self._window or self._window.isAncestorOf(focus)
        return action if action is not None and action.isEnabled() and is_here else None


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

"""Every control of the window is told by a tooltip and reached by Tab, and shows its focus."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QScrollBar,
    QTabBar,
    QWidget,
)

from sleepscope.app.actions import ACTIONS, shown_key
from sleepscope.app.main_window import MainWindow
from sleepscope.app.views.notice_bar import Notice
from tests.app.by_keys import focused, press

INPUTS = (QAbstractButton, QComboBox, QLineEdit, QAbstractSpinBox, QAbstractSlider)
KEY = Qt.Key


def inputs(window: MainWindow) -> list[QWidget]:
    """Buttons and fields that a person can use, without the parts that Qt makes them of."""
    found = []
    for widget in window.findChildren(QWidget):
        inner = widget.parentWidget()
        whole = isinstance(widget, INPUTS) and not isinstance(widget, QScrollBar)
        part = isinstance(inner, QAbstractSpinBox | QComboBox | QLineEdit | QTabBar)
        # The words of a notice's own buttons say all.
        in_view = isinstance(inner, QAbstractItemView | Notice) or isinstance(
            widget.window(), QDialog
        )
        named = widget.objectName().startswith("qt_")
        if whole and not part and not in_view and not named:
            found.append(widget)
    return found


def name_of(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return f"{type(widget).__name__} {text or widget.accessibleName() or widget.objectName()}"


def test_every_control_has_a_tooltip(open_night: MainWindow) -> None:
    silent = {name_of(widget) for widget in inputs(open_night) if not widget.toolTip()}
    assert not silent


def test_tooltips_of_the_toolbar_tell_their_keys(window: MainWindow) -> None:
    for spec in ACTIONS:
        if spec.toolbar:
            tip = window.toolbar.widgetForAction(window.actions_by_id[spec.id]).toolTip()
            assert shown_key(spec.shortcuts[0]) in tip


def test_every_control_has_a_name_for_those_who_do_not_see_it(open_night: MainWindow) -> None:
    nameless = []
    for widget in inputs(open_night):
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        labelled = bool(text or widget.accessibleName() or widget.toolTip())
        if not labelled:
            nameless.append(name_of(widget))
    assert not nameless


@pytest.mark.parametrize(
    "dock", ["events", "shown", "compare", "agreement", "threshold", "summary"]
)
def test_tab_leads_to_every_control_that_is_seen(open_night: MainWindow, dock: str) -> None:
    open_night.raise_dock(dock)
    QApplication.processEvents()
    open_night.traces.canvas.setFocus()
    seen: set[QWidget] = set()
    for _ in range(200):
        press(KEY.Key_Tab)
        if focused() in seen and focused() is open_night.traces.canvas:
            break
        seen.add(focused())
    here = [
        widget
        for widget in inputs(open_night)
        if widget.isVisible() and widget.isEnabled() and not widget.visibleRegion().isEmpty()
    ]
    assert len(here) > 15
    lost = {name_of(widget) for widget in here if not _reached(widget, seen)}
    assert not lost


def _reached(widget: QWidget, seen: set[QWidget]) -> bool:
    """A field may give its focus to a part of it."""
    return widget in seen or any(widget.isAncestorOf(one) for one in seen)


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_focus_is_seen(open_night: MainWindow, theme: str) -> None:
    """A control that Tab reached looks otherwise than before."""
    open_night.controllers.showing.set_theme(theme)
    open_night.raise_dock("compare")
    QApplication.processEvents()
    open_night.traces.canvas.setFocus()
    seen = [w for w in inputs(open_night) if w.isVisible() and not w.visibleRegion().isEmpty()]
    before = {widget: widget.grab().toImage() for widget in seen}
    alike, reached = [], 0
    for _ in range(len(before) + 20):
        press(KEY.Key_Tab)
        widget = focused()
        if widget in before:
            reached += 1
            if widget.grab().toImage() == before[widget]:
                alike.append(name_of(widget))
    assert reached > 20
    assert not alike

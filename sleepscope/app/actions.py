"""What a person can ask for, as one table: menus, toolbar, keys and the key sheet come from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QToolBar, QWidget

from sleepscope.app.action_tables.analyse_actions import ANALYSE_ACTIONS
from sleepscope.app.action_tables.compare_actions import COMPARE_ACTIONS
from sleepscope.app.action_tables.edit_actions import EDIT_ACTIONS
from sleepscope.app.action_tables.event_actions import EVENT_ACTIONS
from sleepscope.app.action_tables.file_actions import FILE_ACTIONS
from sleepscope.app.action_tables.help_actions import HELP_ACTIONS
from sleepscope.app.action_tables.sitting_actions import SITTING_ACTIONS
from sleepscope.app.action_tables.spec import MENUS, ActionSpec
from sleepscope.app.action_tables.stage_actions import STAGE_ACTIONS
from sleepscope.app.action_tables.view_actions import VIEW_ACTIONS
from sleepscope.app.language import tr

ACTIONS: Final[tuple[ActionSpec, ...]] = (
    *FILE_ACTIONS,
    *EDIT_ACTIONS,
    *EVENT_ACTIONS,
    *STAGE_ACTIONS,
    *VIEW_ACTIONS,
    *ANALYSE_ACTIONS,
    *SITTING_ACTIONS,
    *COMPARE_ACTIONS,
    *HELP_ACTIONS,
)

Resolve = Callable[[str], Callable[..., None]]


def build_actions(parent: QWidget, resolve: Resolve) -> dict[str, QAction]:
    """Make every action of the table.

    Parameters
    ----------
    parent : QWidget
        The window; keys work wherever in it the focus is.
    resolve : callable
        From "controller.method" to the method.
    """
    actions: dict[str, QAction] = {}
    for spec in ACTIONS:
        action = QAction(tr(spec.text), parent)
        action.setObjectName(spec.id)
        action.setShortcuts([QKeySequence(key) for key in spec.shortcuts])
        keys = f" ({shown_key(spec.shortcuts[0])})" if spec.shortcuts else ""
        action.setToolTip(tr(spec.tooltip) + keys)
        action.setStatusTip(tr(spec.tooltip))
        action.setCheckable(spec.checkable)
        if spec.toolbar:
            action.setIconText(tr(spec.toolbar))
        _connect(action, spec, resolve(spec.handler))
        parent.addAction(action)
        actions[spec.id] = action
    return actions


def _connect(action: QAction, spec: ActionSpec, handler: Callable[..., None]) -> None:
    if spec.checkable:
        action.toggled.connect(handler)
    elif spec.argument is not None:
        action.triggered.connect(lambda _checked=False: handler(spec.argument))
    else:
        action.triggered.connect(lambda _checked=False: handler())


def fill_menus(menus: Mapping[str, QMenu], actions: Mapping[str, QAction]) -> None:
    """Put the actions into their menus, a line between the groups."""
    group: dict[str, str] = {}
    for spec in ACTIONS:
        title, _, part = spec.menu.partition("/")
        menu = menus[title]
        if title in group and group[title] != part:
            menu.addSeparator()
        group[title] = part
        menu.addAction(actions[spec.id])


# From left to right; a space between the groups.
TOOLBAR: Final = (
    ("open",),
    ("previous_page", "next_page", "go_to"),
    ("smaller", "larger", "filters", "channels"),
    ("detect", "explanation", "coherence"),
    ("next_event", "next_disagreement", "accept", "reject", "undo"),
    ("export",),
    ("keys",),
)


def fill_toolbar(toolbar: QToolBar, actions: Mapping[str, QAction]) -> None:
    """Put the most used actions into the toolbar."""
    for index, group in enumerate(TOOLBAR):
        if index:
            toolbar.addSeparator()
        for name in group:
            toolbar.addAction(actions[name])
            # Qt leaves buttons of a toolbar out of the way of Tab.
            toolbar.widgetForAction(actions[name]).setFocusPolicy(Qt.FocusPolicy.TabFocus)


def shown_key(key: str) -> str:
    """A key as it is written on keyboards here."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def key_sheet() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every key by menu: (menu title, [(keys, text), ...])."""
    sheet: dict[str, list[tuple[str, str]]] = {title: [] for title in MENUS}
    for spec in ACTIONS:
        if spec.shortcuts:
            keys = tr(" or ").join(dict.fromkeys(shown_key(key) for key in spec.shortcuts[:2]))
            title = spec.menu.partition("/")[0]
            sheet[title].append((keys, tr(spec.text).replace("&", "").rstrip("…")))
    return [(tr(title).replace("&", ""), rows) for title, rows in sheet.items() if rows]

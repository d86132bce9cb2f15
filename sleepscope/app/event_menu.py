"""What a right-click on a page offers: all that can be done with the event under the pointer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from sleepscope.app.actions import ACTIONS
from sleepscope.app.language import tr

VERDICTS = ("accept", "reject", "reset", "note", "unsure", "delete")
AROUND = ("go_to_event", "select_alike", "hide_scorer", "hide_kind")
PAGE = (
    "select_all",
    "shown_events",
    "scorers",
    "explanation",
    "coherence",
    "filters",
    "channels",
    "go_to",
)


def fill_event_part(
    menu: QMenu,
    actions: Mapping[str, QAction],
    n_chosen: int,
    others: Sequence[tuple[str, str]],
    compare_with: Callable[[str], None],
) -> None:
    """Put in what acts on the selected events.

    Parameters
    ----------
    n_chosen : int
        Number of selected events; where it is several, the menu begins by saying so.
    others : sequence of (scorer, title)
        Whom the event's scorer can be compared with.
    compare_with : callable
        Gets the scorer that was chosen.
    """
    if n_chosen > 1:
        menu.addSection(tr("{n} events selected", n=f"{n_chosen:,}"))
    for name in VERDICTS:
        menu.addAction(actions[name])
    classes = menu.addMenu(tr("Class"))
    for spec in ACTIONS:
        if spec.id.startswith("class_"):
            classes.addAction(actions[spec.id])
    menu.addSeparator()
    for name in AROUND:
        menu.addAction(actions[name])
    if others:
        compare = menu.addMenu(tr("Compare with"))
        for scorer, title in others:
            compare.addAction(title.replace("&", "&&")).triggered.connect(
                lambda _checked=False, scorer=scorer: compare_with(scorer)
            )
    menu.addSeparator()


def fill_page_part(menu: QMenu, actions: Mapping[str, QAction]) -> None:
    """Put in what acts on the page, wherever the click was."""
    for name in PAGE:
        menu.addAction(actions[name])

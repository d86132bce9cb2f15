"""One row of the tables, and the menus there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sleepscope.app.language import later


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing a person can ask for.

    Attributes
    ----------
    id : str
        Unique.
    text : str
        In the menu.
    shortcuts : tuple of str
        Keys, the one to show first; the others are for keyboards that lack it.
    tooltip : str
        A sentence.
    handler : str
        "controller.method".
    menu : str
        Title of its menu; a group within it is separated by a line: "View/paging".
    needs : str
        What must be there: "", "recording", "selection", "undo", "redo", "comparison", "audit".
    argument : object
        Handed to the method, if not None.
    toolbar : str
        Its short text in the toolbar, "" to leave it out.
    checkable : bool
    """

    id: str
    text: str
    shortcuts: tuple[str, ...]
    tooltip: str
    handler: str
    menu: str
    needs: str = "recording"
    argument: object = None
    toolbar: str = ""
    checkable: bool = False


FILE, EDIT, EVENT = later("&File"), later("&Edit"), later("Eve&nt")
STAGING = later("&Staging")
VIEW, ANALYSE = later("&View"), later("&Analyse")
COMPARE, HELP = later("&Compare"), later("&Help")
MENUS: Final = (FILE, EDIT, EVENT, STAGING, VIEW, ANALYSE, COMPARE, HELP)

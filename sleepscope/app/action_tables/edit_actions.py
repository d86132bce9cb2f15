"""Edits of the review."""

from __future__ import annotations

from typing import Final

from sleepscope.app.action_tables.spec import EDIT, ActionSpec
from sleepscope.app.language import later

_A = ActionSpec

EDIT_ACTIONS: Final = (
    _A("undo", later("&Undo"), ("Ctrl+Z",), later("Take back the last edit."),
       "reviewing.undo", EDIT, "undo", toolbar=later("Undo")),
    _A("redo", later("&Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), later("Do the last undone edit again."),
       "reviewing.redo", EDIT, "redo"),
    _A("select_all", later("Select &all shown events"), ("Ctrl+A",),
       later("Select every event that is shown; in the table, those that its filter found."),
       "hiding.select_all", f"{EDIT}/select"),
    _A("select_alike", later("Select all &like this"), ("Ctrl+Shift+A",),
       later("Select the shown events of the same scorer and class."), "hiding.select_alike",
       f"{EDIT}/select", "selection"),
    _A("history", later("&History"), ("Ctrl+Alt+Z",),
       later("Show every step of the review, and go to one."), "history.show", EDIT),
    _A("initials", later("Your &initials…"), (), later("Say who edits."),
       "reviewing.ask_initials", f"{EDIT}/person", ""),
    _A("spans", later("&Scored stretches…"), (),
       later("Say which stretches of the night a scorer looked at."),
       "reviewing.ask_spans", f"{EDIT}/person"),
    _A("scorers", later("Scor&ers…"), (),
       later("Rename, colour, hide or remove a scorer."), "scorers.ask", f"{EDIT}/person"),
)  # fmt: skip

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
    _A("initials", later("Your &initials…"), (), later("Say who edits."),
       "reviewing.ask_initials", f"{EDIT}/person", ""),
    _A("spans", later("&Scored stretches…"), (),
       later("Say which stretches of the night a scorer looked at."),
       "reviewing.ask_spans", f"{EDIT}/person"),
)  # fmt: skip

"""Scoring under a rule: blind, and in windows drawn by chance."""

from __future__ import annotations

from typing import Final

from sleepscope.app.action_tables.spec import ANALYSE, ActionSpec
from sleepscope.app.language import later

_A = ActionSpec

SITTING_ACTIONS: Final = (
    _A("blind", later("&Blind scoring…"), ("B",),
       later("Score without seeing the model, then reveal it, then see what it changed."),
       "blind.go_on", f"{ANALYSE}/sitting"),
    _A("audit", later("&Audit…"), ("Ctrl+Alt+A",),
       later("Score windows drawn by chance, blind, to learn how good a model is on this night."),
       "audit.ask", f"{ANALYSE}/sitting"),
    _A("audit_done", later("Window done, next"), ("Alt+Return", "Alt+Enter"),
       later("The window of the audit is scored; go to the next."), "audit.done",
       f"{ANALYSE}/audit", "audit"),
    _A("audit_nothing", later("Nothing here, next"), ("Alt+Backspace",),
       later("There is nothing in the window of the audit; go to the next."), "audit.nothing",
       f"{ANALYSE}/audit", "audit"),
    _A("audit_next", later("Next window"), ("Alt+PgDown",),
       later("Show the next window of the audit."), "audit.step", f"{ANALYSE}/audit", "audit", 1),
    _A("audit_previous", later("Previous window"), ("Alt+PgUp",),
       later("Show the window of the audit before."), "audit.step", f"{ANALYSE}/audit", "audit",
       -1),
)  # fmt: skip

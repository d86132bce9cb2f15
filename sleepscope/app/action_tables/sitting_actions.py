"""Scoring under a rule: blind."""

from __future__ import annotations

from typing import Final

from sleepscope.app.action_tables.spec import ANALYSE, ActionSpec
from sleepscope.app.language import later

_A = ActionSpec

SITTING_ACTIONS: Final = (
    _A("blind", later("&Blind scoring…"), ("B",),
       later("Score without seeing the model, then reveal it, then see what it changed."),
       "blind.go_on", f"{ANALYSE}/sitting"),
)  # fmt: skip

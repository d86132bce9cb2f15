"""What networks and comparisons do."""

from __future__ import annotations

from typing import Final

from sleepscope.app.action_tables.spec import ANALYSE, ActionSpec
from sleepscope.app.language import later

_A = ActionSpec

ANALYSE_ACTIONS: Final = (
    _A("detect", later("&Detect…"), ("Ctrl+D",), later("Let a network look for events."),
       "detecting.ask", ANALYSE, toolbar=later("Detect")),
    _A("cancel", later("&Cancel what runs"), ("Ctrl+.",), later("Stop the running work."),
       "detecting.cancel", ANALYSE, "job"),
    _A("train", later("&Train…"), ("Ctrl+Alt+T",),
       later("Teach a network on nights that you scored, and learn whether it is better."),
       "training.ask", f"{ANALYSE}/models", ""),
    _A("models", later("&Model cards…"), (),
       later("What each network was trained on, what it reached, its limits."),
       "showing.show_models", f"{ANALYSE}/models", ""),
)  # fmt: skip

"""Keys and help."""

from __future__ import annotations

from typing import Final

from sleepscope.app.action_tables.spec import HELP, ActionSpec
from sleepscope.app.language import later

_A = ActionSpec

HELP_ACTIONS: Final = (
    _A("keys", later("&Keys"), ("?", "Shift+?", "Ctrl+F1"), later("Show every key."),
       "showing.show_keys", HELP, "", toolbar="?"),
    _A("help", later("&Help"), (), later("Read how to use SleepScope."), "showing.show_help",
       HELP, ""),
    _A("about", later("&About SleepScope"), (), later("Version and licences."),
       "showing.show_about", f"{HELP}/about", ""),
)  # fmt: skip

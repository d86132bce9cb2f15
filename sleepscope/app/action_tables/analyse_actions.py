"""What networks and comparisons do."""

from __future__ import annotations

from typing import Final

from sleepscope.app.action_tables.spec import ANALYSE, ActionSpec
from sleepscope.app.language import later

_A = ActionSpec

ANALYSE_ACTIONS: Final = (
    _A("detect", later("&Detect…"), ("Ctrl+D",), later("Let a network look for events."),
       "detecting.ask", ANALYSE, toolbar=later("Detect")),
    _A("explain_night", later("&Explain all events"), (),
       later("Work out why a model found each of its events, in the background."),
       "explaining_night.explain_all", ANALYSE, "recording"),
    _A("cancel", later("&Cancel what runs"), ("Ctrl+.",), later("Stop the running work."),
       "detecting.cancel", ANALYSE, "job"),
    _A("what_if", later("&What-if brush"), ("I",),
       later("Drag over a trace to mute, notch, invert or shift a copy of it, and see what the "
             "model says then; Esc leaves."),
       "what_if.set_on", f"{ANALYSE}/what if", checkable=True),
    _A("what_if_event", later("&Paint over the selected event"), ("Shift+I",),
       later("Lay the what-if brush on the selected event."),
       "what_if.paint_selected", f"{ANALYSE}/what if", "selection"),
    _A("what_if_undo", later("Take the last st&roke back"), ("Ctrl+Shift+I",),
       later("Take the last stroke of the what-if brush back."),
       "what_if.undo_stroke", f"{ANALYSE}/what if"),
    _A("what_if_reset", later("Take all stro&kes away"), ("Ctrl+I",),
       later("Show the recording without strokes of the what-if brush."),
       "what_if.reset", f"{ANALYSE}/what if"),
    _A("smallest_edit", later("&Smallest edit that flips the decision"), ("Alt+I",),
       later("Search for the shortest stroke after which the model decides otherwise."),
       "what_if.search", f"{ANALYSE}/what if", "selection"),
    _A("look_alikes", later("&Look-alikes and map of events"), ("L",),
       later("Show the twelve events nearest to the selected one in the model's own features, and "
             "all events of the night on a plane."),
       "look_alikes.show", f"{ANALYSE}/look-alikes"),
    _A("library_add", later("Add reviewed events to the library"), ("Ctrl+Alt+L",),
       later("Keep features and verdicts of this night's reviewed events, without names, for "
             "look-alikes in other nights."),
       "look_alikes.add_to_library", f"{ANALYSE}/look-alikes"),
    _A("library_clear", later("Clear the library of reviewed events"), (),
       later("Forget the features and verdicts of all nights that were added."),
       "look_alikes.ask_clear", f"{ANALYSE}/look-alikes", ""),
    _A("train", later("&Train…"), ("Ctrl+Alt+T",),
       later("Teach a network on nights that you scored, and learn whether it is better."),
       "training.ask", f"{ANALYSE}/models", ""),
    _A("models", later("&Model cards…"), (),
       later("What each network was trained on, what it reached, its limits."),
       "showing.show_models", f"{ANALYSE}/models", ""),
)  # fmt: skip

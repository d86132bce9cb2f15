"""Events: go, judge, change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sleepscope.app.action_tables.spec import EVENT, ActionSpec
from sleepscope.app.language import later
from sleepscope.constants import EVENT_KINDS

KIND_NAMES: Final[Mapping[str, str]] = {
    "spindle": later("Spindle"),
    "rem": later("Rapid eye movement"),
    "k_complex": later("K-complex"),
    "slow_wave": later("Slow wave"),
    "arousal": later("Arousal"),
    "blink": later("Blink"),
    "artifact": later("Artifact"),
    "other": later("Other"),
    "rem_burst": later("Burst of eye movements"),
}

_A = ActionSpec
_CLASSES = tuple(
    _A(
        f"class_{kind}",
        KIND_NAMES[kind],
        (f"F{number}",),
        later("Change the class of the selected events."),
        "reviewing.set_kind",
        f"{EVENT}/class",
        "selection",
        kind,
    )
    for number, kind in enumerate(EVENT_KINDS, start=1)
)

EVENT_ACTIONS: Final = (
    _A("next_event", later("&Next event"), ("N",), later("Select the next event."),
       "reviewing.next_event", f"{EVENT}/go", toolbar=later("Event ▶")),
    _A("previous_event", later("&Previous event"), ("Shift+N",), later("Select the event before."),
       "reviewing.previous_event", f"{EVENT}/go"),
    _A("next_disagreement", later("Next &disagreement"), ("D",),
       later("Select the next event that only one of the two compared scorers has."),
       "comparing.next_disagreement", f"{EVENT}/go", "comparison", toolbar=later("Disagreement ▶")),
    _A("previous_disagreement", later("Previous disagreement"), ("Shift+D",),
       later("Select the disagreement before."), "comparing.previous_disagreement",
       f"{EVENT}/go", "comparison"),
    _A("go_to_event", later("&Go to the event"), ("Ctrl+J",),
       later("Put the selected event in the middle of the page."), "reviewing.go_to_selected",
       f"{EVENT}/go", "selection"),
    _A("accept", later("&Accept"), ("Return", "Enter"),
       later("Accept the selected event and go on to the next; or accept all selected."),
       "reviewing.accept", f"{EVENT}/verdict", "selection", toolbar=later("Accept")),
    _A("reject", later("&Reject"), ("X",),
       later("Reject the selected event and go on; or reject all selected."),
       "reviewing.reject", f"{EVENT}/verdict", "selection", toolbar=later("Reject")),
    _A("reset", later("Take the verdict &back"), ("Backspace",),
       later("Set the selected events back to unreviewed."), "reviewing.reset",
       f"{EVENT}/verdict", "selection"),
    _A("note", later("N&ote…"), ("Ctrl+N",), later("Write a note on the selected event."),
       "reviewing.ask_note", f"{EVENT}/verdict", "selection"),
    _A("unsure", later("&Unsure"), ("Ctrl+U",), later("Mark the selected events as doubtful."),
       "reviewing.toggle_unsure", f"{EVENT}/verdict", "selection"),
    _A("delete", later("De&lete"), ("Delete",),
       later("Delete the selected events that are yours, and reject the others."),
       "reviewing.delete", f"{EVENT}/verdict", "selection"),
    *_CLASSES,
    _A("onset_earlier", later("Start earlier"), ("[", "Alt+Left"),
       later("Move the start of the event 50 ms back."), "reviewing.nudge_onset",
       f"{EVENT}/nudge", "selection", -1),
    _A("onset_later", later("Start later"), ("]", "Alt+Right"),
       later("Move the start of the event 50 ms on."), "reviewing.nudge_onset",
       f"{EVENT}/nudge", "selection", 1),
    _A("stop_earlier", later("End earlier"), ("Shift+[", "{", "Shift+{", "Alt+Shift+Left"),
       later("Move the end of the event 50 ms back."), "reviewing.nudge_stop",
       f"{EVENT}/nudge", "selection", -1),
    _A("stop_later", later("End later"), ("Shift+]", "}", "Shift+}", "Alt+Shift+Right"),
       later("Move the end of the event 50 ms on."), "reviewing.nudge_stop",
       f"{EVENT}/nudge", "selection", 1),
    _A("shown_events", later("&Shown events…"), ("Ctrl+H",),
       later("Choose which events are shown, by scorer, class, stage and confidence."),
       "hiding.ask_shown", f"{EVENT}/hide"),
    _A("hide_scorer", later("&Hide this scorer"), (),
       later("Hide all events of the selected one's scorer."), "hiding.hide_scorer",
       f"{EVENT}/hide", "selection"),
    _A("hide_kind", later("Hide this &class"), (),
       later("Hide all events of the selected one's class."), "hiding.hide_kind",
       f"{EVENT}/hide", "selection"),
    _A("show_all_events", later("Show all e&vents"), ("Ctrl+Shift+H",),
       later("Show every event again."), "hiding.show_all", f"{EVENT}/hide"),
)  # fmt: skip

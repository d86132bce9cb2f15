"""Comparing scorers and settling where they differ."""

from __future__ import annotations

from typing import Final

from sleepscope.app.action_tables.spec import COMPARE, ActionSpec
from sleepscope.app.language import later

_A = ActionSpec

COMPARE_ACTIONS: Final = (
    _A("skip", later("&Skip this disagreement"), ("S",),
       later("Put the disagreement off and go to the next one."), "queue.skip",
       f"{COMPARE}/queue", "comparison"),
    _A("other_side", later("The &other event of a pair"), ("O",),
       later("Select the other scorer's event of this disagreement, to take that one."),
       "queue.other_side", f"{COMPARE}/queue", "comparison"),
    _A("accept_agreements", later("Accept the sure &agreements"), ("Ctrl+Return",),
       later("Accept what both scorers have and nobody needs to look at, in one step."),
       "queue.accept_agreements", f"{COMPARE}/queue", "comparison"),
    _A("atlas", later("&Error atlas"), ("Ctrl+Alt+E",),
       later("See what only one of the two scorers has, in groups of alike events."),
       "atlas.show", f"{COMPARE}/atlas"),
    _A("consensus", later("&Consensus of scorers…"), (),
       later("Make one scorer of several: union, intersection or majority."),
       "agreeing.ask_consensus", f"{COMPARE}/sets"),
    _A("update_consensus", later("&Update consensus"), (),
       later("Make each consensus anew from its members as they are now; the older set stays."),
       "agreeing.update_consensus", f"{COMPARE}/sets"),
    _A("keep_threshold", later("&Keep the threshold as a new set"), (),
       later("Write the events at the threshold of the Threshold panel as a set of their own."),
       "threshold.apply", f"{COMPARE}/sets"),
    _A("export_agreement", later("Export the a&greement…"), (),
       later("Write the agreement as a page (HTML, PDF) or a table (CSV)."),
       "agreeing.ask_report", f"{COMPARE}/export", "comparison"),
    _A("export_summary", later("Export the &night summary…"), (),
       later("Write counts, densities and measures by stage, cycle, hour and channel."),
       "summary.ask_export", f"{COMPARE}/export"),
)  # fmt: skip

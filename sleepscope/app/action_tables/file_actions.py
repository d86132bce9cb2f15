"""Files: open, export, close."""

from __future__ import annotations

from typing import Final

from sleepscope.app.action_tables.spec import FILE, ActionSpec
from sleepscope.app.language import later

_A = ActionSpec

FILE_ACTIONS: Final = (
    _A("open", later("&Open recording…"), ("Ctrl+O",), later("Open a recording."),
       "opening.ask_recording", FILE, "", toolbar=later("Open")),
    _A("open_events", later("Open &events or stages…"), ("Ctrl+Shift+O",),
       later("Open files of events or sleep stages that belong to this recording."),
       "opening.ask_events", FILE),
    _A("demo", later("Open the &demo night"), (),
       later("Open a simulated night and look for spindles in it."),
       "opening.show_demo", FILE, ""),
    _A("always_companions", later("Always open files that &lie beside"), (),
       later("Open event files that lie beside a recording without asking."),
       "opening.set_always_companions", FILE, "", checkable=True),
    _A("event_names", later("Event &names…"), (),
       later("Say which kinds the names of events in other programs' files stand for."),
       "opening.ask_event_names", FILE, ""),
    _A("export", later("E&xport marked events…"), ("Ctrl+E",),
       later("Write events or stages to a file."), "exporting.ask", f"{FILE}/export",
       toolbar=later("Export")),
    _A("screenshot", later("Export a p&icture…"), ("Ctrl+Shift+E",),
       later("Write the page as PNG, SVG or PDF."), "picturing.ask",
       f"{FILE}/export"),
    _A("copy_picture", later("Cop&y the page"), ("Ctrl+Shift+C",),
       later("Put the page as a picture onto the clipboard."), "picturing.copy",
       f"{FILE}/export"),
    _A("print", later("&Print the page…"), ("Ctrl+P",),
       later("Print the page, or save it as PDF."), "picturing.ask_print", f"{FILE}/export"),
    _A("merge", later("&Merge another review…"), ("Ctrl+Alt+M",),
       later("Take in what another copy of this review holds."), "merging.ask",
       f"{FILE}/export"),
    _A("close", later("&Close recording"), ("Ctrl+W",), later("Close the recording."),
       "opening.close", f"{FILE}/end"),
    _A("quit", later("&Quit"), ("Ctrl+Q",), later("Close the window."), "showing.quit",
       f"{FILE}/end", ""),
)  # fmt: skip

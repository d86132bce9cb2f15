"""One table of what a person can ask for: menus, toolbar, keys and the key sheet come from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QToolBar, QWidget

from sleepscope.app.language import later, tr
from sleepscope.constants import EVENT_KINDS


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing a person can ask for.

    Attributes
    ----------
    id : str
        Unique.
    text : str
        In the menu.
    shortcuts : tuple of str
        Keys, the one to show first; the others are for keyboards that lack it.
    tooltip : str
        A sentence.
    handler : str
        "controller.method".
    menu : str
        Title of its menu; a group within it is separated by a line: "View/paging".
    needs : str
        What must be there: "", "recording", "selection", "undo", "redo", "comparison".
    argument : object
        Handed to the method, if not None.
    toolbar : str
        Its short text in the toolbar, "" to leave it out.
    checkable : bool
    """

    id: str
    text: str
    shortcuts: tuple[str, ...]
    tooltip: str
    handler: str
    menu: str
    needs: str = "recording"
    argument: object = None
    toolbar: str = ""
    checkable: bool = False


FILE, EDIT, EVENT = later("&File"), later("&Edit"), later("E&vent")
VIEW, ANALYSE, HELP = later("&View"), later("&Analyse"), later("&Help")
MENUS: Final = (FILE, EDIT, EVENT, VIEW, ANALYSE, HELP)

KIND_NAMES: Final[Mapping[str, str]] = {
    "spindle": later("Spindle"),
    "rem": later("Rapid eye movement"),
    "k_complex": later("K-complex"),
    "slow_wave": later("Slow wave"),
    "arousal": later("Arousal"),
    "blink": later("Blink"),
    "artifact": later("Artifact"),
    "other": later("Other"),
}

_A = ActionSpec
_CLASSES = tuple(
    _A(
        f"class_{kind}",
        KIND_NAMES[kind],
        (f"F{number}",),
        later("Change the class of the selected event."),
        "reviewing.set_kind",
        f"{EVENT}/class",
        "selection",
        kind,
    )
    for number, kind in enumerate(EVENT_KINDS, start=1)
)

ACTIONS: Final[tuple[ActionSpec, ...]] = (
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
    _A("export", later("E&xport marked events…"), ("Ctrl+E",),
       later("Write events or stages to a file."), "exporting.ask", f"{FILE}/export",
       toolbar=later("Export")),
    _A("screenshot", later("Export a &picture…"), ("Ctrl+Shift+E",),
       later("Write what the window shows to a PNG file."), "exporting.ask_picture",
       f"{FILE}/export"),
    _A("close", later("&Close recording"), ("Ctrl+W",), later("Close the recording."),
       "opening.close", f"{FILE}/end"),
    _A("quit", later("&Quit"), ("Ctrl+Q",), later("Close the window."), "showing.quit",
       f"{FILE}/end", ""),

    _A("undo", later("&Undo"), ("Ctrl+Z",), later("Take back the last edit."),
       "reviewing.undo", EDIT, "undo", toolbar=later("Undo")),
    _A("redo", later("&Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), later("Do the last undone edit again."),
       "reviewing.redo", EDIT, "redo"),
    _A("initials", later("Your &initials…"), (), later("Say who edits."),
       "reviewing.ask_initials", f"{EDIT}/person", ""),
    _A("spans", later("&Scored stretches…"), (),
       later("Say which stretches of the night a scorer looked at."),
       "reviewing.ask_spans", f"{EDIT}/person"),

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
    _A("accept", later("&Accept"), ("Return", "Enter"),
       later("Accept the selected event and go on to the next."), "reviewing.accept",
       f"{EVENT}/verdict", "selection", toolbar=later("Accept")),
    _A("reject", later("&Reject"), ("X",), later("Reject the selected event and go on."),
       "reviewing.reject", f"{EVENT}/verdict", "selection", toolbar=later("Reject")),
    _A("reset", later("Take the verdict &back"), ("Backspace",),
       later("Set the selected event back to unreviewed."), "reviewing.reset",
       f"{EVENT}/verdict", "selection"),
    _A("note", later("N&ote…"), ("Ctrl+N",), later("Write a note on the selected event."),
       "reviewing.ask_note", f"{EVENT}/verdict", "selection"),
    _A("unsure", later("&Unsure"), ("Ctrl+U",), later("Mark the selected event as doubtful."),
       "reviewing.toggle_unsure", f"{EVENT}/verdict", "selection"),
    _A("delete", later("De&lete"), ("Delete",),
       later("Delete the selected event if it is yours, else reject it."), "reviewing.delete",
       f"{EVENT}/verdict", "selection"),
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

    _A("next_page", later("&Next page"), ("Right", "PgDown"), later("One page on."),
       "paging.turn", f"{VIEW}/page", argument=1, toolbar="▶"),
    _A("previous_page", later("&Previous page"), ("Left", "PgUp"), later("One page back."),
       "paging.turn", f"{VIEW}/page", argument=-1, toolbar="◀"),
    _A("scroll_on", later("Scroll on"), ("Shift+Right",), later("A tenth of a page on."),
       "paging.scroll", f"{VIEW}/page", argument=0.1),
    _A("scroll_back", later("Scroll back"), ("Shift+Left",), later("A tenth of a page back."),
       "paging.scroll", f"{VIEW}/page", argument=-0.1),
    _A("first_page", later("&First page"), ("Home",), later("To the start of the recording."),
       "paging.go_home", f"{VIEW}/page"),
    _A("last_page", later("&Last page"), ("End",), later("To the end of the recording."),
       "paging.go_end", f"{VIEW}/page"),
    _A("go_to", later("&Go to…"), ("Ctrl+G",), later("Go to an epoch or a time."),
       "paging.ask_moment", f"{VIEW}/page", toolbar=later("Go to")),
    _A("shorter_page", later("Shorter page"), ("Ctrl+Right", "Ctrl+="), later("Zoom in on time."),
       "paging.zoom", f"{VIEW}/scale", argument=-1),
    _A("longer_page", later("Longer page"), ("Ctrl+Left", "Ctrl+-"), later("Zoom out of time."),
       "paging.zoom", f"{VIEW}/scale", argument=1),
    _A("larger", later("Larger amplitude"), ("+", "=", "Shift++"),
       later("Fewer microvolts fill a lane."), "paging.amplify", f"{VIEW}/scale", argument=1,
       toolbar="µV +"),
    _A("smaller", later("Smaller amplitude"), ("-",), later("More microvolts fill a lane."),
       "paging.amplify", f"{VIEW}/scale", argument=-1, toolbar="µV −"),
    _A("filters", later("&Filters"), ("F",),
       later("Display filters: EEG and EOG 0.3-35 Hz, EMG 10-100 Hz, ECG 0.3-70 Hz."),
       "showing.set_filters", f"{VIEW}/channels", checkable=True, toolbar=later("Filters")),
    _A("channels", later("&Channels shown…"), ("Ctrl+L",), later("Choose the channels."),
       "showing.ask_channels", f"{VIEW}/channels", toolbar=later("Channels")),
    _A("explanation", later("&Explanation: band, trace, off"), ("G",),
       later("Show what the network looked at as a band, as the colour of the trace, or not."),
       "explaining.cycle", f"{VIEW}/explanation", toolbar=later("Explanation")),

    _A("detect", later("&Detect…"), ("Ctrl+D",), later("Let a network look for events."),
       "detecting.ask", ANALYSE, toolbar=later("Detect")),
    _A("cancel", later("&Cancel what runs"), ("Ctrl+.",), later("Stop the running work."),
       "detecting.cancel", ANALYSE, "job"),
    _A("models", later("&Model cards…"), (),
       later("What each network was trained on, what it reached, its limits."),
       "showing.show_models", f"{ANALYSE}/models", ""),

    _A("keys", later("&Keys"), ("?", "Shift+?", "Ctrl+F1"), later("Show every key."),
       "showing.show_keys", HELP, "", toolbar="?"),
    _A("help", later("&Help"), (), later("Read how to use SleepScope."), "showing.show_help",
       HELP, ""),
    _A("about", later("&About SleepScope"), (), later("Version and licences."),
       "showing.show_about", f"{HELP}/about", ""),
)  # fmt: skip


Resolve = Callable[[str], Callable[..., None]]


def build_actions(parent: QWidget, resolve: Resolve) -> dict[str, QAction]:
    """Make every action of the table.

    Parameters
    ----------
    parent : QWidget
        The window; keys work wherever in it the focus is.
    resolve : callable
        From "controller.method" to the method.
    """
    actions: dict[str, QAction] = {}
    for spec in ACTIONS:
        action = QAction(tr(spec.text), parent)
        action.setObjectName(spec.id)
        action.setShortcuts([QKeySequence(key) for key in spec.shortcuts])
        keys = f" ({shown_key(spec.shortcuts[0])})" if spec.shortcuts else ""
        action.setToolTip(tr(spec.tooltip) + keys)
        action.setStatusTip(tr(spec.tooltip))
        action.setCheckable(spec.checkable)
        if spec.toolbar:
            action.setIconText(tr(spec.toolbar))
        _connect(action, spec, resolve(spec.handler))
        parent.addAction(action)
        actions[spec.id] = action
    return actions


def _connect(action: QAction, spec: ActionSpec, handler: Callable[..., None]) -> None:
    if spec.checkable:
        action.toggled.connect(handler)
    elif spec.argument is not None:
        action.triggered.connect(lambda _checked=False: handler(spec.argument))
    else:
        action.triggered.connect(lambda _checked=False: handler())


def fill_menus(menus: Mapping[str, QMenu], actions: Mapping[str, QAction]) -> None:
    """Put the actions into their menus, a line between the groups."""
    group: dict[str, str] = {}
    for spec in ACTIONS:
        title, _, part = spec.menu.partition("/")
        menu = menus[title]
        if title in group and group[title] != part:
            menu.addSeparator()
        group[title] = part
        menu.addAction(actions[spec.id])


# From left to right; a space between the groups.
TOOLBAR: Final = (
    ("open",),
    ("previous_page", "next_page", "go_to"),
    ("smaller", "larger", "filters", "channels"),
    ("detect", "explanation"),
    ("next_event", "next_disagreement", "accept", "reject", "undo"),
    ("export",),
    ("keys",),
)


def fill_toolbar(toolbar: QToolBar, actions: Mapping[str, QAction]) -> None:
    """Put the most used actions into the toolbar."""
    for index, group in enumerate(TOOLBAR):
        if index:
            toolbar.addSeparator()
        for name in group:
            toolbar.addAction(actions[name])


def shown_key(key: str) -> str:
    """A key as it is written on keyboards here."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def key_sheet() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every key by menu: (menu title, [(keys, text), ...])."""
    sheet: dict[str, list[tuple[str, str]]] = {title: [] for title in MENUS}
    for spec in ACTIONS:
        if spec.shortcuts:
            keys = tr(" or ").join(dict.fromkeys(shown_key(key) for key in spec.shortcuts[:2]))
            title = spec.menu.partition("/")[0]
            sheet[title].append((keys, tr(spec.text).replace("&", "").rstrip("…")))
    return [(tr(title).replace("&", ""), rows) for title, rows in sheet.items() if rows]

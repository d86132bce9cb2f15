"""What the page shows, and where it is."""

from __future__ import annotations

from typing import Final

from sleepscope.app.action_tables.spec import VIEW, ActionSpec
from sleepscope.app.language import later
from sleepscope.app.montage_store import MOST_MONTAGES

_A = ActionSpec

# Their names come from the montages that there are; keys without one are off.
_MONTAGES = tuple(
    _A(
        f"montage_{number}",
        later(f"Montage {number}"),
        (f"Ctrl+{number}",),
        later("Show this montage."),
        "montages.pick",
        f"{VIEW}/montage",
        argument=number,
    )
    for number in range(1, MOST_MONTAGES + 1)
)

VIEW_ACTIONS: Final = (
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
       later("Higher waves: fewer microvolts in a millimetre."), "scaling.amplify",
       f"{VIEW}/scale", argument=1, toolbar="µV +"),
    _A("smaller", later("Smaller amplitude"), ("-",),
       later("Lower waves: more microvolts in a millimetre."),
       "scaling.amplify", f"{VIEW}/scale", argument=-1, toolbar="µV −"),
    _A("sensitivity", later("&Sensitivity…"), ("Ctrl+M",),
       later("Type the microvolts in a millimetre for each kind of channel."),
       "scaling.ask_sensitivity", f"{VIEW}/scale"),
    _A("calibrated", later("Calibrated in &µV/mm"), ("Ctrl+Shift+M",),
       later("Draw waves at so many microvolts in a millimetre, or to fit their lanes."),
       "scaling.set_calibrated", f"{VIEW}/scale", checkable=True),
    _A("calibration", later("Calibrate the s&creen…"), (),
       later("Measure the screen with a ruler or a bank card."),
       "scaling.ask_calibration", f"{VIEW}/scale", ""),
    _A("measure", later("&Ruler"), ("M",),
       later("Drag over a trace to read its length, height, frequency and cycles; Esc leaves."),
       "measuring.set_measuring", f"{VIEW}/measure", checkable=True),
    _A("measure_selected", later("Measure the selected e&vent"), ("Shift+M",),
       later("Read length, height, frequency and cycles of the selected event."),
       "measuring.measure_selected", f"{VIEW}/measure", "selection"),
    _A("time_grid", later("Lines of &time"), ("Ctrl+Shift+G",),
       later("Lines at epochs, seconds and, on short pages, tenths of a second."),
       "scaling.set_time_grid", f"{VIEW}/grid", "", checkable=True),
    _A("amplitude_grid", later("Lines of &amplitude"), ("Shift+G",),
       later("Lines at ±37.5 µV in every EEG lane: 75 µV lie between them."),
       "scaling.set_amplitude_grid", f"{VIEW}/grid", "", checkable=True),
    _A("filters", later("&Filters"), ("F",),
       later("Display filters: EEG and EOG 0.3-35 Hz, EMG 10-100 Hz, ECG 0.3-70 Hz."),
       "showing.set_filters", f"{VIEW}/channels", checkable=True, toolbar=later("Filters")),
    _A("channels", later("&Channels and montage…"), ("Ctrl+L",),
       later("Choose channels and derivations, their order, colour, gain, polarity and filters."),
       "montages.ask", f"{VIEW}/channels", toolbar=later("Channels")),
    *_MONTAGES,
    _A("montage_auto", later("Montage that fits the channels"), ("Ctrl+0",),
       later("Show what fits the channels, as at first."), "montages.pick_automatic",
       f"{VIEW}/montage"),
    _A("next_theme", later("&Next theme"), ("Ctrl+T",),
       later("Light, dark, high contrast, and round again."), "showing.next_theme",
       f"{VIEW}/look", ""),
    _A("larger_text", later("Larger te&xt"), ("Ctrl+Shift++", "Ctrl+Shift+="),
       later("Larger words everywhere."), "showing.resize_text", f"{VIEW}/look", "", 1),
    _A("smaller_text", later("Smaller text"), ("Ctrl+Shift+-", "Ctrl+Shift+_"),
       later("Smaller words everywhere."), "showing.resize_text", f"{VIEW}/look", "", -1),
    _A("usual_text", later("Text as large as the system's"), ("Ctrl+Shift+0", "Ctrl+Shift+)"),
       later("Words as large as elsewhere."), "showing.resize_text", f"{VIEW}/look", "", 0),
    _A("explanation", later("&Explanation: band, trace, off"), ("G",),
       later("Show what the network looked at as a band, as the colour of the trace, or not."),
       "explaining.cycle", f"{VIEW}/explanation", toolbar=later("Explanation")),
    _A("coherence", later("C&oherence"), ("H",),
       later("Show how two channels move together, over time and frequency, beneath the page."),
       "coherence.set_shown", f"{VIEW}/coherence", checkable=True, toolbar=later("Coherence")),
    _A("coherence_pairs", later("Coherence lanes…"), ("Ctrl+Alt+H",),
       later("Choose the channels to compare, or one alone for its power."),
       "coherence.ask_pairs", f"{VIEW}/coherence"),
    _A("phase_arrows", later("Phase arrows"), ("Shift+H",),
       later("Arrows where the coherence is high: right in phase, left opposite, up the first "
             "channel ahead."), "coherence.set_arrows", f"{VIEW}/coherence", checkable=True),
)  # fmt: skip

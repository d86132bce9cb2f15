"""Every colour the application shows, in one frozen object a look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette

# Okabe & Ito 2008, Color Universal Design (jfly.uni-koeln.de/color): told apart by people with
# every common kind of colour vision. Ordered per background by contrast.
OKABE_ITO_ON_LIGHT = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
OKABE_ITO_ON_DARK = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#D55E00")


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as "#RRGGBB".

    Attributes
    ----------
    name : str
        "light", "dark" or "contrast".
    window, page : str
        Behind controls, behind traces.
    text, muted : str
        Words and figures; secondary ones.
    grid, grid_strong, epoch_line : str
        Lines of a second, of a labelled tick, of an epoch's edge.
    lane : str
        Ground of an event lane.
    hatch : str
        Lines over stretches without a signal.
    traces : mapping of channel kind to colour
    stages : mapping of stage to colour
    selection : str
        Selected event, edges and drag.
    matched, missed, extra : str
        Words and outlines of agreement; the lanes also differ by fill, hatch and dash.
    accepted, rejected : str
        Verdicts.
    scorers : tuple of str
        Okabe-Ito list.
    accent, accent_text : str
        Focus and pressed controls.
    band : tuple of str
        Anchors of the sequential map behind a trace: from the page colour on, lightness changes
        evenly, and the strongest colour still leaves the trace readable.
    band_negative : tuple of str
        The other arm of the diverging map, for negative relevance.
    ink, ink_negative : tuple of str
        The same for a trace that is itself coloured: the strongest colour stands out.
    """

    name: str
    window: str
    page: str
    text: str
    muted: str
    grid: str
    grid_strong: str
    epoch_line: str
    lane: str
    hatch: str
    selection: str
    matched: str
    missed: str
    extra: str
    accepted: str
    rejected: str
    accent: str
    accent_text: str
    scorers: tuple[str, ...]
    band: tuple[str, ...]
    band_negative: tuple[str, ...]
    ink: tuple[str, ...]
    ink_negative: tuple[str, ...]
    traces: Mapping[str, str] = field(hash=False)
    stages: Mapping[str, str] = field(hash=False)

    def trace(self, kind: str) -> str:
        """Colour of a channel kind's trace."""
        return self.traces.get(kind, self.traces["OTHER"])


LIGHT = Theme(
    name="light",
    window="#F3F5F7",
    page="#FFFFFF",
    text="#1B1F24",
    muted="#57606A",
    grid="#EDF0F3",
    grid_strong="#D3D9E0",
    epoch_line="#8C97A3",
    lane="#F1F3F6",
    hatch="#AEB8C3",
    selection="#B8005C",
    matched="#1B1F24",
    missed="#1B1F24",
    extra="#1B1F24",
    accepted="#00694D",
    rejected="#6E7781",
    accent="#0A5FA5",
    accent_text="#FFFFFF",
    scorers=OKABE_ITO_ON_LIGHT,
    band=("#FFFFFF", "#FFE9A8", "#FFC35C", "#FF9A3D"),
    band_negative=("#FFFFFF", "#D3E6F7", "#A5CDF0", "#78B3EA"),
    ink=("#9AA3AD", "#B8860B", "#C44E00", "#8E0A1E"),
    ink_negative=("#9AA3AD", "#4E96C8", "#1F6DB0", "#0B3F7A"),
    traces=MappingProxyType(
        {
            "EEG": "#16243D",
            "EOG": "#0B5394",
            "EMG": "#5B3F12",
            "ECG": "#8A1538",
            "RESP": "#14603F",
            "SPO2": "#5A2D91",
            "BODY": "#3F4650",
            "SOUND": "#3F4650",
            "OTHER": "#3F4650",
        }
    ),
    stages=MappingProxyType(
        {
            "W": "#B26B00",
            "R": "#C0252B",
            "N1": "#3E8FC4",
            "N2": "#1F5FA8",
            "N3": "#122F66",
            "?": "#8C97A3",
        }
    ),
)

DARK = Theme(
    name="dark",
    window="#1B2026",
    page="#12161B",
    text="#E6EAEE",
    muted="#A4AEB9",
    grid="#1D232A",
    grid_strong="#303943",
    epoch_line="#6B7682",
    lane="#1A2027",
    hatch="#56626F",
    selection="#FF6FB5",
    matched="#E6EAEE",
    missed="#E6EAEE",
    extra="#E6EAEE",
    accepted="#4CD0A5",
    rejected="#8C97A3",
    accent="#3C8FD9",
    accent_text="#0B0E11",
    scorers=OKABE_ITO_ON_DARK,
    band=("#12161B", "#3D2436", "#6E2A3F", "#9C3B34"),
    band_negative=("#12161B", "#163248", "#1A4C72", "#1D699E"),
    ink=("#5C6670", "#B57A3C", "#F0A63C", "#FFE27A"),
    ink_negative=("#5C6670", "#4785B0", "#5FB2E8", "#B0E0FF"),
    traces=MappingProxyType(
        {
            "EEG": "#E3E8EE",
            "EOG": "#8CC4F0",
            "EMG": "#E0B98A",
            "ECG": "#F29BB0",
            "RESP": "#8FD6B4",
            "SPO2": "#C9B0F2",
            "BODY": "#B8C0C9",
            "SOUND": "#B8C0C9",
            "OTHER": "#B8C0C9",
        }
    ),
    stages=MappingProxyType(
        {
            "W": "#E8B04B",
            "R": "#FF7B72",
            "N1": "#8CC8EE",
            "N2": "#5AA2E6",
            "N3": "#3F7BD6",
            "?": "#6B7682",
        }
    ),
)

# For people who need the strongest contrast: every word and trace has 7:1 or more on black.
CONTRAST = Theme(
    name="contrast",
    window="#000000",
    page="#101010",
    text="#FFFFFF",
    muted="#D6D6D6",
    grid="#2B2B2B",
    grid_strong="#5A5A5A",
    epoch_line="#B4B4B4",
    lane="#1A1A1A",
    hatch="#8A8A8A",
    selection="#FF8AF0",
    matched="#FFFFFF",
    missed="#FFFFFF",
    extra="#FFFFFF",
    accepted="#5CF2C0",
    rejected="#B4B4B4",
    accent="#FFE100",
    accent_text="#000000",
    scorers=("#E69F00", "#C8A2FF", "#62E3A0", "#FFFFFF", "#F0E442", "#00C08B"),
    band=("#101010", "#3A1D33", "#6A2639", "#9A382F"),
    band_negative=("#101010", "#123048", "#16486E", "#1C679C"),
    ink=("#8A8A8A", "#C98B45", "#F7B03C", "#FFF08A"),
    ink_negative=("#8A8A8A", "#5E97C0", "#6CC0F2", "#C4ECFF"),
    traces=MappingProxyType(
        {
            "EEG": "#FFFFFF",
            "EOG": "#7FD4FF",
            "EMG": "#FFD23F",
            "ECG": "#FF9EB5",
            "RESP": "#7CF2B0",
            "SPO2": "#D9B8FF",
            "BODY": "#E0E0E0",
            "SOUND": "#E0E0E0",
            "OTHER": "#E0E0E0",
        }
    ),
    stages=MappingProxyType(
        {
            "W": "#FFD23F",
            "R": "#FF8F86",
            "N1": "#B8E2FF",
            "N2": "#7FC4FF",
            "N3": "#5AA8FF",
            "?": "#B4B4B4",
        }
    ),
)

THEMES: Mapping[str, Theme] = MappingProxyType(
    {theme.name: theme for theme in (LIGHT, DARK, CONTRAST)}
)


def theme_named(name: str) -> Theme:
    """The theme of this name; for "system" the one that goes with the desktop's colours."""
    if name not in THEMES:
        scheme = QGuiApplication.styleHints().colorScheme()
        name = "dark" if scheme == Qt.ColorScheme.Dark else "light"
    return THEMES[name]


def scorer_colour(theme: Theme, index: int) -> str:
    """Colour of the ``index``-th scorer; the list starts again when it is used up."""
    return theme.scorers[index % len(theme.scorers)]


def palette(theme: Theme) -> QPalette:
    """The theme as Qt's colours of windows, fields, buttons and selections."""
    roles = QPalette.ColorRole
    colours = {
        roles.Window: theme.window,
        roles.WindowText: theme.text,
        roles.Base: theme.page,
        roles.AlternateBase: theme.lane,
        roles.Text: theme.text,
        roles.PlaceholderText: theme.muted,
        roles.Button: theme.window,
        roles.ButtonText: theme.text,
        roles.BrightText: theme.selection,
        roles.ToolTipBase: theme.page,
        roles.ToolTipText: theme.text,
        roles.Highlight: theme.accent,
        roles.HighlightedText: theme.accent_text,
        roles.Link: theme.accent,
        roles.Light: theme.grid,
        roles.Midlight: theme.grid,
        roles.Mid: theme.grid_strong,
        roles.Dark: theme.epoch_line,
        roles.Shadow: theme.epoch_line,
    }
    made = QPalette()
    for role, colour in colours.items():
        made.setColor(role, QColor(colour))
    disabled = QPalette.ColorGroup.Disabled
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        made.setColor(disabled, role, QColor(theme.epoch_line))
    return made

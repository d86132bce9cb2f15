"""What SleepScope remembers between two starts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QByteArray, QSettings

from sleepscope.constants import DEFAULT_IOU, EPOCH_SECONDS
from sleepscope.events.event_filter import EventFilter

ORGANISATION: Final = "SleepScope"
MOST_RECENT_FILES: Final = 10


class Settings:
    """The person's settings, in one file of plain text. No patient data but the recent paths.

    Parameters
    ----------
    file : Path, optional
        Another file than the person's own.
    """

    def __init__(self, file: Path | None = None) -> None:
        form = QSettings.Format.IniFormat
        if file is None:
            scope = QSettings.Scope.UserScope
            self._store = QSettings(form, scope, ORGANISATION, ORGANISATION)
        else:
            self._store = QSettings(str(file), form)
        self._theme_now: str | None = None
        self._initials: str | None = None

    def _text(self, key: str, default: str = "") -> str:
        return str(self._store.value(key, default))

    def _number(self, key: str, default: float) -> float:
        try:
            return float(self._text(key, str(default)))
        except ValueError:
            return default

    def _flag(self, key: str, default: bool) -> bool:
        return self._text(key, "true" if default else "false").lower() == "true"

    @property
    def initials(self) -> str:
        """Initials of the person at the screen, "" before they were asked."""
        # Asked for with every event that is drawn or edited; the store takes 50 µs.
        if self._initials is None:
            self._initials = self._text("person/initials")
        return self._initials

    @initials.setter
    def initials(self, value: str) -> None:
        self._initials = value
        self._store.setValue("person/initials", value)

    @property
    def theme(self) -> str:
        """ "light", "dark", "contrast" or "system"."""
        return self._theme_now or self._text("view/theme", "system")

    @theme.setter
    def theme(self, value: str) -> None:
        self._theme_now = None
        self._store.setValue("view/theme", value)

    @property
    def text_size(self) -> float:
        """Size of text as a share of the system's."""
        return min(max(self._number("view/text_size", 1.0), 0.5), 3.0)

    @text_size.setter
    def text_size(self, value: float) -> None:
        self._store.setValue("view/text_size", value)

    def override_theme(self, value: str) -> None:
        """Use a theme until the person chooses another, without remembering it."""
        self._theme_now = value

    @property
    def page_seconds(self) -> float:
        """Length of a page, s."""
        return self._number("view/page_seconds", EPOCH_SECONDS)

    @page_seconds.setter
    def page_seconds(self, value: float) -> None:
        self._store.setValue("view/page_seconds", value)

    @property
    def is_clipped(self) -> bool:
        """Whether waves are cut at the edges of their lanes."""
        return self._flag("view/clipped", False)

    @is_clipped.setter
    def is_clipped(self, value: bool) -> None:
        self._store.setValue("view/clipped", value)

    @property
    def filters_on(self) -> bool:
        """Whether the display filters are on."""
        return self._flag("view/filters_on", True)

    @filters_on.setter
    def filters_on(self, value: bool) -> None:
        self._store.setValue("view/filters_on", value)

    @property
    def calibrated(self) -> bool:
        """Whether waves are drawn in µV/mm of the screen, and not to fit their lanes."""
        return self._flag("view/calibrated", True)

    @calibrated.setter
    def calibrated(self, value: bool) -> None:
        self._store.setValue("view/calibrated", value)

    def sensitivity(self, kind: str, default: float) -> float:
        """µV/mm of a kind of channel as the person set it last."""
        return self._number(f"sensitivity/{kind}", default)

    def set_sensitivity(self, kind: str, value: float) -> None:
        """Remember the µV/mm of a kind of channel."""
        self._store.setValue(f"sensitivity/{kind}", value)

    def screen_pixels_per_mm(self, screen: str) -> float:
        """Device pixels in a millimetre of a screen as a person measured it; 0 if nobody did."""
        return self._number(f"screens/{screen}", 0.0)

    def set_screen_pixels_per_mm(self, screen: str, value: float) -> None:
        """Remember what a person measured on a screen; 0 forgets it."""
        self._store.setValue(f"screens/{screen}", value)

    @property
    def grids(self) -> tuple[str, ...]:
        """Lines on the page: "time", "amplitude"."""
        return tuple(name for name in self._text("view/grids", "time").split() if name)

    @grids.setter
    def grids(self, value: tuple[str, ...]) -> None:
        self._store.setValue("view/grids", " ".join(value))

    @property
    def overviews(self) -> tuple[str, ...]:
        """Overviews of the night: "hypnogram", "others", "density", "spectrogram"."""
        return tuple(self._text("view/overviews", "hypnogram others density spectrogram").split())

    @overviews.setter
    def overviews(self, value: tuple[str, ...]) -> None:
        self._store.setValue("view/overviews", " ".join(value))

    @property
    def overviews_on(self) -> bool:
        """Whether there are any overviews."""
        return self._flag("view/overviews_on", True)

    @overviews_on.setter
    def overviews_on(self, value: bool) -> None:
        self._store.setValue("view/overviews_on", value)

    @property
    def spectrum_channel(self) -> str:
        """Channel of the spectrogram as the person chose it last, "" at first."""
        return self._text("view/spectrum_channel")

    @spectrum_channel.setter
    def spectrum_channel(self, value: str) -> None:
        self._store.setValue("view/spectrum_channel", value)

    @property
    def explanation_mode(self) -> str:
        """ "band", "trace" or "off"."""
        return self._text("view/explanation", "band")

    @explanation_mode.setter
    def explanation_mode(self, value: str) -> None:
        self._store.setValue("view/explanation", value)

    @property
    def shows_coherence(self) -> bool:
        """Whether coherence stands beneath the page."""
        return self._flag("view/coherence", False)

    @shows_coherence.setter
    def shows_coherence(self, value: bool) -> None:
        self._store.setValue("view/coherence", value)

    @property
    def phase_arrows(self) -> bool:
        """Whether the phase of the coherence is shown as arrows."""
        return self._flag("view/phase_arrows", False)

    @phase_arrows.setter
    def phase_arrows(self, value: bool) -> None:
        self._store.setValue("view/phase_arrows", value)

    @property
    def opens_companions(self) -> bool:
        """Whether event files that lie beside a recording are opened without asking."""
        return self._flag("open/companions", False)

    @opens_companions.setter
    def opens_companions(self, value: bool) -> None:
        self._store.setValue("open/companions", value)

    @property
    def iou(self) -> float:
        """Overlap (IoU) from which two events count as one."""
        return self._number("compare/iou", DEFAULT_IOU)

    @iou.setter
    def iou(self, value: float) -> None:
        self._store.setValue("compare/iou", value)

    def _fields(self, key: str) -> dict[str, Any]:
        """What was kept as JSON; nothing where it cannot be read."""
        try:
            found = json.loads(self._text(key, "{}"))
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def event_filter(self) -> EventFilter:
        """Which events are hidden."""
        kept = self._fields("events/hidden")
        names = {
            field: frozenset(str(name) for name in kept.get(field) or ())
            for field in ("scorers", "kinds", "stages")
        }
        least = kept.get("min_confidence")
        return EventFilter(**names, min_confidence=least if isinstance(least, float) else 0.0)

    @event_filter.setter
    def event_filter(self, value: EventFilter) -> None:
        kept = {field: sorted(getattr(value, field)) for field in ("scorers", "kinds", "stages")}
        text = json.dumps({**kept, "min_confidence": float(value.min_confidence)})
        self._store.setValue("events/hidden", text)

    @property
    def scorer_colours(self) -> Mapping[str, int]:
        """Places in the palette that the person chose for scorers, by scorer."""
        kept = self._fields("events/colours")
        return {scorer: place for scorer, place in kept.items() if isinstance(place, int)}

    @scorer_colours.setter
    def scorer_colours(self, value: Mapping[str, int]) -> None:
        self._store.setValue("events/colours", json.dumps(dict(value)))

    @property
    def table_columns(self) -> Mapping[str, bool]:
        """Columns of the event table that the person chose to see or to hide, by title."""
        kept = self._fields("events/columns")
        return {title: shown for title, shown in kept.items() if isinstance(shown, bool)}

    @table_columns.setter
    def table_columns(self, value: Mapping[str, bool]) -> None:
        self._store.setValue("events/columns", json.dumps(dict(value)))

    @property
    def recent_nights(self) -> tuple[tuple[Path, ...], ...]:
        """Files of the recordings opened last, newest first; those that are gone are left out."""
        lines = [line for line in self._text("open/recent").split("\n") if line]
        nights = [tuple(map(Path, line.split("\t"))) for line in lines]
        return tuple(night for night in nights if all(path.exists() for path in night))

    def add_recent(self, night: Sequence[Path]) -> None:
        """Put a recording, or the several files of one, at the head of the recent ones."""
        new = tuple(path.absolute() for path in night)
        nights = [new, *(one for one in self.recent_nights if one != new)][:MOST_RECENT_FILES]
        lines = ["\t".join(map(str, one)) for one in nights]
        self._store.setValue("open/recent", "\n".join(lines))

    def forget_recent(self) -> None:
        """Empty the list of recent recordings."""
        self._store.remove("open/recent")

    @property
    def folder(self) -> str:
        """Folder that the last file dialog ended in."""
        return self._text("open/folder")

    @folder.setter
    def folder(self, value: str) -> None:
        self._store.setValue("open/folder", value)

    @property
    def window(self) -> tuple[QByteArray, QByteArray]:
        """Geometry and state of the window as Qt saved them; empty at first."""
        empty = QByteArray()
        geometry, state = (self._store.value(f"window/{k}", empty) for k in ("geometry", "state"))
        return (
            geometry if isinstance(geometry, QByteArray) else empty,
            state if isinstance(state, QByteArray) else empty,
        )

    @window.setter
    def window(self, value: tuple[QByteArray, QByteArray]) -> None:
        self._store.setValue("window/geometry", value[0])
        self._store.setValue("window/state", value[1])

    def keep_kind(self, kind: str, layout: QByteArray, filters_on: bool) -> None:
        """Remember how recordings of a kind were left."""
        self._store.setValue(f"kinds/{kind}/layout", layout)
        self._store.setValue(f"kinds/{kind}/filters_on", filters_on)

    def kind_layout(self, kind: str) -> QByteArray:
        """State of the window that recordings of a kind were left with; empty at first."""
        empty = QByteArray()
        state = self._store.value(f"kinds/{kind}/layout", empty)
        return state if isinstance(state, QByteArray) else empty

    def kind_filters(self, kind: str) -> bool | None:
        """Whether the filters were on for recordings of a kind; None at first."""
        key = f"kinds/{kind}/filters_on"
        return self._flag(key, True) if self._store.contains(key) else None

    def sync(self) -> None:
        """Write now."""
        self._store.sync()

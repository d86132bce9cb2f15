"""What the page shows of the open recording: which stretch, which channels, filtered how."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from PySide6.QtCore import QObject, Signal

from sleepscope.app.default_channels import kind_places
from sleepscope.app.page import Page
from sleepscope.app.settings import Settings
from sleepscope.recordings.derivation import DerivedRecording
from sleepscope.recordings.montage import Montage
from sleepscope.recordings.montage_fit import row_of
from sleepscope.signals.envelope import Pyramid
from sleepscope.signals.filters import RAW, FilterSettings, display_filter


class ShownPage(QObject):
    """A stretch of a recording, by a montage and its filters.

    Attributes
    ----------
    settings : Settings
    recording : DerivedRecording or None
        Reads recorded channels and derivations alike.
    page : Page
    montage : Montage or None
        Which channels are shown, and how; there whenever a recording is.
    lent : frozenset of str
        Channels that are shown for the sake of an event only.
    built_pyramids : mapping of (label, FilterSettings) to Pyramid
        Extremes of channels for long pages, as far as they are known.
    """

    page_changed = Signal()
    view_changed = Signal()  # montage, filters on or off
    pyramids_changed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self.recording: DerivedRecording | None = None
        self._forget_page()

    def _forget_page(self) -> None:
        self.page = Page(0.0, self.settings.page_seconds, 0.0)
        self.montage: Montage | None = None
        self.lent: frozenset[str] = frozenset()
        self.built_pyramids: dict[tuple[str, FilterSettings], Pyramid] = {}

    def set_page(self, start: float, length: float | None = None) -> None:
        """Show another stretch of the recording."""
        duration = 0.0 if self.recording is None else self.recording.duration
        page = Page(start, self.page.length if length is None else length, duration).inside()
        if page != self.page:
            self.page = page
            self.page_changed.emit()

    @property
    def channels(self) -> tuple[str, ...]:
        """Channels and derivations on the page, from top to bottom."""
        return () if self.montage is None else self.montage.channels

    @property
    def gains(self) -> Mapping[str, float]:
        """Units that fill a channel's lane, where they are not those of its kind."""
        rows = () if self.montage is None else self.montage.rows
        return MappingProxyType({row.channel: row.gain for row in rows if row.gain is not None})

    @property
    def own_sensitivities(self) -> Mapping[str, float]:
        """µV that a millimetre of the screen is, where a channel does not follow its kind."""
        rows = () if self.montage is None else self.montage.rows
        found = {row.channel: row.sensitivity for row in rows if row.sensitivity is not None}
        return MappingProxyType(found)

    def set_montage(self, montage: Montage) -> None:
        """Show other rows, or the same in another way."""
        if self.recording is not None and montage != self.montage:
            if self.montage is not None and montage.name != self.montage.name:
                self.lent = frozenset()
            self.montage = montage
            self.view_changed.emit()

    def show_channels(self, labels: Iterable[str]) -> None:
        """Show these channels and no others; new ones behind those of their kind."""
        recording, montage = self.recording, self.montage
        if recording is None or montage is None:
            return
        wanted = [label for label in labels if recording.has(label)]
        places = kind_places(recording, (*wanted, *(row.channel for row in montage.rows)))
        self.set_montage(montage.showing(sorted(wanted, key=places.__getitem__), places))

    def lend_channel(self, label: str) -> None:
        """Show the channel of an event until another montage is chosen."""
        if label not in self.channels:
            self.lent |= {label}
            self.show_channels((*self.channels, label))

    def row_of(self, channel: str) -> str | None:
        """The row of the page that a channel's events belong to, None if there is none."""
        if self.recording is None:
            return None
        return row_of(channel, self.channels, self.recording)

    def set_gains(self, gains: Mapping[str, float]) -> None:
        """Set how many units fill a channel's lane; other channels keep theirs."""
        self.set_amplitudes(gains, {})

    def set_sensitivities(self, sensitivities: Mapping[str, float]) -> None:
        """Set how many µV a millimetre of the screen is; other channels keep theirs."""
        self.set_amplitudes({}, sensitivities)

    def set_amplitudes(
        self, gains: Mapping[str, float], sensitivities: Mapping[str, float]
    ) -> None:
        """Set µV a lane and µV a millimetre in one step."""
        montage = self.montage
        if montage is None:
            return
        for label, span in gains.items():
            montage = montage.changed(label, gain=span)
        for label, sensitivity in sensitivities.items():
            montage = montage.changed(label, sensitivity=sensitivity)
        self.montage = montage
        self.view_changed.emit()

    def set_filters_on(self, are_on: bool) -> None:
        """Switch the display filters."""
        self.settings.filters_on = are_on
        self.view_changed.emit()

    def filters(self) -> dict[str, FilterSettings]:
        """Display filter of every shown channel; empty where filters are off."""
        recording = self.recording
        if recording is None or not self.settings.filters_on:
            return {}
        rows = () if self.montage is None else self.montage.shown
        return {
            row.channel: display_filter(recording.channel(row.channel).kind)
            if row.filters is None
            else FilterSettings(*row.filters)
            for row in rows
        }

    def keep_pyramids(self, built: Mapping[tuple[str, FilterSettings], Pyramid]) -> None:
        """Keep extremes of channels, by label and filter, for long pages."""
        if built.keys() <= self.built_pyramids.keys():
            return
        self.built_pyramids = {**self.built_pyramids, **built}
        self.pyramids_changed.emit()

    def pyramids(self) -> dict[str, Pyramid]:
        """Extremes of the shown channels as they are filtered now, where they are known."""
        filters = self.filters()
        keys = {label: (label, filters.get(label, RAW)) for label in self.channels}
        built = self.built_pyramids
        return {label: built[key] for label, key in keys.items() if key in built}

    @property
    def name(self) -> str:
        """File name of the recording, "" where none is open."""
        return "" if self.recording is None else self.recording.path.name

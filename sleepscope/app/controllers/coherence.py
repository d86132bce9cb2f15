"""Coherence beneath the page: which pairs, and their maps, worked out ahead of the person."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from sleepscope.app.coherence_maps import LONGEST_PAGE, CoherenceMap, MapKey, build_maps
from sleepscope.app.controllers.controller import Controller, pause
from sleepscope.app.dialogs.pairs_dialog import ask_pairs
from sleepscope.app.language import tr
from sleepscope.app.session import Session
from sleepscope.constants import SPINDLE
from sleepscope.detection.coherence_pairs import pair_for

TOPIC: Final = "coherence"
AHEAD: Final = "coherence ahead"
# Maps kept, a megabyte each: this page and its neighbours in several lanes.
MOST_MAPS: Final = 48
# Pages ahead are worked once this page has been painted: before, they would take its time.
WAIT_MS: Final = 20

Pairs = tuple[tuple[str, ...], ...]


class CoherenceLanes(Controller):
    """Keeps the maps of the shown page at hand, and those of its neighbours."""

    changed = Signal()

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(session, window)
        self._maps: OrderedDict[MapKey, CoherenceMap] = OrderedDict()
        self._pairs: Pairs = ()
        self._chosen = False
        self._kind = SPINDLE
        self._wanted: tuple[MapKey, ...] = ()
        self._asked: tuple[str, tuple[MapKey, ...]] | None = None
        self._soon = pause(self, self._work_ahead, WAIT_MS)
        session.recording_changed.connect(self._start_anew)
        session.page_changed.connect(self._follow)
        session.view_changed.connect(self._follow_montage)
        session.selection_changed.connect(self._follow_kind)
        session.compare_settings_changed.connect(self._follow_kind)

    # --- what is shown -----------------------------------------------------------------------

    @property
    def is_on(self) -> bool:
        """Whether the lanes are wanted."""
        return self.session.settings.shows_coherence

    @property
    def pairs(self) -> Pairs:
        """The lanes of this recording; none while they are not wanted."""
        return self._pairs if self.is_on and self.session.recording is not None else ()

    def maps(self) -> tuple[CoherenceMap, ...]:
        """The maps of this page that are there."""
        return tuple(self._maps[key] for key in self._wanted if key in self._maps)

    def words(self) -> str:
        """Why there is no map of this page, or "" where it is being made."""
        if self.session.page.length > LONGEST_PAGE:
            return tr("Coherence is shown on pages of up to 5 min.")
        return ""

    # --- what a person asks ------------------------------------------------------------------

    def set_shown(self, on: bool) -> None:
        """Show the lanes, or put them away."""
        if on != self.is_on:
            self.session.settings.shows_coherence = on
            self._follow()
            if on and not self._pairs and self.session.recording is not None:
                self.session.say(tr("No EEG or EOG is shown; choose channels to compare."))

    def set_arrows(self, on: bool) -> None:
        """Show the phase as arrows."""
        if on != self.session.settings.phase_arrows:
            self.session.settings.phase_arrows = on
            self.changed.emit()

    def ask_pairs(self) -> None:
        """Ask which channels to compare."""
        recording = self.session.recording
        if recording is not None:
            shown = [recording.channel(label) for label in self.session.channels]
            others = [c for c in recording.channels if c.label not in self.session.channels]
            ask_pairs(self.window, (*shown, *others), self._pairs, self.set_pairs)

    def set_pairs(self, pairs: Pairs) -> None:
        """Show these lanes, and switch them on."""
        self._pairs, self._chosen = pairs, True
        self.session.settings.shows_coherence = bool(pairs)
        self._follow()

    # --- making them -------------------------------------------------------------------------

    def _start_anew(self) -> None:
        self._maps.clear()
        self._asked = None
        self._soon.stop()
        self._chosen = False
        self._pairs = self._defaults()
        self._follow()

    def _defaults(self) -> Pairs:
        """One lane, that of the kind of events at hand, of the channels shown: derivations come
        before what was recorded against one electrode that both share.
        """
        recording = self.session.recording
        if recording is None:
            return ()
        shown = [recording.channel(label) for label in self.session.channels]
        return pair_for(self._kind, shown)

    def _follow_kind(self) -> None:
        """Show the lane for the selected event, else for what was compared last."""
        event, compared = self.session.selected, self.session.compare_settings
        kind = event.kind if event is not None else compared.kind if compared is not None else ""
        if kind:
            self._kind = kind
            self._follow_montage()

    def _follow_montage(self) -> None:
        if not self._chosen and self._defaults() != self._pairs:
            self._pairs = self._defaults()
            self._follow()

    def _follow(self) -> None:
        page = self.session.page
        self._wanted = ()
        if page.length <= LONGEST_PAGE:
            self._wanted = tuple(MapKey(pair, page.start, page.length) for pair in self.pairs)
        self.changed.emit()
        self._work()

    def _work(self) -> None:
        """Make what the page lacks, then what its neighbours will want."""
        missing = tuple(key for key in self._wanted if key not in self._maps)
        if missing:
            self._soon.stop()
            self._build(missing, TOPIC)
        elif self._lacking():
            self._soon.start()

    def _work_ahead(self) -> None:
        # One at a time: a page that is asked for waits for one map at most, and what is done is
        # kept wherever the person goes meanwhile.
        self._build(self._lacking()[:1], AHEAD)

    @property
    def is_ahead(self) -> bool:
        """Whether the maps of this page and of its neighbours are there."""
        known = all(key in self._maps for key in self._wanted)
        return known and not self._lacking()

    def _lacking(self) -> tuple[MapKey, ...]:
        """What the neighbours will want, and is not there."""
        return tuple(key for key in self._neighbours() if key not in self._maps)

    def _neighbours(self) -> tuple[MapKey, ...]:
        page = self.session.page
        places = (page.turned(1), page.turned(-1))
        return tuple(
            MapKey(key.labels, place.start, place.length)
            for place in places
            for key in self._wanted
        )

    def _build(self, keys: tuple[MapKey, ...], topic: str) -> None:
        recording, asked = self.session.recording, (topic, keys)
        if recording is None or not keys or asked == self._asked:
            return
        self._asked = asked
        steps = build_maps(recording, keys)
        job = self.session.jobs.start(tr("Coherence"), topic, steps, urgent=True)
        job.succeeded.connect(self._keep)
        job.failed.connect(self.session.fail)
        job.ended.connect(lambda: self._let_go(asked))

    def _let_go(self, asked: tuple[str, tuple[MapKey, ...]]) -> None:
        if self._asked == asked:
            self._asked = None

    def _keep(self, made: tuple[CoherenceMap, ...]) -> None:
        for shown in made:
            self._maps[shown.key] = shown
            self._maps.move_to_end(shown.key)
        while len(self._maps) > MOST_MAPS:
            self._maps.popitem(last=False)
        if any(shown.key in self._wanted for shown in made):
            self.changed.emit()
        self._work()

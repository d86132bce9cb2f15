"""What a page has to read: its own samples before it is painted, its neighbours' afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from sleepscope.app.views.page_signals import PageCache, PageKey, PageSignal
from sleepscope.app.views.page_state import PageState
from sleepscope.recordings.channel import Channel
from sleepscope.signals.envelope import FINEST
from sleepscope.signals.filters import BLOCK

# Longest page that is read ahead, s: longer ones would make the window stutter.
READ_AHEAD = 60.0
# Longest page that is read at once where its extremes are not known yet, s.
LONGEST_READ = 300.0

Source = Literal["samples", "pyramid"]


class PageReader:
    """Knows which channels of a page come from samples, and has these at hand."""

    def __init__(self) -> None:
        self.cache = PageCache()
        self._state = PageState()
        self._n_columns = 1.0
        self._direction = 1

    def show(self, state: PageState, n_columns: float) -> None:
        """Take a new page, ``n_columns`` device pixels wide."""
        if state.recording is not self._state.recording:
            self.cache.clear()
        if state.start != self._state.start:
            self._direction = 1 if state.start > self._state.start else -1
            self.cache.forget_trouble()
        self._state, self._n_columns = state, max(1.0, n_columns)

    def source(self, channel: Channel) -> Source:
        """Where a channel's trace on this page comes from."""
        per_column = self._state.length / self._n_columns * channel.sfreq
        pyramid = self._state.pyramids.get(channel.label)
        if pyramid is not None:
            return "samples" if pyramid.level_for(per_column) is None else "pyramid"
        # Hours of samples would freeze the window and fill the memory: the pyramid is on its way.
        waits = self._state.length > LONGEST_READ and per_column >= 2 * FINEST
        return "pyramid" if waits else "samples"

    def shown(self, label: str) -> PageSignal | None:
        """The samples of a channel if this page is drawn from samples, else None."""
        return self.cache.known(self._key(label, self._state.start))

    def read_page(self) -> None:
        """Have all samples at hand that this page is drawn from."""
        channels = (self._state.channel(label) for label in dict.fromkeys(self._state.channels))
        wanted = [c.label for c in channels if c is not None and self.source(c) == "samples"]
        self._fetch(wanted, self._state.start)

    def read_ahead(self) -> bool:
        """Read a few channels of the page that a turn onward would show, then of a turn back.

        Returns
        -------
        bool
            Whether there may be more to read.
        """
        state, recording = self._state, self._state.recording
        if recording is None or state.length > READ_AHEAD:
            return False
        for direction in (self._direction, -self._direction):
            start = state.start + direction * state.length
            if not 0 <= start < recording.duration:
                continue
            missing = [
                label
                for label in dict.fromkeys(state.channels)
                if self.cache.known(self._key(label, start)) is None and state.channel(label)
            ]
            if missing:
                self._fetch(missing[:BLOCK], start)
                return True
        return False

    def _key(self, label: str, start: float) -> PageKey:
        return label, start, self._state.length, self._state.filter_of(label)

    def _fetch(self, labels: Iterable[str], start: float) -> None:
        if self._state.recording is not None:
            keys = [self._key(label, start) for label in labels]
            self.cache.fetch(self._state.recording, keys, len(self._state.channels))

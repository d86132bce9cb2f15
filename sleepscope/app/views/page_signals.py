"""The samples of a page: read with run-in, filtered, cut to what is shown."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import SleepScopeError
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.recording import Recording, sample_range
from sleepscope.signals.envelope import middle_value
from sleepscope.signals.filters import BLOCK, FilterSettings, apply, run_in_seconds

# Label, start and length in seconds, filter.
PageKey = tuple[str, float, float, FilterSettings]


@dataclass(frozen=True, eq=False, slots=True)
class PageSignal:
    """One channel's samples on a page.

    Attributes
    ----------
    channel : Channel
    first : int
        Sample index of ``samples[0]`` in the recording: it lies at ``first / sfreq`` seconds.
    samples : (n_samples,) ndarray of float32
        Filtered, with one sample beyond each edge of the page so that lines run out of it.
    offset : float
        What the page is centred on where no high-pass does it: the median, in the channel's unit.
    trouble : str
        Why there are no samples, in a sentence; "" if all is well.
    """

    channel: Channel
    first: int
    samples: NDArray[np.floating[Any]]
    offset: float = 0.0
    trouble: str = ""

    def value_at(self, time: float) -> float:
        """Value of the sample nearest to a moment; NaN outside the page and in gaps."""
        index = round(time * self.channel.sfreq) - self.first
        if not 0 <= index < len(self.samples):
            return float("nan")
        return float(self.samples[index]) + self.offset


@dataclass(frozen=True, eq=False, slots=True)
class _Stretch:
    """What was read of one channel for a page, with its run-in and without its level."""

    channel: Channel
    settings: FilterSettings
    start: float
    length: float
    read_first: int
    level: float
    samples: NDArray[np.float32]

    def cut(self, filtered: NDArray[np.float32]) -> PageSignal:
        """The part that the page shows."""
        sfreq, margin = self.channel.sfreq, 1.0 / self.channel.sfreq
        first, behind = sample_range(
            self.start - margin,
            self.start + self.length + 2 * margin,
            sfreq,
            self.channel.n_samples,
        )
        shown = filtered[first - self.read_first : behind - self.read_first]
        if self.settings.highpass is not None:
            # A copy: a page that is kept must not hold on to the run-in of its neighbours.
            return PageSignal(self.channel, first, shown.copy())
        centre = _level(shown)
        return PageSignal(
            self.channel, first, shown - np.float32(centre), offset=self.level + centre
        )


def read_page_signals(recording: Recording, keys: Sequence[PageKey]) -> dict[PageKey, PageSignal]:
    """Read and filter channels of a page, a few at a time, those that are alike together."""
    signals: dict[PageKey, PageSignal] = {}
    for first in range(0, len(keys), BLOCK):
        signals.update(_read_block(recording, keys[first : first + BLOCK]))
    return signals


def _read_block(recording: Recording, keys: Sequence[PageKey]) -> dict[PageKey, PageSignal]:
    signals: dict[PageKey, PageSignal] = {}
    alike: dict[tuple[float, FilterSettings, int], list[tuple[PageKey, _Stretch]]] = {}
    for key in keys:
        try:
            stretch = _read(recording, *key)
        except SleepScopeError as error:
            channel = recording.channel(key[0])
            signals[key] = PageSignal(channel, 0, np.empty(0, np.float32), trouble=str(error))
            continue
        group = (stretch.channel.sfreq, stretch.settings, len(stretch.samples))
        alike.setdefault(group, []).append((key, stretch))
    for (sfreq, settings, _), members in alike.items():
        together = np.stack([stretch.samples for _, stretch in members])
        rows = apply(together, sfreq, settings)
        for (key, stretch), filtered in zip(members, rows, strict=True):
            signals[key] = stretch.cut(filtered)
    return signals


def _read(
    recording: Recording, label: str, start: float, length: float, settings: FilterSettings
) -> _Stretch:
    channel = recording.channel(label)
    sfreq = channel.sfreq
    settings = settings.below_nyquist(sfreq)
    run_in = run_in_seconds(settings)
    margin = 1.0 / sfreq
    # Whole seconds: a file with records of a second is then read in one piece.
    read_from = float(math.floor(start - margin - run_in))
    read_to = float(math.ceil(start + length + margin + run_in))
    samples = recording.read(label, read_from, read_to)
    read_first, _ = sample_range(read_from, read_to, sfreq, channel.n_samples)
    # The level goes before the precision: float32 halves the time of the transform, and an
    # electrode offset of 100 mV would leave it 0.01 µV.
    level = float(samples[0]) if len(samples) and np.isfinite(samples[0]) else 0.0
    light = np.empty(len(samples), np.float32)
    np.subtract(samples, level, out=light, casting="same_kind")
    return _Stretch(channel, settings, start, length, read_first, level, light)


def _level(samples: NDArray[np.floating[Any]]) -> float:
    """A typical value: the median of every eighth sample, 0 where there is nothing."""
    some = samples[:: max(1, len(samples) // 1000)]
    some = some[np.isfinite(some)]
    return middle_value(some) if len(some) else 0.0


class PageCache:
    """Signals of the pages last shown and of those that are likely next."""

    # The page, its neighbours on either side, and the one before; of long pages this one alone.
    PAGES = 4
    LONG_SECONDS = 300.0

    def __init__(self) -> None:
        self._signals: OrderedDict[PageKey, PageSignal] = OrderedDict()

    def clear(self) -> None:
        """Forget everything: another recording."""
        self._signals.clear()

    def forget_trouble(self) -> None:
        """Forget what could not be read: the storage may be back."""
        for key in [key for key, signal in self._signals.items() if signal.trouble]:
            del self._signals[key]

    def known(self, key: PageKey) -> PageSignal | None:
        """A signal if it was read already."""
        return self._signals.get(key)

    def fetch(self, recording: Recording, keys: Sequence[PageKey], n_channels: int) -> None:
        """Read those signals that are not known, and forget the ones unused for longest."""
        missing = [key for key in keys if key not in self._signals]
        if missing:
            self._signals.update(read_page_signals(recording, missing))
        for key in keys:
            self._signals.move_to_end(key)
        is_long = any(length > self.LONG_SECONDS for _, _, length, _ in keys)
        most = max(1, n_channels) * (1 if is_long else self.PAGES)
        while len(self._signals) > most:
            self._signals.popitem(last=False)

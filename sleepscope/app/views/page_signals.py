"""The samples of a page: read with run-in, filtered, cut to what is shown."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import SleepScopeError
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.recording import Recording, sample_range
from sleepscope.signals.filters import FilterSettings, apply, run_in_seconds

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


def read_page_signal(
    recording: Recording, label: str, start: float, length: float, settings: FilterSettings
) -> PageSignal:
    """Read and filter one channel of a page."""
    channel = recording.channel(label)
    sfreq = channel.sfreq
    settings = settings.below_nyquist(sfreq)
    run_in = run_in_seconds(settings)
    margin = 1.0 / sfreq
    # Whole seconds: a file with records of a second is then read in one piece.
    read_from = float(math.floor(start - margin - run_in))
    read_to = float(math.ceil(start + length + margin + run_in))
    try:
        samples = recording.read(label, read_from, read_to)
    except SleepScopeError as error:
        return PageSignal(channel, 0, np.empty(0, np.float32), trouble=str(error))
    read_first, _ = sample_range(read_from, read_to, sfreq, channel.n_samples)
    # The level goes before the precision: float32 halves the time of the transform, and an
    # electrode offset of 100 mV would leave it 0.01 µV.
    level = float(samples[0]) if len(samples) and np.isfinite(samples[0]) else 0.0
    light = (samples - level).astype(np.float32)
    filtered = apply(light, sfreq, settings)
    first, behind = sample_range(
        start - margin, start + length + 2 * margin, sfreq, channel.n_samples
    )
    shown = filtered[first - read_first : behind - read_first]
    if settings.highpass is not None:
        return PageSignal(channel, first, shown)
    centre = _level(shown)
    return PageSignal(channel, first, shown - np.float32(centre), offset=level + centre)


def _level(samples: NDArray[np.floating[Any]]) -> float:
    """A typical value: the median of every eighth sample, 0 where there is nothing."""
    some = samples[:: max(1, len(samples) // 1000)]
    some = some[np.isfinite(some)]
    return float(np.median(some)) if len(some) else 0.0


class PageCache:
    """Signals of the pages last shown and of the one that is likely next."""

    # The page, its neighbour ahead, and the one that was just left.
    PAGES = 3

    def __init__(self) -> None:
        self._signals: OrderedDict[PageKey, PageSignal] = OrderedDict()

    def clear(self) -> None:
        """Forget everything: another recording."""
        self._signals.clear()

    def known(self, key: PageKey) -> PageSignal | None:
        """A signal if it was read already."""
        return self._signals.get(key)

    def get(self, recording: Recording, key: PageKey, n_channels: int) -> PageSignal:
        """A signal, read now unless it is known."""
        signal = self._signals.get(key)
        if signal is None:
            signal = self._signals[key] = read_page_signal(recording, *key)
        self._signals.move_to_end(key)
        while len(self._signals) > self.PAGES * max(1, n_channels):
            self._signals.popitem(last=False)
        return signal

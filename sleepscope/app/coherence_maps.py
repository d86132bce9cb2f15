"""What a coherence lane shows of a page, worked out off the main thread."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from sleepscope.app.language import tr
from sleepscope.detection.coherence_pairs import LANE_SETTINGS
from sleepscope.detection.inputs import read_samples
from sleepscope.errors import SleepScopeError
from sleepscope.progress import Progress, Steps
from sleepscope.recordings.recording import Recording
from sleepscope.signals.coherence import coherence_blocks, common_rate, power_blocks

# Longest page with coherence, s: in longer ones a spindle is narrower than a pixel, and a value
# picked from every few seconds would say nothing of what lies between.
LONGEST_PAGE = 300.0
# About so many values of output a page; of more, neighbours are averaged. Fewer than 25 a second
# would leave out what lies between them.
_VALUES = 1500
_RATES = (25.0, 50.0, 100.0)


@dataclass(frozen=True, slots=True)
class MapKey:
    """One lane of one page.

    Attributes
    ----------
    labels : tuple of str
        Two channels, or one whose wavelet power is shown.
    start, length : float, s
    """

    labels: tuple[str, ...]
    start: float
    length: float


@dataclass(frozen=True, slots=True, eq=False)
class CoherenceMap:
    """Values over time and frequency on one page.

    Attributes
    ----------
    key : MapKey
    times : (n_times,) ndarray, s
    freqs : (n_freqs,) ndarray, Hz
        From the highest to the lowest.
    values : (n_freqs, n_times) ndarray
        Coherence 0..1, or the decadic logarithm of the power in µV²; NaN where unknown.
    phase : (n_freqs, n_times) ndarray or None, rad
        None for a power.
    cone : (n_times,) ndarray, Hz
    trouble : str
        Why there are no values, else "".
    """

    key: MapKey
    times: NDArray[np.float64] = field(repr=False)
    freqs: NDArray[np.float64] = field(repr=False)
    values: NDArray[np.floating] = field(repr=False)
    phase: NDArray[np.floating] | None = field(repr=False)
    cone: NDArray[np.float64] = field(repr=False)
    trouble: str = ""

    @property
    def is_power(self) -> bool:
        """Whether this is the power of one channel."""
        return len(self.key.labels) == 1


def output_rate(length: float) -> float:
    """Values a second for a page of some length, Hz."""
    return next((rate for rate in _RATES if rate * length >= _VALUES), _RATES[-1])


def build_maps(recording: Recording, keys: Sequence[MapKey]) -> Steps[tuple[CoherenceMap, ...]]:
    """The maps of some lanes and pages, one after the other."""
    made: list[CoherenceMap] = []
    for key in keys:
        yield Progress(len(made), len(keys), tr("Coherence"))
        try:
            made.append(_map_of(recording, key))
        except SleepScopeError as error:  # one lane's trouble must not take the others away
            made.append(_troubled(key, str(error)))
    return tuple(made)


def _troubled(key: MapKey, words: str) -> CoherenceMap:
    none = np.zeros(0)
    return CoherenceMap(key, none, none, np.zeros((0, 0)), None, none, words)


def _map_of(recording: Recording, key: MapKey) -> CoherenceMap:
    channels = [recording.channel(label) for label in key.labels]
    sfreq = common_rate(*(c.sfreq for c in channels))
    settings = replace(LANE_SETTINGS, sfreq_out=output_rate(key.length)).below_nyquist(sfreq)
    n_samples = int(min(c.n_samples / c.sfreq for c in channels) * sfreq + 1e-6)
    # One value more at either end, so that the picture reaches the page's edges.
    first = math.floor(key.start * settings.sfreq_out) - 1
    behind = math.ceil((key.start + key.length) * settings.sfreq_out) + 2

    def read(low: int, high: int) -> tuple[NDArray[np.floating], ...]:
        return tuple(read_samples(recording, key.labels, sfreq, low, high).signals)

    where = {"sfreq": sfreq, "settings": settings, "wanted": (first, behind)}
    if len(channels) == 1:
        powers = [*power_blocks(read, n_samples, **where)]
        values = [np.log10(np.maximum(b.power, 1e-6)) for b in powers]
        times, cones, phases = [b.times for b in powers], [b.cone for b in powers], []
    else:
        pairs = [*coherence_blocks(read, n_samples, **where)]
        values, phases = [b.coherence for b in pairs], [b.phase for b in pairs]
        times, cones = [b.times for b in pairs], [b.cone for b in pairs]
    if not times:
        return _troubled(key, tr("Nothing was recorded here."))
    every = np.concatenate(values, axis=1)
    phase = np.concatenate(phases, axis=1) if phases else None
    moments, cone = np.concatenate(times), np.concatenate(cones)
    together = every.shape[1] // _VALUES
    if together > 1:
        if phase is not None:
            phase = np.angle(_means(every * np.exp(1j * phase), together))
        every, moments, cone = (_means(x, together) for x in (every, moments, cone))
    return CoherenceMap(key, moments, settings.freqs, every, phase, cone)


def _means(values: NDArray[np.inexact], together: int) -> NDArray[np.inexact]:
    """Means of so many neighbours along the last axis; what is over at its end is left out."""
    n = values.shape[-1] // together
    return values[..., : n * together].reshape(*values.shape[:-1], n, together).mean(axis=-1)

"""A stretch of a recording as a network takes it: its rate, µV, NaN where nothing is usable."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.recordings.recording import Recording
from sleepscope.signals.missing import clipped_samples, fill_missing, flat_samples, widen
from sleepscope.signals.resample import Resampler

if TYPE_CHECKING:
    from sleepscope.networks.dense import DenseNetwork

# What a moment is, worse ones with larger numbers.
USABLE: Final = 0
CLIPPED: Final = 1
FLAT: Final = 2
MISSING: Final = 3
STATES: Final = ("usable", "clipped", "flat", "missing")

# Filters ring beside a step to or from a bad stretch: this much around it is not used either.
MARGIN_SECONDS: Final = 0.3


@dataclass(frozen=True, slots=True)
class Stretch:
    """Signals of some channels between two samples of the network's input grid.

    Attributes
    ----------
    first : int
        Index of the first sample; sample ``k`` of the grid lies at ``k / sfreq`` seconds.
    sfreq : float, Hz
    signals : (n_signals, n) ndarray of float64, µV
        NaN where not usable.
    state : (n,) ndarray of uint8
        USABLE, or the worst of the channels: CLIPPED, FLAT or MISSING.
    """

    first: int
    sfreq: float
    signals: NDArray[np.float64] = field(repr=False)
    state: NDArray[np.uint8] = field(repr=False)

    @property
    def start(self) -> float:
        """Time of the first sample, s."""
        return self.first / self.sfreq


def input_length(recording: Recording, labels: tuple[str, ...], sfreq: float) -> int:
    """Samples on the network's input grid that all the channels reach."""
    channels = [recording.channel(label) for label in labels]
    return min(int(c.n_samples / c.sfreq * sfreq + 1e-6) for c in channels)


def read_samples(
    recording: Recording, labels: tuple[str, ...], sfreq: float, first: int, behind: int
) -> Stretch:
    """Samples ``[first, behind)`` of the network's input grid, the same in any cut.

    Parameters
    ----------
    recording : Recording
    labels : tuple of str
        One channel for each signal of the network.
    sfreq : float, Hz
        Rate of the network's input.
    first, behind : int
        Inside ``[0, input_length(...)]``.

    Raises
    ------
    ChannelError
        If there is no such channel.
    RecordingError
        If the file cannot be read.
    """
    signals = np.empty((len(labels), behind - first))
    state = np.zeros(behind - first, dtype=np.uint8)
    for row, label in enumerate(labels):
        signals[row], own = _read_one(recording, label, sfreq, first, behind)
        signals[row, own != USABLE] = np.nan
        np.maximum(state, own, out=state)
    return Stretch(first, sfreq, signals, state)


def read_stretch(
    recording: Recording,
    labels: tuple[str, ...],
    network: DenseNetwork,
    start: float,
    stop: float,
) -> Stretch:
    """The stretch that a network must read to speak about ``[start, stop)`` s as in a detection.

    It reaches ``network.run_in`` further on both sides (cut to the recording) and begins at a
    multiple of ``network.alignment`` samples.
    """
    n_total = input_length(recording, labels, network.sfreq)
    run_in = int(np.ceil(network.run_in * network.sfreq))
    low = max(0, int(start * network.sfreq) - run_in) // network.alignment * network.alignment
    high = min(n_total, int(np.ceil(stop * network.sfreq)) + run_in)
    return read_samples(recording, labels, network.sfreq, min(low, high), high)


def _read_one(
    recording: Recording, label: str, sfreq: float, first: int, behind: int
) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """One channel on the input grid and what its moments are."""
    channel = recording.channel(label)
    resampler = Resampler(channel.sfreq, sfreq)
    low, high = resampler.input_range(first, behind)
    # A flat run of a second must be seen whole, whichever of its samples are asked for.
    low, high = max(0, low - round(2 * channel.sfreq)), high + round(2 * channel.sfreq)
    signal = recording.read(label, low / channel.sfreq, high / channel.sfreq)
    margin = round(MARGIN_SECONDS * channel.sfreq)
    state = np.zeros(signal.size, dtype=np.uint8)
    state[widen(clipped_samples(signal, channel.physical_range), margin)] = CLIPPED
    state[widen(flat_samples(signal, channel.sfreq), margin)] = FLAT
    state[widen(~np.isfinite(signal), margin)] = MISSING
    resampled = resampler.resample(fill_missing(signal), low, first, behind)
    nearest = np.round(np.arange(first, behind) * (channel.sfreq / sfreq)).astype(np.int64) - low
    return resampled, state[np.clip(nearest, 0, max(0, state.size - 1))]

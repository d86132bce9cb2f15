"""A stretch of a recording as a network takes it: its rate, µV, NaN where nothing is usable."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.detection.muscle import MUSCLE_RMS, muscle_rms
from sleepscope.recordings.recording import Recording
from sleepscope.signals.missing import (
    clipped_samples,
    fill_missing,
    flat_samples,
    plateau_samples,
    quiet_samples,
    widen,
)
from sleepscope.signals.resample import Resampler

if TYPE_CHECKING:
    from sleepscope.networks.dense import DenseNetwork

# What a moment is, worse ones with larger numbers. Muscle is a signal that a network may read, but
# where it may be told to say nothing; two eyes are unrelated where they have nothing in common
# (``detection.eye_pair``).
USABLE: Final = 0
MUSCLE: Final = 1
UNRELATED: Final = 2
CLIPPED: Final = 3
FLAT: Final = 4
MISSING: Final = 5
STATES: Final = ("usable", "muscle", "unlike each other", "clipped", "flat", "missing")

# Sleep EEG and EOG never move less than this in a second, peak to peak, µV: what does is the noise
# of an amplifier without an electrode, in which features without gain would find events.
LEAST_RANGE: Final = 1.0

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
        NaN where clipped, flat or missing.
    state : (n,) ndarray of uint8
        USABLE, or the worst of the channels: MUSCLE, CLIPPED, FLAT or MISSING.
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
    recording: Recording,
    labels: tuple[str, ...],
    sfreq: float,
    first: int,
    behind: int,
    *,
    mark_muscle: bool = False,
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
    mark_muscle : bool
        Whether seconds of strong muscle are marked as such (``detection.muscle``).

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
        signals[row], own = _read_one(recording, label, sfreq, first, behind, mark_muscle)
        signals[row, own > MUSCLE] = np.nan
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
    recording: Recording, label: str, sfreq: float, first: int, behind: int, mark_muscle: bool
) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """One channel on the input grid and what its moments are."""
    # Whole seconds: how quiet one is must not depend on the cut.
    second = round(sfreq)
    start, end = first // second * second, -(-behind // second) * second
    resampled, state = _read_seconds(recording, label, sfreq, start, end, mark_muscle)
    return resampled[first - start : behind - start], state[first - start : behind - start]


def _read_seconds(
    recording: Recording, label: str, sfreq: float, first: int, behind: int, mark_muscle: bool
) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """The same for whole seconds of the input grid."""
    channel = recording.channel(label)
    resampler = Resampler(channel.sfreq, sfreq)
    low, high = resampler.input_range(first, behind)
    # A flat run of a second must be seen whole, whichever of its samples are asked for.
    low, high = max(0, low - round(2 * channel.sfreq)), high + round(2 * channel.sfreq)
    if mark_muscle:
        # From the start of a second on, so that a second of muscle is the same in any cut.
        low = round(int(low / channel.sfreq) * channel.sfreq)
    signal = recording.read(label, low / channel.sfreq, high / channel.sfreq)
    margin = round(MARGIN_SECONDS * channel.sfreq)
    state = np.zeros(signal.size, dtype=np.uint8)
    if mark_muscle:
        state[_muscle_samples(fill_missing(signal), channel.sfreq)] = MUSCLE
    clipped = clipped_samples(signal, channel.physical_range)
    clipped |= plateau_samples(signal, channel.sfreq)
    state[widen(clipped, margin)] = CLIPPED
    state[widen(flat_samples(signal, channel.sfreq), margin)] = FLAT
    state[widen(~np.isfinite(signal), margin)] = MISSING
    resampled = resampler.resample(fill_missing(signal), low, first, behind)
    nearest = np.round(np.arange(first, behind) * (channel.sfreq / sfreq)).astype(np.int64) - low
    on_grid = state[np.clip(nearest, 0, max(0, state.size - 1))]
    quiet = quiet_samples(resampled, round(sfreq), LEAST_RANGE)
    return resampled, np.where(quiet & (on_grid < FLAT), FLAT, on_grid).astype(np.uint8)


def _muscle_samples(signal: NDArray[np.float64], sfreq: float) -> NDArray[np.bool_]:
    """Samples in the whole seconds of strong muscle, counted from the first sample."""
    loud = muscle_rms(signal, sfreq) > MUSCLE_RMS
    second = (np.arange(signal.size) / sfreq + 1e-9).astype(np.int64)
    inside = second < loud.size
    result = np.zeros(signal.size, dtype=bool)
    result[inside] = loud[second[inside]]
    return result

"""Seconds of strong muscle in an eye channel, in which a detector may be told to say nothing."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.recordings.recording import Recording
from sleepscope.signals.bands import Spectrum, band_kernel

# Above 20 Hz an eye channel holds little of eyes and EEG; a recorder of 100 Hz still holds 40 Hz.
MUSCLE_BAND_HZ: Final = (20.0, 40.0)
# RMS in µV from which on a second counts as muscle. Quiet sleep has 1-4 µV there, and no scorer
# tells an eye movement from the sway of an arousal; the value is a convention, not a measurement.
MUSCLE_RMS: Final = 12.0
_FILTER_SECONDS: Final = 1.0
# Of the band must be left at least this, below half the rate.
_NARROWEST_HZ: Final = 6.0


def muscle_rms(signal: NDArray[np.floating], sfreq: float) -> NDArray[np.float64]:
    """RMS at 20-40 Hz in each whole second of a signal.

    Parameters
    ----------
    signal : (n_samples,) ndarray, µV
        Finite, from the start of a second on.
    sfreq : float, Hz

    Returns
    -------
    (n_seconds,) ndarray, µV
        0 where the rate is too low to hold the band.
    """
    edges = np.round(np.arange(int(signal.size / sfreq + 1e-6) + 1) * sfreq).astype(np.int64)
    low, high = MUSCLE_BAND_HZ
    high = min(high, sfreq / 2)
    if edges.size < 2 or high - low < _NARROWEST_HZ:
        return np.zeros(edges.size - 1)
    kernel = band_kernel(sfreq, low, high, _FILTER_SECONDS)
    band = Spectrum(signal - np.median(signal), kernel.size).band(kernel)
    power = np.add.reduceat(band[: edges[-1]].astype(np.float64) ** 2, edges[:-1])
    return np.asarray(np.sqrt(power / np.diff(edges)))


def muscle_seconds(recording: Recording, label: str) -> NDArray[np.float64]:
    """RMS at 20-40 Hz in each whole second of a channel, µV."""
    signal = recording.read(label, 0.0, recording.duration)
    return muscle_rms(signal, recording.channel(label).sfreq)

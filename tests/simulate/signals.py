"""Measures that the tests of this folder share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sleepscope.simulate import SimulatedNight


def band_rms(signal: NDArray[np.float64], sfreq: float, low: float, high: float) -> float:
    """RMS of a signal in a band, by its windowed spectrum."""
    spectrum = np.fft.rfft((signal - signal.mean()) * np.hanning(len(signal)))
    freqs = np.fft.rfftfreq(len(signal), 1 / sfreq)
    inside = (freqs >= low) & (freqs < high)
    return float(np.sqrt(np.sum(np.abs(spectrum[inside]) ** 2)) / len(signal))


def stage_signal(night: SimulatedNight, label: str, stage: str) -> NDArray[np.float64]:
    """All of a channel that is in a stage."""
    spans = night.hypnogram.spans_of({stage})
    return np.concatenate([night.recording.read(label, *span) for span in spans])

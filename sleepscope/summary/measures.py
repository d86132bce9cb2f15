"""What single events measure: frequency and amplitude, taken from the signal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.constants import REM, SPINDLE, SPINDLE_BAND_HZ
from sleepscope.events.event import Event
from sleepscope.progress import Progress, Steps
from sleepscope.recordings.recording import Recording

# What is measured of a class of events, Hz. Spindles: Warby et al. 2014, doi:10.1038/nmeth.2855.
BANDS_HZ: Final[Mapping[str, tuple[float, float]]] = {
    SPINDLE: SPINDLE_BAND_HZ,
    REM: (0.3, 10.0),
    "k_complex": (0.3, 4.0),
    "slow_wave": (0.3, 4.0),
}
_OTHERS_HZ: Final = (0.3, 35.0)

RULE: Final = (
    "Amplitude: largest peak to peak in µV, frequency: mean from the rising zero crossings in Hz, "
    "both of the signal in the band of the class (spindle 11-16 Hz, rapid eye movement 0.3-10 Hz, "
    "K-complex and slow wave 0.3-4 Hz, others 0.3-35 Hz)."
)


@dataclass(frozen=True, slots=True)
class EventMeasures:
    """Of one event.

    Attributes
    ----------
    amplitude : float or None, µV
        Largest peak to peak in its band; None where there is no signal in µV.
    frequency : float or None, Hz
        None with fewer than two rising zero crossings.
    """

    amplitude: float | None
    frequency: float | None


def measure_events(
    recording: Recording, events: Iterable[Event]
) -> Steps[dict[str, EventMeasures]]:
    """Measure every event on its own channel; those without a channel are left out.

    Yields
    ------
    Progress
        In events.

    Returns
    -------
    dict of event id to EventMeasures
    """
    known = {c.label: c for c in recording.channels if c.unit == "µV"}
    wanted = [event for event in events if event.channel in known]
    wanted.sort(key=lambda event: (event.channel or "", event.onset))
    found: dict[str, EventMeasures] = {}
    for number, event in enumerate(wanted):
        if number % 20 == 0:
            yield Progress(number, len(wanted), "Measuring events")
        assert event.channel is not None
        sfreq = known[event.channel].sfreq
        band = BANDS_HZ.get(event.kind, _OTHERS_HZ)
        spare = 2.0 / band[0] if band[0] < 1 else 1.0
        start = max(0.0, event.onset - spare)
        stop = min(recording.duration, event.stop + spare)
        signal = in_band(recording.read(event.channel, start, stop), sfreq, band)
        first = round((event.onset - start) * sfreq)
        length = max(1, round(event.duration * sfreq))
        found[event.id] = measures_of(signal[first : first + length], sfreq)
    return found


def in_band(
    signal: NDArray[np.floating], sfreq: float, band: tuple[float, float]
) -> NDArray[np.float64]:
    """A stretch of signal (µV) in a band (Hz), not shifted in time; NaN where any of it is."""
    if not np.isfinite(signal).all() or signal.size < 2:
        return np.full(signal.size, np.nan)
    low, high = band
    high = min(high, 0.45 * sfreq)
    frequencies = np.fft.rfftfreq(2 * signal.size, 1 / sfreq)
    # Cosine slopes of a tenth of the lower and the upper edge, outside the band.
    rise = np.clip((frequencies - 0.9 * low) / (0.1 * low), 0, 1)
    fall = np.clip((1.1 * high - frequencies) / (0.1 * high), 0, 1)
    gain = np.sin(np.pi / 2 * rise) ** 2 * np.sin(np.pi / 2 * fall) ** 2
    centred = np.asarray(signal, np.float64) - signal.mean()
    # Mirrored, so that the ends meet.
    spectrum = np.fft.rfft(np.concatenate([centred, centred[::-1]])) * gain
    filtered: NDArray[np.float64] = np.fft.irfft(spectrum)[: signal.size]
    return filtered


def measures_of(signal: NDArray[np.floating], sfreq: float) -> EventMeasures:
    """Measure a stretch that is filtered already.

    Parameters
    ----------
    signal : (n_samples,) ndarray, µV
    sfreq : float, Hz
    """
    if signal.size < 2 or not np.isfinite(signal).all():
        return EventMeasures(None, None)
    turns = np.flatnonzero(np.diff(np.sign(np.diff(signal)))) + 1
    extremes = signal[np.concatenate([[0], turns, [signal.size - 1]])]
    amplitude = float(np.abs(np.diff(extremes)).max())
    rising = np.flatnonzero((signal[:-1] < 0) & (signal[1:] >= 0))
    frequency = None
    if rising.size >= 2:
        # Between two samples the line crosses zero where its share says.
        low, high = signal[rising], signal[rising + 1]
        moments = rising + low / (low - high)
        frequency = float((rising.size - 1) * sfreq / (moments[-1] - moments[0]))
    return EventMeasures(amplitude, frequency)

"""What a spindle is made of, measured where it was marked and held against the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.constants import SPINDLE_BAND_HZ, SPINDLE_MAX_SECONDS, SPINDLE_MIN_SECONDS
from sleepscope.errors import GapError
from sleepscope.events.event import Event
from sleepscope.explain.criterion import OWN, Criterion, number_of, one_of, within
from sleepscope.recordings.kinds import spindle_channels
from sleepscope.recordings.recording import Recording
from sleepscope.signals.missing import fill_missing
from sleepscope.summary.measures import in_band, measures_of

AASM_SPINDLE: Final = "AASM manual: trains of 11-16 Hz waves that last at least 0.5 s"
WAVES: Final = (
    "Rechtschaffen and Kales 1968, as quoted by others: 6 or 7 waves can be counted in the half "
    "second; 0.5 s of 11 Hz are 6"
)
STAGES: Final = f"Spindles are scored in N2 and may go on in N3; {OWN}"
BACKGROUND: Final = (
    "Highest 11-16 Hz envelope in the event over its median in the 15 s on either side; twice is a "
    f"{OWN}"
)
SIGMA: Final = (
    "Largest amplitude at 10.5-16 Hz over the mean at 4-10 and 20-40 Hz in the second around the "
    f"middle; 4.5 is a {OWN}"
)
SHAPE: Final = f"Spindles wax and wane, so the highest wave is not at an end; limits: {OWN}"
KC: Final = (
    "Spindles often follow a K-complex. A marked one, else the largest wave at 0.3-4 Hz within "
    f"1 s; 75 µV is a {OWN}"
)

# Names of criteria that others ask for.
PEAK: Final = "Peak frequency"
DURATION: Final = "Duration"
WAVE_COUNT: Final = "Waves"
RATIO: Final = "Amplitude over background"
SIGMA_SHARE: Final = "Sigma over neighbour bands"
PLACE: Final = "Place of the highest wave (0 start, 1 end)"
STAGE: Final = "Stage"

CONTEXT: Final = 15.0
AMPLITUDE_RATIO: Final = 2.0
SIGMA_INDEX: Final = 4.5
SYMMETRY: Final = (0.2, 0.8)
KC_SECONDS: Final = 1.0
KC_HEIGHT: Final = 75.0
# Below this a wave is alpha, whatever the technician called it; to 11 Hz it is a slow spindle.
ALPHA_BELOW_HZ: Final = 10.5
THETA_BELOW_HZ: Final = 7.5
# A point has no stretch to measure: that of the shortest spindle around its moment.
SHORTEST: Final = SPINDLE_MIN_SECONDS
OTHER_CHANNELS: Final = 4
# Noise passes twice its median in a third of all seconds; another channel shows the same spindle
# where it also stands out by this share of what the own one does.
OTHER_SHARE: Final = 1 / 3
_PADDED: Final = 8.0
_LOOKED_AT_HZ: Final = (5.0, 20.0)


def spindle_evidence(
    recording: Recording,
    event: Event,
    channel: str,
    stage: str | None,
    k_complexes: Sequence[Event],
) -> tuple[tuple[Criterion, ...], tuple[str, ...]]:
    """Criteria of a spindle and warnings; parameters and errors as of :func:`spindle_criteria`."""
    criteria = spindle_criteria(recording, event, channel, stage, k_complexes)
    peak, ratio = (number_of(criteria, name) for name in (PEAK, RATIO))
    warnings = []
    if peak is not None and peak < ALPHA_BELOW_HZ:
        name = "alpha" if peak >= THETA_BELOW_HZ else "theta"
        warnings.append(f"{peak:.0f}-Hz {name}, not sigma: the strongest wave is at {peak:.1f} Hz.")
    if ratio is not None and ratio >= AMPLITUDE_RATIO:
        start, stop = _stretch(recording, event)
        warnings += _one_alone(recording, channel, start, stop, ratio)
    return criteria, tuple(warnings)


def spindle_criteria(
    recording: Recording,
    event: Event,
    channel: str,
    stage: str | None,
    k_complexes: Sequence[Event],
) -> tuple[Criterion, ...]:
    """Criteria of a spindle, from its own channel.

    Parameters
    ----------
    recording : Recording
    event : Event
    channel : str
        A channel in µV.
    stage : str or None
        Sleep stage at the event; None where nobody staged.
    k_complexes : sequence of Event
        Those that were marked, by anybody.

    Raises
    ------
    GapError
        If nothing usable was recorded in the event.
    """
    sfreq = recording.channel(channel).sfreq
    start, stop = _stretch(recording, event)
    origin = max(0.0, start - CONTEXT)
    signal = recording.read(channel, origin, min(recording.duration, stop + CONTEXT))
    first, behind = round((start - origin) * sfreq), round((stop - origin) * sfreq)
    own = signal[first:behind]
    if own.size < 4 or not np.isfinite(own).any() or np.ptp(own[np.isfinite(own)]) < 1e-6:
        raise GapError(
            f"{channel} is flat or was not recorded from {start:.2f} to {stop:.2f} s, "
            "so there is nothing to measure."
        )
    filled = fill_missing(signal)
    sigma = in_band(filled, sfreq, SPINDLE_BAND_HZ)
    envelope = np.abs(analytic(sigma))
    inside = envelope[first:behind]
    ratio = _over_background(envelope, first, behind)
    peak = peak_frequency(filled[first:behind], sfreq)
    measures = measures_of(sigma[first:behind], sfreq)
    cycles = None if measures.frequency is None else measures.frequency * (behind - first) / sfreq
    symmetry = float((np.argmax(inside) + 0.5) / inside.size)
    return (
        within(PEAK, peak, "Hz", SPINDLE_BAND_HZ, AASM_SPINDLE),
        within(
            DURATION, event.duration, "s", (SPINDLE_MIN_SECONDS, SPINDLE_MAX_SECONDS),
            f"{AASM_SPINDLE}; at most {SPINDLE_MAX_SECONDS:g} s: {OWN}",
        ),
        within(WAVE_COUNT, cycles, "", (6, None), WAVES),
        within("Amplitude, peak to peak", measures.amplitude, "µV", (None, None),
               "Largest of the 11-16 Hz signal; no limit"),
        within(RATIO, ratio, "x", (AMPLITUDE_RATIO, None), BACKGROUND),
        within(SIGMA_SHARE, sigma_index(filled, sfreq, (first + behind) // 2),
               "x", (SIGMA_INDEX, None), SIGMA),
        within(PLACE, symmetry, "", SYMMETRY, SHAPE),
        one_of(STAGE, stage, ("N2", "N3"), STAGES),
        _k_complex(filled, sfreq, event, k_complexes, (first, behind)),
    )  # fmt: skip


def _stretch(recording: Recording, event: Event) -> tuple[float, float]:
    """Where to measure, s: the event, made as long as the shortest spindle, in the recording."""
    spare = max(0.0, SHORTEST - event.duration) / 2
    start, stop = event.onset - spare, event.stop + spare
    return max(0.0, start), min(recording.duration, stop)


def analytic(signal: NDArray[np.float64]) -> NDArray[np.complex128]:
    """The analytic signal: its magnitude is the envelope."""
    spectrum = np.fft.fft(signal)
    gain = np.zeros(signal.size)
    gain[0] = 1.0
    gain[1 : (signal.size + 1) // 2] = 2.0
    if signal.size % 2 == 0:
        gain[signal.size // 2] = 1.0
    return np.asarray(np.fft.ifft(spectrum * gain), dtype=np.complex128)


def _over_background(envelope: NDArray[np.float64], first: int, behind: int) -> float | None:
    """Largest envelope of the event over the median of what lies around it."""
    around = np.concatenate([envelope[:first], envelope[behind:]])
    level = float(np.median(around)) if around.size else 0.0
    return float(envelope[first:behind].max()) / level if level > 1e-9 else None


def peak_frequency(samples: NDArray[np.float64], sfreq: float) -> float | None:
    """Frequency of the strongest wave at 5-20 Hz, Hz; None where there is none.

    The spectrum of the Hann-windowed stretch is weighted by the frequency, as the sleeping EEG
    falls by about that; a parabola through the three highest values gives the place between bins.
    """
    n = max(samples.size, round(_PADDED * sfreq))
    centred = (samples - samples.mean()) * np.hanning(samples.size)
    freqs = np.fft.rfftfreq(n, 1 / sfreq)
    heights = np.abs(np.fft.rfft(centred, n)) * freqs
    inside = (freqs >= _LOOKED_AT_HZ[0]) & (freqs <= min(_LOOKED_AT_HZ[1], 0.45 * sfreq))
    if not inside.any() or heights[inside].max() <= 0:
        return None
    k = int(np.flatnonzero(inside)[np.argmax(heights[inside])])
    before, own, after = heights[k - 1 : k + 2]
    curve = before - 2 * own + after
    shift = 0.0 if curve == 0 else 0.5 * (before - after) / curve
    return float((k + np.clip(shift, -0.5, 0.5)) * sfreq / n)


def sigma_index(signal: NDArray[np.float64], sfreq: float, middle: int) -> float | None:
    """Sigma amplitude over that of the neighbour bands in the second around a sample.

    None where the rate is too low for the upper band, or both bands are empty.
    """
    half = round(sfreq / 2)
    samples = signal[max(0, middle - half) : middle + half]
    n = max(samples.size, round(2 * sfreq))
    heights = np.abs(np.fft.rfft((samples - samples.mean()) * np.hanning(samples.size), n))
    freqs = np.fft.rfftfreq(n, 1 / sfreq)

    def part(low: float, high: float) -> NDArray[np.float64]:
        return np.asarray(heights[(freqs >= low) & (freqs <= min(high, 0.45 * sfreq))])

    sigma, low, high = part(10.5, 16.0), part(4.0, 10.0), part(20.0, 40.0)
    if not sigma.size or not high.size or low.mean() + high.mean() <= 1e-9:
        return None
    return float(sigma.max() / ((low.mean() + high.mean()) / 2))


def _k_complex(
    signal: NDArray[np.float64],
    sfreq: float,
    event: Event,
    marked: Sequence[Event],
    place: tuple[int, int],
) -> Criterion:
    """Whether a K-complex is near by; its absence speaks against nothing."""
    name = "K-complex near by"
    gaps = [max(one.onset - event.stop, event.onset - one.stop, 0.0) for one in marked]
    if gaps and min(gaps) <= KC_SECONDS:
        return Criterion(name, f"marked, {min(gaps):.1f} s away", "", "", KC, True)
    margin = round(KC_SECONDS * sfreq)
    slow = in_band(signal, sfreq, (0.3, 4.0))[max(0, place[0] - margin) : place[1] + margin]
    height = measures_of(slow, sfreq).amplitude
    holds = True if height is not None and height >= KC_HEIGHT else None
    return Criterion(name, height, "µV", f"at least {KC_HEIGHT:g} µV", KC, holds)


def _one_alone(
    recording: Recording, channel: str, start: float, stop: float, own: float
) -> list[str]:
    """A warning where no other EEG channel shows more sigma than around."""
    least = max(AMPLITUDE_RATIO, OTHER_SHARE * own)
    labels = [one for one in spindle_channels(recording.channels) if one != channel]
    quiet: list[str] = []
    for label in labels[:OTHER_CHANNELS]:
        sfreq = recording.channel(label).sfreq
        origin = max(0.0, start - CONTEXT)
        signal = recording.read(label, origin, min(recording.duration, stop + CONTEXT))
        first, behind = round((start - origin) * sfreq), round((stop - origin) * sfreq)
        if behind > signal.size or not np.isfinite(signal).all() or np.ptp(signal) < 1e-6:
            continue
        envelope = np.abs(analytic(in_band(signal, sfreq, SPINDLE_BAND_HZ)))
        ratio = _over_background(envelope, first, behind)
        if ratio is not None and ratio >= least:
            return []
        quiet.append(label)
    if len(quiet) < 2:
        return []
    return [f"On {channel} alone: sigma is not raised on {', '.join(quiet)}."]

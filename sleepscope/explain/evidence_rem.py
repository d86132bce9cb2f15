"""What a rapid eye movement is made of, measured in both eyes and held against the rules."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import ChannelError, GapError
from sleepscope.events.event import Event
from sleepscope.explain.criterion import OWN, Criterion, one_of, within
from sleepscope.recordings.kinds import find_eog_pair, spindle_channels
from sleepscope.recordings.recording import Recording
from sleepscope.signals.coherence import (
    CoherenceSettings,
    common_rate,
    exact_coherence,
    read_at_rate,
)
from sleepscope.signals.missing import fill_missing
from sleepscope.summary.measures import in_band, measures_of

AASM_REM: Final = (
    "AASM manual: conjugate, irregular, sharply peaked eye movements with an initial deflection "
    "that usually lasts under 0.5 s"
)
STAGE: Final = f"Rapid eye movements are scored in stage R; {OWN}"
WTC: Final = (
    "Wavelet coherence (Grinsted et al. 2004, doi:10.5194/npg-11-561-2004) of LOC and ROC at "
    f"0.5-5 Hz over the event; opposite is 180 degrees; {OWN}"
)
BLEED: Final = (
    "Correlation of the best EEG channel with (LOC - ROC) / 2 at 0.3-5 Hz, times its height over "
    f"that of the eyes (at most 1); {OWN}"
)

BAND_HZ: Final = (0.3, 10.0)
SLOW_HZ: Final = (0.3, 5.0)
# Names of criteria that others ask for.
LOC_HEIGHT: Final = "LOC, peak to peak"
ROC_HEIGHT: Final = "ROC, peak to peak"
OPPOSITE: Final = "LOC-ROC correlation"
RISE: Final = "Rise time, 10-90 %"
STAGE_NAME: Final = "Stage"
BLEED_NAME: Final = "EEG bleed"

CONTEXT: Final = 10.0
HEIGHT: Final = 20.0
CORRELATION: Final = -0.5
RISE_SECONDS: Final = 0.5
COHERENCE: Final = 0.7
PHASE_DEGREES: Final = 135.0
MOST_BLEED: Final = 0.5
# One eye with less than this share of the other's height does not move with it.
ONE_EYE: Final = 0.25
SHORTEST: Final = 0.5
EEG_CHANNELS: Final = 2
_GRID: Final = CoherenceSettings(low=0.5, high=5.0)


def rem_evidence(
    recording: Recording, event: Event, stage: str | None
) -> tuple[tuple[str, str], tuple[Criterion, ...], tuple[str, ...]]:
    """Labels of both eyes, criteria of a rapid eye movement, and warnings.

    Raises
    ------
    ChannelError
        If the recording has no pair of EOG channels.
    GapError
        If nothing usable was recorded in the event.
    """
    pair = find_eog_pair([c for c in recording.channels if c.unit == "µV"])
    if pair is None:
        labels = ", ".join(c.label for c in recording.channels)
        raise ChannelError(
            "A rapid eye movement is read from a left and a right EOG; this recording has "
            f"{labels}."
        )
    spare = max(0.0, SHORTEST - event.duration) / 2
    start = max(0.0, event.onset - spare)
    stop = min(recording.duration, event.stop + spare)
    rate = common_rate(*(recording.channel(label).sfreq for label in pair))
    first = round(max(0.0, start - CONTEXT) * rate)
    raw = [_at_rate(recording, label, rate, first, stop + CONTEXT) for label in pair]
    size = min(one.size for one in raw)
    inside = slice(round(start * rate) - first, min(round(stop * rate) - first, size))
    _check(pair, [one[inside] for one in raw], start, stop)
    left, right = (in_band(fill_missing(one[:size]), rate, BAND_HZ) for one in raw)
    heights = [measures_of(one[inside], rate).amplitude for one in (left, right)]
    correlation = _correlation(left[inside], right[inside])
    half = (left - right) / 2
    rise, slope = rise_of(half, inside.start, inside.stop, rate)
    coherence, phase = _coherence(raw, size, rate, (inside.start, inside.stop))
    bleed, where = _bleed(recording, half, rate, first, (inside.start, inside.stop))
    criteria = (
        within(LOC_HEIGHT, heights[0], "µV", (HEIGHT, None), f"At 0.3-10 Hz; {OWN}"),
        within(ROC_HEIGHT, heights[1], "µV", (HEIGHT, None), f"At 0.3-10 Hz; {OWN}"),
        within(OPPOSITE, correlation, "", (None, CORRELATION),
               f"{AASM_REM}. Conjugate movements go opposite ways in the two; limit: {OWN}"),
        within(RISE, rise, "s", (None, RISE_SECONDS), AASM_REM),
        within("Slope", slope, "µV/s", (None, None), "80 % of the rise over the rise time"),
        within("Coherence, 0.5-5 Hz", coherence, "", (COHERENCE, None), WTC),
        within("Phase, 0.5-5 Hz", phase, "°", (PHASE_DEGREES, 180.0), WTC),
        one_of(STAGE_NAME, stage, ("R",), STAGE),
        within(f"{BLEED_NAME} ({where})" if where else BLEED_NAME, bleed, "", (None, MOST_BLEED),
               BLEED),
    )  # fmt: skip
    return pair, criteria, tuple(_warnings(pair, heights, correlation, rise, bleed, where))


def _warnings(
    pair: tuple[str, str],
    heights: list[float | None],
    correlation: float | None,
    rise: float | None,
    bleed: float | None,
    where: str,
) -> list[str]:
    found: list[str] = []
    known = [height or 0.0 for height in heights]
    if min(known) < ONE_EYE * max(known):
        label = pair[int(np.argmax(known))]
        found.append(f"On {label} alone: the other eye hardly moves.")
    elif correlation is not None and correlation > -CORRELATION:
        found.append("Both eyes go the same way: a blink or EEG, not a conjugate movement.")
    if rise is not None and rise > RISE_SECONDS:
        found.append(f"A slow eye movement, not a rapid one: it rises in {rise:.2f} s.")
    if bleed is not None and bleed > MOST_BLEED:
        found.append(f"{where} shows the same wave: it may be EEG in the eye channels.")
    return found


def _at_rate(
    recording: Recording, label: str, rate: float, first: int, stop: float
) -> NDArray[np.float64]:
    """A channel on the grid of a rate from sample ``first`` to ``stop`` s, at most its end."""
    channel = recording.channel(label)

    def read(low: int, high: int) -> NDArray[np.float64]:
        return recording.read(label, low / channel.sfreq, high / channel.sfreq)

    behind = min(round(stop * rate), int(channel.n_samples / channel.sfreq * rate + 1e-6))
    return read_at_rate(read, channel.n_samples, channel.sfreq, rate, first, max(first, behind))


def _check(
    pair: tuple[str, str], parts: list[NDArray[np.float64]], start: float, stop: float
) -> None:
    for label, part in zip(pair, parts, strict=True):
        known = part[np.isfinite(part)]
        if known.size < 4 or np.ptp(known) < 1e-6:
            raise GapError(
                f"{label} is flat or was not recorded from {start:.2f} to {stop:.2f} s, "
                "so there is nothing to measure."
            )


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float | None:
    if one.size < 4 or one.std() < 1e-9 or other.std() < 1e-9:
        return None
    return float(np.corrcoef(one, other)[0, 1])


def rise_of(
    half: NDArray[np.float64], first: int, behind: int, sfreq: float
) -> tuple[float | None, float | None]:
    """Rise time (s, 10 to 90 %) and slope (µV/s) of the largest deflection of ``[first, behind)``.

    The deflection begins at the last turning point before its highest place, where a turn of less
    than a tenth of its height is none.
    """
    part = half[first:behind]
    if part.size < 3:
        return None, None
    middle = float(np.median(half))
    peak = first + int(np.argmax(np.abs(part - middle)))
    signed = (half - middle) * np.sign(half[peak] - middle)
    height = float(signed[peak])
    if height <= 0:
        return None, None
    foot = lowest = peak
    while foot > 0:
        foot -= 1
        if signed[foot] < signed[lowest]:
            lowest = foot
        elif signed[foot] > signed[lowest] + 0.1 * height:
            break
    rising = signed[lowest : peak + 1]
    size = float(rising[-1] - rising[0])
    if rising.size < 2 or size <= 0:
        return None, None
    shares = (rising - rising[0]) / size
    low, high = _crossing(shares, 0.1), _crossing(shares, 0.9)
    rise = max(high - low, 1e-9) / sfreq
    return rise, 0.8 * size / rise


def _crossing(shares: NDArray[np.float64], share: float) -> float:
    """Place, in samples, at which a rise last passes a share of its height, linear between."""
    k = int(np.flatnonzero(shares <= share)[-1])
    if k + 1 >= shares.size:
        return float(k)
    return k + float((share - shares[k]) / (shares[k + 1] - shares[k]))


def _coherence(
    raw: list[NDArray[np.float64]], size: int, rate: float, place: tuple[int, int]
) -> tuple[float | None, float | None]:
    """Coherence and its phase (degrees, 0..180), weighted by the power both have in the event."""
    grid = _GRID.below_nyquist(rate)
    found = exact_coherence(raw[0][:size], raw[1][:size], rate, grid)
    part = (slice(None), slice(*place))
    values, phase = found.coherence[part], found.phase[part]
    weight = np.sqrt(found.power[0][part] * found.power[1][part])
    known = np.isfinite(values) & np.isfinite(weight) & ~found.uncertain[part]
    if not known.any() or weight[known].sum() <= 0:
        return None, None
    mean = float(np.average(values[known], weights=weight[known]))
    turn = np.average(np.exp(1j * phase[known]), weights=weight[known])
    return mean, float(np.degrees(np.abs(np.angle(turn))))


def _bleed(
    recording: Recording,
    half: NDArray[np.float64],
    rate: float,
    first: int,
    place: tuple[int, int],
) -> tuple[float | None, str]:
    """How much of the eyes' wave the EEG explains, 0..1, and the channel that does most."""
    best, where = None, ""
    eyes = in_band(half, rate, SLOW_HZ)[slice(*place)]
    for label in spindle_channels(recording.channels)[:EEG_CHANNELS]:
        stop = (first + half.size) / rate
        eeg = in_band(fill_missing(_at_rate(recording, label, rate, first, stop)), rate, SLOW_HZ)
        part = eeg[slice(*place)]
        if part.size != eyes.size or np.ptp(eyes) < 1e-9:
            continue
        together = _correlation(part, eyes)
        if together is None:
            continue
        share = abs(together) * min(1.0, float(np.ptp(part) / np.ptp(eyes)))
        if best is None or share > best:
            best, where = share, label
    return best, where

"""How many µV (or %, or whatever a channel measures) fill the height of a lane."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sleepscope.errors import SleepScopeError
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.recording import Recording

# A lane of 150 µV shows the AASM's 75 µV slow wave at half its height.
DEFAULT_GAINS = {"EEG": 150.0, "EOG": 300.0, "EMG": 100.0, "ECG": 2000.0}
# What a lane is drawn at where a millimetre of the screen stands for so many µV: EEG at the 7 µV/mm
# of most laboratories, ECG at the 10 mm/mV of cardiology.
DEFAULT_SENSITIVITIES = {"EEG": 7.0, "EOG": 10.0, "EMG": 10.0, "ECG": 100.0}
# The same for recordings of one or two channels, which have the page for themselves.
SENSITIVITIES_OF_FEW = {"EEG": 2.0, "EOG": 3.0, "EMG": 5.0, "ECG": 30.0}
FEW_CHANNELS = 2
# The steps of clinical systems, µV/mm.
SENSITIVITIES = (
    0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 50.0, 70.0, 100.0,
    150.0, 200.0, 300.0, 500.0, 700.0, 1000.0, 1500.0, 2000.0,
)  # fmt: skip
# Oxygen saturation is read as a level, so its lane has fixed ends: 80 to 100 %.
SPO2_RANGE = (80.0, 100.0)
# Places of the night that an unknown channel's range is taken from, and seconds at each.
PLACES = (0.1, 0.3, 0.5, 0.7, 0.9)
SECONDS_AT_PLACE = 10.0


@dataclass(frozen=True, slots=True)
class LaneScale:
    """How a channel's values become heights.

    Attributes
    ----------
    span : float
        Units from the bottom to the top of the trace's lane.
    centre : float or None
        Value in the middle of the lane; None centres what the page shows.
    """

    span: float
    centre: float | None = None


def is_calibrated(channel: Channel) -> bool:
    """Whether a channel is drawn in µV/mm; breathing, saturation and the like fit their lanes."""
    return channel.unit == "µV" and channel.kind in DEFAULT_SENSITIVITIES


def default_sensitivity(channel: Channel, n_channels: int) -> float:
    """µV/mm of a kind of channel in a recording of so many channels."""
    defaults = SENSITIVITIES_OF_FEW if n_channels <= FEW_CHANNELS else DEFAULT_SENSITIVITIES
    return defaults[channel.kind]


def calibrated_scale(sensitivity: float, height: float, pixels_per_mm: float) -> LaneScale:
    """Scale of a lane of ``height`` pixels where a millimetre is ``sensitivity`` µV."""
    return LaneScale(sensitivity * height / pixels_per_mm)


def next_sensitivity(now: float, direction: int) -> float:
    """The next step: above 0 fewer µV/mm, that is higher waves; the last step stays."""
    if direction > 0:
        below = [step for step in SENSITIVITIES if step < now * 0.999]
        return below[-1] if below else SENSITIVITIES[0]
    above = [step for step in SENSITIVITIES if step > now * 1.001]
    return above[0] if above else SENSITIVITIES[-1]


def default_scale(recording: Recording, channel: Channel) -> LaneScale:
    """A scale that needs no thought for known kinds, measured from the night for others."""
    if channel.kind == "SPO2" and channel.unit in ("%", ""):
        low, high = SPO2_RANGE
        return LaneScale(high - low, (low + high) / 2)
    if channel.unit == "µV" and channel.kind in DEFAULT_GAINS:
        return LaneScale(DEFAULT_GAINS[channel.kind])
    return LaneScale(_measured_span(recording, channel))


def _measured_span(recording: Recording, channel: Channel) -> float:
    """Half as much again as the middle 98 % of the values at five places of the night."""
    ranges = []
    for place in PLACES:
        middle = place * recording.duration
        try:
            samples = recording.read(channel.label, middle, middle + SECONDS_AT_PLACE)
        except SleepScopeError:
            continue
        samples = samples[np.isfinite(samples)]
        if len(samples):
            low, high = np.percentile(samples, (1, 99))
            ranges.append(float(high - low))
    widest = max(ranges, default=0.0)
    return round_number(1.5 * widest) if widest > 0 else 1.0


def round_number(value: float) -> float:
    """The nearest of 1, 2 and 5 times a power of ten that is not below ``value``."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= value * 0.999)


def round_number_below(value: float) -> float:
    """The nearest of 1, 2 and 5 times a power of ten that is not above ``value``."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (5.0, 2.0, 1.0) if step * power <= value * 1.001)

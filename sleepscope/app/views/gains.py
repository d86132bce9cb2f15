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

"""Channels of files that do not say much about them: labels alone, perhaps with a unit."""

from __future__ import annotations

import re
from collections.abc import Container

import numpy as np
from numpy.typing import NDArray

from sleepscope.recordings.channel import Channel, unique_label
from sleepscope.recordings.kinds import BODY, RESP, SOUND, SPO2, channel_kind
from sleepscope.recordings.units import MICROVOLT, microvolts_per

_UNIT_BEHIND = re.compile(r"(?P<label>.*\S)\s*[\[(](?P<unit>[^\[\]()]{1,8})[\])]")
# Units other than voltages that stand in brackets behind a label.
_OTHER_UNITS = re.compile(
    r"%|°?c|bpm|mmhg|hz|l/s|l/min|cmh2o|g|a\.?u\.?|deg|°|db|lux|k?ohm|k?Ω", re.IGNORECASE
)
# No EEG in µV stays below this; in V even an ECG does.
_LARGEST_AS_VOLTS = 0.02


def assumed_channel(
    label: str, unit: str, sfreq: float, n_samples: int, taken: Container[str]
) -> tuple[Channel, float]:
    """A channel of which only the label is known for sure.

    Parameters
    ----------
    label : str
        A unit in brackets behind it ("C3 [mV]") counts before ``unit``.
    unit : str
        That of the voltages in the file.
    sfreq : float, Hz
    n_samples : int
    taken : container of str
        Labels that exist already.

    Returns
    -------
    channel : Channel
    factor : float
        What the values of the file are multiplied with.
    """
    bare, own = split_unit(label)
    kind = channel_kind(bare)
    if not own:
        own = "" if kind in (RESP, SPO2, BODY, SOUND) else unit
    factor = microvolts_per(own)
    shown = own if factor is None else MICROVOLT
    channel = Channel(unique_label(bare, taken), channel_kind(bare, shown), shown, sfreq, n_samples)
    return channel, 1.0 if factor is None else factor


def split_unit(label: str) -> tuple[str, str]:
    """A label and the unit in brackets behind it, "" where there is none."""
    found = _UNIT_BEHIND.fullmatch(label)
    if found is None:
        return label, ""
    unit = found["unit"].strip()
    if microvolts_per(unit) is None and not _OTHER_UNITS.fullmatch(unit):
        return label, ""
    return found["label"], unit


def look_like_volts(samples: NDArray[np.floating]) -> bool:
    """Whether values are so small that they must be volts: MNE keeps EEG in those."""
    if not samples.size:
        return False
    largest = max(float(np.nanmax(np.abs(samples[:100_000]), initial=0.0)), 0.0)
    return 0 < largest < _LARGEST_AS_VOLTS

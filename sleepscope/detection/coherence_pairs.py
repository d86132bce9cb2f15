"""Which channels are compared by their coherence unless told."""

from __future__ import annotations

from collections.abc import Sequence

from sleepscope.constants import REM
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.kinds import find_eog_pair, spindle_channels
from sleepscope.signals.coherence import CoherenceSettings

# REMs lie at 0.3-5 Hz, spindles at 11-16 Hz; muscle above 32 Hz says nothing about either.
LANE_SETTINGS = CoherenceSettings(low=0.5, high=32.0)
# What is seen in the eyes; all else is looked for in the EEG.
KINDS_OF_EYES = (REM, "blink")


def default_pairs(channels: Sequence[Channel]) -> tuple[tuple[str, ...], ...]:
    """The left with the right eye, and the two best EEG channels; of a lone EEG that one alone.

    Parameters
    ----------
    channels : sequence of Channel

    Returns
    -------
    tuple of tuple of str
        Labels of two channels, or of one for its wavelet power.
    """
    volts = [c for c in channels if c.unit == "µV"]
    eyes = find_eog_pair(volts)
    best = spindle_channels(volts)[:2]
    return tuple(group for group in (eyes or (), best) if group)


def pair_for(kind: str, channels: Sequence[Channel]) -> tuple[tuple[str, ...], ...]:
    """The one lane in which events of a kind show best: the eyes for REMs, else the EEG.

    Parameters
    ----------
    kind : str
        As of :class:`~sleepscope.events.event.Event`.
    channels : sequence of Channel

    Returns
    -------
    tuple of tuple of str
        One group of labels; the other one where there are no such channels, or none.
    """
    groups = default_pairs(channels)
    eyes = find_eog_pair([c for c in channels if c.unit == "µV"])
    wants_eyes = kind in KINDS_OF_EYES
    fitting = [group for group in groups if (group == eyes) == wants_eyes]
    return tuple((fitting or list(groups))[:1])

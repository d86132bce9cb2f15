"""Which channels of a recording are shown before the person chose any."""

from __future__ import annotations

import re
from typing import Final

from sleepscope.recordings.channel import Channel
from sleepscope.recordings.recording import Recording

# As many of each kind as a page can show; other kinds are not shown at first.
MOST: Final = {"EEG": 8, "EOG": 4, "EMG": 2, "ECG": 1, "RESP": 3, "SPO2": 1}
MOST_CHANNELS: Final = 14
# Reference electrodes alone say little beside the channels that they are the reference of.
_REFERENCE = re.compile(r"(EEG\W*)?[MA][12]$", re.IGNORECASE)


def default_channels(recording: Recording) -> tuple[str, ...]:
    """Labels to show: a page of the usual kinds, references left out; all where none is usual."""
    counts: dict[str, int] = {}
    shown: list[Channel] = []
    for channel in recording.channels:
        counts[channel.kind] = counts.get(channel.kind, 0) + 1
        fits = counts[channel.kind] <= MOST.get(channel.kind, 0)
        if _REFERENCE.match(channel.label):
            counts[channel.kind] -= 1
        elif fits and len(shown) < MOST_CHANNELS:
            shown.append(channel)
    if not shown:
        return tuple(c.label for c in recording.channels[:MOST_CHANNELS])
    return tuple(channel.label for channel in shown)

"""Moments cut to samples: an event begins and ends where its channel was measured."""

from __future__ import annotations

from sleepscope.errors import ChannelError
from sleepscope.recordings.recording import Recording


def cut_to_samples(time: float, sfreq: float) -> float:
    """The moment (s) of the sample nearest to ``time`` on a channel of ``sfreq`` Hz."""
    return round(time * sfreq) / sfreq


def event_rate(recording: Recording, channel: str | None) -> float:
    """Rate (Hz) of the samples that the edges of a channel's events are cut to.

    Parameters
    ----------
    channel : str or None
        None for an event of all channels: the fastest channel's rate, which also stands in for a
        channel that the recording does not have.
    """
    if channel is not None:
        try:
            return recording.channel(channel).sfreq
        except ChannelError:
            pass
    return max((one.sfreq for one in recording.channels), default=1.0)

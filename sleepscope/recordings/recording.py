"""A recording: channels at their own rates on one time line, read lazily, never written."""

from __future__ import annotations

import datetime
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import ChannelError, GapError, RecordingError
from sleepscope.recordings.channel import Channel

Gaps = Literal["nan", "raise"]

# Of one read so many samples may be NaN, 400 MB: two days at 256 Hz. A week's gap lies in a file,
# but not in memory.
_MOST_MISSING = 50_000_000


class Recording(ABC):
    """A polysomnography file as SleepScope sees it.

    Time is in seconds from the first sample. Every channel lies on one uniform grid of its own
    rate: sample ``k`` is at ``k / sfreq`` seconds; stretches in which nothing was recorded (EDF+D)
    are NaN on that grid and listed in ``gaps``.

    Attributes
    ----------
    path : Path
        The file, or for simulated recordings a made-up name.
    channels : tuple of Channel
        In the order of the file, annotation signals left out.
    start : datetime.datetime or None
        Clock time of the first sample, without time zone; None where the file does not say.
    duration : float
        Seconds from the first to behind the last sample, gaps included.
    gaps : tuple of (start, stop)
        Unrecorded stretches, seconds.
    subject_code : str
        A code without name and birth date, or "".
    notices : tuple of str
        What was repaired or looked odd, one sentence each, for the person.
    """

    path: Path
    channels: tuple[Channel, ...]
    start: datetime.datetime | None
    duration: float
    gaps: tuple[tuple[float, float], ...] = ()
    subject_code: str = ""
    notices: tuple[str, ...] = ()

    def channel(self, label: str) -> Channel:
        """Return the channel called ``label``.

        Raises
        ------
        ChannelError
            If there is none; the sentence names those there are.
        """
        for channel in self.channels:
            if channel.label == label:
                return channel
        names = ", ".join(c.label for c in self.channels)
        raise ChannelError(f"No channel '{label}' in {self.path.name}; it has {names}.")

    def read(
        self, label: str, start: float, stop: float, *, gaps: Gaps = "nan"
    ) -> NDArray[np.float64]:
        """Read one channel between two moments.

        Parameters
        ----------
        label : str
            Channel label.
        start, stop : float, s
            ``[start, stop)``, cut to the recording; sample indices are
            ``round(start * sfreq)`` up to ``round(stop * sfreq)``.
        gaps : {"nan", "raise"}
            What to do where nothing was recorded.

        Returns
        -------
        (n_samples,) ndarray of float64, in the channel's unit (µV for voltages)

        Raises
        ------
        ChannelError
            If there is no such channel.
        GapError
            If ``gaps`` is "raise" and the stretch touches one.
        RecordingError
            If the file cannot be read any more.
        """
        channel = self.channel(label)
        first, behind = sample_range(start, stop, channel.sfreq, channel.n_samples)
        if gaps == "raise":
            for gap_start, gap_stop in self.gaps:
                if gap_start < stop and start < gap_stop:
                    raise GapError(
                        f"{self.path.name} holds nothing from {gap_start:.3f} to {gap_stop:.3f} s, "
                        f"so {start:.3f} to {stop:.3f} s cannot be read in one piece."
                    )
        return self._read_samples(channel, first, behind)

    @abstractmethod
    def _read_samples(self, channel: Channel, first: int, behind: int) -> NDArray[np.float64]:
        """Samples ``[first, behind)`` of a channel on its grid; indices are inside it."""

    def close(self) -> None:  # noqa: B027  (a recording in memory holds nothing to let go of)
        """Let go of the file. Reading afterwards is an error of the caller."""


class ArrayRecording(Recording):
    """A recording held in memory: text signals, simulations, tests."""

    def __init__(
        self,
        path: Path,
        channels: tuple[Channel, ...],
        signals: dict[str, NDArray[np.floating]],
        *,
        start: datetime.datetime | None = None,
        subject_code: str = "",
        notices: tuple[str, ...] = (),
    ) -> None:
        self.path = path
        self.channels = channels
        self.start = start
        self.duration = max((c.n_samples / c.sfreq for c in channels), default=0.0)
        self.subject_code = subject_code
        self.notices = notices
        self._signals = signals

    def _read_samples(self, channel: Channel, first: int, behind: int) -> NDArray[np.float64]:
        return np.array(self._signals[channel.label][first:behind], dtype=np.float64)


def sample_range(start: float, stop: float, sfreq: float, n_samples: int) -> tuple[int, int]:
    """Indices ``(first, behind)`` of the samples in ``[start, stop)``, cut to the channel."""
    first = min(max(round(start * sfreq), 0), n_samples)
    behind = min(max(round(stop * sfreq), first), n_samples)
    return first, behind


def check_missing(name: str, channel: Channel, missing: int) -> None:
    """Refuse to fill memory with samples that were never recorded.

    Parameters
    ----------
    name : str
        What the file is called.
    channel : Channel
    missing : int
        How many of the samples asked for lie in gaps, at most.

    Raises
    ------
    RecordingError
        If that is more than any night has.
    """
    if missing > _MOST_MISSING:
        most = _MOST_MISSING / channel.sfreq
        raise RecordingError(
            f"In {name} nothing was recorded on {channel.label} for {missing / channel.sfreq:.0f} "
            f"s of what was asked for, and at most {most:.0f} s can be left empty; read a shorter "
            "stretch."
        )

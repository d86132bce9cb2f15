"""Several files of one night as one recording: EEG from one device, breathing from another."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import GapError, RecordingError
from sleepscope.recordings.channel import Channel, unique_label
from sleepscope.recordings.header_fields import ANONYMOUS_DATE
from sleepscope.recordings.recording import Gaps, Recording, check_missing

# Clocks of devices that were started together differ by this much, s.
_SAME_START = 1.0
_DAY = 86400.0


class CombinedRecording(Recording):
    """Channels of several recordings on one time line.

    Parameters
    ----------
    recordings : sequence of Recording
        Two or more; this one closes them. The first that has a clock is the one that the others
        are placed by.

    Attributes
    ----------
    recordings : tuple of Recording
        As given.
    offsets : tuple of float, s
        When each begins on the common time line; the earliest at 0.

    Notes
    -----
    Recordings that start within a second of each other start together; others lie where their
    clocks put them, to the nearest sample of each channel. A channel is NaN where its own file
    has nothing; ``gaps`` are stretches in which no file has anything.
    """

    def __init__(self, recordings: Sequence[Recording]) -> None:
        if len(recordings) < 2:
            raise RecordingError(
                f"{len(recordings)} recordings cannot be combined; name at least two."
            )
        self.recordings = tuple(recordings)
        self.path = recordings[0].path
        names = _names(self.recordings)
        notices = [
            notice if name in notice else f"{name}: {notice}"
            for name, recording in zip(names, recordings, strict=True)
            for notice in recording.notices
        ]
        self.start, self.offsets = _placed(self.recordings, names, notices)
        spans = zip(self.offsets, recordings, strict=True)
        self.duration = max(offset + recording.duration for offset, recording in spans)
        codes = {recording.subject_code for recording in recordings} - {""}
        self.subject_code = codes.pop() if len(codes) == 1 else ""
        if codes and not self.subject_code:
            notices.append("The files give different subject codes: are they of one person?")
        self._places: dict[str, tuple[int, Channel]] = {}
        self.channels = self._build_channels(names)
        self.gaps = self._common_gaps()
        self.notices = tuple(notices)

    def close(self) -> None:
        """Let go of all files."""
        for recording in self.recordings:
            recording.close()

    def read(
        self, label: str, start: float, stop: float, *, gaps: Gaps = "nan"
    ) -> NDArray[np.float64]:
        """Read one channel between two moments; see ``Recording.read``.

        With ``gaps="raise"`` a stretch in which the channel's own file has nothing is a gap too.
        """
        channel = self.channel(label)
        if gaps == "raise":
            number, _ = self._places[channel.label]
            for gap_start, gap_stop in self._silences(number):
                if gap_start < min(stop, self.duration) and max(start, 0.0) < gap_stop:
                    raise GapError(
                        f"{self.recordings[number].path.name} holds nothing of {label} from "
                        f"{gap_start:.3f} to {gap_stop:.3f} s, so {start:.3f} to {stop:.3f} s "
                        "cannot be read in one piece."
                    )
        return super().read(label, start, stop)

    def _build_channels(self, names: Sequence[str]) -> tuple[Channel, ...]:
        labels = [c.label for recording in self.recordings for c in recording.channels]
        repeated = {label for label in labels if labels.count(label) > 1}
        for number, recording in enumerate(self.recordings):
            for channel in recording.channels:
                label = channel.label
                if label in repeated:
                    label = f"{label} ({names[number]})"
                self._places[unique_label(label, self._places)] = number, channel
        return tuple(
            replace(channel, label=label, n_samples=round(self.duration * channel.sfreq))
            for label, (_, channel) in self._places.items()
        )

    def _silences(self, number: int) -> list[tuple[float, float]]:
        """Where one of the files has nothing, on the common time line."""
        recording, offset = self.recordings[number], self.offsets[number]
        stop = offset + recording.duration
        inside = [(offset + a, offset + b) for a, b in recording.gaps]
        around = [(0.0, offset), *inside, (stop, self.duration)]
        return [(a, b) for a, b in around if b - a > 1e-6]

    def _common_gaps(self) -> tuple[tuple[float, float], ...]:
        silences = [self._silences(number) for number in range(len(self.recordings))]
        edges = sorted({edge for pairs in silences for pair in pairs for edge in pair})
        gaps: list[tuple[float, float]] = []
        for start, stop in pairwise(edges):
            middle = (start + stop) / 2
            if not all(any(a < middle < b for a, b in pairs) for pairs in silences):
                continue
            if gaps and gaps[-1][1] == start:
                gaps[-1] = gaps[-1][0], stop
            else:
                gaps.append((start, stop))
        return tuple(gaps)

    def _read_samples(self, channel: Channel, first: int, behind: int) -> NDArray[np.float64]:
        number, own = self._places[channel.label]
        shift = round(self.offsets[number] * channel.sfreq)
        a, b = max(first - shift, 0), min(behind - shift, own.n_samples)
        name = self.recordings[number].path.name
        check_missing(name, channel, behind - first - max(b - a, 0))
        values = np.full(behind - first, np.nan)
        if a < b:
            stretch = self.recordings[number].read(own.label, a / own.sfreq, b / own.sfreq)
            values[a + shift - first : b + shift - first] = stretch
        return values


def _names(recordings: Sequence[Recording]) -> list[str]:
    """What tells the files apart: names without endings, else with them, else numbered."""
    for names in ([r.path.stem for r in recordings], [r.path.name for r in recordings]):
        if len(set(names)) == len(names):
            return names
    taken: dict[str, None] = {}
    for recording in recordings:
        taken[unique_label(recording.path.name, taken)] = None
    return list(taken)


def _placed(
    recordings: Sequence[Recording], names: Sequence[str], notices: list[str]
) -> tuple[datetime.datetime | None, tuple[float, ...]]:
    """Clock time of the common beginning, and when each recording begins after it, s."""
    with_clock = [k for k, recording in enumerate(recordings) if recording.start is not None]
    first = with_clock[0] if with_clock else 0
    anchor = recordings[first].start
    after: list[float | None] = []
    for recording, name in zip(recordings, names, strict=True):
        if anchor is None or recording.start is None:
            seconds = None
            notices.append(f"{name} does not say when it starts; it is shown from the beginning.")
        else:
            seconds = _seconds_after(anchor, recording.start, name, names[first], notices)
        after.append(seconds)
    earliest = min((seconds for seconds in after if seconds is not None), default=0.0)
    offsets = tuple(0.0 if seconds is None else seconds - earliest for seconds in after)
    start = None if anchor is None else anchor + datetime.timedelta(seconds=earliest)
    return start, offsets


def _seconds_after(
    anchor: datetime.datetime,
    start: datetime.datetime,
    name: str,
    anchor_name: str,
    notices: list[str],
) -> float | None:
    """How long after the anchor a recording starts, s; None where that is no night."""
    seconds = (start - anchor).total_seconds()
    dateless = [d.date() == ANONYMOUS_DATE for d in (anchor, start)]
    if any(dateless) and not (all(dateless) and abs(seconds) < _DAY / 2):
        seconds = math.remainder(seconds, _DAY)
        notices.append(
            f"{name} or {anchor_name} does not give its date; they are placed by time of day."
        )
    elif abs(seconds) > _DAY:
        notices.append(
            f"{name} starts {abs(seconds) / _DAY:.1f} days {'after' if seconds > 0 else 'before'} "
            f"{anchor_name}, which is more than 24 h; it is shown from the beginning."
        )
        return None
    return 0.0 if abs(seconds) <= _SAME_START else seconds

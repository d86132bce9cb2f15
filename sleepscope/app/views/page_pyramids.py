"""Extremes of whole channels, filtered as the page shows them, built while the person works."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sleepscope.app.language import tr
from sleepscope.progress import Progress, Steps
from sleepscope.recordings.recording import Recording
from sleepscope.review.kept_extremes import KeptExtremes
from sleepscope.signals.envelope import Pyramid, build_pyramid
from sleepscope.signals.filters import FilterSettings, apply, run_in_seconds

Wanted = Sequence[tuple[str, FilterSettings]]
Built = dict[tuple[str, FilterSettings], Pyramid]


def build_pyramids(recording: Recording, wanted: Wanted) -> Steps[Built]:
    """Read channels once, filter them and keep their extremes.

    Parameters
    ----------
    recording : Recording
    wanted : sequence of (label, FilterSettings)
        Channels and filters as shown, in the order in which they are wanted.

    Yields
    ------
    Progress
        ``partial`` holds the pyramids that are whole already.

    Returns
    -------
    dict of (label, FilterSettings) to Pyramid
        8 h at 256 Hz take 2 MB a channel.
    """
    built: Built = {}
    for number, (label, settings) in enumerate(wanted):
        channel = recording.channel(label)
        reader = _FilteredReader(recording, label, settings)
        message = tr("Overview of {label}", label=label)
        steps = build_pyramid(reader.read, channel.n_samples, channel.sfreq, message)
        while True:
            try:
                step = next(steps)
            except StopIteration as stop:
                built = {**built, (label, settings): stop.value}
                break
            yield Progress(number + step.fraction, len(wanted), message, built)
    return built


def find_pyramids(recording: Recording, wanted: Wanted, kept: KeptExtremes) -> Steps[Built]:
    """As :func:`build_pyramids`, but what was kept of an earlier time is not built again."""
    yield Progress(0, len(wanted), tr("Reading the whole night"))
    known = dict(kept.read(tuple(wanted)))
    missing = [one for one in wanted if one not in known]
    if not missing:
        return known
    if known:
        yield Progress(len(known), len(wanted), tr("Reading the whole night"), known)
    built = yield from build_pyramids(recording, missing)
    kept.keep(built)
    return known | built


class _FilteredReader:
    """Reads samples of one channel as a page would show them."""

    def __init__(self, recording: Recording, label: str, settings: FilterSettings) -> None:
        self._recording = recording
        self._channel = recording.channel(label)
        self._settings = settings.below_nyquist(self._channel.sfreq)
        self._run_in = math.ceil(run_in_seconds(self._settings) * self._channel.sfreq)

    def read(self, first: int, behind: int) -> NDArray[np.floating[Any]]:
        """Filtered samples ``[first, behind)``."""
        sfreq = self._channel.sfreq
        before = max(0, first - self._run_in)
        after = min(self._channel.n_samples, behind + self._run_in)
        samples = self._recording.read(self._channel.label, before / sfreq, after / sfreq)
        return apply(samples, sfreq, self._settings)[first - before : behind - before]

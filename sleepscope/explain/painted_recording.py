"""A recording as it would be with some strokes on it: read like any other, nothing is written."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sleepscope.explain.stroke import Stroke, painted
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.recording import Gaps, Recording, sample_range

# First sample of a painted stretch, and the stretch.
_Patch = tuple[int, NDArray[np.float64]]


class PaintedRecording(Recording):
    """Reads from another recording and puts strokes onto copies of what it read.

    Later strokes lie on earlier ones. Patches are worked out once, at the channel's own rate, so
    that what is drawn and what a network reads is the same.

    Parameters
    ----------
    source : Recording
    strokes : sequence of Stroke
        In the order they were painted.
    """

    def __init__(self, source: Recording, strokes: Sequence[Stroke] = ()) -> None:
        self.source = source
        self.strokes = tuple(strokes)
        self.path, self.channels = source.path, source.channels
        self.start, self.duration = source.start, source.duration
        self.gaps, self.subject_code = source.gaps, source.subject_code
        self._patches: dict[tuple[Stroke, ...], _Patch] = {}

    def with_strokes(self, strokes: Sequence[Stroke]) -> PaintedRecording:
        """The same recording under other strokes; patches of those in common are kept."""
        other = PaintedRecording(self.source, strokes)
        known = {key: patch for key, patch in self._patches.items() if key in other._layers()}
        other._patches.update(known)
        return other

    def channel(self, label: str) -> Channel:
        """The channel called ``label``, derivations among them."""
        return self.source.channel(label)

    def read(
        self, label: str, start: float, stop: float, *, gaps: Gaps = "nan"
    ) -> NDArray[np.float64]:
        """Read one channel between two moments, strokes and all; see ``Recording.read``."""
        samples = self.source.read(label, start, stop, gaps=gaps)
        layers = [layer for layer in self._layers() if layer[-1].channel == label]
        if not layers:
            return samples
        channel = self.source.channel(label)
        first, behind = sample_range(start, stop, channel.sfreq, channel.n_samples)
        samples = np.array(samples, dtype=np.float64)
        for layer in layers:
            _paste(samples, first, behind, self._patch(channel, layer))
        return samples

    def work_out(self) -> None:
        """Work out every stroke now, and not when it is read.

        Raises
        ------
        GapError
            If a mute finds no quiet stretch before it.
        """
        for layer in self._layers():
            self._patch(self.source.channel(layer[-1].channel), layer)

    def _layers(self) -> list[tuple[Stroke, ...]]:
        """Each stroke with those beneath it on its channel."""
        found: list[tuple[Stroke, ...]] = []
        for k, stroke in enumerate(self.strokes):
            found.append(tuple(s for s in self.strokes[: k + 1] if s.channel == stroke.channel))
        return found

    def _patch(self, channel: Channel, layer: tuple[Stroke, ...]) -> _Patch:
        known = self._patches.get(layer)
        if known is not None:
            return known
        stroke, sfreq = layer[-1], channel.sfreq
        first, behind = sample_range(stroke.start, stroke.stop, sfreq, channel.n_samples)
        if behind == first:
            return first, np.empty(0)
        before, after = stroke.reach
        low = max(0, first - round(before * sfreq) - 1)
        high = min(channel.n_samples, behind + round(after * sfreq) + 1)
        under = PaintedRecording(self.source, layer[:-1])
        under._patches = self._patches
        signal = under.read(channel.label, low / sfreq, high / sfreq)
        made = first, painted(signal, sfreq, first - low, behind - low, stroke)
        self._patches[layer] = made
        return made

    def _read_samples(self, channel: Channel, first: int, behind: int) -> NDArray[np.float64]:
        return self.read(channel.label, first / channel.sfreq, behind / channel.sfreq)


def _paste(samples: NDArray[np.float64], first: int, behind: int, patch: _Patch) -> None:
    """Put what overlaps of a patch into samples ``[first, behind)``."""
    at, values = patch
    low, high = max(first, at), min(behind, at + values.size)
    if low < high:
        samples[low - first : high - first] = values[low - at : high - at]

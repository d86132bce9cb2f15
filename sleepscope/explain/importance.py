"""Which channels, regions and bands a model's answer rests on, over one stretch or many.

A spindle model reads one channel; over several, p is the mean of the channels' logits. Values stay
raw, in logits, so that an event, a page and a night can be shown on one scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import GapError, SettingsError
from sleepscope.explain.band_importance import ALL_BANDS, Band, frequency_importance
from sleepscope.explain.channel_importance import ChannelImportance, channel_importance
from sleepscope.explain.occlusion import BASELINE_SECONDS, BASELINES, Baseline
from sleepscope.explain.region_importance import mean_over_regions
from sleepscope.networks.checkpoint import load_network
from sleepscope.networks.model_card import ModelCard
from sleepscope.progress import Progress, Steps
from sleepscope.recordings.recording import Recording

if TYPE_CHECKING:
    from sleepscope.explain.map_reader import ChannelMap, MapReader

# A stretch is replaced by one as long from the 60 s before it.
LONGEST_SECONDS: Final = BASELINE_SECONDS
# After so many stretches of a night what was found so far is given.
PARTIAL_SPANS: Final = 10


@dataclass(frozen=True, slots=True)
class Importance:
    """What a model's answer rests on; of several stretches the means.

    Attributes
    ----------
    scorer : str
        Scorer name of the model.
    channels : tuple of str
        Those that could be used in at least one stretch.
    spans : tuple of (start, stop), s
        The stretches that could be used.
    baseline : {"quietest", "zero"}
    logits : (n_channels,) ndarray
        Of each channel by itself; their mean is p.
    lost : (n_channels,) ndarray
        p less p with the channel replaced, sign kept.
    channel : (n_channels,) ndarray
        CI: its size.
    region : (5,) ndarray
        RI: the mean CI of a region's channels; NaN without any.
    bands : tuple of Band or None
        ``ALL_BANDS`` as far as rate and model hold them.
    frequency : (n_bands,) ndarray
        FI: the mean of the channels' maps in each band.
    region_band : (5, n_bands) ndarray
        FRI: the same over the channels of each region.
    times, freqs : ndarray, s and Hz
        Of the map; ``times`` is empty for several stretches.
    relevance : (n_freqs, n_times) ndarray
        FTI: the mean of the channels' Grad-CAM maps, a bin beyond either side of the stretch too.
    left_out : tuple of str
        Why channels or stretches were not used, a sentence each.
    """

    scorer: str
    channels: tuple[str, ...]
    spans: tuple[tuple[float, float], ...]
    baseline: Baseline
    logits: NDArray[np.float64] = field(repr=False)
    lost: NDArray[np.float64] = field(repr=False)
    channel: NDArray[np.float64] = field(repr=False)
    region: NDArray[np.float64] = field(repr=False)
    bands: tuple[Band | None, ...] = field(repr=False)
    frequency: NDArray[np.float64] = field(repr=False)
    region_band: NDArray[np.float64] = field(repr=False)
    times: NDArray[np.float64] = field(repr=False)
    freqs: NDArray[np.float64] = field(repr=False)
    relevance: NDArray[np.float64] = field(repr=False)
    left_out: tuple[str, ...] = ()

    @property
    def p(self) -> float:
        """The mean of the channels' logits."""
        return float(np.nanmean(self.logits))


def importance_of(
    recording: Recording,
    card: ModelCard,
    channels: Sequence[str],
    spans: Sequence[tuple[float, float]],
    *,
    baseline: Baseline = "quietest",
) -> Steps[Importance]:
    """Channels, regions and bands that a model's answer about some stretches rests on.

    Parameters
    ----------
    recording : Recording
    card : ModelCard
        Of a model that reads maps over frequency of one channel, such as spindle-2d.
    channels : sequence of str
        EEG channels; each is read by itself.
    spans : sequence of (start, stop), s
        An event, a page, or those of a night.
    baseline : {"quietest", "zero"}
        What a channel is replaced by over the stretch.

    Yields
    ------
    Progress
        In stretches times channels; after every tenth stretch of several its ``partial`` is the
        importance of those so far.

    Raises
    ------
    SettingsError
        If there is no channel or no stretch, or one is empty, outside the recording or longer
        than 60 s.
    ModelError
        If the model reads no maps, or more than one channel at a time.
    GapError
        If no channel could be used in any stretch; the sentence is that of the last one.
    ChannelError, RecordingError
        If a channel is not there or the file cannot be read.
    """
    _check(recording, channels, spans, baseline)
    total = float(len(spans) * len(channels))
    message = f"Importance of {len(channels)} channels · {card.name}"
    yield Progress(0.0, total, message)
    from sleepscope.explain.map_reader import MapReader

    network = load_network(card)
    reader = MapReader.of(network, card.name)
    sums = _Sums(reader, len(channels))
    for k, (start, stop) in enumerate(spans):
        found: list[tuple[int, ChannelMap]] = []
        for row, label in enumerate(channels):
            yield Progress(float(k * len(channels) + row), total, message)
            try:
                found.append((row, reader.read(recording, label, start, stop)))
            except GapError as error:
                sums.miss(label, str(error))
        if not found:
            continue
        seen = [one for _, one in found]
        signals = np.stack([one.signal for one in seen])
        place = seen[0]
        logits = np.array([one.logit for one in seen])
        steps = channel_importance(
            reader.logit_at(place), signals, *place.samples, reader.sfreq, baseline, logits
        )
        done = Progress(float((k + 1) * len(channels)), total, message)
        try:
            worth = yield from _silently(steps, done)
        except GapError as error:
            sums.miss(f"{start:.2f}-{stop:.2f} s", str(error))
            continue
        sums.take([row for row, _ in found], seen, worth, (start, stop))
        if (k + 1) % PARTIAL_SPANS == 0 and k + 1 < len(spans):
            so_far = sums.importance(recording, card, tuple(channels), baseline)
            yield Progress(done.done, total, message, so_far)
    return sums.importance(recording, card, tuple(channels), baseline)


def _check(
    recording: Recording,
    channels: Sequence[str],
    spans: Sequence[tuple[float, float]],
    baseline: str,
) -> None:
    if not channels:
        raise SettingsError("There is no EEG channel in µV to weigh; show or name one.")
    if baseline not in BASELINES:
        raise SettingsError(f"No baseline '{baseline}'; choose from {', '.join(BASELINES)}.")
    for label in channels:
        recording.channel(label)
    if not spans:
        raise SettingsError("There is no stretch to weigh: no event of this kind is there.")
    for start, stop in spans:
        if not 0.0 <= start < stop <= recording.duration + 1e-6:
            raise SettingsError(
                f"{start:.2f} to {stop:.2f} s cannot be weighed; the recording goes from 0 to "
                f"{recording.duration:.2f} s."
            )
        if stop - start > LONGEST_SECONDS:
            raise SettingsError(
                f"A stretch of {stop - start:.1f} s cannot be weighed; its replacement comes from "
                f"the {LONGEST_SECONDS:g} s before, so choose a shorter one."
            )


def _silently(steps: Steps[ChannelImportance], progress: Progress) -> Steps[ChannelImportance]:
    """Work whose own progress is only a moment to stop at."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            worth: ChannelImportance = stop.value
            return worth
        yield progress


class _Sums:
    """What was found so far; channels that are missing in a stretch do not count there."""

    def __init__(self, reader: MapReader, n_channels: int) -> None:
        self._reader = reader
        self._n_channels = n_channels
        self._spans: list[tuple[float, float]] = []
        self._logits: list[NDArray[np.float64]] = []
        self._lost: list[NDArray[np.float64]] = []
        self._maps: list[NDArray[np.float64]] = []
        self._times: NDArray[np.float64] = np.zeros(0)
        self._relevance: NDArray[np.float64] = np.zeros((reader.freqs.size, 0))
        self._missed: dict[str, tuple[int, str]] = {}

    def miss(self, what: str, why: str) -> None:
        count, _ = self._missed.get(what, (0, ""))
        self._missed[what] = count + 1, why

    def take(
        self,
        rows: list[int],
        seen: list[ChannelMap],
        worth: ChannelImportance,
        span: tuple[float, float],
    ) -> None:
        logits, lost = (np.full(self._n_channels, np.nan) for _ in range(2))
        logits[rows], lost[rows] = worth.logits, worth.lost
        # Over time a stretch is one value for each frequency: those are what bands are made of.
        over_time = np.full((self._n_channels, self._reader.freqs.size), np.nan)
        over_time[rows] = [one.over_time for one in seen]
        self._logits.append(logits)
        self._lost.append(lost)
        self._maps.append(over_time)
        self._spans.append(span)
        self._times = seen[0].times
        self._relevance = np.mean([one.relevance for one in seen], axis=0)

    def importance(
        self, recording: Recording, card: ModelCard, channels: tuple[str, ...], baseline: Baseline
    ) -> Importance:
        why = tuple(
            f"{what}: {reason}" if count == 1 else f"{what} ({count} stretches): {reason}"
            for what, (count, reason) in self._missed.items()
        )
        if not self._spans:
            raise GapError(next(reversed(self._missed.values()))[1])
        used = np.flatnonzero(np.isfinite(np.array(self._logits)).any(axis=0))
        labels = tuple(channels[k] for k in used)
        logits, lost = (
            np.nanmean(np.array(v)[:, used], axis=0) for v in (self._logits, self._lost)
        )
        size = np.nanmean(np.abs(np.array(self._lost)[:, used]), axis=0)
        maps = np.nanmean(np.array(self._maps)[:, used], axis=0)
        freqs = self._reader.freqs
        # No band beyond what the slowest channel holds and the model reads.
        highest = min(recording.channel(label).sfreq for label in labels) / 2
        low, high = self._reader.limits
        bands = tuple(band.within(low, min(high, highest)) for band in ALL_BANDS)
        own = np.array([frequency_importance(row[:, None], freqs, bands) for row in maps])
        several = len(self._spans) > 1
        return Importance(
            scorer=card.scorer,
            channels=labels,
            spans=tuple(self._spans),
            baseline=baseline,
            logits=logits,
            lost=lost,
            channel=size,
            region=mean_over_regions(size, labels),
            bands=bands,
            frequency=own.mean(axis=0),
            region_band=mean_over_regions(own, labels),
            times=self._times[:0] if several else self._times,
            freqs=freqs,
            relevance=self._relevance[:, :0] if several else self._relevance,
            left_out=why,
        )

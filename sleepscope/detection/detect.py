"""Run a model over a recording: read, resample, make features, ask the network, cut into events."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sleepscope.constants import REM, SPINDLE, STAGES, UNSCORED
from sleepscope.detection.channels import chosen_channels
from sleepscope.detection.detection import Detection
from sleepscope.detection.eye_pair import STRETCH_SECONDS, unrelated_samples
from sleepscope.detection.inputs import (
    MUSCLE,
    STATES,
    UNRELATED,
    USABLE,
    Stretch,
    input_length,
    read_samples,
)
from sleepscope.detection.segmentation import EventRule, Segment, Segmenter
from sleepscope.detection.settings import DetectSettings
from sleepscope.errors import SettingsError
from sleepscope.events.event import Event
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.networks.checkpoint import load_network
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.model_folder import find_model
from sleepscope.networks.threads import one_thread
from sleepscope.networks.tracks import Tracks
from sleepscope.progress import Progress, Steps
from sleepscope.recordings.identity import channel_hash
from sleepscope.recordings.recording import Recording

if TYPE_CHECKING:
    from sleepscope.networks.dense import DenseNetwork

_PLURAL = {SPINDLE: "spindles", REM: "rapid eye movements"}

# The first block is as long at most: its events are what a person waits for.
_FIRST_SECONDS = 240.0


@dataclass(frozen=True, slots=True)
class _Run:
    """What stays the same while one group of channels is worked through."""

    recording: Recording
    card: ModelCard
    network: DenseNetwork
    labels: tuple[str, ...]
    settings: DetectSettings
    rule: EventRule
    hypnogram: Hypnogram | None
    block_seconds: float

    @property
    def is_of_eyes(self) -> bool:
        """Whether two eye channels are read, which must have something in common."""
        return self.card.task == REM and len(self.labels) == 2

    def blocks(self, n_total: int) -> Iterator[tuple[int, int]]:
        """Blocks ``[first, behind)`` of the input grid, the first one short: events show at once.

        They begin at multiples of the network's alignment, for a pair of eyes at whole stretches
        for the verdict on it.
        """
        alignment = self.network.alignment
        if self.is_of_eyes:
            alignment = math.lcm(alignment, round(STRETCH_SECONDS * self.network.sfreq))
        first, seconds = 0, min(self.block_seconds, _FIRST_SECONDS)
        while first < n_total:
            size = max(1, round(seconds * self.network.sfreq / alignment)) * alignment
            yield first, min(first + size, n_total)
            first, seconds = first + size, self.block_seconds

    @property
    def message(self) -> str:
        """For the status bar."""
        what = _PLURAL.get(self.card.task, self.card.task)
        return f"Detecting {what} on {', '.join(self.labels)} · {self.card.name}"


def detect(
    recording: Recording,
    settings: DetectSettings,
    hypnogram: Hypnogram | None = None,
    *,
    block_seconds: float | None = None,
) -> Steps[tuple[Detection, ...]]:
    """Find events with a model, one :class:`Detection` for each channel (or pair of channels).

    Parameters
    ----------
    recording : Recording
    settings : DetectSettings
    hypnogram : Hypnogram or None
        Needed where ``settings.stages`` limits the stages.
    block_seconds : float or None, s
        Signal worked on at once, as long as the network likes it without; the result does not
        depend on it.

    Yields
    ------
    Progress
        In seconds of signal. ``partial`` holds the events found so far, as a tuple: they are
        final, on every channel, and keep their ids.

    Returns
    -------
    tuple of Detection

    Raises
    ------
    ModelError
        If there is no such model or it cannot be used.
    ChannelError
        If the recording lacks a channel that the model can use.
    SettingsError
        If a setting is out of range, the model is for another task, or stages are asked for
        without a hypnogram or by a name that none has.
    RecordingError
        If the file cannot be read.
    """
    card = find_model(settings.model)
    rule = _checked_rule(card, settings, hypnogram)
    groups = chosen_channels(recording, card, settings.channels)
    total = recording.duration * len(groups)
    yield Progress(0.0, total, f"Loading {card.name}")
    network = load_network(card)
    detections: list[Detection] = []
    events: list[Event] = []
    for index, labels in enumerate(groups):
        seconds = block_seconds or network.block_seconds
        run = _Run(recording, card, network, labels, settings, rule, hypnogram, seconds)
        detection = yield from _detect_on(run, index * recording.duration, total, events)
        detections.append(detection)
    return tuple(detections)


def _checked_rule(
    card: ModelCard, settings: DetectSettings, hypnogram: Hypnogram | None
) -> EventRule:
    """The rule for events, after the settings were found to make sense together."""
    if card.task != settings.task:
        raise SettingsError(
            f"{card.name} finds {_PLURAL.get(card.task, card.task)}, "
            f"not {_PLURAL.get(settings.task, settings.task)}."
        )
    unknown = sorted(set(settings.stages or ()) - {*STAGES, UNSCORED})
    if unknown or settings.stages == ():
        raise SettingsError(
            f"Events cannot be limited to {repr(unknown[0]) if unknown else 'no stage at all'}; "
            f"choose from {', '.join(STAGES)} and {UNSCORED}."
        )
    if settings.stages is not None and hypnogram is None:
        raise SettingsError(
            f"Events cannot be limited to {', '.join(settings.stages)} because the recording "
            f"has no stages; open a hypnogram or detect in all of it."
        )
    return EventRule.of(settings, card.settings)


def _detect_on(run: _Run, before: float, total: float, shown: list[Event]) -> Steps[Detection]:
    """One group of channels; its events are added to ``shown`` as they become final."""
    network = run.network
    n_total = input_length(run.recording, run.labels, network.sfreq)
    n_out = n_total // network.stride
    tracks = _empty_tracks(n_out)
    segmenter = Segmenter(run.rule, network.output_sfreq)
    seconds = np.zeros(len(STATES))
    events: list[Event] = []
    unrelated = False
    for first, behind in run.blocks(n_total):
        done = before + first / network.sfreq
        yield Progress(done, total, run.message, tuple(shown))
        stretch = _with_run_in(run, first, behind, n_total)
        if run.is_of_eyes:
            unrelated = _mark_unrelated(stretch, first, behind, unrelated)
        features = network.prepare(stretch.signals)
        yield Progress(done, total, run.message, tuple(shown))
        with one_thread():
            block = network.tracks(features)
        low, high = first // network.stride, min(n_out, behind // network.stride)
        state = _put_block(tracks, block, stretch, network, low, high)
        seconds += np.bincount(state, minlength=len(STATES)) / network.output_sfreq
        new = segmenter.segments(tracks, high, last=behind >= n_total)
        events += (found := _events(run, new))
        shown += found
    yield Progress(before + run.recording.duration, total, run.message, tuple(shown))
    return Detection(
        card=run.card,
        channels=run.labels,
        start=0.5 / network.output_sfreq,
        sfreq=network.output_sfreq,
        probability=tracks.probability,
        threshold=run.rule.threshold,
        settings=run.settings,
        events=tuple(events),
        trained_on=was_trained_on(run.card, run.recording, run.labels),
        notices=_notices(run, seconds),
        split=None if run.rule.split_threshold is None else tracks.split,
    )


def _empty_tracks(n_out: int) -> Tracks:
    """Tracks to be filled block by block."""
    return Tracks(np.full(n_out, np.nan, np.float32), np.full(n_out, np.nan, np.float32))


def _mark_unrelated(stretch: Stretch, first: int, behind: int, before: bool) -> bool:
    """Mark where both eyes have nothing in common; the verdict on the last stretch."""
    inside = slice(first - stretch.first, behind - stretch.first)
    state = stretch.state[inside]
    usable = state <= MUSCLE
    unrelated, last = unrelated_samples(stretch.signals[:, inside], usable, stretch.sfreq, before)
    state[unrelated] = UNRELATED
    return last


def _with_run_in(run: _Run, first: int, behind: int, n_total: int) -> Stretch:
    """A block with what its ends depend on."""
    network = run.network
    steps = int(np.ceil(network.run_in * network.sfreq / network.alignment))
    reach = steps * network.alignment
    low, high = max(0, first - reach), min(n_total, behind + reach)
    return read_samples(
        run.recording,
        run.labels,
        network.sfreq,
        low,
        high,
        mark_muscle=run.settings.leave_out_muscle,
    )


def _put_block(
    tracks: Tracks, block: Tracks, stretch: Stretch, network: DenseNetwork, low: int, high: int
) -> NDArray[np.uint8]:
    """Copy output samples ``[low, high)`` into the whole, NaN where not usable; their states."""
    offset = stretch.first // network.stride
    inside = slice(low - offset, high - offset)
    grid = stretch.state[(low - offset) * network.stride : (high - offset) * network.stride]
    state: NDArray[np.uint8] = grid.reshape(-1, network.stride).max(axis=1)
    usable = state == USABLE
    for whole, part in ((tracks.probability, block.probability), (tracks.split, block.split)):
        if whole is not None and part is not None:
            whole[low:high] = np.where(usable, part[inside], np.nan)
    return state


def _events(run: _Run, segments: list[Segment]) -> list[Event]:
    """Segments as events of the first channel, those outside the chosen stages left out."""
    rate = run.network.output_sfreq
    events = [
        Event(
            onset=segment.first / rate,
            duration=(segment.behind - segment.first) / rate,
            kind=run.settings.kind,
            channel=run.labels[0],
            confidence=segment.confidence,
        )
        for segment in segments
    ]
    stages, hypnogram = run.settings.stages, run.hypnogram
    if stages is None or hypnogram is None:
        return events
    return [event for event in events if hypnogram.stage_at(event.midpoint) in stages]


def was_trained_on(card: ModelCard, recording: Recording, labels: tuple[str, ...]) -> bool:
    """Whether one of the channels was used to train the model, under whatever name."""
    known = {entry["hash"] for entry in card.trained_on if entry.get("hash")}
    lengths = {entry.get("n_samples") for entry in card.trained_on if entry.get("hash")}
    return any(
        channel_hash(recording, label) in known
        for label in labels
        # Reading a whole night for its hash is spared where no training channel is as long.
        if None in lengths or str(recording.channel(label).n_samples) in lengths
    )


def _notices(run: _Run, seconds: NDArray[np.float64]) -> tuple[str, ...]:
    """Where the model said nothing, in words."""
    lost = {STATES[k]: float(s) for k, s in enumerate(seconds) if k != USABLE and s > 0}
    if not lost:
        return ()
    parts = ", ".join(f"{s:.1f} s {name}" for name, s in lost.items())
    said = (
        f"{run.card.name} said nothing on {sum(lost.values()):.1f} s of "
        f"{', '.join(run.labels)} ({parts})."
    )
    if STATES[UNRELATED] not in lost:
        return (said,)
    pair = " and ".join(run.labels)
    return (said, f"{pair} have nothing in common for minutes: is one of them loose or noisy?")

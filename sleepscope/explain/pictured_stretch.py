"""What a model read around an event, as a figure shows it."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.explain.explanation import Explanation
from sleepscope.networks.checkpoint import load_network
from sleepscope.networks.model_card import ModelCard
from sleepscope.recordings.recording import Recording
from sleepscope.signals.coherence import common_rate, read_at_rate

# Shown on either side of an event.
MARGIN_SECONDS: Final = 4.0

Grid = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float32]]


def signals_around(
    recording: Recording, channels: tuple[str, ...], start: float, stop: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Times (s) and signals (n_channels, n) in µV at one rate, with a margin around a stretch."""
    low = max(0.0, start - MARGIN_SECONDS)
    high = min(recording.duration, stop + MARGIN_SECONDS)
    rate = common_rate(*(recording.channel(label).sfreq for label in channels))
    first, behind = round(low * rate), round(high * rate)
    found = []
    for label in channels:
        channel = recording.channel(label)

        def read(
            a: int, b: int, label: str = label, sfreq: float = channel.sfreq
        ) -> NDArray[np.float64]:
            return recording.read(label, a / sfreq, b / sfreq)

        n = min(behind, int(channel.n_samples / channel.sfreq * rate + 1e-6))
        found.append(read_at_rate(read, channel.n_samples, channel.sfreq, rate, first, n))
    size = min(one.size for one in found)
    times = (first + np.arange(size)) / rate
    return times, np.stack([one[:size] for one in found])


def map_read(
    recording: Recording, card: ModelCard, explanation: Explanation, start: float, stop: float
) -> Grid | None:
    """Times, frequencies and values of the first map that a network reads; None of signals."""
    from sleepscope.detection.inputs import read_stretch
    from sleepscope.networks.threads import one_thread
    from sleepscope.networks.time_frequency import TimeFrequencyNetwork

    network = load_network(card)
    if not isinstance(network, TimeFrequencyNetwork):
        return None
    low = max(0.0, start - MARGIN_SECONDS)
    stretch = read_stretch(recording, explanation.channels, network, low, stop + MARGIN_SECONDS)
    with one_thread():
        features = network.prepare(stretch.signals)
    values = features.reshape(network.n_maps, network.freqs.size, -1)[0]
    rate = network.sfreq / network.samples_per_feature
    times = stretch.start + (np.arange(values.shape[1]) + 0.5) / rate
    inside = (times >= low) & (times < stop + MARGIN_SECONDS)
    return times[inside], network.freqs, values[:, inside]

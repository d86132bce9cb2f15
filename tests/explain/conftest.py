"""Models with random weights and a recording with one loud burst of 13 Hz."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from sleepscope.networks.checkpoint import save_weights
from sleepscope.networks.dense import DenseNetwork
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.registry import build_network
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.recording import ArrayRecording

Span = tuple[float, float]
SFREQ = 200.0
BURST = (100.0, 101.0)


def make_recording(seconds: float = 200.0, **changes: Any) -> ArrayRecording:
    """Noise with a burst, in three channels; ``bad`` makes stretches NaN."""
    times = np.arange(round(seconds * SFREQ)) / SFREQ
    signal = np.random.default_rng(0).normal(0, 10, times.size)
    inside = (times >= BURST[0]) & (times < BURST[1])
    signal[inside] += 60 * np.sin(2 * np.pi * 13 * times[inside])
    for start, stop in changes.get("bad", ()):
        signal[(times >= start) & (times < stop)] = np.nan
    signals = {"C3": signal, "LOC": signal, "ROC": -signal}
    channels = tuple(Channel(label, "EEG", "µV", SFREQ, times.size) for label in signals)
    return ArrayRecording(Path("made.edf"), channels, signals)


def two_events(task: str) -> tuple[ArrayRecording, Span, Span]:
    """Noise with a small event and, 6 s on, one twice as large; their onsets and ends, s."""
    times = np.arange(round(200 * SFREQ)) / SFREQ
    small, large = (100.0, 101.0), (106.0, 107.0)
    wave = np.zeros(times.size)
    for (start, stop), size in ((small, 1.0), (large, 2.0)):
        phase = np.clip((times - start) / (stop - start), 0.0, 1.0)
        rounded = np.sin(np.pi * phase) ** 2
        wave += size * rounded * (np.sin(2 * np.pi * 13 * times) if task == "spindle" else 1.0)
    noise = np.random.default_rng(0).normal(0, 1, (2, times.size))
    if task == "spindle":
        # Slower waves are larger, as in the sleeping brain.
        pink = np.cumsum(noise[0]) - np.convolve(np.cumsum(noise[0]), np.ones(400) / 400, "same")
        signals = {"C3": 15 * pink / pink.std() + 30 * wave}
    else:
        signals = {"LOC": 3 * noise[0] + 80 * wave, "ROC": 3 * noise[1] - 80 * wave}
    channels = tuple(
        Channel(label, "EEG" if task == "spindle" else "EOG", "µV", SFREQ, times.size)
        for label in signals
    )
    return ArrayRecording(Path("made.edf"), channels, signals), small, large


@pytest.fixture
def make_card(tmp_path: Path) -> Callable[..., ModelCard]:
    """Write a network's random weights and card, and read the card back."""

    def make(
        architecture: str = "spindle-unet-1d",
        change: Callable[[DenseNetwork], None] | None = None,
        **settings: Any,
    ) -> ModelCard:
        torch.manual_seed(0)
        network = build_network(architecture)
        if change is not None:
            change(network)
        path = tmp_path / f"{architecture}.json"
        card = ModelCard(
            name=architecture,
            version="1",
            architecture=architecture,
            arguments={},
            sha256=save_weights(network, path.with_suffix(".safetensors")),
            task="spindle",
            classes=("spindle",),
            channels=("EEG",) * network.n_signals,
            sfreq=network.sfreq,
            output_sfreq=network.output_sfreq,
            window=5.0,
            unit="µV",
            normalisation="",
            trained_on=(),
            settings=settings,
            results={},
            licence="",
            intended_use="",
            limits="",
        )
        card.write(path)
        return ModelCard.read(path)

    return make

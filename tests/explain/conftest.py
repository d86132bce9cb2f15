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

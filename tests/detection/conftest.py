"""A small network with fixed random weights, and a recording to run it on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from sleepscope.networks.checkpoint import save_weights
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.spindle_unet import SpindleUnet
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.recording import ArrayRecording


def write_card(folder: Path, name: str = "tiny", **values: object) -> ModelCard:
    """Weights of a tiny U-Net and their card, in a folder."""
    torch.manual_seed(0)
    network = SpindleUnet(width=4).eval()
    with torch.no_grad():  # random weights that say yes as often as no
        features = torch.from_numpy(network.prepare(noise(30, 100.0)[None]))[None]
        logits = network(features)
        network.head.weight *= 2 / logits[0, 2].std()
        network.head.bias -= network(features).median(dim=2).values[0]
    checksum = save_weights(network, folder / f"{name}.safetensors")
    content = {
        "name": name, "version": "1", "architecture": "spindle-unet-1d", "arguments": {"width": 4},
        "sha256": checksum, "task": "spindle", "classes": SpindleUnet.heads, "channels": ("EEG",),
        "sfreq": 100.0, "output_sfreq": 25.0, "window": 20.0, "unit": "µV", "normalisation": "",
        "trained_on": (), "results": {}, "licence": "", "intended_use": "", "limits": "",
        "settings": {
            "threshold": 0.55, "min_duration": 0.2, "max_gap": 0.1, "max_duration": 3.0,
            "min_sfreq": 36.0,
        },
        **values,
    }  # fmt: skip
    ModelCard(**content).write(folder / f"{name}.json")  # type: ignore[arg-type]
    return ModelCard.read(folder / f"{name}.json")


@pytest.fixture
def card(tmp_path: Path) -> ModelCard:
    """Card of a network with random weights."""
    return write_card(tmp_path)


def noise(seconds: float, sfreq: float, seed: int = 0) -> np.ndarray:
    """Noise with a spectrum that falls like that of sleep EEG, µV."""
    rng = np.random.default_rng(seed)
    n = round(seconds * sfreq)
    spectrum = np.fft.rfft(rng.normal(size=n))
    spectrum /= np.maximum(np.fft.rfftfreq(n, 1 / sfreq), 0.5)
    signal = np.fft.irfft(spectrum, n)
    return 25 * signal / signal.std()


@pytest.fixture
def make_recording() -> Callable[..., ArrayRecording]:
    """Build a recording from signals: ``make(C3=(signal, 256.0), E1=(signal, 128.0, "EOG"))``."""

    def make(**signals: tuple) -> ArrayRecording:
        channels, values = [], {}
        for label, (signal, sfreq, *kind) in signals.items():
            channels.append(
                Channel(
                    label, kind[0] if kind else "EEG", "µV", sfreq, len(signal), (-500.0, 500.0)
                )
            )
            values[label] = np.asarray(signal)
        return ArrayRecording(Path("made.edf"), tuple(channels), values)

    return make

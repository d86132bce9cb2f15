"""Maps are the same however a recording is cut into blocks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from sleepscope.detection.inputs import input_length, read_samples
from sleepscope.networks.registry import build_network
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.recording import ArrayRecording

SFREQ = 200.0


def _recording() -> ArrayRecording:
    signals = np.random.default_rng(0).normal(0, 20, (2, round(400 * SFREQ)))
    channels = tuple(Channel(label, "EOG", "µV", SFREQ, signals.shape[1]) for label in "LR")
    return ArrayRecording(Path("made"), channels, dict(zip("LR", signals, strict=True)))


@pytest.mark.parametrize(
    "architecture", ["spindle-wtc-cnn-2d", "rem-wtc-cnn-2d", "published-cnn-2d"]
)
def test_a_stretch_says_what_the_whole_says_but_at_its_ends(architecture: str) -> None:
    torch.manual_seed(0)
    network = build_network(architecture).eval()
    recording = _recording()
    labels = ("L", "R")[: network.n_signals]
    n_total = input_length(recording, labels, network.sfreq)
    first = round(100 * network.sfreq / network.alignment) * network.alignment
    behind = round(350 * network.sfreq / network.alignment) * network.alignment
    tracks = []
    for low, high in ((0, n_total), (first, behind)):
        stretch = read_samples(recording, labels, network.sfreq, low, high)
        tracks.append(network.tracks(network.prepare(stretch.signals)).probability)
    whole, part = tracks
    offset, reach = first // network.stride, int(np.ceil(network.run_in * network.output_sfreq))
    inner = slice(reach, part.size - reach)
    np.testing.assert_allclose(part[inner], whole[offset:][inner], atol=2e-3)

"""Networks that know less: fresh weights everywhere, from the head down, or wrong labels."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from sleepscope.agreement import union
from sleepscope.detection.inputs import input_length, read_samples
from sleepscope.networks.dense import DenseNetwork
from sleepscope.networks.threads import one_thread
from sleepscope.training.dreams_spindles import Excerpt
from sleepscope.training.example import events_track

# Training on wrong labels: enough to learn something, little enough to be cheap.
STEPS = 60
BATCH = 16
CROP_SECONDS = 20.0
RATE = 4e-3


def randomised(network: DenseNetwork, seed: int, blocks: Sequence[str] | None = None) -> Any:
    """The same network with fresh weights, everywhere or in some blocks (see :func:`cascade`)."""
    fresh = copy.deepcopy(network)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for name, module in fresh.named_modules():
            reset = getattr(module, "reset_parameters", None)
            if reset is not None and (blocks is None or block_of(name) in blocks):
                reset()
    return fresh.eval()


def block_of(name: str) -> str:
    """The block of layers a module belongs to; members of an ensemble share theirs."""
    parts = name.split(".")
    if parts[0] == "members":
        parts = parts[2:]
    if parts[0] == "classifier":
        parts = parts[1:]
    return ".".join(parts[:2]) if parts[0] == "body" else parts[0]


def cascade(network: DenseNetwork) -> list[str]:
    """Blocks with weights, from the head down to the input."""
    named = (
        name for name, module in network.named_modules() if hasattr(module, "reset_parameters")
    )
    return list(dict.fromkeys(block_of(name) for name in reversed(list(named))))


def mislabelled(network: DenseNetwork, excerpts: Sequence[Excerpt], seed: int) -> DenseNetwork:
    """The same network with fresh weights, trained for a moment on labels put elsewhere.

    The experts' spindles of each excerpt are moved along the recording by a random time, so that
    their number, lengths and clusters stay and nothing ties them to the signal.
    """
    rng = np.random.default_rng(seed)
    fresh: DenseNetwork = randomised(network, seed)
    made = [_shifted(fresh, excerpt, rng) for excerpt in excerpts]
    size = round(CROP_SECONDS * fresh.output_sfreq)
    optimiser = torch.optim.AdamW(fresh.parameters(), lr=RATE)
    with one_thread(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        fresh.train()
        for _ in range(STEPS):
            inputs, targets = zip(
                *(_crop(fresh, made, size, rng) for _ in range(BATCH)), strict=True
            )
            logits = fresh.event_logit(fresh(torch.from_numpy(np.stack(inputs))))
            truth = torch.from_numpy(np.stack(targets))
            n = min(logits.shape[-1], truth.shape[-1])
            loss = nn.functional.binary_cross_entropy_with_logits(
                logits[..., :n], truth[..., :n], pos_weight=torch.tensor(2.0)
            )
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    for parameter in fresh.parameters():
        parameter.grad = None
    return fresh.eval()


_Made = tuple[NDArray[np.float32], NDArray[np.float32]]


def _shifted(network: DenseNetwork, excerpt: Excerpt, rng: np.random.Generator) -> _Made:
    """Features of an excerpt and a track of its spindles moved by a random time."""
    labels = (excerpt.label,)
    n_total = input_length(excerpt.recording, labels, network.sfreq)
    stretch = read_samples(excerpt.recording, labels, network.sfreq, 0, n_total)
    n_out = n_total // network.stride
    track = events_track(union(excerpt.experts).events, n_out, network.output_sfreq)
    return network.prepare(stretch.signals), np.roll(track, int(rng.integers(n_out // 10, n_out)))


def _crop(
    network: DenseNetwork, made: Sequence[_Made], size: int, rng: np.random.Generator
) -> _Made:
    features, track = made[int(rng.integers(len(made)))]
    # Whole grids of every network's pools.
    first = int(rng.integers(track.size - size)) // 8 * 8
    stride = network.feature_stride
    return features[:, first * stride : (first + size) * stride], track[first : first + size]

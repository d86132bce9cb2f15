"""Fit the published 5-s network to the windows of one training fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from sleepscope.errors import SettingsError
from sleepscope.networks.published_cnn_1d import PublishedCnn1d
from sleepscope.progress import Progress, Steps
from sleepscope.training.own_randomness import OwnRandomness
from sleepscope.training.published_windows import (
    Windows,
    WindowSource,
    balanced,
    joined,
    training_windows,
)


@dataclass(frozen=True, slots=True)
class WindowFitSettings:
    """How the classifier of windows is fitted.

    Attributes
    ----------
    steps, batch_size : int
        Batches, and windows in one of them.
    learning_rate : float
        Peak of the one-cycle schedule of Adam.
    hop : float, s
        From one training window to the next; 1 s is the published overlap of 80 %.
    negatives : float
        Windows without a spindle for each with one, before SMOTE makes both equal.
    gain : float
        Standard deviation of the natural logarithm of a random gain; signs are random too.
    other_stages : float
        Share of the windows outside N2 and N3 that is learnt from.
    seed : int
    """

    steps: int = 700
    batch_size: int = 256
    learning_rate: float = 6e-3
    hop: float = 1.0
    negatives: float = 2.0
    gain: float = 0.2
    other_stages: float = 0.3
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("steps", "batch_size", "learning_rate", "hop"):
            if getattr(self, name) <= 0:
                raise SettingsError(
                    f"{name.replace('_', ' ').capitalize()} is {getattr(self, name):g}; "
                    f"it must be above 0."
                )


@dataclass(frozen=True, slots=True)
class FittedWindows:
    """A fitted network and what it was fitted to.

    Attributes
    ----------
    network : PublishedCnn1d
        In eval mode.
    before, after : dict
        Windows of each class, before and after balancing.
    relevance_scale : float
        What 98 % of all |Grad-CAM| in the training excerpts stays under, in logits.
    """

    network: PublishedCnn1d
    before: dict[str, int]
    after: dict[str, int]
    relevance_scale: float = field(default=0.0)


def fit_windows(
    sources: Sequence[WindowSource], settings: WindowFitSettings, message: str = "Training"
) -> Steps[FittedWindows]:
    """Cut, scale and balance windows of these excerpts alone, and fit a fresh network to them.

    Yields
    ------
    Progress
        After every batch, in batches.

    Raises
    ------
    SettingsError
        If there are not windows of both classes.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        network = PublishedCnn1d()
    parts = []
    for source in sources:
        share, seed = settings.other_stages, settings.seed
        parts.append(training_windows(source, network.window, settings.hop, share, seed))
        yield Progress(0, settings.steps, message)
    windows = joined(parts)
    _fit_scale(network, windows)
    training = balanced(_standardised(network, windows), settings.negatives, settings.seed)
    yield Progress(0, settings.steps, message)
    yield from _fit(network, training, settings, message)
    scale = fit_relevance(network, sources)
    return FittedWindows(network, windows.counts, training.counts, scale)


def standardised(network: PublishedCnn1d, features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Features (..., n_features, n_samples) in the scale that was fitted with the network."""
    mean, scale = (t.numpy()[:, None] for t in (network.feature_mean, network.feature_scale))
    return np.asarray((features - mean) / scale, dtype=np.float32)


def _standardised(network: PublishedCnn1d, windows: Windows) -> Windows:
    return Windows(standardised(network, windows.features), windows.labels, windows.starts)


def _fit_scale(network: PublishedCnn1d, windows: Windows) -> None:
    """Mean and standard deviation of the training windows."""
    with torch.no_grad():
        network.feature_mean.copy_(torch.from_numpy(windows.features.mean(axis=(0, 2))))
        network.feature_scale.copy_(torch.from_numpy(windows.features.std(axis=(0, 2))))


def _fit(
    network: PublishedCnn1d, training: Windows, settings: WindowFitSettings, message: str
) -> Steps[None]:
    """Adam on the cross-entropy of the logits."""
    generator = torch.Generator().manual_seed(settings.seed)
    features, labels = torch.from_numpy(training.features), torch.from_numpy(training.labels)
    optimiser = torch.optim.Adam(network.classifier.parameters(), settings.learning_rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, settings.learning_rate, total_steps=settings.steps + 1
    )
    network.train()
    order = torch.randperm(len(labels), generator=generator)
    dropout = OwnRandomness(settings.seed)
    try:
        for step in range(settings.steps):
            if order.numel() < settings.batch_size:
                order = torch.cat([order, torch.randperm(len(labels), generator=generator)])
            batch, order = order[: settings.batch_size], order[settings.batch_size :]
            windows = _augmented(features[batch], settings.gain, generator)
            optimiser.zero_grad()
            with dropout.drawn():
                logits = network.classifier(windows)
            loss = functional.cross_entropy(logits, labels[batch])
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
            yield Progress(step + 1, settings.steps, message)
    finally:
        network.eval()


def _augmented(windows: torch.Tensor, gain: float, generator: torch.Generator) -> torch.Tensor:
    """A changed copy: electrodes may be swapped, spindles may stand out more or less."""
    shape = (windows.shape[0], 1, 1)
    sign = torch.randint(0, 2, shape, generator=generator) * 2.0 - 1.0
    factor: torch.Tensor = sign * (gain * torch.randn(shape, generator=generator)).exp()
    return windows * factor


def fit_relevance(network: PublishedCnn1d, sources: Sequence[WindowSource]) -> float:
    """Set the relevance that counts in full: the median over the events of their largest.

    Returns the 98th percentile of all |relevance| as explanations give it.
    """
    peaks: list[float] = []
    everything: list[NDArray[np.float64]] = []
    stride = network.stride
    for source in sources:
        features = torch.from_numpy(standardised(network, source.features))[None]
        with torch.inference_mode():
            activations = network.activations(features)
            everything.append(np.abs(network.relevance(activations)[0].numpy()))
            relevance = network.smooth_relevance(activations)[0].numpy()
        for onset, stop in source.events:
            low, high = round(onset * source.sfreq / stride), round(stop * source.sfreq / stride)
            inside = relevance[max(0, low - network.first_bin) : max(0, high - network.first_bin)]
            peaks += [float(inside.max())] if inside.size else []
    full = float(np.median(peaks)) if peaks else 0.0
    with torch.no_grad():
        network.full_relevance.fill_(max(full, 1e-6))
    return float(np.quantile(np.concatenate(everything), 0.98)) * network.n_bins

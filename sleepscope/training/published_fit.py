"""Fit the published 5-s network to the windows of one training fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from sleepscope.errors import SettingsError
from sleepscope.networks.published_cnn_1d import PublishedCnn1d, smoothed_relevance
from sleepscope.networks.threads import one_thread
from sleepscope.progress import Progress, Steps
from sleepscope.training.early_stopping import EarlyStopping
from sleepscope.training.fit_memory import FitMemory, FitState
from sleepscope.training.published_windows import WindowCrops, WindowSource


@dataclass(frozen=True, slots=True)
class WindowFitSettings:
    """How the classifier of windows is fitted.

    Attributes
    ----------
    steps, batch_size : int
        Batches, and crops in one of them.
    crop_windows : int
        Windows in a crop, 0.16 s from one to the next: 32 cover 10 s.
    spindle_share : float
        Share of the crops that are drawn around a window with a spindle.
    learning_rate : float
        Peak of the one-cycle schedule of Adam.
    gain : float
        Standard deviation of the natural logarithm of a random gain; signs are random too.
    other_stages : float
        How often windows outside N2 and N3 are drawn for one in them.
    seed : int
    """

    steps: int = 400
    batch_size: int = 64
    crop_windows: int = 32
    spindle_share: float = 0.5
    learning_rate: float = 6e-3
    gain: float = 0.2
    other_stages: float = 0.3
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("steps", "batch_size", "crop_windows", "learning_rate"):
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
    windows : dict
        Windows of each class, one every 0.08 s, that crops were drawn around.
    relevance_scale : float
        What 98 % of all |Grad-CAM| in the training excerpts stays under, in logits, smoothed as
        explanations are.
    """

    network: PublishedCnn1d
    windows: dict[str, int]
    relevance_scale: float = field(default=0.0)


def fresh_network(seed: int) -> PublishedCnn1d:
    """The network with fresh weights, the same ones for the same seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return PublishedCnn1d()


def fit_windows(
    sources: Sequence[WindowSource],
    settings: WindowFitSettings,
    message: str = "Training",
    memory: FitMemory | None = None,
) -> Steps[FittedWindows]:
    """Label and scale windows of these excerpts alone, and fit a fresh network to them.

    Parameters
    ----------
    sources : sequence of WindowSource
        The training side of a split.
    settings : WindowFitSettings
    message : str
        For the progress reports.
    memory : FitMemory or None
        Where a fit that is stopped is kept, to go on from there as if nothing had happened.

    Yields
    ------
    Progress
        After every batch, in batches.

    Raises
    ------
    SettingsError
        If there are not windows of both classes.
    """
    network = fresh_network(settings.seed)
    yield Progress(0, settings.steps, message)
    crops = WindowCrops(
        sources, network, settings.crop_windows, settings.spindle_share, settings.other_stages
    )
    with torch.no_grad():
        for kept, fitted in zip(
            (network.feature_mean, network.feature_scale), crops.scale(), strict=True
        ):
            kept.copy_(torch.from_numpy(fitted))
    yield from _fit(network, crops, settings, message, memory or FitMemory(None))
    with one_thread():
        scale = fit_relevance(network, sources)
    return FittedWindows(network, crops.counts, scale)


def standardised(network: PublishedCnn1d, features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Features (..., n_features, n_samples) in the scale that was fitted with the network."""
    mean, scale = (t.numpy()[:, None] for t in (network.feature_mean, network.feature_scale))
    return np.asarray((features - mean) / scale, dtype=np.float32)


def _fit(
    network: PublishedCnn1d,
    crops: WindowCrops,
    settings: WindowFitSettings,
    message: str,
    memory: FitMemory,
) -> Steps[None]:
    """Adam on the cross-entropy of the log odds of all windows of the crops."""
    rng = np.random.default_rng(settings.seed)
    generator = torch.Generator().manual_seed(settings.seed)
    optimiser = torch.optim.Adam(network.classifier.parameters(), settings.learning_rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, settings.learning_rate, total_steps=settings.steps + 1
    )
    losses: list[float] = []
    stopping, device = EarlyStopping(None), torch.device("cpu")
    kept = FitState(network, optimiser, schedule, rng, generator, losses, stopping, device)
    memory.begin(kept, settings.seed)
    network.train()
    is_between = True
    try:
        for step in range(len(losses), settings.steps):
            is_between = False
            features, *truth = crops.draw(settings.batch_size, rng)
            labels, weights = (torch.from_numpy(part) for part in truth)
            shown = torch.from_numpy(standardised(network, features))
            with one_thread(), memory.own_randomness():
                odds = network.window_odds(
                    network.activations(_augmented(shown, settings.gain, generator))
                )
                loss = functional.binary_cross_entropy_with_logits(
                    odds[:, 0], labels, weight=weights, reduction="sum"
                ) / weights.sum().clamp(min=1.0)
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
            schedule.step()
            losses.append(float(loss.detach()))
            is_between = True
            yield Progress(step + 1, settings.steps, message)
    finally:
        network.eval()
        # What was torn out of the middle of a batch would not go on as if nothing had happened.
        if is_between:
            memory.end(kept, is_done=len(losses) >= settings.steps)


def _augmented(crops: torch.Tensor, gain: float, generator: torch.Generator) -> torch.Tensor:
    """A changed copy: electrodes may be swapped, spindles may stand out more or less."""
    shape = (crops.shape[0], 1, 1)
    sign = torch.randint(0, 2, shape, generator=generator) * 2.0 - 1.0
    factor: torch.Tensor = sign * (gain * torch.randn(shape, generator=generator)).exp()
    return crops * factor


def fit_relevance(network: PublishedCnn1d, sources: Sequence[WindowSource]) -> float:
    """Set the relevance that counts in full: the median over the events of their largest.

    Returns the 98th percentile of all |relevance| as explanations give it: smoothed where they
    are, and summed over the windows' bins.
    """
    peaks: list[float] = []
    everything: list[NDArray[np.float64]] = []
    stride = network.stride
    for source in sources:
        features = torch.from_numpy(standardised(network, source.features))[None]
        with torch.inference_mode():
            activations = network.activations(features)
            raw = network.relevance(activations)
            relevance = smoothed_relevance(raw, network.track_smoothing)[0].numpy()
            explained = smoothed_relevance(raw, network.map_smoothing)[0].numpy()
            everything.append(np.abs(explained))
        for onset, stop in source.events:
            low, high = round(onset * source.sfreq / stride), round(stop * source.sfreq / stride)
            inside = relevance[max(0, low - network.first_bin) : max(0, high - network.first_bin)]
            peaks += [float(inside.max())] if inside.size else []
    full = float(np.median(peaks)) if peaks else 0.0
    with torch.no_grad():
        network.full_relevance.fill_(max(full, 1e-6))
    return float(np.quantile(np.concatenate(everything), 0.98)) * network.n_bins

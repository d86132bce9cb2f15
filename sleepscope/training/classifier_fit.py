"""Fit a classifier of windows to the training side of one split."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from sleepscope.errors import SettingsError
from sleepscope.networks.threads import one_thread
from sleepscope.progress import LossPoint, Progress, Steps
from sleepscope.training.balancing import Balancing, balance, class_weights
from sleepscope.training.device import training_device
from sleepscope.training.early_stopping import LOOK_EVERY, EarlyStopping, watched_subjects
from sleepscope.training.own_randomness import OwnRandomness
from sleepscope.training.window_augmentation import WindowAugmentation
from sleepscope.training.windows import Windows

# Windows that are scaled at a time.
_PIECE = 256


@dataclass(frozen=True, slots=True)
class ClassifierSettings:
    """How the classifier is fitted.

    Attributes
    ----------
    steps : int
        Batches at most; one pass over the windows where ``epochs`` is given instead.
    epochs : float or None
        Passes over the balanced windows; takes the place of ``steps``.
    batch_size : int
    learning_rate : float
        Of Adam: constant, or the peak of a one-cycle schedule.
    one_cycle : bool
    balancing : Balancing
    augmentation : WindowAugmentation
    class_weights : bool
        Whether both classes count the same in the loss, however many windows they have.
    standardise : bool
        Whether rows are brought to mean 0 and SD 1; maps before batch normalisation need it not.
    soft_labels : bool
        Whether windows teach the share of the experts who saw an event.
    patience : int or None
        Looks (one every 25 batches) without a better loss on the validation subjects after which
        fitting stops; the best weights are kept. None: no early stopping.
    validation : float
        Share of the training subjects that early stopping looks at, and nothing learns from.
    seed : int
    """

    steps: int = 300
    epochs: float | None = None
    batch_size: int = 256
    learning_rate: float = 6e-3
    one_cycle: bool = True
    balancing: Balancing = field(default_factory=Balancing)
    augmentation: WindowAugmentation = field(default_factory=WindowAugmentation)
    class_weights: bool = False
    standardise: bool = True
    soft_labels: bool = False
    patience: int | None = None
    validation: float = 0.2
    seed: int = 0


@dataclass(frozen=True, slots=True)
class FittedClassifier:
    """A fitted network and how it came about.

    Attributes
    ----------
    network : nn.Module
        In eval mode; takes standardised windows.
    mean, scale : ndarray
        Of each row of the training windows before anything was made, for standardisation; 0 and 1
        without.
    before, after : dict
        Windows of each class before and after balancing.
    made : int
        Windows that balancing made.
    curve : tuple of (batch, training loss, validation loss or None)
    validation_subjects : tuple of str
    """

    network: nn.Module = field(repr=False)
    mean: NDArray[np.float32] = field(repr=False)
    scale: NDArray[np.float32] = field(repr=False)
    before: dict[str, int]
    after: dict[str, int]
    made: int
    curve: tuple[tuple[int, float, float | None], ...]
    validation_subjects: tuple[str, ...] = ()

    def probabilities(self, windows: Windows, batch: int = 256) -> NDArray[np.float32]:
        """Probability of an event in each window, (n,)."""
        found = []
        with torch.inference_mode(), one_thread():
            for first in range(0, len(windows), batch):
                part = (windows.features[first : first + batch] - self.mean) / self.scale
                logits = _logits(self.network, torch.from_numpy(part.astype(np.float32)))
                found.append(torch.softmax(logits, dim=1)[:, 1].numpy())
        return np.concatenate(found) if found else np.empty(0, np.float32)


def fit_classifier(
    build: Callable[[], nn.Module], training: Windows, settings: ClassifierSettings
) -> Steps[FittedClassifier]:
    """Split off validation subjects, scale, balance, augment and fit: all inside the training side.

    Parameters
    ----------
    build : callable
        Makes a network with fresh weights; logits (n, 2) of windows.
    training : Windows
        The training side of a split.
    settings : ClassifierSettings

    Yields
    ------
    Progress
        In batches; ``partial`` is a LossPoint.

    Raises
    ------
    SettingsError
        If the network was fitted before, a class is missing, or early stopping has too few
        subjects.
    """
    network = _fresh(build, settings.seed)
    training, validation = _validation(training, settings)
    mean, scale = _scale(training) if settings.standardise else _no_scale(training)
    yield Progress(0, 1, "Balancing the windows")
    if training.is_made.any():  # a leaky split: it was balanced before, and says so
        windows, before = training, training.counts
    else:
        balanced = balance(_standardised(training, mean, scale), settings.balancing)
        windows, before = balanced.windows, balanced.before
    if training.is_made.any():
        windows = _standardised(windows, mean, scale)
    watched = None if validation is None else _standardised(validation, mean, scale)
    curve = yield from _fit(network, windows, watched, settings)
    names = () if validation is None else tuple(sorted(set(validation.subjects.tolist())))
    made = int(windows.is_made.sum())
    after = windows.counts
    return FittedClassifier(network, mean, scale, before, after, made, tuple(curve), names)


def _fresh(build: Callable[[], nn.Module], seed: int) -> nn.Module:
    """A network that nothing was fitted to."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = build()
    if getattr(network, "was_fitted", False):
        raise SettingsError(
            "This network was trained before and would carry what it saw into this fold; "
            "build a fresh one."
        )
    network.was_fitted = True  # type: ignore[assignment]
    return network


def _validation(windows: Windows, settings: ClassifierSettings) -> tuple[Windows, Windows | None]:
    """Training windows, and those of subjects that early stopping watches."""
    if settings.patience is None:
        return windows, None
    watched = watched_subjects(windows.subjects.tolist(), settings.validation, settings.seed)
    inside = np.isin(windows.subjects, sorted(watched))
    return windows[np.flatnonzero(~inside)], windows[np.flatnonzero(inside)].apart()


def _scale(windows: Windows) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean and standard deviation of each row, over all training windows and columns."""
    total = square = np.zeros((*windows.features.shape[1:-1], 1))
    for part in _parts(windows.features):
        wide = part.astype(np.float64)
        total = total + wide.sum(axis=(0, -1))[..., None]
        square = square + np.square(wide).sum(axis=(0, -1))[..., None]
    n = len(windows) * windows.features.shape[-1]
    mean = total / n
    scale = np.sqrt(np.maximum(square / n - np.square(mean), 0.0))
    return mean.astype(np.float32), np.maximum(scale, 1e-6).astype(np.float32)


def _no_scale(windows: Windows) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    shape = (*windows.features.shape[1:-1], 1)
    return np.zeros(shape, np.float32), np.ones(shape, np.float32)


def _standardised(
    windows: Windows, mean: NDArray[np.float32], scale: NDArray[np.float32]
) -> Windows:
    """Piece by piece: maps of a night would not fit into memory several times over."""
    if not mean.any() and (scale == 1).all():
        return windows
    changed = np.empty_like(windows.features)
    for part, out in zip(_parts(windows.features), _parts(changed), strict=True):
        out[:] = (part - mean) / scale
    return windows.with_features(changed)


def _parts(features: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """Views of so many windows each."""
    return (features[first : first + _PIECE] for first in range(0, len(features), _PIECE))


def _logits(network: nn.Module, windows: torch.Tensor) -> torch.Tensor:
    """Logits (n, 2), also of networks that answer for several windows at once."""
    logits: torch.Tensor = network(windows)
    return logits if logits.dim() == 2 else logits[..., 0]


def _fit(
    network: nn.Module, windows: Windows, watched: Windows | None, settings: ClassifierSettings
) -> Steps[list[tuple[int, float, float | None]]]:
    """Adam on the cross-entropy of the logits."""
    device = training_device()
    generator = torch.Generator().manual_seed(settings.seed)
    features = torch.from_numpy(windows.features)
    targets = _targets(windows, settings.soft_labels)
    both = class_weights(windows.labels) if settings.class_weights else np.ones(2, np.float32)
    weights = torch.from_numpy(both).to(device)
    steps = settings.steps
    if settings.epochs is not None:
        steps = max(1, round(settings.epochs * len(windows) / settings.batch_size))
    optimiser = torch.optim.Adam(network.to(device).parameters(), settings.learning_rate)
    peak = settings.learning_rate
    schedule = (
        torch.optim.lr_scheduler.OneCycleLR(optimiser, peak, total_steps=steps + 1)
        if settings.one_cycle
        else None
    )
    dropout = OwnRandomness(settings.seed, device)
    order = torch.randperm(len(windows), generator=generator)
    curve: list[tuple[int, float, float | None]] = []
    running, stopping = 0.0, EarlyStopping(settings.patience)
    network.train()
    try:
        for step in range(1, steps + 1):
            if order.numel() < settings.batch_size:
                order = torch.cat([order, torch.randperm(len(windows), generator=generator)])
            batch, order = order[: settings.batch_size], order[settings.batch_size :]
            shown, wanted = settings.augmentation(
                features[batch].float(), targets[batch], generator
            )
            with one_thread(), dropout.drawn():
                logits = _logits(network, shown.to(device))
                loss = functional.cross_entropy(logits, wanted.to(device), weight=weights)
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
            if schedule is not None:
                schedule.step()
            running = (
                float(loss.detach()) if step == 1 else 0.9 * running + 0.1 * float(loss.detach())
            )
            seen = None
            if step % LOOK_EVERY == 0 or step == steps:
                seen = None if watched is None else _watched_loss(network, watched, device)
                curve.append((step, running, seen))
                if seen is not None:
                    stopping.look(seen, network)
            yield Progress(step, steps, "Fitting", LossPoint(step, running, seen))
            if stopping.is_over:
                break
        stopping.restore(network)
    finally:
        network.cpu().eval()
    return curve


def _targets(windows: Windows, soft: bool) -> torch.Tensor:
    """Probabilities (n, 2) of no event and event."""
    share = torch.from_numpy(windows.soft if soft else windows.labels.astype(np.float32))
    return torch.stack([1 - share, share], dim=1)


def _watched_loss(network: nn.Module, watched: Windows, device: torch.device) -> float:
    network.eval()
    with torch.inference_mode(), one_thread():
        logits = [
            _logits(network, torch.from_numpy(part.astype(np.float32)).to(device)).cpu()
            for part in _parts(watched.features)
        ]
        loss = functional.cross_entropy(torch.cat(logits), torch.from_numpy(watched.labels))
    network.train()
    return float(loss)

"""Fit a dense network to examples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch

from sleepscope.errors import SettingsError
from sleepscope.networks.dense import DenseNetwork
from sleepscope.networks.threads import one_thread
from sleepscope.progress import LossPoint, Progress, Steps
from sleepscope.training.augmentation import Augmentation
from sleepscope.training.device import training_device
from sleepscope.training.early_stopping import LOOK_EVERY, EarlyStopping
from sleepscope.training.example import CropSampler, Example
from sleepscope.training.fit_memory import FitMemory, FitState
from sleepscope.training.loss import dense_loss

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FitSettings:
    """How a network is fitted.

    Attributes
    ----------
    steps : int
        Batches looked at.
    batch_size : int
        Crops in a batch.
    crop_seconds : float
        Length of a crop.
    event_share : float
        Share of the crops drawn around an event.
    learning_rate : float
        Peak of the one-cycle schedule of AdamW (Smith and Topin 2018, arXiv:1708.07120).
    weight_decay : float
    positive_weight, dice_weight : float
        See :func:`~sleepscope.training.loss.dense_loss`.
    patience : int or None
        Looks (one every 25 batches) without a better loss on the watched examples after which
        fitting stops; the best weights are kept. None: no early stopping.
    seed : int
        Fixes crops, augmentation and what dropout leaves out, whatever ran before.
    """

    steps: int = 300
    batch_size: int = 16
    crop_seconds: float = 20.0
    event_share: float = 0.5
    learning_rate: float = 4e-3
    weight_decay: float = 1e-2
    positive_weight: float = 2.0
    dice_weight: float = 0.5
    patience: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("steps", "batch_size", "crop_seconds", "learning_rate"):
            if getattr(self, name) <= 0:
                raise SettingsError(
                    f"{name.replace('_', ' ').capitalize()} is {getattr(self, name):g}; "
                    f"it must be above 0."
                )


def fit(
    network: DenseNetwork,
    examples: Sequence[Example],
    settings: FitSettings,
    augmentation: Augmentation | None = None,
    message: str = "Training",
    memory: FitMemory | None = None,
    watched: Sequence[Example] = (),
) -> Steps[float]:
    """Fit a network in place; afterwards it is in eval mode.

    Parameters
    ----------
    network : DenseNetwork
        With fresh weights: build one anew for every fold.
    examples : sequence of Example
        Nothing of them may be in the data that the network is tested on.
    settings : FitSettings
    augmentation : Augmentation or None
    message : str
        For the progress reports.
    memory : FitMemory or None
        Where a fit that is stopped is kept, to go on from there as if nothing had happened.
    watched : sequence of Example
        With ``settings.patience``: training subjects that early stopping looks at, and that are
        not among ``examples``.

    Yields
    ------
    Progress
        After every batch, in batches; ``partial`` is a LossPoint.

    Returns
    -------
    float
        Mean loss over the last tenth of the batches.

    Raises
    ------
    SettingsError
        If no example is as long as a crop, early stopping has nothing to watch or would watch what
        is learned from, or the network was fitted before: carrying weights from
        fold to fold is how test recordings leak into training.
    """
    if network.was_fitted:
        raise SettingsError(
            "This network was trained before and would carry what it saw into this fold; "
            "build a fresh one."
        )
    _check_watched(examples, watched, settings)
    network.was_fitted = True
    device = training_device()
    network.to(device)
    rng = np.random.default_rng(settings.seed)
    generator = torch.Generator().manual_seed(settings.seed)
    n_out = round(settings.crop_seconds * network.output_sfreq)
    sampler = CropSampler(examples, network.feature_stride, n_out, settings.event_share, rng)
    optimiser = torch.optim.AdamW(
        network.parameters(), settings.learning_rate, weight_decay=settings.weight_decay
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, settings.learning_rate, total_steps=settings.steps + 1
    )
    network.train()
    losses: list[float] = []
    stopping = EarlyStopping(settings.patience)
    kept = FitState(network, optimiser, schedule, rng, generator, losses, stopping, device)
    memory = memory or FitMemory(None)
    memory.begin(kept, settings.seed)
    is_between = True
    try:
        for step in range(len(losses), settings.steps):
            if stopping.is_over:
                break
            is_between = False
            batch = sampler.draw(settings.batch_size)
            features, targets, weights = (torch.from_numpy(part) for part in batch)
            if augmentation is not None:
                features = augmentation(features, generator)
            with one_thread(), memory.own_randomness():
                logits = network(features.to(device))
                loss = _loss(logits, targets.to(device), weights.to(device), settings)
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
                optimiser.step()
            schedule.step()
            losses.append(float(loss.detach()))
            seen = None
            if watched and (step + 1) % LOOK_EVERY == 0:
                seen = _watched_loss(network, watched, settings, device)
                stopping.look(seen, network)
            is_between = True
            yield Progress(step + 1, settings.steps, message, LossPoint(step + 1, losses[-1], seen))
    finally:
        network.cpu().eval()
        # What was torn out of the middle of a batch would not go on as if nothing had happened.
        if is_between:
            memory.end(kept, is_done=stopping.is_over or len(losses) >= settings.steps)
    stopping.restore(network)
    return float(np.mean(losses[-max(1, len(losses) // 10) :]))


def _check_watched(
    examples: Sequence[Example], watched: Sequence[Example], settings: FitSettings
) -> None:
    if (settings.patience is None) != (not watched):
        raise SettingsError(
            f"Early stopping with a patience of {settings.patience} and {len(watched)} recordings "
            f"to watch cannot work; it needs both or neither."
        )
    both = {e.subject for e in examples} & {e.subject for e in watched}
    if both:
        raise SettingsError(
            f"Early stopping would watch '{min(both)}', who is learned from; "
            f"watch subjects that are not."
        )


def _watched_loss(
    network: DenseNetwork, watched: Sequence[Example], settings: FitSettings, device: torch.device
) -> float:
    """Mean loss over the watched examples, each counting by its length."""
    network.eval()
    losses, moments = 0.0, 0
    with torch.inference_mode(), one_thread():
        for example in watched:
            n_out = example.targets.shape[1]
            shown = torch.from_numpy(example.features[:, : n_out * network.feature_stride])
            logits = network(shown[None].to(device)).cpu()
            targets = torch.from_numpy(example.targets)[None]
            weights = torch.from_numpy(example.weights)[None]
            losses += n_out * float(_loss(logits, targets, weights, settings))
            moments += n_out
    network.train()
    return losses / moments


def _loss(
    logits: torch.Tensor, targets: torch.Tensor, weights: torch.Tensor, settings: FitSettings
) -> torch.Tensor:
    return dense_loss(logits, targets, weights, settings.positive_weight, settings.dice_weight)


def as_part(
    steps: Steps[T], before: float, total: float, message: str | None = None, share: float = 1.0
) -> Steps[T]:
    """A piece of work as part of a larger one.

    Parameters
    ----------
    steps : Steps
        The piece.
    before, total : float
        What was done before it and what is to be done in all, in the larger work's unit.
    message : str or None
        Takes the place of the piece's own message.
    share : float
        Units of the larger work in one unit of the piece.
    """
    try:
        while True:
            progress = next(steps)
            done = before + share * progress.done
            said = progress.message if message is None else message
            yield Progress(done, total, said, progress.partial)
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        steps.close()

"""Changes to training crops that leave their labels true."""

from __future__ import annotations

from typing import Protocol

import torch


class Augmentation(Protocol):
    """Changes a batch of features (batch, n_features, n); randomness comes from ``generator``."""

    def __call__(self, features: torch.Tensor, generator: torch.Generator) -> torch.Tensor: ...


class SpindleAugmentation:
    """Flip, gain and noise for the features of :class:`~sleepscope.networks.SpindleUnet`.

    A flipped electrode turns trace and sigma band over. A gain cannot reach the features, as they
    are relative to their own background; what differs between people is how far spindles stand
    out of it, and that is what is varied here.

    Parameters
    ----------
    gain : float
        Standard deviation of the natural logarithm of the gain.
    noise : float
        Standard deviation of white noise on trace and sigma band, in units of the features.
    """

    def __init__(self, gain: float = 0.1, noise: float = 0.05) -> None:
        self.gain = gain
        self.noise = noise

    def __call__(self, features: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """A changed copy."""
        n = features.shape[0]
        sign = torch.randint(0, 2, (n, 1, 1), generator=generator) * 2.0 - 1.0
        log_gain = self.gain * torch.randn(n, 2, 1, generator=generator)
        waves = features[:, :2] * sign * log_gain.exp()
        waves = waves + self.noise * torch.randn(waves.shape, generator=generator)
        envelope = features[:, 2:3] + log_gain[:, 1:]
        share = features[:, 3:] + self.gain * torch.randn(n, 1, 1, generator=generator)
        return torch.cat([waves, envelope, share], dim=1)

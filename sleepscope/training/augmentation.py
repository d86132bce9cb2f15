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
    band_noise : float
        The same for the bands' log envelopes, natural logarithms.
    """

    def __init__(self, gain: float = 0.1, noise: float = 0.05, band_noise: float = 0.1) -> None:
        self.gain = gain
        self.noise = noise
        self.band_noise = band_noise

    def __call__(self, features: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """A changed copy."""
        n = features.shape[0]
        sign = torch.randint(0, 2, (n, 1, 1), generator=generator) * 2.0 - 1.0
        log_gain = self.gain * torch.randn(n, 2, 1, generator=generator)
        waves = features[:, :2] * sign * log_gain.exp()
        waves = waves + self.noise * torch.randn(waves.shape, generator=generator)
        envelope = features[:, 2:3] + log_gain[:, 1:]
        share = features[:, 3:4] + self.gain * torch.randn(n, 1, 1, generator=generator)
        bands = features[:, 4:]
        if bands.shape[1]:
            bands = bands + self.gain * torch.randn(n, bands.shape[1], 1, generator=generator)
            bands = bands + self.band_noise * torch.randn(bands.shape, generator=generator)
        return torch.cat([waves, envelope, share, bands], dim=1)


class PowerAugmentation:
    """Louder and softer events, another slope and noise, for maps of log power.

    Log power does not know a flipped electrode, and is relative to its own background, so that a
    gain cannot reach it either: what is varied is how far things stand out of it.

    Parameters
    ----------
    n_freqs : int
        Frequencies of a map; the features are one map of them below the other.
    shift, slope : float
        Standard deviation of what is added to a whole map, and of what is added at its highest and
        taken off at its lowest frequency, natural logarithms.
    noise : float
        Standard deviation of white noise, the same unit.
    """

    def __init__(
        self, n_freqs: int, shift: float = 0.2, slope: float = 0.2, noise: float = 0.1
    ) -> None:
        self.n_freqs = n_freqs
        self.shift = shift
        self.slope = slope
        self.noise = noise

    def __call__(self, features: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """A changed copy."""
        batch, rows, n = features.shape
        maps = features.reshape(batch, rows // self.n_freqs, self.n_freqs, n)
        shape = (*maps.shape[:2], 1, 1)
        tilt = torch.linspace(1.0, -1.0, self.n_freqs)[:, None]
        shift = self.shift * torch.randn(shape, generator=generator)
        slope = self.slope * torch.randn(shape, generator=generator) * tilt
        noise = self.noise * torch.randn(maps.shape, generator=generator)
        return (maps + shift + slope + noise).flatten(1, 2)


class EyesMapsAugmentation:
    """Eyes exchanged, and another gain, for maps of coherence.

    The maps are coherence, cosine and sine of the phase, and log power of either eye: exchanged
    eyes turn the sine and change places.

    Parameters
    ----------
    n_freqs : int
        Frequencies of a map.
    gain : float
        Standard deviation of what is added to the log powers of both eyes.
    noise : float
        Standard deviation of white noise.
    """

    def __init__(self, n_freqs: int, gain: float = 0.15, noise: float = 0.05) -> None:
        self.n_freqs = n_freqs
        self.gain = gain
        self.noise = noise

    def __call__(self, features: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """A changed copy of ``features``, (batch, 5 n_freqs, n)."""
        n, _, columns = features.shape
        maps = features.reshape(n, 5, self.n_freqs, columns)
        exchanged = maps[:, [0, 1, 2, 4, 3]] * torch.tensor([1.0, 1, -1, 1, 1])[:, None, None]
        chosen = torch.randint(0, 2, (n, 1, 1, 1), generator=generator).bool()
        maps = torch.where(chosen, exchanged, maps)
        noise = self.noise * torch.randn(maps.shape, generator=generator)
        noise[:, 3:] += self.gain * torch.randn(n, 1, 1, 1, generator=generator)
        return (maps + noise).flatten(1, 2)

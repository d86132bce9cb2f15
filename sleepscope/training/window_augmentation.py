"""Changes to batches of training windows: noise, amplitude, shift, mixing."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch

from sleepscope.errors import SettingsError


@dataclass(frozen=True, slots=True)
class WindowAugmentation:
    """What is varied, anew in every batch; 0 leaves it out.

    Attributes
    ----------
    noise : float
        Standard deviation of white noise, in units of the standardised features.
    amplitude : float
        Standard deviation of the natural logarithm of a gain.
    shift : float
        Largest shift in time as a share of the window; what leaves one end enters at the other.
    mixing : float
        Parameter of mixup (Zhang et al. 2018, arXiv:1710.09412): windows and their labels are
        averaged in pairs by a share drawn from Beta(mixing, mixing).
    flip : bool
        Whether polarity is turned over at random (electrodes exchanged).
    """

    noise: float = 0.0
    amplitude: float = 0.0
    shift: float = 0.0
    mixing: float = 0.0
    flip: bool = False

    def __post_init__(self) -> None:
        for name in ("noise", "amplitude", "shift", "mixing"):
            value = getattr(self, name)
            if not 0 <= value < math.inf:
                raise SettingsError(f"{name.capitalize()} is {value:g}; it must be 0 or more.")
        if self.shift > 1:
            raise SettingsError(f"Shift is {self.shift:g}; it is a share of a window, 1 at most.")

    def __call__(
        self, windows: torch.Tensor, labels: torch.Tensor, generator: torch.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Changed copies of windows (n, ..., n_columns) and of labels (n, n_classes)."""
        n = windows.shape[0]
        each = (n, *(1,) * (windows.dim() - 1))
        if self.flip:
            windows = windows * (torch.randint(0, 2, each, generator=generator) * 2.0 - 1.0)
        if self.amplitude:
            windows = windows * (self.amplitude * torch.randn(each, generator=generator)).exp()
        if self.shift:
            windows = self._shifted(windows, generator)
        if self.noise:
            windows = windows + self.noise * torch.randn(windows.shape, generator=generator)
        if self.mixing:
            share = self._shares(n, generator)
            other = torch.randperm(n, generator=generator)
            wide = share.reshape(each)
            windows = wide * windows + (1 - wide) * windows[other]
            labels = share[:, None] * labels + (1 - share[:, None]) * labels[other]
        return windows, labels

    def _shifted(self, windows: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        n, length = windows.shape[0], windows.shape[-1]
        most = round(self.shift * length)
        steps = torch.randint(-most, most + 1, (n, 1), generator=generator)
        columns = (torch.arange(length)[None] - steps) % length
        index = columns.reshape(n, *(1,) * (windows.dim() - 2), length).expand(windows.shape)
        return windows.gather(-1, index)

    def _shares(self, n: int, generator: torch.Generator) -> torch.Tensor:
        """Drawn by numpy, as torch has no Beta distribution with a generator of its own."""
        seed = int(torch.randint(0, 2**31 - 1, (1,), generator=generator))
        drawn = np.random.default_rng(seed).beta(self.mixing, self.mixing, n)
        return torch.from_numpy(drawn.astype(np.float32))

"""The 2D network of the published Grad-CAM study: 5-s windows of wavelet values, 128 x 128.

Three convolutions of 4, 8 and 16 filters, framed by batch normalisation, each pooled by 2; a dense
layer of 16 and one of two classes. What is different here: it reads the values of wavelet power or
coherence, where the original read coloured pictures of them.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from sleepscope.networks.time_frequency import (
    TimeFrequencyNetwork,
    coherence_maps,
    relative_power_maps,
)
from sleepscope.signals.coherence import CoherenceSettings

_FILTERS = (4, 8, 16)
# Columns of a window, and of what the first stride and three pools by 2 make one of.
_WINDOW, _HOP = 128, 16
# What they leave of 128 rows or columns.
_POOLED = 6


class MapCnn(nn.Module):
    """The published network; windows that start 16 columns apart share all its convolutions.

    Parameters
    ----------
    n_maps : int
    dropout : float
        Share of the 16 dense values left out in training.
    """

    def __init__(self, n_maps: int, dropout: float = 0.5) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.BatchNorm2d(n_maps)]
        size = n_maps
        for index, n_filters in enumerate(_FILTERS):
            layers.append(nn.Conv2d(size, n_filters, 3, stride=2 if index == 0 else 1))
            if index == 0:
                layers.append(nn.BatchNorm2d(n_filters))
            layers += [nn.ReLU(), nn.MaxPool2d(2)]
            size = n_filters
        self.body = nn.Sequential(*layers)
        # A dense layer at every window is a convolution as large as what is left of the window.
        self.dense = nn.Conv2d(size, 16, _POOLED)
        self.dropout = nn.Dropout(dropout)
        self.classes = nn.Conv2d(16, 2, 1)

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """Logits (batch, 2, n_windows) for "no event" and "event" of (batch, n_maps, 128, n)."""
        dense = functional.relu(self.dense(self.body(maps)))
        logits: torch.Tensor = self.classes(self.dropout(dense))
        return logits[:, :, 0]


class PublishedCnn2d(TimeFrequencyNetwork):
    """The published classifier of windows, run over a recording of one EEG channel.

    ``forward`` gives each moment the mean log odds of the windows of 5.12 s (128 columns at 25 Hz)
    that cover it.

    Parameters
    ----------
    dropout : float
    """

    sfreq: ClassVar[float] = 200.0
    output_sfreq: ClassVar[float] = 12.5
    samples_per_feature: ClassVar[int] = 8
    n_signals: ClassVar[int] = 1
    n_maps: ClassVar[int] = 1
    # 128 frequencies, 21 an octave: 64 Hz down to 0.97 Hz.
    grid: ClassVar[CoherenceSettings] = CoherenceSettings(0.967, 64.0, 21, 25.0)
    n_features: int = 128
    heads: ClassVar[tuple[str, ...]] = ("union",)
    band: ClassVar[tuple[float, float]] = (4.5, 18.0)
    # 60 s of normalisation, a bin of 2 s, 8 s of the slowest wavelet, a window.
    run_in: ClassVar[float] = 76.0
    # A bin of normalisation and the windows' hop.
    alignment: ClassVar[int] = 3200
    # The last ReLU.
    explained_layer: ClassVar[str] = "classifier.body.9"
    normalisation: ClassVar[str] = (
        "Resampled to 200 Hz; log wavelet power at 128 frequencies of 0.97-64 Hz, 25 times a "
        "second, relative to its running median over 120 s at each frequency."
    )

    def __init__(self, dropout: float = 0.5) -> None:
        super().__init__()
        self.classifier = MapCnn(self.n_maps, dropout)

    def prepare(self, signals: NDArray[np.floating]) -> NDArray[np.float32]:
        """Log wavelet power relative to its background: (128, n_samples // 8)."""
        maps: NDArray[np.float32] = relative_power_maps(signals[0], self.sfreq, self.grid)[0]
        return maps

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Mean log odds of the windows over each moment: (batch, 1, n_columns // 2)."""
        n_columns = features.shape[-1]
        n_out = n_columns // self.feature_stride
        missing = max(0, _WINDOW - n_columns)
        missing += -(n_columns + missing - _WINDOW) % _HOP
        logits = self.classifier(self.maps(functional.pad(features, (0, missing))))
        odds = logits[:, 1:] - logits[:, :1]
        cells = odds.new_ones(1, 1, _WINDOW // self.feature_stride)
        hop = _HOP // self.feature_stride
        total = functional.conv_transpose1d(odds, cells, stride=hop)
        count = functional.conv_transpose1d(torch.ones_like(odds), cells, stride=hop)
        mean: torch.Tensor = (total / count)[..., :n_out]
        return mean


class PublishedCnn2dEog(PublishedCnn2d):
    """The same for the wavelet coherence of LOC and ROC, as published for rapid eye movements."""

    n_signals: ClassVar[int] = 2
    heads: ClassVar[tuple[str, ...]] = ("event",)
    band: ClassVar[tuple[float, float]] = (1.0, 15.0)
    normalisation: ClassVar[str] = (
        "Resampled to 200 Hz; wavelet coherence of LOC and ROC at 128 frequencies of 0.97-64 Hz, "
        "25 times a second."
    )

    def prepare(self, signals: NDArray[np.floating]) -> NDArray[np.float32]:
        """Coherence: (128, n_samples // 8)."""
        maps = coherence_maps(signals[0], signals[1], self.sfreq, self.grid)
        return np.ascontiguousarray(maps[0])

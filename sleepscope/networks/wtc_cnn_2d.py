"""2D CNNs that read wavelet coherence or wavelet power as values and answer for every moment.

After the two-dimensional network of the published Grad-CAM study of eye movements and spindles,
which classified coloured pictures of 5-s windows. What is different here: values in place of
pictures, no pooling over time, convolutions as long as their input, and one answer a moment.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from sleepscope.networks.time_frequency import (
    TimeFrequencyNetwork,
    coherence_maps,
    relative_power_maps,
)
from sleepscope.networks.tracks import Tracks
from sleepscope.signals.coherence import CoherenceSettings

# Dilation in time of the three 3 x 3 convolutions; frequencies are pooled by 2 after each.
_DILATIONS = (1, 2, 4)
# Columns answered for at once: what lies between two layers then stays in the processor's cache,
# which makes a night four times as fast.
_PIECE = 2000
# Columns to either side that an answer depends on.
_REACH = sum(_DILATIONS) + 8


def _block(n_in: int, n_out: int, dilation: int) -> nn.Sequential:
    """A 3 x 3 convolution, dilated in time, with normalisation and ReLU."""
    conv = nn.Conv2d(n_in, n_out, 3, padding=(1, dilation), dilation=(1, dilation), bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(n_out), nn.ReLU())


class WtcCnn2d(TimeFrequencyNetwork):
    """Three convolutions over frequency and time, one across all frequencies, one over time.

    Pools are over frequency only, so that the answers keep the rate of the maps.

    Parameters
    ----------
    width : int
        Channels of the first convolution; the others have 2, 3 and 4 times as many.
    dropout : float
        Share of the last channels left out in training.
    """

    # The last convolution over both axes: after it the frequencies are joined, and the moments
    # around each are looked at once more.
    explained_layer: ClassVar[str] = "deep"

    def __init__(self, width: int = 10, dropout: float = 0.1) -> None:
        super().__init__()
        sizes = (self.n_maps, width, 2 * width, 3 * width)
        self.scale = nn.BatchNorm2d(self.n_maps)
        self.first = _block(sizes[0], sizes[1], _DILATIONS[0])
        self.second = _block(sizes[1], sizes[2], _DILATIONS[1])
        self.deep = _block(sizes[2], sizes[3], _DILATIONS[2])
        self.pool = nn.MaxPool2d((2, 1), ceil_mode=True)
        n_rows = -(-self.grid.freqs.size // 8)
        size = 4 * width
        self.across = nn.Conv2d(sizes[3], size, (n_rows, 1), bias=False)
        self.moments = nn.Sequential(
            nn.BatchNorm1d(size),
            nn.ReLU(),
            nn.Conv1d(size, size, 5, padding=8, dilation=4, bias=False),
            nn.BatchNorm1d(size),
            nn.ReLU(),
            nn.Dropout1d(dropout),
        )
        self.head = nn.Conv1d(size, len(self.heads), 1)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Logits (batch, n_heads, n_columns)."""
        maps = self.pool(self.first(self.scale(self.maps(features))))
        maps = self.pool(self.deep(self.pool(self.second(maps))))
        logits: torch.Tensor = self.head(self.moments(self.across(maps)[:, :, 0]))
        return logits

    def tracks(self, features: NDArray[np.float32]) -> Tracks:
        """Probabilities of a stretch, without gradients, worked in pieces."""
        n = features.shape[-1]
        made: list[Tracks] = []
        for first in range(0, max(n, 1), _PIECE):
            low, behind = max(0, first - _REACH), min(n, first + _PIECE)
            piece = super().tracks(features[:, low : behind + _REACH])
            own = slice(first - low, behind - low)
            split = None if piece.split is None else piece.split[own]
            made.append(Tracks(piece.probability[own], split))
        splits = [one.split for one in made if one.split is not None]
        probability = np.concatenate([one.probability for one in made])
        return Tracks(probability, np.concatenate(splits) if splits else None)


class SpindleWtcCnn2d(WtcCnn2d):
    """Spindles in the wavelet power of one EEG channel; heads expert 1, expert 2 and union."""

    sfreq: ClassVar[float] = 100.0
    output_sfreq: ClassVar[float] = 12.5
    samples_per_feature: ClassVar[int] = 8
    n_signals: ClassVar[int] = 1
    n_maps: ClassVar[int] = 2
    grid: ClassVar[CoherenceSettings] = CoherenceSettings(1.0, 32.0, 6, 12.5)
    n_features: int = 2 * 31
    heads: ClassVar[tuple[str, ...]] = ("expert 1", "expert 2", "union")
    band: ClassVar[tuple[float, float]] = (4.5, 18.0)
    # 60 s of normalisation, a bin of 2 s, 8 s of the slowest wavelet, 1.2 s of receptive field.
    run_in: ClassVar[float] = 72.0
    # A bin of normalisation.
    alignment: ClassVar[int] = 200
    normalisation: ClassVar[str] = (
        "Resampled to 100 Hz; log wavelet power at 31 frequencies of 1-32 Hz, 12.5 times a second: "
        "once relative to its running median over 120 s at each frequency, once times the squared "
        "frequency and relative to the running median over all of them."
    )

    def prepare(self, signals: NDArray[np.floating]) -> NDArray[np.float32]:
        """Two maps of log wavelet power below each other: (62, n_samples // 8)."""
        maps = relative_power_maps(signals[0], self.sfreq, self.grid)
        return maps.reshape(self.n_features, -1)

    def event_logit(self, logits: torch.Tensor) -> torch.Tensor:
        """The logit of the union of both experts."""
        return logits[:, 2]


class RemWtcCnn2d(WtcCnn2d):
    """Rapid eye movements in the wavelet coherence of LOC and ROC; heads event and onset."""

    sfreq: ClassVar[float] = 50.0
    output_sfreq: ClassVar[float] = 25.0
    samples_per_feature: ClassVar[int] = 2
    n_signals: ClassVar[int] = 2
    n_maps: ClassVar[int] = 5
    grid: ClassVar[CoherenceSettings] = CoherenceSettings(0.5, 16.0, 6, 25.0)
    n_features: int = 5 * 31
    heads: ClassVar[tuple[str, ...]] = ("event", "onset")
    # Weighed bin by bin. Grad-CAM has one weight a row for all moments, and many filters answer to
    # the start of a movement: the map then shows the start of the next one as well. Of 176
    # simulated movements its maximum lies inside the movement in 62 % (a random point: 44 %), that
    # of this layer in 84 % (35 %), and it has twice as many rows.
    attributed_layers: tuple[str, ...] = ("second",)
    band: ClassVar[tuple[float, float]] = (0.5, 15.0)
    # 15.5 s of the slowest wavelet and its smoothing, 0.6 s of receptive field.
    run_in: ClassVar[float] = 18.0
    block_seconds: ClassVar[float] = 320.0
    alignment: ClassVar[int] = 2
    normalisation: ClassVar[str] = (
        "Resampled to 50 Hz; wavelet coherence of LOC and ROC at 31 frequencies of 0.5-16 Hz, 25 "
        "times a second: coherence, cosine and sine of the phase, log(1 + power / 4 µV²) of each. "
        "Gain is not removed: amplitude counts."
    )

    def prepare(self, signals: NDArray[np.floating]) -> NDArray[np.float32]:
        """Five maps below each other: (155, n_samples // 2)."""
        maps = coherence_maps(signals[0], signals[1], self.sfreq, self.grid)
        return maps.reshape(self.n_features, -1)

    def split_logit(self, logits: torch.Tensor) -> torch.Tensor:
        """The logit of a movement's onset."""
        return logits[:, 1]

"""A small dilated 1D CNN that finds single rapid eye movements in LOC and ROC.

Dilated residual blocks after Bai et al. 2018, arXiv:1803.01271, without causality: a movement is
judged from what comes before and after it.
"""

from __future__ import annotations

from typing import ClassVar, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from sleepscope.networks.dense import DenseNetwork
from sleepscope.signals.bands import Spectrum, band_kernel, smooth, smoothing_kernel
from sleepscope.signals.missing import fill_missing

# What eye movements are made of, and what tells them from muscle; drifts of the electrodes go.
_TRACE_BAND: Final = (0.3, 15.0)
_TRACE_SECONDS: Final = 6.0
# Muscle: the band in which it outweighs the EEG and which a recorder of 100 Hz still holds; its
# level over half a second, and the level (µV) around which the logarithm begins.
_MUSCLE_BAND: Final = (20.0, 40.0)
_MUSCLE_FILTER_SECONDS: Final = 1.0
_MUSCLE_SECONDS: Final = 0.5
_MUSCLE_SCALE: Final = 4.0
# Amplitude (µV) around which asinh turns from a straight line into a logarithm: a movement.
_SCALE: Final = 50.0
_DILATIONS: Final = (1, 2, 4, 8, 16, 32, 2, 1)


class _Residual(nn.Module):
    """x + 1x1(ReLU(BN(dilated convolution of 5 taps))), as long as its input."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv1d(width, width, 5, padding=2 * dilation, dilation=dilation, bias=False),
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.Conv1d(width, width, 1),
        )

    def forward(self, signal: torch.Tensor) -> torch.Tensor:
        """Same shape as ``signal``, (batch, width, n)."""
        result: torch.Tensor = signal + self.body(signal)
        return result


class RemDilated(DenseNetwork):
    """Eight dilated residual blocks at 25 Hz; logits "event" and "onset" of a movement.

    The onset logit parts the movements of a burst, which the event logit alone would join.

    Parameters
    ----------
    width : int
        Channels of every block.
    """

    sfreq: ClassVar[float] = 100.0
    output_sfreq: ClassVar[float] = 25.0
    n_signals: ClassVar[int] = 2
    n_features: int = 4
    heads: ClassVar[tuple[str, ...]] = ("event", "onset")
    band: ClassVar[tuple[float, float]] = _TRACE_BAND
    # Half of the filter, and 5.3 s of receptive field.
    run_in: ClassVar[float] = 9.0
    alignment: ClassVar[int] = 4
    # The block that has seen most, 5 s to either side; the two behind it look 0.2 s around. Of
    # simulated movements its map's maximum lies inside 84 %, that of the third block inside 24 %.
    explained_layer: ClassVar[str] = "blocks.5"
    normalisation: ClassVar[str] = (
        "Resampled to 100 Hz; of 0.3-15 Hz the difference and the sum of asinh(µV / 50) of LOC and "
        "ROC, and the signed root of -LOC x ROC in units of 50 µV; of 20-40 Hz (muscle) the log of "
        "1 + RMS / 4 µV of both over half a second. Gain is not removed: amplitude counts."
    )

    def __init__(self, width: int = 24) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv1d(self.n_features, width, 12, stride=4, padding=4, bias=False),
            nn.BatchNorm1d(width),
            nn.ReLU(),
        )
        self.blocks = nn.Sequential(*(_Residual(width, d) for d in _DILATIONS))
        self.head = nn.Sequential(nn.ReLU(), nn.Conv1d(width, len(self.heads), 1))

    def prepare(self, signals: NDArray[np.floating]) -> NDArray[np.float32]:
        """Difference, sum, signed root of the negative product, and muscle: (4, n_samples)."""
        spectra = [_spectrum(signal, self.sfreq) for signal in signals]
        kernel = band_kernel(self.sfreq, *_TRACE_BAND, _TRACE_SECONDS)
        left, right = (spectrum.band(kernel) / _SCALE for spectrum in spectra)
        opposite = -left * right
        features = np.stack(
            [
                np.arcsinh(left) - np.arcsinh(right),
                np.arcsinh(left) + np.arcsinh(right),
                np.sign(opposite) * np.sqrt(np.abs(opposite)),
                _muscle(spectra, self.sfreq),
            ]
        )
        return np.asarray(np.clip(features, -8.0, 8.0), dtype=np.float32)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Logits (batch, 2, n_samples // 4)."""
        n_out = features.shape[-1] // self.stride
        features = functional.pad(features, (0, -features.shape[-1] % self.stride))
        logits: torch.Tensor = self.head(self.blocks(self.stem(features)))[..., :n_out]
        return logits

    def split_logit(self, logits: torch.Tensor) -> torch.Tensor:
        """The logit of a movement's onset."""
        return logits[:, 1]


def _spectrum(signal: NDArray[np.floating], sfreq: float) -> Spectrum:
    """One eye channel, µV, ready to be filtered."""
    filled = fill_missing(signal)
    centred = filled - np.median(filled) if filled.size else filled
    return Spectrum(centred, band_kernel(sfreq, *_TRACE_BAND, _TRACE_SECONDS).size)


def _muscle(spectra: list[Spectrum], sfreq: float) -> NDArray[np.floating]:
    """log(1 + RMS / 4 µV) of both channels' muscle over half a second."""
    kernel = band_kernel(sfreq, *_MUSCLE_BAND, _MUSCLE_FILTER_SECONDS)
    power = sum(np.abs(spectrum.filtered(kernel)) ** 2 for spectrum in spectra) / len(spectra)
    # Half: the envelope of a sine is larger than its RMS by the root of 2.
    level = smooth(np.asarray(power / 2), smoothing_kernel(sfreq, _MUSCLE_SECONDS))
    return np.asarray(np.log1p(np.sqrt(np.maximum(level, 0.0)) / _MUSCLE_SCALE))

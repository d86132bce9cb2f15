"""A small 1D U-Net that finds sleep spindles in one EEG channel.

After Ronneberger et al. 2015, doi:10.1007/978-3-319-24574-4_28, and SUMO (Kaulen et al. 2022,
doi:10.1038/s41598-022-11210-y), which brought it to spindles. What is different here: features
that do not know the recorder's gain, and one head per expert.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from sleepscope.constants import SPINDLE_BAND_HZ
from sleepscope.networks.dense import DenseNetwork
from sleepscope.networks.spindle_bands import N_ROWS, band_rows
from sleepscope.signals.background import background_level
from sleepscope.signals.bands import Spectrum, band_kernel, smooth, smoothing_kernel
from sleepscope.signals.missing import fill_missing

# Broadband for the trace: what a 50-Hz recorder still holds. For the share of sigma: without
# delta and theta below 4.5 Hz, after A7 (Lacourse et al. 2019, doi:10.1016/j.jneumeth.2018.08.014).
_TRACE_BAND = (0.5, 20.0)
_SHARE_BAND = (4.5, 20.0)
_N_WAVES = 4  # features that every member may look at
_FLOOR = 1e-6  # µV: far below any noise, keeps the logarithm finite
_LIMIT = 8.0  # features beyond it say no more than "very large"


def _block(n_in: int, n_out: int, dilation: int = 1) -> nn.Sequential:
    """Two convolutions of 5 taps with normalisation and ReLU."""
    layers: list[nn.Module] = []
    for size, step in ((n_in, 1), (n_out, dilation)):
        layers += [
            nn.Conv1d(size, n_out, 5, padding=2 * step, dilation=step, bias=False),
            nn.BatchNorm1d(n_out),
            nn.ReLU(),
        ]
    return nn.Sequential(*layers)


class SpindleUnet(DenseNetwork):
    """Stride-4 stem, three levels, 25-Hz output, one logit each for expert 1, expert 2 and union.

    Parameters
    ----------
    width : int
        Channels of the first level; the others have 2 and 3.25 times as many.
    dropout : float
        Share of the bottleneck's channels left out in training.
    inputs : sequence of int
        Which of the features it looks at: 0 trace, 1 sigma band, 2 log sigma envelope, 3 log share
        of sigma, 4-11 how loud each band is (:func:`~sleepscope.networks.spindle_bands.band_rows`).
        Others make a member of an ensemble that errs elsewhere.

    Raises
    ------
    ValueError
        If ``inputs`` is empty or names no feature.
    """

    sfreq: ClassVar[float] = 100.0
    output_sfreq: ClassVar[float] = 25.0
    n_signals: ClassVar[int] = 1
    n_features: int = 4
    heads: ClassVar[tuple[str, ...]] = ("expert 1", "expert 2", "union")
    band: ClassVar[tuple[float, float]] = (4.5, SPINDLE_BAND_HZ[1] + 2.0)
    # 60 s of normalisation, a bin of 1 s, filters of 2 x 1 s, 3 s of receptive field.
    run_in: ClassVar[float] = 68.0
    # 16 samples of the network's stride and pools, 100 of a normalisation bin.
    alignment: ClassVar[int] = 400
    explained_layer: ClassVar[str] = "bottleneck"
    # The two deeper of the three ways into the decoder. Chosen with the smoothing on the training
    # excerpts of the held-out networks, among 18 maps: the bottleneck alone points into the
    # expert's spindle less often than the envelope of its band does, as half of the answer takes
    # the way around it; the first level sees 0.4 s, no spindle.
    attributed_layers: tuple[str, ...] = ("encoder_2", "bottleneck")
    map_smoothing: ClassVar[float] = 0.5
    normalisation: ClassVar[str] = (
        "Resampled to 100 Hz; trace 0.5-20 Hz, sigma band 11-16 Hz and log sigma envelope relative "
        "to their running median over 120 s; log share of sigma in 4.5-20 Hz."
    )

    def __init__(
        self, width: int = 16, dropout: float = 0.1, inputs: Sequence[int] = (0, 1, 2, 3)
    ) -> None:
        super().__init__()
        self.inputs = tuple(inputs)
        if not self.inputs or not set(self.inputs) <= set(range(_N_WAVES + N_ROWS)):
            raise ValueError(f"inputs {self.inputs} must be some of 0 to {_N_WAVES + N_ROWS - 1}")
        # Bands take a second more a night: only for those who look at them.
        self.n_features = _N_WAVES if max(self.inputs) < _N_WAVES else _N_WAVES + N_ROWS
        low, middle, high = width, 2 * width, 13 * width // 4
        self.stem = nn.Conv1d(len(self.inputs), low, 8, stride=4, padding=2)
        self.encoder_1 = _block(low, low)
        self.encoder_2 = _block(low, middle)
        self.bottleneck = _block(middle, high, dilation=4)
        self.dropout = nn.Dropout1d(dropout)
        self.decoder_2 = _block(high + middle, middle)
        self.decoder_1 = _block(middle + low, low)
        self.head = nn.Conv1d(low, len(self.heads), 1)

    def prepare(self, signals: NDArray[np.floating]) -> NDArray[np.float32]:
        """Trace, sigma band, log sigma envelope, log share of sigma, bands: (4 or 12, n)."""
        usable = np.isfinite(signals[0])
        signal = fill_missing(signals[0])
        kernels = [band_kernel(self.sfreq, *band, 1.0) for band in (SPINDLE_BAND_HZ, _SHARE_BAND)]
        trace_kernel = band_kernel(self.sfreq, *_TRACE_BAND, 2.0)
        centred = signal - np.median(signal)  # single precision is lost on a large offset
        spectrum = Spectrum(centred, trace_kernel.size)
        trace = spectrum.band(trace_kernel)
        sigma = spectrum.filtered(kernels[0])
        log_sigma = np.log(np.abs(sigma) + _FLOOR)
        share = smooth(spectrum.band(kernels[1]) ** 2, smoothing_kernel(self.sfreq, 1.0))
        log_share = log_sigma - 0.5 * np.log(np.maximum(2 * share, _FLOOR**2))
        level = background_level(log_sigma, usable, self.sfreq)
        size = background_level(np.log(np.abs(trace) + _FLOOR), usable, self.sfreq)
        features = np.empty((self.n_features, signal.size), dtype=np.float32)
        features[0] = trace * np.exp(-size) / 2
        features[1] = sigma.real * np.exp(-level) / 2
        features[2] = log_sigma - level
        features[3] = 2 * (log_share + 1.0)
        if self.n_features > _N_WAVES:
            features[_N_WAVES:] = band_rows(centred, usable, self.sfreq)
        features[:, ~usable] = 0.0  # the background's own level: nothing to see
        return np.clip(features, -_LIMIT, _LIMIT, out=features)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Logits (batch, 3, n_samples // 4)."""
        return self.decode(*self.encode(features))[..., : features.shape[-1] // 4]

    def encode(self, features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """What the two levels and the bottleneck make of the features."""
        used = features if len(self.inputs) == features.shape[1] else features[:, self.inputs]
        first = self.encoder_1(self.stem(functional.pad(used, (0, -used.shape[-1] % 16))))
        second = self.encoder_2(functional.max_pool1d(first, 2))
        return first, second, self.bottleneck(functional.max_pool1d(second, 2))

    def decode(self, first: torch.Tensor, second: torch.Tensor, deep: torch.Tensor) -> torch.Tensor:
        """Logits of what ``encode`` made, padded at the end to whole bins of the bottleneck."""
        deep = functional.interpolate(self.dropout(deep), scale_factor=2.0)
        second = functional.interpolate(
            self.decoder_2(torch.cat([deep, second], 1)), scale_factor=2.0
        )
        logits: torch.Tensor = self.head(self.decoder_1(torch.cat([second, first], 1)))
        return logits

    def event_logit(self, logits: torch.Tensor) -> torch.Tensor:
        """The logit of the union of both experts."""
        return logits[:, 2]

"""The 1D network of the published Grad-CAM study of eye movements and spindles: 5-s windows.

Two classes for each window, 2,173 parameters for two signals and 2,149 for one. The window is
the unit of its decision; where in the window the event lies, only an explanation can say.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from sleepscope.networks.dense import DenseNetwork
from sleepscope.networks.tracks import Tracks
from sleepscope.signals.background import background_level
from sleepscope.signals.bands import Spectrum, band_kernel
from sleepscope.signals.missing import fill_missing

# Output channels and kernel length of each convolution; each is followed by ReLU and a pool of 2.
_LAYERS = ((4, 6), (4, 5), (10, 4), (10, 4), (15, 4))
# What five pools of 2 leave of 1000 samples after the valid convolutions.
_POOLED = 28
# Five pools of 2: windows that start a multiple of this apart share all convolutions.
_HOP = 32
_STRIDE = 16
# The last ReLU: 56 bins a window; the centre of the first (sample 56) is that of output sample 3.
_EXPLAINED = 13
_FLOOR = 1e-3  # µV: far below any amplifier's noise, keeps the logarithm finite
_LIMIT = 20.0  # multiples of the usual size beyond which a value says no more than "very large"


class WindowCnn(nn.Module):
    """The published network: convolutions 6x4, 5x4, 4x10, 4x10, 4x15 and one dense layer.

    Parameters
    ----------
    n_features : int
    dropout : float
        Share of the pooled values left out in training.
    """

    def __init__(self, n_features: int, dropout: float = 0.5) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        size = n_features
        for channels, kernel in _LAYERS:
            layers += [nn.Conv1d(size, channels, kernel), nn.ReLU(), nn.MaxPool1d(2)]
            size = channels
        self.body = nn.Sequential(*layers)
        self.dropout = nn.Dropout(dropout)
        self.dense = nn.Linear(size * _POOLED, 2)

    def forward(self, windows: torch.Tensor) -> torch.Tensor:
        """Logits (n_windows, 2) for "no event" and "event" of (n_windows, n_features, 1000)."""
        logits: torch.Tensor = self.dense(self.dropout(self.body(windows).flatten(1)))
        return logits


class PublishedCnn1d(DenseNetwork):
    """The published classifier of 5-s windows, run over a recording.

    All windows that start 0.16 s apart are classified at the cost of one, as they share their
    convolutions. ``forward`` gives each moment the mean log odds of the windows that cover it.
    ``tracks`` says where in the windows the event lies: their probability times their Grad-CAM,
    both averaged over the windows, and the latter smoothed (:func:`smoothed_relevance`), unless
    ``localise`` is off.

    Parameters
    ----------
    localise : bool
        Whether ``tracks`` is localised by Grad-CAM, or the plain probability of the windows.
    dropout : float

    Notes
    -----
    Behind the last ReLU only a pool and the dense layer follow, so the mean gradient of the log
    odds is the same for every window: the sum of a filter's 28 weights over its 56 bins. Grad-CAM
    here is that fixed weighting of the last activations, and needs no backward pass.
    """

    sfreq: ClassVar[float] = 200.0
    output_sfreq: ClassVar[float] = 12.5
    n_signals: ClassVar[int] = 1
    n_features: int = 1
    heads: ClassVar[tuple[str, ...]] = ("window",)
    band: ClassVar[tuple[float, float]] = (4.5, 18.0)
    # 60 s of normalisation, a bin of 1 s, 3 s of filter, a window of 5 s.
    run_in: ClassVar[float] = 70.0
    # A bin of normalisation (200 samples) and the windows' hop (32).
    alignment: ClassVar[int] = 800
    explained_layer: ClassVar[str] = "classifier.body.13"
    # Length, s, over which the Grad-CAM is averaged, in ``tracks`` and in the map that is shown. A
    # bin of the last layer sees 0.56 s, and few of its filters fire at once: as they are, the bins
    # of a spindle are a row of peaks. In networks that saw neither of two excerpts longer averages
    # found spindles no better, and their maps looked more like those of random weights.
    track_smoothing: ClassVar[float] = 0.4
    map_smoothing: ClassVar[float] = 0.4
    normalisation: ClassVar[str] = (
        "Resampled to 200 Hz; 2-40 Hz, relative to the running median of its size over 120 s; "
        "then mean and standard deviation of the training windows."
    )
    # What is kept of the signals, Hz, by a filter of so many seconds. Slow waves are ten times
    # larger than spindles and would hide them; what is faster and slower than a spindle tells it
    # from alpha and from all that is merely large.
    trace_filter: ClassVar[tuple[float, float, float]] = (2.0, 40.0, 1.5)
    window_samples: ClassVar[int] = 1000
    hop: ClassVar[int] = _HOP
    n_bins: ClassVar[int] = 56
    first_bin: ClassVar[int] = 3

    feature_mean: torch.Tensor
    feature_scale: torch.Tensor
    full_relevance: torch.Tensor

    def __init__(self, localise: bool = True, dropout: float = 0.5) -> None:
        super().__init__()
        self.localise = localise
        self.classifier = WindowCnn(self.n_features, dropout)
        # Fitted in the training fold, kept with the weights.
        self.register_buffer("feature_mean", torch.zeros(self.n_features))
        self.register_buffer("feature_scale", torch.ones(self.n_features))
        # Smoothed Grad-CAM, in logits, at which a moment gets its windows' whole probability.
        self.register_buffer("full_relevance", torch.ones(()))

    @property
    def window(self) -> float:
        """Length of a window, s."""
        return self.window_samples / self.sfreq

    def prepare(self, signals: NDArray[np.floating]) -> NDArray[np.float32]:
        """Each signal in its band, relative to its usual size, standardised: (n, n_samples)."""
        mean, scale = self.feature_mean.numpy()[:, None], self.feature_scale.numpy()[:, None]
        rows = np.stack(
            [relative_trace(signal, self.sfreq, *self.trace_filter) for signal in signals]
        )
        # Limited before it is scaled: the scale is fitted to features that are limited already.
        limited = np.clip(rows, -_LIMIT, _LIMIT)
        return np.asarray((limited - mean) / scale, dtype=np.float32)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Mean log odds of the windows over each moment: (batch, 1, n_samples // 16)."""
        odds = self.window_odds(self.activations(features))
        n_out = features.shape[-1] // _STRIDE
        return _spread(odds, self.window_samples // _STRIDE, 0, n_out)

    def tracks(self, features: NDArray[np.float32]) -> Tracks:
        """Probability of a stretch, localised by Grad-CAM or of the windows alone."""
        if not self.localise:
            return super().tracks(features)
        n_out = features.shape[-1] // _STRIDE
        with torch.inference_mode():
            activations = self.activations(torch.from_numpy(features)[None])
            probability = torch.sigmoid(self.window_odds(activations))
            over = _spread(probability, self.n_bins, self.first_bin, n_out)[0, 0]
            share = torch.zeros(n_out)
            relevance = smoothed_relevance(self.relevance(activations), self.track_smoothing)[0]
            n_known = min(max(n_out - self.first_bin, 0), relevance.numel())
            share[self.first_bin : self.first_bin + n_known] = relevance[:n_known]
            share = (share / self.full_relevance).clamp(0.0, 1.0)
            return Tracks((over * share).numpy())

    def relevance(self, activations: torch.Tensor) -> torch.Tensor:
        """Grad-CAM of the log odds (batch, n_bins) of last activations (batch, 15, n_bins)."""
        weights = self._odds_weights().sum(dim=1) / self.n_bins
        return torch.einsum("c,bct->bt", weights, activations)

    def window_odds(self, activations: torch.Tensor) -> torch.Tensor:
        """Log odds (batch, 1, n_windows) of the windows that start 0.16 s apart."""
        pooled = self.classifier.dropout(self.classifier.body[_EXPLAINED + 1](activations))
        # The dense layer at every position of a window is a convolution as long as the window.
        bias = self.classifier.dense.bias
        return functional.conv1d(pooled, self._odds_weights()[None], bias[1:] - bias[:1])

    def activations(self, features: torch.Tensor) -> torch.Tensor:
        """Last activations (batch, 15, n_bins) of features filled up to whole windows."""
        n_samples = features.shape[-1]
        missing = max(0, self.window_samples - n_samples)
        missing += -(n_samples + missing - self.window_samples) % _HOP
        activations: torch.Tensor = self.classifier.body[: _EXPLAINED + 1](
            functional.pad(features, (0, missing))
        )
        return activations

    def _odds_weights(self) -> torch.Tensor:
        """What the dense layer adds to the log odds: (15, 28)."""
        weights = self.classifier.dense.weight.reshape(2, -1, _POOLED)
        return weights[1] - weights[0]


class PublishedCnn1dEog(PublishedCnn1d):
    """The same for LOC and ROC: 2,173 parameters, as published for rapid eye movements."""

    n_signals: ClassVar[int] = 2
    n_features: int = 2
    band: ClassVar[tuple[float, float]] = (0.3, 5.0)
    trace_filter: ClassVar[tuple[float, float, float]] = (0.3, 30.0, 6.0)
    # A movement is shorter than a spindle.
    map_smoothing: ClassVar[float] = 0.0
    normalisation: ClassVar[str] = PublishedCnn1d.normalisation.replace("2-40", "0.3-30")


def _spread(values: torch.Tensor, n_cells: int, first: int, n_out: int) -> torch.Tensor:
    """Mean (batch, 1, n_out) over the windows at each moment; 0 where there is none.

    Parameters
    ----------
    values : (batch, 1, n_windows) tensor
    n_cells, first : int
        A window speaks about this many moments, from its ``first`` on.
    """
    cells = values.new_ones(1, 1, n_cells)
    step = _HOP // _STRIDE
    total = functional.conv_transpose1d(values, cells, stride=step)
    count = functional.conv_transpose1d(torch.ones_like(values), cells, stride=step)
    mean = functional.pad(total / count.clamp(min=1.0), (first, n_out))
    return mean[..., :n_out]


def smoothed_relevance(relevance: torch.Tensor, seconds: float) -> torch.Tensor:
    """Relevance (batch, n_bins) without the gaps between the peaks of one event.

    The average over so many seconds around each bin, an odd number of bins and 0 beyond the ends;
    then each bin takes the largest of its neighbours, as the pool behind the explained layer does.
    With fewer than 3 bins to average nothing changes.
    """
    half = round((seconds * PublishedCnn1d.output_sfreq - 1) / 2)
    if half < 1:
        return relevance
    mean = functional.avg_pool1d(relevance[:, None], 2 * half + 1, stride=1, padding=half)
    return functional.max_pool1d(mean, 3, stride=1, padding=1)[:, 0]


def relative_trace(
    signal: NDArray[np.floating], sfreq: float, low: float, high: float, seconds: float
) -> NDArray[np.float64]:
    """A band of the signal in multiples of its usual size around each moment.

    Parameters
    ----------
    signal : (n_samples,) ndarray, µV
        NaN where nothing usable was recorded.
    sfreq, low, high : float, Hz
    seconds : float
        Length of the filter.
    """
    usable = np.isfinite(signal)
    filled = fill_missing(signal)
    kernel = band_kernel(sfreq, low, high, seconds)
    trace = Spectrum(filled - np.median(filled), kernel.size).band(kernel)
    size = background_level(np.log(np.abs(trace) + _FLOOR), usable, sfreq)
    return np.asarray(trace * np.exp(-np.nan_to_num(size)), dtype=np.float64)

"""What detection, explanation and training may ask of a network: a probability for every moment."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from sleepscope.networks.tracks import Tracks


class DenseNetwork(nn.Module, ABC):
    """A network that reads signals of any length and answers for every moment of them.

    ``prepare`` turns signals in µV into features, ``forward`` features into logits. Detection
    calls ``prepare`` and ``tracks``; explanation calls ``prepare``, ``forward`` and
    ``event_logit`` and hooks ``explained_layer``; training fits all heads.

    A stretch may be cut from a recording anywhere on a multiple of ``alignment`` samples: what
    the network says there must be the same as for the whole recording, but for the outermost
    ``run_in`` seconds.

    Attributes
    ----------
    sfreq : float, Hz
        Rate of the input.
    output_sfreq : float, Hz
        Rate of the answers; ``sfreq`` is a whole multiple of it.
    n_signals : int
        Signals that ``prepare`` takes: 1 for EEG, 2 for LOC and ROC in this order.
    n_features : int
        Rows that ``prepare`` returns.
    heads : tuple of str
        Names of the logits of each moment.
    band : tuple of float, Hz
        What the channel must hold for the network to see its events; a channel slower than twice
        the upper edge cannot be used.
    run_in : float, s
        Seconds at either end of a stretch that depend on what lies outside it: normalisation
        window, filters and receptive field together.
    samples_per_feature : int
        Input samples for each column that ``prepare`` returns: 1 where the features are signals.
    alignment : int, samples
        Stretches start at multiples of it, counted from the start of the recording.
    block_seconds : float, s
        Signal that detection gives it at once: long enough that the run-in at its ends costs
        little, short enough that progress and cancelling come every tenth of a second.
    explained_layer : str
        Path of the module whose output Grad-CAM weighs: the bottleneck, as the last layer before
        a 1x1 head would only repeat the logit.
    attributed_layers : tuple of str
        Paths of the modules whose outputs are weighed bin by bin and added up, each for what it
        passes on past the deeper ones among them; empty where Grad-CAM at ``explained_layer`` is
        the map. For networks in which much goes past the bottleneck, or whose filters answer to
        what is before and behind an event. Of networks that read maps it is one.
    map_smoothing : float, s
        Length of the Hann window that smooths a map made bin by bin.
    normalisation : str
        How ``prepare`` makes the features, in words, for the model card.
    """

    sfreq: ClassVar[float]
    output_sfreq: ClassVar[float]
    n_signals: ClassVar[int] = 1
    n_features: int
    heads: ClassVar[tuple[str, ...]]
    band: ClassVar[tuple[float, float]]
    run_in: ClassVar[float]
    samples_per_feature: ClassVar[int] = 1
    alignment: ClassVar[int]
    block_seconds: ClassVar[float] = 960.0
    explained_layer: ClassVar[str]
    attributed_layers: tuple[str, ...] = ()
    map_smoothing: ClassVar[float] = 0.0
    normalisation: ClassVar[str]

    # Set by training: a fold must begin with fresh weights.
    was_fitted: bool = False

    @abstractmethod
    def prepare(self, signals: NDArray[np.floating]) -> NDArray[np.float32]:
        """Make the features: the only place of normalisation.

        Parameters
        ----------
        signals : (n_signals, n_samples) ndarray, µV
            At ``sfreq``; NaN where nothing usable was recorded.

        Returns
        -------
        (n_features, n_samples // samples_per_feature) ndarray of float32
            Finite everywhere and unchanged by the gain of the recorder as far as the method
            allows.
        """

    @abstractmethod
    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Logits ``(batch, n_heads, n // feature_stride)`` of ``(batch, n_features, n)``."""

    def event_logit(self, logits: torch.Tensor) -> torch.Tensor:
        """The one logit ``(batch, n_out)`` that detection thresholds and Grad-CAM explains."""
        return logits[:, 0]

    def split_logit(self, logits: torch.Tensor) -> torch.Tensor | None:  # noqa: ARG002
        """The logit ``(batch, n_out)`` of "a new event starts here"; None without such a head."""
        return None

    def tracks(self, features: NDArray[np.float32]) -> Tracks:
        """Probabilities of a stretch, without gradients.

        Parameters
        ----------
        features : (n_features, n) ndarray of float32
            From ``prepare``.
        """
        with torch.inference_mode():
            logits = self(torch.from_numpy(features)[None])
            probability = torch.sigmoid(self.event_logit(logits))[0].numpy()
            split = self.split_logit(logits)
            return Tracks(probability, None if split is None else torch.sigmoid(split)[0].numpy())

    @property
    def explained_words(self) -> str:
        """The layers that a map is made from, in words."""
        layers = self.attributed_layers or (self.explained_layer,)
        if self.attributed_layers:  # those of the members of an ensemble are named once
            layers = tuple(dict.fromkeys(one.rpartition(".")[2] for one in layers))
        return " + ".join(layers)

    @property
    def stride(self) -> int:
        """Input samples per output sample."""
        return round(self.sfreq / self.output_sfreq)

    @property
    def feature_stride(self) -> int:
        """Columns of the features per output sample."""
        return self.stride // self.samples_per_feature

    @property
    def n_parameters(self) -> int:
        """Number of trained values."""
        return sum(p.numel() for p in self.parameters() if p.requires_grad)

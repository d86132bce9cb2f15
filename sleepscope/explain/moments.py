"""Relevance for networks that answer for every moment."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sleepscope.explain.geometry import attributed_bins_of, bins_of, grid_of, reach_of
from sleepscope.explain.grad_cam import Target, grad_cam, layer_shares, mean_logit
from sleepscope.explain.seen_stretch import SeenStretch
from sleepscope.networks.dense import DenseNetwork
from sleepscope.networks.time_frequency import TimeFrequencyNetwork


@dataclass(frozen=True, slots=True)
class NetworkMap:
    """Relevance on the bins of a network, from the first to the last that has a say.

    Attributes
    ----------
    columns : (n,) ndarray
        Centres of the bins, in columns of the network's features.
    relevance : (n,) or (n_rows, n) ndarray, logit
    target : float
        The logit that is explained.
    """

    columns: NDArray[np.float64] = field(repr=False)
    relevance: NDArray[np.float64] = field(repr=False)
    target: float


def explain_moments(
    network: DenseNetwork, seen: SeenStretch
) -> tuple[NDArray[np.float64], NDArray[np.float64], str]:
    """Times, relevance and target of a network that answers for every moment.

    The relevance is (n,), or (n_rows, n) of a network that reads maps over frequency; see
    :func:`~sleepscope.explain.geometry.row_frequencies`.

    Only the features that have a say in the target go through the network: the answer is that of
    the whole stretch.

    The map goes from the first to the last bin in which the target has a gradient. Grad-CAM
    weighs a layer's channels alike in all its bins, so beyond them it would light up for any other
    event as well, most of all for a larger one, which had no part in this answer.
    """
    features, first = around_the_event(network, seen)
    stride = network.feature_stride
    mean = mean_logit(seen.low - first // stride, seen.behind - first // stride)

    def target(logits: Tensor) -> Tensor:
        return mean(network.event_logit(logits))

    found = network_map(network, torch.from_numpy(features)[None], target, seen.behind - seen.low)
    times = seen.times((first + found.columns) * network.samples_per_feature)
    return times, found.relevance, f"mean logit, {seen.start:.2f}-{seen.stop:.2f} s"


def network_map(
    network: DenseNetwork, inputs: Tensor, target: Target, n_answers: int
) -> NetworkMap:
    """The map of a mean logit: bin by bin at the network's ``attributed_layers``, else Grad-CAM.

    Parameters
    ----------
    network : DenseNetwork
    inputs : (1, n_features, n) Tensor
        All that has a say in the target.
    target : callable
    n_answers : int
        Over how many of its answers the target is the mean.
    """
    if not network.attributed_layers:
        return _grad_cam(network, inputs, target)
    if isinstance(network, TimeFrequencyNetwork):
        return _rows_bin_by_bin(network, inputs, target, n_answers)
    return _bin_by_bin(network, inputs, target, n_answers)


def _grad_cam(network: DenseNetwork, inputs: Tensor, target: Target) -> NetworkMap:
    has_rows = isinstance(network, TimeFrequencyNetwork)
    answer = grad_cam(network, inputs, network.explained_layer, target, rows_apart=has_rows)
    relevance = answer.relevance[0].astype(np.float64)
    n_bins = relevance.shape[-1]
    part = _reached(answer.reached[0].reshape(-1, n_bins).any(axis=0))
    columns = bins_of(network).centres(n_bins)[part]
    return NetworkMap(columns, relevance[..., part] * relevance.size, float(answer.target[0]))


def _rows_bin_by_bin(
    network: DenseNetwork, inputs: Tensor, target: Target, n_answers: int
) -> NetworkMap:
    """The shares of one layer on its rows and bins, as dense as :func:`_bin_by_bin` has them.

    The mean over the rows is what they add together. The pool behind them takes the larger of two,
    so that one says all and its neighbour nothing: they share, which changes no sum.
    """
    answer = layer_shares(network, inputs, network.attributed_layers, target)
    (bins,), (shares,), (reached,) = attributed_bins_of(network), answer.shares, answer.reached
    part = _reached(reached[0].any(axis=0))
    dense = shares[0].astype(np.float64) * (n_answers * network.feature_stride / bins.spacing)
    columns = bins.centres(dense.shape[1])[part]
    relevance = _shared_by_neighbours(dense[:, part] * dense.shape[0])
    return NetworkMap(columns, relevance, float(answer.target[0]))


def _shared_by_neighbours(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each row keeps a half and gives a quarter to either side; the outermost keep what is left."""
    padded = np.pad(rows, ((1, 1), (0, 0)), mode="edge")
    return np.asarray(padded[1:-1] / 2 + (padded[:-2] + padded[2:]) / 4)


def _bin_by_bin(
    network: DenseNetwork, inputs: Tensor, target: Target, n_answers: int
) -> NetworkMap:
    """The shares of all layers on the bins of the finest one, smoothed.

    A share is what one bin adds to the logit: it is divided by the bin's length, which makes
    layers of different rates alike, and multiplied by that of the event. So the mean over the
    event is what the event's own bins add, whatever its length.
    """
    answer = layer_shares(network, inputs, network.attributed_layers, target)
    fields = attributed_bins_of(network)
    finest = min(fields, key=lambda bins: bins.spacing)
    n_bins = max(share.shape[1] for share in answer.shares)
    centres, total = finest.centres(n_bins), np.zeros(n_bins)
    for bins, share in zip(fields, answer.shares, strict=True):
        density = share[0].astype(np.float64) / bins.spacing
        own = bins.centres(density.size)
        total += np.interp(centres, own, density, left=0.0, right=0.0)
    part = _reached(total != 0)
    columns_per_second = network.sfreq / network.samples_per_feature
    n_smoothed = network.map_smoothing * columns_per_second / finest.spacing
    relevance = smoothed(total * n_answers * network.feature_stride, n_smoothed)
    return NetworkMap(centres[part], relevance[part], float(answer.target[0]))


def _reached(moved: NDArray[np.bool_]) -> slice:
    """From the first to the last bin that has a say; all, as zeros, where none has."""
    known = np.flatnonzero(moved) if moved.any() else np.arange(moved.size)
    return slice(int(known[0]), int(known[-1]) + 1)


def smoothed(values: NDArray[np.float64], n_bins: float) -> NDArray[np.float64]:
    """A series smoothed by a Hann window of about so many bins, as if it were 0 beyond its ends."""
    half = min(round(n_bins / 2), (values.size - 1) // 2 - 1)
    if half < 1:
        return values
    window = np.hanning(2 * half + 3)[1:-1]
    return np.convolve(values, window / window.sum(), mode="same")


def around_the_event(network: DenseNetwork, seen: SeenStretch) -> tuple[NDArray[np.float32], int]:
    """The features that have a say in the target, and the first one's column in the stretch."""
    grid, reach, stride = grid_of(network), reach_of(network), network.feature_stride
    first = max(0, seen.low * stride - reach) // grid * grid
    behind = seen.behind * stride + reach
    return np.ascontiguousarray(seen.features[:, first : -(-behind // grid) * grid]), first

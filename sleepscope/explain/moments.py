"""Relevance for networks that answer for every moment."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sleepscope.explain.geometry import bins_of, grid_of, reach_of
from sleepscope.explain.grad_cam import grad_cam, mean_logit
from sleepscope.explain.seen_stretch import SeenStretch
from sleepscope.networks.dense import DenseNetwork
from sleepscope.networks.time_frequency import TimeFrequencyNetwork


def explain_moments(
    network: DenseNetwork, seen: SeenStretch
) -> tuple[NDArray[np.float64], NDArray[np.float64], str]:
    """Times, relevance and target of a network that answers for every moment.

    The relevance is (n,), or (n_rows, n) of a network that reads maps over frequency; see
    :func:`~sleepscope.explain.geometry.row_frequencies`.

    The map goes from the first to the last bin in which the target has a gradient. Grad-CAM
    weighs a layer's channels alike in all its bins, so beyond them it would light up for any other
    event as well, most of all for a larger one, which had no part in this answer.
    """
    features, first = _around_the_event(network, seen)
    stride = network.feature_stride
    mean = mean_logit(seen.low - first // stride, seen.behind - first // stride)

    def target(logits: Tensor) -> Tensor:
        return mean(network.event_logit(logits))

    has_rows = isinstance(network, TimeFrequencyNetwork)
    answer = grad_cam(
        network,
        torch.from_numpy(features)[None],
        network.explained_layer,
        target,
        rows_apart=has_rows,
    )
    relevance = answer.relevance[0].astype(np.float64)
    n_bins = relevance.shape[-1]
    times = seen.times((first + bins_of(network).centres(n_bins)) * network.samples_per_feature)
    words = f"mean logit, {seen.start:.2f}-{seen.stop:.2f} s"
    # Without any gradient the layer has no say: a map of zeros, as long as was asked for.
    moved = answer.reached[0].reshape(-1, n_bins).any(axis=0)
    reached = np.flatnonzero(moved) if moved.any() else np.arange(n_bins)
    part = slice(int(reached[0]), int(reached[-1]) + 1)
    return times[part], relevance[..., part] * relevance.size, words


def _around_the_event(network: DenseNetwork, seen: SeenStretch) -> tuple[NDArray[np.float32], int]:
    """The features that have a say in the target, and the first one's column in the stretch."""
    grid, reach, stride = grid_of(network), reach_of(network), network.feature_stride
    first = max(0, seen.low * stride - reach) // grid * grid
    behind = seen.behind * stride + reach
    return np.ascontiguousarray(seen.features[:, first : -(-behind // grid) * grid]), first

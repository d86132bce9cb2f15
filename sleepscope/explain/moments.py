"""Relevance for networks that answer for every moment."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sleepscope.explain.grad_cam import grad_cam, mean_logit
from sleepscope.explain.receptive_field import receptive_field, row_centres
from sleepscope.explain.seen_stretch import SeenStretch
from sleepscope.networks.dense import DenseNetwork
from sleepscope.networks.time_frequency import TimeFrequencyNetwork


def explain_moments(
    network: DenseNetwork, seen: SeenStretch
) -> tuple[NDArray[np.float64], NDArray[np.float64], str]:
    """Times, relevance and target of a network that answers for every moment.

    The relevance is (n,), or (n_rows, n) of a network that reads maps over frequency; see
    :func:`row_frequencies`.

    The map goes from the first to the last bin in which the target has a gradient. Grad-CAM
    weighs a layer's channels alike in all its bins, so beyond them it would light up for any other
    event as well, most of all for a larger one, which had no part in this answer.
    """
    mean = mean_logit(seen.low, seen.behind)

    def target(logits: Tensor) -> Tensor:
        return mean(network.event_logit(logits))

    features = torch.from_numpy(seen.features)[None]
    has_rows = isinstance(network, TimeFrequencyNetwork)
    answer = grad_cam(network, features, network.explained_layer, target, rows_apart=has_rows)
    relevance = answer.relevance[0].astype(np.float64)
    field = receptive_field(network, network.explained_layer, network.n_features)
    n_bins = relevance.shape[-1]
    times = seen.times(field.centres(n_bins) * network.samples_per_feature)
    words = f"mean logit, {seen.start:.2f}-{seen.stop:.2f} s"
    # Without any gradient the layer has no say: a map of zeros, as long as was asked for.
    moved = answer.reached[0].reshape(-1, n_bins).any(axis=0)
    reached = np.flatnonzero(moved) if moved.any() else np.arange(n_bins)
    part = slice(int(reached[0]), int(reached[-1]) + 1)
    return times[part], relevance[..., part] * relevance.size, words


def row_frequencies(network: DenseNetwork) -> NDArray[np.float64] | None:
    """(n_rows,) frequencies, Hz, at the centres of what the rows of the explained layer see.

    None for networks that read signals.
    """
    if not isinstance(network, TimeFrequencyNetwork):
        return None
    rows = np.arange(network.freqs.size)
    centres = row_centres(network, network.explained_layer)
    # Where the spacing of the rows leads beyond the last frequency, the octaves go on as they are.
    slope, offset = np.polyfit(rows, np.log2(network.freqs), 1)
    return np.asarray(2.0 ** (offset + slope * centres), dtype=np.float64)

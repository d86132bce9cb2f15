"""Relevance for networks that answer for every moment."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sleepscope.explain.grad_cam import grad_cam, mean_logit
from sleepscope.explain.receptive_field import receptive_field
from sleepscope.explain.seen_stretch import SeenStretch
from sleepscope.networks.dense import DenseNetwork


def explain_moments(
    network: DenseNetwork, seen: SeenStretch
) -> tuple[NDArray[np.float64], NDArray[np.float64], str]:
    """Times, relevance and target of a network that answers for every moment.

    The map goes from the first to the last bin in which the target has a gradient. Grad-CAM
    weighs a layer's channels alike in all its bins, so beyond them it would light up for any other
    event as well, most of all for a larger one, which had no part in this answer.
    """
    mean = mean_logit(seen.low, seen.behind)

    def target(logits: Tensor) -> Tensor:
        return mean(network.event_logit(logits))

    features = torch.from_numpy(seen.features)[None]
    answer = grad_cam(network, features, network.explained_layer, target)
    relevance = answer.relevance[0].astype(np.float64)
    field = receptive_field(network, network.explained_layer, network.n_features)
    times = seen.times(field.centres(relevance.size))
    words = f"mean logit, {seen.start:.2f}-{seen.stop:.2f} s"
    # Without any gradient the layer has no say: a map of zeros, as long as was asked for.
    reached = np.flatnonzero(answer.reached[0]) if answer.reached.any() else np.arange(times.size)
    part = slice(int(reached[0]), int(reached[-1]) + 1)
    return times[part], relevance[part] * relevance.size, words

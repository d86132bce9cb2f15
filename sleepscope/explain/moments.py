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
    """Times, relevance and target of a network that answers for every moment."""
    mean = mean_logit(seen.low, seen.behind)

    def target(logits: Tensor) -> Tensor:
        return mean(network.event_logit(logits))

    features = torch.from_numpy(seen.features)[None]
    relevance = grad_cam(network, features, network.explained_layer, target).relevance[0]
    field = receptive_field(network, network.explained_layer, network.n_features)
    times = seen.times(field.centres(relevance.size))
    words = f"mean logit, {seen.start:.2f}-{seen.stop:.2f} s"
    return times, relevance.astype(np.float64) * relevance.size, words

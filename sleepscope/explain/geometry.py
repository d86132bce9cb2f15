"""Where the bins, rows and answers of a network look: measured once for each architecture."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from sleepscope.errors import ModelError
from sleepscope.explain.receptive_field import (
    ReceptiveField,
    receptive_field,
    row_centres,
    unmixed,
)
from sleepscope.networks.dense import DenseNetwork
from sleepscope.networks.time_frequency import TimeFrequencyNetwork

T = TypeVar("T")

# The probe of a network's answers grows by doubling from these to these columns of features.
_SHORTEST_PROBE, _LONGEST_PROBE = 256, 1 << 17


def _once(measure: Callable[[DenseNetwork], T]) -> Callable[[DenseNetwork], T]:
    """Measure networks that are built alike only once: half a second, and weights do not matter."""
    known: dict[tuple[type[DenseNetwork], str], T] = {}

    def measured(network: DenseNetwork) -> T:
        key = (type(network), repr(network))
        if key not in known:
            known[key] = measure(network)
        return known[key]

    return measured


@_once
def bins_of(network: DenseNetwork) -> ReceptiveField:
    """Where the bins of a network's explained layer look, in columns of its features."""
    return receptive_field(network, network.explained_layer, network.n_features)


@_once
def attributed_bins_of(network: DenseNetwork) -> tuple[ReceptiveField, ...]:
    """The same of each of its ``attributed_layers``."""
    layers, n_features = network.attributed_layers, network.n_features
    return tuple(receptive_field(network, layer, n_features) for layer in layers)


@_once
def row_frequencies(network: DenseNetwork) -> NDArray[np.float64] | None:
    """(n_rows,) frequencies, Hz, at the centres of what the rows of a network's map see.

    None for networks that read signals.
    """
    if not isinstance(network, TimeFrequencyNetwork):
        return None
    rows = np.arange(network.freqs.size)
    (layer,) = network.attributed_layers or (network.explained_layer,)
    centres = row_centres(network, layer)
    # Where the spacing of the rows leads beyond the last frequency, the octaves go on as they are.
    slope, offset = np.polyfit(rows, np.log2(network.freqs), 1)
    return np.asarray(2.0 ** (offset + slope * centres), dtype=np.float64)


@_once
def reach_of(network: DenseNetwork) -> int:
    """Columns of features to either side of an answer that may have a say in it.

    Wherever a stretch of features is cut on the network's grid (:func:`grid_of`): the answers this
    far inside it are those of the whole.

    Raises
    ------
    ModelError
        If each answer sees everything (recurrent networks).
    """
    step, stride = grid_of(network), network.feature_stride
    n = _SHORTEST_PROBE
    while n <= _LONGEST_PROBE:
        first = n // 2 // step * step
        probe = torch.zeros(1, network.n_features, n)
        probe[:, :, first : first + step] = torch.nan
        with torch.no_grad(), unmixed(network):
            touched = torch.isnan(network(probe)).any(dim=1)[0].numpy()
        found = np.flatnonzero(touched)
        if found.size and not touched[0] and not touched[-1]:
            before = first - int(found[0]) * stride
            behind = (int(found[-1]) + 1) * stride - (first + step)
            return max(0, before, behind)
        n *= 2
    raise ModelError("Each answer of the network sees the whole signal.")


def grid_of(network: DenseNetwork) -> int:
    """Columns of features that a network's pools and strides take together."""
    return max(1, network.alignment // network.samples_per_feature)

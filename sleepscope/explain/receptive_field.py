"""Where in the signal the bins of a layer look: centres of receptive fields, in input samples.

Measured, not derived from the modules' arguments, so that it holds for any forward function
(U-Nets, functional calls): one end of the input is NaN, and NaN spreads to exactly those bins
that depend on it. Valid convolutions thus put the outermost bins inside the window.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from sleepscope.errors import ModelError
from sleepscope.explain.grad_cam import find_layer

if TYPE_CHECKING:
    from sleepscope.networks.time_frequency import TimeFrequencyNetwork

# These spread one value over all time (or would, by their statistics) without moving anything.
_NORMALISATIONS = (
    nn.GroupNorm,
    nn.LayerNorm,
    nn.InstanceNorm1d,
    nn.InstanceNorm2d,
    nn.LocalResponseNorm,
)
# The probe grows by doubling from here, enough for maps, up to there: no layer of this program
# sees further.
_SHORTEST_PROBE, _LONGEST_PROBE = 256, 1 << 17
# Enough for a window of any network that reads maps.
_MAP_COLUMNS = 128


@dataclass(frozen=True, slots=True)
class ReceptiveField:
    """Geometry of a layer's bins, in samples of the network's input.

    Attributes
    ----------
    first_centre : float
        Centre of bin 0; sample ``k`` counts as the point ``k``.
    spacing : float
        From one bin's centre to the next.
    width : int
        Samples that one bin sees.
    """

    first_centre: float
    spacing: float
    width: int

    def centres(self, n_bins: int) -> NDArray[np.float64]:
        """Centres of the first ``n_bins`` bins, in input samples."""
        return self.first_centre + self.spacing * np.arange(n_bins, dtype=np.float64)


def receptive_field(network: nn.Module, layer: str, n_inputs: int) -> ReceptiveField:
    """Measure where the bins of a layer of a 1D network look.

    Bins near an edge see padding on one side; their centres follow from the regular spacing of
    the bins in the middle, so padding does not pull them inwards. The measurement stops at the
    layer, hence also networks with a fixed input length can be measured.

    Parameters
    ----------
    network : nn.Module
        Takes (n_items, n_inputs, n_samples). Left as it was found.
    layer : str
        As in :func:`~sleepscope.explain.grad_cam.grad_cam`.
    n_inputs : int
        Input channels.

    Raises
    ------
    ModelError
        If there is no such layer, or each of its bins sees everything (recurrent networks).
    """
    n_samples = _SHORTEST_PROBE
    while n_samples <= _LONGEST_PROBE:
        found = _measure(network, layer, n_inputs, n_samples)
        if found is not None:
            return found
        n_samples *= 2
    raise ModelError(
        f"The bins of layer '{layer}' see the whole signal, so they have no place in time."
    )


def row_centres(network: TimeFrequencyNetwork, layer: str) -> NDArray[np.float64]:
    """Measure which frequencies the rows of a layer of a 2D network look at.

    As over time, rows near an edge see padding on one side; their centres follow from the regular
    spacing of those that do not.

    Parameters
    ----------
    network : TimeFrequencyNetwork
        Left as it was found.
    layer : str

    Returns
    -------
    (n_rows,) ndarray
        Centres counted in rows of the network's maps, 0 for the first.
    """
    n_freqs = network.freqs.size
    probe = torch.zeros(n_freqs, network.n_maps, n_freqs, _MAP_COLUMNS)
    probe[np.arange(n_freqs), :, np.arange(n_freqs)] = torch.nan
    listening = _stopping_at(network, layer)
    with torch.no_grad(), listening as seen, unmixed(network), suppress(_ReachedError):
        network(probe.flatten(1, 2))
    if not seen or seen[0].dim() != 4:
        raise ModelError(f"Layer '{layer}' gives no rows over frequency.")
    sees = torch.isnan(seen[0]).any(dim=3).any(dim=1).numpy()
    first, last = sees.argmax(axis=0), n_freqs - 1 - sees[::-1].argmax(axis=0)
    centres = (first + last) / 2
    inside = np.flatnonzero((first > 0) & (last < n_freqs - 1))
    if inside.size < 2:
        return np.asarray(centres, dtype=np.float64)
    low, high = inside[[0, -1]]
    spacing = (centres[high] - centres[low]) / (high - low)
    return np.asarray(centres[low] + spacing * (np.arange(centres.size) - low), dtype=np.float64)


def _measure(
    network: nn.Module, layer: str, n_inputs: int, n_samples: int
) -> ReceptiveField | None:
    """The field as seen with a probe of that length; None if no bin is clear of both edges."""
    middle = _bins_in_the_middle(network, layer, n_inputs, n_samples)
    if len(middle) < 2:
        return None
    bins = middle[[0, -1]]
    firsts, lasts = _edges(network, layer, n_inputs, n_samples, bins)
    centres = (firsts + lasts) / 2
    spacing = float(centres[1] - centres[0]) / float(bins[1] - bins[0])
    first_centre = float(centres[0]) - spacing * float(bins[0])
    return ReceptiveField(first_centre, spacing, int(lasts[0] - firsts[0]) + 1)


def _bins_in_the_middle(
    network: nn.Module, layer: str, n_inputs: int, n_samples: int
) -> NDArray[np.intp]:
    """Bins that see the probe, but neither its first nor its last tenth."""
    margin = n_samples // 10
    probe = torch.full((3, n_inputs, n_samples), torch.nan)
    probe[0, :, margin:] = 0.0
    probe[1, :, : n_samples - margin] = 0.0
    try:
        touched = _touched(network, layer, probe)
    except RuntimeError:
        # Shorter than the kernels: a longer probe is tried next.
        if n_samples < _LONGEST_PROBE // 8:
            return np.array([], dtype=np.intp)
        raise
    # Bins beyond the probe, where a network fills up its input, do not even see all of it.
    return np.flatnonzero(touched[2] & ~touched[0] & ~touched[1])


def _edges(
    network: nn.Module, layer: str, n_inputs: int, n_samples: int, bins: NDArray[np.intp]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last input sample that each bin sees, by bisection, all at once.

    A bin turns NaN as soon as the NaN that comes from one end reaches the outermost sample it
    sees: counted from that end, ``seen`` samples are enough and ``unseen`` are not.
    """
    unseen = np.zeros((2, bins.size), dtype=np.int64)
    seen = np.full((2, bins.size), n_samples, dtype=np.int64)
    while (seen - unseen).max() > 1:
        length = (seen + unseen) // 2
        probe = torch.zeros(2 * bins.size, n_inputs, n_samples)
        for k in range(bins.size):
            probe[k, :, : length[0, k]] = torch.nan
            probe[bins.size + k, :, n_samples - length[1, k] :] = torch.nan
        touched = _touched(network, layer, probe)[np.arange(2 * bins.size), np.tile(bins, 2)]
        reached = touched.reshape(2, bins.size)
        seen, unseen = np.where(reached, length, seen), np.where(reached, unseen, length)
    return seen[0] - 1, n_samples - seen[1]


def _touched(network: nn.Module, layer: str, probe: Tensor) -> NDArray[np.bool_]:
    """Which bins (n_items, n_bins) of the layer turned NaN."""
    listening = _stopping_at(network, layer)
    with torch.no_grad(), listening as seen, unmixed(network), suppress(_ReachedError):
        network(probe)
    if not seen:
        raise ModelError(f"Layer '{layer}' did not run.")
    return np.asarray(torch.isnan(seen[0]).flatten(1, -2).any(dim=1).cpu().numpy(), dtype=np.bool_)


class _ReachedError(Exception):
    """The layer has run; what comes behind it is not needed."""


@contextmanager
def _stopping_at(network: nn.Module, layer: str) -> Iterator[list[Tensor]]:
    """Listen to a layer and leave the network's forward call right there."""
    seen: list[Tensor] = []

    def listen(_module: nn.Module, _inputs: Any, output: Any) -> None:
        if not isinstance(output, Tensor) or output.dim() < 3:
            raise ModelError(f"Layer '{layer}' gives no bins over time.")
        seen.append(output)
        raise _ReachedError

    handle = find_layer(network, layer).register_forward_hook(listen)
    try:
        yield seen
    finally:
        handle.remove()


@contextmanager
def unmixed(network: nn.Module) -> Iterator[None]:
    """Evaluation mode, and normalisations pass their input on, for as long as it is measured."""
    training = [module for module in network.modules() if module.training]
    handles = [
        module.register_forward_hook(lambda _module, inputs, _output: inputs[0])
        for module in network.modules()
        if isinstance(module, _NORMALISATIONS)
    ]
    for module in training:
        module.training = False
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
        for module in training:
            module.training = True

"""Grad-CAM: how much each stretch of a layer speaks for one output of a network.

Selvaraju et al. 2017, doi:10.1109/ICCV.2017.74. Taken from the logit, because the gradient of a
saturated probability is nearly zero; sign and unit of the logit are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from sleepscope.errors import ModelError

# Picks what is explained: the network's output (logits, batch first) -> one number per item.
Target = Callable[[Tensor], Tensor]


@dataclass(frozen=True, slots=True)
class LayerRelevance:
    """Grad-CAM of a batch.

    Attributes
    ----------
    relevance : (n_items, n_bins) or (n_items, n_rows, n_bins) ndarray of float32
        Per bin of the layer, in units of the logit, sign kept unless ReLU was asked for.
    output : ndarray of float32
        What the network returned, batch first: its logits.
    target : (n_items,) ndarray of float32
        The explained number of each item.
    reached : ndarray of bool
        As large as ``relevance``: bins in which the target has a gradient. In the others Grad-CAM
        has values too, because it gives each channel one weight for all bins; they say that there
        is the same as in the reached bins, not that the target sees it.
    """

    relevance: NDArray[np.float32] = field(repr=False)
    output: NDArray[np.float32] = field(repr=False)
    target: NDArray[np.float32] = field(repr=False)
    reached: NDArray[np.bool_] = field(repr=False)


def grad_cam(
    network: nn.Module,
    inputs: Tensor,
    layer: str,
    target: Target,
    *,
    relu: bool = False,
    rows_apart: bool = False,
) -> LayerRelevance:
    """Explain one number of a network's output at one of its layers.

    The layer's activations are weighted by the gradient of the target, averaged over the layer's
    bins, and summed over its channels. The network is left as it was found: no hook, no gradient,
    the same training mode; it is run in evaluation mode, so dropout does not make the answer
    a matter of chance. May be called inside ``torch.inference_mode``.

    Parameters
    ----------
    network : nn.Module
    inputs : Tensor, batch first
        As the network takes them.
    layer : str
        Name of a module inside the network, as ``named_modules`` gives it. Its output is
        (n_items, n_channels, n_bins), or (n_items, n_channels, n_rows, n_bins) for pictures.
        The last convolution before a 1x1 head is a poor choice in a dense network: the map
        repeats the logit there. Take a deeper layer.
    target : callable
        See :func:`class_logit` and :func:`mean_logit`.
    relu : bool
        Keep only what speaks for the target.
    rows_apart : bool
        Average the gradient over time alone, for each row of a picture. Over all bins it says
        nothing where the rows are not alike: a network that finds sigma waves has weights of
        opposite sign for the same filter at other frequencies, and their mean may have the wrong
        one.

    Raises
    ------
    ModelError
        If the network has no such layer, does not run it exactly once, its output has no bins,
        or the target does not give one number per item.
    """
    with _plain_autograd(network), _evaluating(network), _activations(network, layer) as seen:
        output = network(inputs.detach().clone())
        activations = _only(seen, layer)
        numbers = _numbers(target(output), inputs)
        # Items do not influence each other in evaluation mode, so one backward pass of the sum
        # gives each item's own gradient.
        gradient = (
            torch.autograd.grad(numbers.sum(), activations, allow_unused=True)[0]
            if numbers.requires_grad
            else None
        )
        # No gradient: the layer has no say in this target, which is a relevance of zero.
        gradient = torch.zeros_like(activations) if gradient is None else gradient
        bins = (activations.dim() - 1,) if rows_apart else tuple(range(2, activations.dim()))
        weights = gradient.mean(dim=bins, keepdim=True)
        relevance = (weights * activations).sum(dim=1)
        relevance = relevance.clamp(min=0.0) if relu else relevance
        reached = (gradient != 0).any(dim=1).cpu().numpy()
    return LayerRelevance(_array(relevance), _array(output), _array(numbers), reached)


@dataclass(frozen=True, slots=True)
class LayerShares:
    """What the bins of some layers add to a target, each on its own.

    Attributes
    ----------
    shares : tuple of (n_items, n_bins) or (n_items, n_rows, n_bins) ndarray of float32
        One for each layer: gradient times activation, summed over channels, in logits. What a
        layer hands on through a deeper one of them is that one's share, not its own.
    reached : tuple of ndarray of bool
        As large as ``shares``: bins in which the target has a gradient.
    output, target : ndarray of float32
        As in :class:`LayerRelevance`.
    """

    shares: tuple[NDArray[np.float32], ...] = field(repr=False)
    reached: tuple[NDArray[np.bool_], ...] = field(repr=False)
    output: NDArray[np.float32] = field(repr=False)
    target: NDArray[np.float32] = field(repr=False)


def layer_shares(
    network: nn.Module, inputs: Tensor, layers: Sequence[str], target: Target
) -> LayerShares:
    """Weigh the activations of several layers by their own gradients, bin by bin.

    Element-wise Grad-CAM (HiResCAM, Draelos and Carin 2020, arXiv:2011.08891): no gradient is
    averaged over time, so a bin counts for what it does where it is. Where the network behind the
    layers is piecewise linear the shares and what its biases add are the target exactly.

    Parameters
    ----------
    network, inputs, target
        As of :func:`grad_cam`.
    layers : sequence of str
        In any order; each is cut loose from those before it, so nothing is counted twice.

    Raises
    ------
    ModelError
        As of :func:`grad_cam`.
    """
    with _plain_autograd(network), _evaluating(network), ExitStack() as hooks:
        seen = [hooks.enter_context(_activations(network, layer)) for layer in layers]
        output = network(inputs.detach().clone())
        leaves = [_only(one, layer) for one, layer in zip(seen, layers, strict=True)]
        numbers = _numbers(target(output), inputs)
        gradients: Sequence[Tensor | None] = [None] * len(leaves)
        if numbers.requires_grad:
            gradients = torch.autograd.grad(numbers.sum(), leaves, allow_unused=True)
        shares, reached = [], []
        for leaf, gradient in zip(leaves, gradients, strict=True):
            slope = torch.zeros_like(leaf) if gradient is None else gradient
            shares.append(_array((slope * leaf).sum(dim=1)))
            reached.append((slope != 0).any(dim=1).cpu().numpy())
    return LayerShares(tuple(shares), tuple(reached), _array(output), _array(numbers))


def _numbers(numbers: Tensor, inputs: Tensor) -> Tensor:
    """The target's numbers, one for each input."""
    if numbers.shape != (len(inputs),):
        raise ModelError(
            f"The target of an explanation must be one number for each of the {len(inputs)} "
            f"inputs, not of shape {tuple(numbers.shape)}."
        )
    return numbers


def class_logit(index: int, against: int | None = None) -> Target:
    """Target for classifiers of windows: the logit of one class.

    Parameters
    ----------
    index : int
        The class.
    against : int or None
        Another class whose logit is taken off: for two classes the difference is the log odds.
    """

    def target(output: Tensor) -> Tensor:
        return output[:, index] if against is None else output[:, index] - output[:, against]

    return target


def mean_logit(first: int, behind: int, row: int = 0) -> Target:
    """Target for dense networks: the mean logit of output samples ``[first, behind)``.

    Parameters
    ----------
    first, behind : int
        Output samples of the event.
    row : int
        Which of the network's outputs, where it gives (n_items, n_outputs, n_samples); ignored
        for (n_items, n_samples).
    """

    def target(output: Tensor) -> Tensor:
        track = output[:, row] if output.dim() == 3 else output
        if not 0 <= first < behind <= track.shape[-1]:
            raise ModelError(
                f"Output samples {first} to {behind} cannot be explained: the network gives "
                f"{track.shape[-1]}."
            )
        return track[:, first:behind].mean(dim=-1)

    return target


def layer_names(network: nn.Module) -> tuple[str, ...]:
    """Names of the layers that can be explained: those with convolutions, or what joins them."""
    kinds = (nn.modules.conv._ConvNd, nn.modules.pooling._MaxPoolNd, nn.ReLU, nn.GELU, nn.SiLU)
    return tuple(name for name, module in network.named_modules() if isinstance(module, kinds))


def find_layer(network: nn.Module, layer: str) -> nn.Module:
    """The module of that name.

    Raises
    ------
    ModelError
        If there is none; the sentence names the convolutions there are.
    """
    modules: dict[str, nn.Module] = dict(network.named_modules())
    if layer == "" or layer not in modules:
        there = ", ".join(layer_names(network))
        has = f"it has {there}" if there else "it has no convolutions, which maps are made from"
        raise ModelError(f"The network has no layer '{layer}'; {has}.")
    return modules[layer]


@contextmanager
def _activations(network: nn.Module, layer: str) -> Iterator[list[Tensor]]:
    """Listen to a layer while the network runs; the hook is gone afterwards, also on failure."""
    seen: list[Tensor] = []

    def listen(_module: nn.Module, _inputs: Any, output: Any) -> Tensor:
        if not isinstance(output, Tensor) or output.dim() < 3:
            raise ModelError(f"Layer '{layer}' gives no bins over time, so it explains nothing.")
        # A leaf of its own: the gradient is wanted from here on, whatever requires_grad says of
        # the parameters. The network goes on with a copy, which it may change in place.
        leaf = output.detach().clone().requires_grad_()
        seen.append(leaf)
        return leaf.clone()

    handle = find_layer(network, layer).register_forward_hook(listen)
    try:
        yield seen
    finally:
        handle.remove()


def _only(seen: list[Tensor], layer: str) -> Tensor:
    """The activations of a layer that ran exactly once."""
    if len(seen) != 1:
        raise ModelError(
            f"Layer '{layer}' ran {len(seen)} times; only a layer that runs once can be explained."
        )
    return seen[0]


@contextmanager
def _plain_autograd(network: nn.Module) -> Iterator[None]:
    """Autograd on, whatever the caller switched off."""
    if any(tensor.is_inference() for tensor in network.parameters()):
        raise ModelError("A network made inside torch.inference_mode cannot be explained.")
    with torch.inference_mode(False), torch.enable_grad():
        yield


@contextmanager
def _evaluating(network: nn.Module) -> Iterator[None]:
    """Evaluation mode for a while; every module gets back the mode it had."""
    training = [module for module in network.modules() if module.training]
    for module in training:
        module.training = False
    try:
        yield
    finally:
        for module in training:
            module.training = True


def _array(tensor: Tensor) -> NDArray[np.float32]:
    return tensor.detach().cpu().numpy().astype(np.float32, copy=False)

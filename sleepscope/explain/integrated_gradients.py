"""Integrated gradients: what each moment of the features adds to the logit, as a second opinion.

Sundararajan et al. 2017, arXiv:1703.01365. Taken at the input, where no layer has to be chosen:
the attributions of all features and moments add up to the logit less that of the baseline.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.detection.inputs import read_stretch
from sleepscope.explain.explain import CONTEXT_SECONDS, check_channels, check_span
from sleepscope.explain.explanation import Explanation
from sleepscope.networks.checkpoint import load_network
from sleepscope.networks.model_card import ModelCard
from sleepscope.progress import Progress, Steps
from sleepscope.recordings.recording import Recording

if TYPE_CHECKING:
    from torch import Tensor

METHOD: Final = "Integrated gradients"
# Points of the path from the baseline to the features; twice as many change the maps of the shipped
# networks by a hundredth of their size.
PATH_POINTS: Final = 32
_BATCH: Final = 8
# Attributions of single samples follow the wave and not the event.
SMOOTHING_SECONDS: Final = 0.5


def integrate_gradients(
    logit_of: Callable[[Tensor], Tensor],
    features: NDArray[np.float32],
    n_points: int = PATH_POINTS,
) -> Steps[NDArray[np.float64]]:
    """Attributions of features to one number, from a baseline of zeros, by the midpoint rule.

    Parameters
    ----------
    logit_of : callable
        Gives one number for each item of a batch of features, (n_items,).
    features : (n_features, n) ndarray of float32
    n_points : int

    Yields
    ------
    Progress
        In points of the path.

    Returns
    -------
    (n_features, n) ndarray of float64
        Their sum is the number less that of zeros, but for the rule's error.
    """
    import torch

    from sleepscope.networks.threads import one_thread

    whole = torch.from_numpy(np.ascontiguousarray(features))
    total = torch.zeros(whole.shape, dtype=torch.float64)
    for first in range(0, n_points, _BATCH):
        yield Progress(first, n_points, METHOD)
        with one_thread(), torch.inference_mode(False), torch.enable_grad():
            places = torch.arange(first, min(first + _BATCH, n_points))
            along = ((places + 0.5) / n_points)[:, None, None] * whole[None]
            along = along.detach().requires_grad_()
            numbers = logit_of(along)
            if numbers.requires_grad:
                total += torch.autograd.grad(numbers.sum(), along)[0].double().sum(dim=0)
    attributions: NDArray[np.float64] = (total / n_points * whole.double()).numpy()
    return attributions


def explain_by_gradients(
    recording: Recording,
    card: ModelCard,
    channels: tuple[str, ...],
    start: float,
    stop: float,
    *,
    event_id: str | None = None,
) -> Steps[Explanation]:
    """The question of :func:`~sleepscope.explain.explain.explain`, answered at the input.

    The baseline is features of zero: each feature at its usual level, nothing to see. The
    attributions of all features are added up for each of the network's answers, smoothed over
    half a second, and given per second times the event's length, as the maps bin by bin are: their
    mean over the event is what the event's own signal adds to the logit.

    Parameters, errors
        As of ``explain``.
    """
    check_channels(recording, card, channels)
    check_span(recording, card, channels, start, stop, CONTEXT_SECONDS)
    yield Progress(0.0, PATH_POINTS, METHOD)
    from sleepscope.explain.moments import around_the_event, smoothed
    from sleepscope.explain.seen_stretch import SeenStretch
    from sleepscope.networks.published_cnn_1d import PublishedCnn1d
    from sleepscope.networks.threads import one_thread

    network = load_network(card)
    stretch = read_stretch(
        recording, channels, network, start - CONTEXT_SECONDS, stop + CONTEXT_SECONDS
    )
    with one_thread():
        seen = SeenStretch.of(network, stretch, start, stop)
        features, first = around_the_event(network, seen)
    stride = network.feature_stride
    low, behind = seen.low - first // stride, seen.behind - first // stride
    asked = (low, behind)
    if isinstance(network, PublishedCnn1d):  # its target is the windows over the middle
        asked = ((low + behind) // 2, (low + behind) // 2 + 1)

    def logit_of(batch: Tensor) -> Tensor:
        return network.event_logit(network(batch))[:, asked[0] : asked[1]].mean(dim=1)

    attributions = yield from integrate_gradients(logit_of, features)
    over = attributions.sum(axis=0)
    n_out = over.size // stride
    bins = over[: n_out * stride].reshape(n_out, stride).sum(axis=1)
    # Per answer, times the answers of the event: per second, times its seconds.
    relevance = smoothed(bins * (behind - low), SMOOTHING_SECONDS * network.output_sfreq)
    columns = first + (np.arange(n_out) + 0.5) * stride - 0.5
    times = seen.times(columns * network.samples_per_feature)
    relevance[~seen.usable_at(times)] = np.nan
    moved = np.flatnonzero(bins) if bins.any() else np.arange(n_out)
    part = slice(int(moved[0]), int(moved[-1]) + 1)
    shown = (seen.moments >= times[0]) & (seen.moments <= times[-1])
    explanation = Explanation(
        method=METHOD,
        layer="features",
        target=f"mean logit, {start:.2f}-{stop:.2f} s, less that of features of zero",
        scorer=card.scorer,
        channels=channels,
        times=times[part],
        relevance=relevance[part].astype(np.float32),
        probability_times=seen.moments[shown],
        probability=seen.probability[shown],
    )
    return replace(explanation, event_id=event_id)

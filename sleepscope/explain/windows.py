"""Relevance for classifiers of windows: the mean over the windows that hold the event."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from sleepscope.explain.geometry import bins_of
from sleepscope.explain.grad_cam import class_logit, grad_cam
from sleepscope.explain.seen_stretch import SeenStretch
from sleepscope.networks.published_cnn_1d import PublishedCnn1d, smoothed_relevance
from sleepscope.networks.threads import one_thread
from sleepscope.progress import Progress, Steps

# Windows explained at once.
_BATCH: Final = 8


def explain_windows(
    network: PublishedCnn1d, seen: SeenStretch, message: str
) -> Steps[tuple[NDArray[np.float64], NDArray[np.float64], str]]:
    """Times, relevance and target of a classifier of windows: the mean over its windows."""
    with one_thread():
        field = bins_of(network)
    firsts = _windows_over(seen.middle, network.window_samples, network.hop, seen.features.shape[1])
    n_bins = round((int(firsts[-1]) + network.window_samples - firsts[0]) / field.spacing)
    total, count = np.zeros(n_bins), np.zeros(n_bins)
    for batch, relevance in _batches(network, seen.features, firsts):
        for first, row in zip(batch, relevance, strict=True):
            # Windows start a whole number of bins apart, so overlapping bins coincide.
            place = round((first - firsts[0]) / field.spacing)
            total[place : place + row.size] += row
            count[place : place + row.size] += 1
        yield Progress(2.5, 3.0, message)
    covered = count > 0
    mean = total[covered] / count[covered]
    mean = smoothed_relevance(torch.from_numpy(mean)[None], network.map_smoothing)[0].numpy()
    times = seen.times(firsts[0] + field.centres(n_bins))
    words = (
        f"log odds of {firsts.size} windows of {network.window:g} s over "
        f"{(seen.start + seen.stop) / 2:.2f} s"
    )
    return times[covered], mean, words


def _windows_over(middle: float, length: int, hop: int, n_samples: int) -> NDArray[np.int64]:
    """First samples of the windows on the network's grid that hold the moment ``middle``."""
    last = max(0, n_samples - length) // hop
    low = min(max(0, int(np.floor((middle - length) / hop)) + 1), last)
    high = min(max(low, int(np.floor(middle / hop))), last)
    return np.arange(low, high + 1, dtype=np.int64) * hop


def _batches(
    network: PublishedCnn1d, features: NDArray[np.float32], firsts: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Grad-CAM of the log odds, summed gradients, a few windows at a time."""
    missing = max(0, network.window_samples - features.shape[1])
    padded = np.pad(features, ((0, 0), (0, missing)))
    layer = network.explained_layer.removeprefix("classifier.")
    odds = class_logit(1, against=0)
    for index in range(0, firsts.size, _BATCH):
        batch = firsts[index : index + _BATCH]
        windows = np.stack([padded[:, k : k + network.window_samples] for k in batch])
        with one_thread():
            answer = grad_cam(network.classifier, torch.from_numpy(windows), layer, odds)
        yield batch, answer.relevance.astype(np.float64) * answer.relevance.shape[1]

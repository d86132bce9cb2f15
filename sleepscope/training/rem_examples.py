"""Training material of simulated eye channels, with what the network should say about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from sleepscope.networks.dense import DenseNetwork
from sleepscope.progress import Progress, Steps
from sleepscope.simulate.eog import EogRanges, SimulatedEog, draw_subject, simulate_eog
from sleepscope.simulate.planting import seen_movements
from sleepscope.training.example import Example

Span = tuple[float, float]

# Stretches of 40 s recorded of each sleeper: 16 windows of 20 s.
STRETCHES: Final = 8

# Half-difference in µV below which nobody marks a movement, and from which everybody does. What
# lies between teaches nothing and counts for nothing.
NOT_SEEN: Final = 20.0
SEEN: Final = 40.0
# Seconds around a movement of doubtful size that do not count either.
DOUBT_MARGIN: Final = 0.1


def subject_eog(seed: int, subject: int, ranges: EogRanges, sfreq: float) -> SimulatedEog:
    """The recording of one numbered sleeper; each has random numbers of their own."""
    rng = np.random.default_rng([seed, subject])
    return simulate_eog(rng, draw_subject(rng, ranges), STRETCHES, sfreq)


def simulate_examples(
    network: DenseNetwork, seed: int, subjects: Sequence[int], ranges: EogRanges
) -> Steps[list[Example]]:
    """Record the sleepers' eyes.

    Parameters
    ----------
    network : DenseNetwork
        For its rates and its ``prepare``; its heads are "event" and "onset".
    seed : int
    subjects : sequence of int
        Numbers of the sleepers; a number is a person, so sets of numbers split people.
    ranges : EogRanges
        Between which limits the sleepers differ.
    """
    examples: list[Example] = []
    for done, subject in enumerate(subjects):
        yield Progress(done, len(subjects), "Simulating sleepers' eyes")
        name = f"simulated {seed}-{subject}"
        eog = subject_eog(seed, subject, ranges, network.sfreq)
        n_out = eog.signals.shape[1] // network.stride
        targets, weights = rem_targets(eog, n_out, network.output_sfreq)
        examples.append(Example(name, name, network.prepare(eog.signals), targets, weights))
    return examples


def sure_movements(eog: SimulatedEog) -> tuple[list[Span], list[Span]]:
    """Where everybody would mark a movement, and where some would, as (onset, stop) in s.

    Doubtful are movements of 20-40 µV and all that touch muscle or a movement of the body. A
    movement ends where the next one begins.
    """
    sure: list[Span] = []
    doubtful = seen_movements(eog.movements, NOT_SEEN, SEEN)
    for onset, stop in seen_movements(eog.movements, SEEN):
        hidden = any(onset < last and first < stop for first, last in eog.disturbed)
        (doubtful if hidden else sure).append((onset, stop))
    return sure, doubtful


def rem_targets(
    eog: SimulatedEog, n_out: int, sfreq: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What the network should say.

    Parameters
    ----------
    eog : SimulatedEog
    n_out : int
        Number of moments.
    sfreq : float, Hz
        Their rate.

    Returns
    -------
    targets : (2, n_out) ndarray of float32
        Row "event": 1 inside a movement. Row "onset": 1 at its first moment and the two beside it.
    weights : (2, n_out) ndarray of float32
        0 where a movement is doubtful, else 1.
    """
    targets = np.zeros((2, n_out), dtype=np.float32)
    weights = np.ones((2, n_out), dtype=np.float32)
    sure, doubtful = sure_movements(eog)
    for onset, stop in doubtful:
        first = max(0, int((onset - DOUBT_MARGIN) * sfreq))
        weights[:, first : int((stop + DOUBT_MARGIN) * sfreq) + 1] = 0.0
    for onset, stop in sure:
        first, behind = round(onset * sfreq), round(stop * sfreq)
        targets[0, first:behind] = 1.0
        targets[1, max(0, first - 1) : first + 2] = 1.0
        weights[:, first:behind] = 1.0
    return targets, weights


class EyesAugmentation:
    """Eyes exchanged, and another gain, for the features of ``networks.rem_dilated``.

    What moves left might as well have moved right: exchanged eyes turn the sign of the difference
    and leave sum and product as they are.

    Parameters
    ----------
    gain : float
        Standard deviation of the natural logarithm of the gain.
    """

    def __init__(self, gain: float = 0.07) -> None:
        self.gain = gain

    def __call__(self, features: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """A changed copy of ``features``, (batch, 3, n)."""
        n = len(features)
        factors = torch.ones(n, features.shape[1], 1)
        factors[:, 0, 0] = torch.randint(0, 2, (n,), generator=generator) * 2.0 - 1.0
        return features * factors * (self.gain * torch.randn(n, 1, 1, generator=generator)).exp()

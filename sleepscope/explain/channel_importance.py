"""Channel importance: what the mean logit of several channels loses with one of them replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sleepscope.explain.occlusion import Baseline, occluded
from sleepscope.progress import Progress, Steps

# From one channel, (n_samples,) in µV, to the logit of the model that reads it.
ChannelLogit = Callable[[NDArray[np.float64]], float]


@dataclass(frozen=True, slots=True)
class ChannelImportance:
    """What each of several channels was worth.

    Attributes
    ----------
    logits : (n_channels,) ndarray
        Of each channel by itself.
    lost : (n_channels,) ndarray
        p(x) less p(x with the channel replaced): above zero the channel spoke for the event.
    """

    logits: NDArray[np.float64] = field(repr=False)
    lost: NDArray[np.float64] = field(repr=False)

    @property
    def p(self) -> float:
        """The mean of the channels' logits."""
        return float(self.logits.mean())

    @property
    def importance(self) -> NDArray[np.float64]:
        """CI, (n_channels,): the size of what is lost."""
        return np.abs(self.lost)


def channel_importance(
    logit_of: ChannelLogit,
    signals: NDArray[np.float64],
    first: int,
    behind: int,
    sfreq: float,
    baseline: Baseline = "quietest",
    logits: NDArray[np.float64] | None = None,
) -> Steps[ChannelImportance]:
    """CI_j = abs(p(x) - p(x with channel j replaced)), where p is the mean of the channels' logits.

    One channel at a time is replaced, each on a fresh copy, so that occlusions never pile up. The
    others' logits stay what they are, so p changes by a share of what the one channel's logit does.

    Parameters
    ----------
    logit_of : callable
    signals : (n_channels, n_samples) ndarray, µV
        Left as they are.
    first, behind : int
        The samples that are replaced.
    sfreq : float, Hz
    baseline : {"quietest", "zero"}
        As of :func:`~sleepscope.explain.occlusion.occluded`.
    logits : (n_channels,) ndarray, optional
        Of the channels as they are, where they are known.

    Yields
    ------
    Progress
        In channels.

    Raises
    ------
    SettingsError, GapError
        As of ``occluded``.
    """
    n_channels = signals.shape[0]
    own = [logit_of(one.copy()) for one in signals] if logits is None else logits
    known, lost = np.array(own, dtype=np.float64), np.zeros(n_channels)
    for row in range(n_channels):
        yield Progress(float(row), float(n_channels), "Occluding")
        one = signals[row : row + 1]
        replaced = occluded(one, 0, first, behind, baseline, sfreq)[0]
        lost[row] = (known[row] - logit_of(replaced)) / n_channels
    return ChannelImportance(known, lost)

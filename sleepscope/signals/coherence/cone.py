"""The cone of influence: where the ends of a signal, or a hole in it, reach into its spectrum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sleepscope.signals.coherence.settings import FOURIER_FACTOR

# An end nearer than this share of a sample counts as this far, as in the reference code.
_LEAST_SAMPLES = 1e-5


def cone_frequency(distance: NDArray[np.floating], dt: float) -> NDArray[np.float64]:
    """The lowest frequency, Hz, that an edge at a distance in seconds does not touch.

    An edge reaches sqrt(2) scales far (Torrence and Compo 1998): there the power of a step has
    fallen by e^2.
    """
    far = np.maximum(distance, _LEAST_SAMPLES * dt)
    return np.asarray(np.sqrt(2) / (FOURIER_FACTOR * far), dtype=np.float64)


def distance_to_edges(usable: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Samples from each one to the nearest end of the signal or sample that is not usable."""
    n = usable.size
    index = np.arange(n)
    # Beyond either end stands a hole one sample before the first, behind the last; the distance
    # to an end is counted from the first and last sample themselves.
    last = np.maximum.accumulate(np.where(usable, -1, index))
    following = np.minimum.accumulate(np.where(usable, n, index)[::-1])[::-1]
    before = np.where(last < 0, index, index - last)
    behind = np.where(following >= n, n - 1 - index, following - index)
    return np.minimum(before, behind).astype(np.int64)

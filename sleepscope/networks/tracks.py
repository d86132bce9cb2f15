"""A network's answer over time."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Tracks:
    """What a network says about a stretch of signal, at its output rate.

    Attributes
    ----------
    probability : (n_out,) ndarray of float32
        Probability 0..1 of an event; value ``k`` stands for the seconds
        ``[k, k + 1) / output_sfreq`` from the start of the stretch.
    split : (n_out,) ndarray of float32 or None
        Probability 0..1 that a new event starts here, of networks that part bursts into single
        events (rapid eye movements); else None.
    """

    probability: NDArray[np.float32] = field(repr=False)
    split: NDArray[np.float32] | None = field(default=None, repr=False)

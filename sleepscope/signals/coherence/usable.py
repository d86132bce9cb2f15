"""Where a signal says anything: neither missing nor flat."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sleepscope.signals.missing import flat_samples

# A signal that does not move for this long is flat, however low its rate.
_FLAT_SECONDS = 1.0
_FLAT_SAMPLES = 16
# Steps that resampling leaves in a flat signal are below this, µV.
_STILL = 1e-6


def usable_samples(signal: NDArray[np.floating], sfreq: float) -> NDArray[np.bool_]:
    """(n_samples,) False at NaN and where the signal does not move for a second or longer."""
    finite = np.isfinite(signal)
    held = np.where(finite, signal, 0.0)
    seconds = max(_FLAT_SECONDS, _FLAT_SAMPLES / sfreq)
    usable: NDArray[np.bool_] = finite & ~flat_samples(
        held, sfreq, seconds=seconds, tolerance=_STILL
    )
    return usable

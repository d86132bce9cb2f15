"""FI, the importance of frequency bands: the mean of a map over time and frequency in each.

Five bands are those of the published work on seizures that the method comes from; sigma is added
because spindles live in it, and overlaps two of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sleepscope.constants import SPINDLE_BAND_HZ


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of frequencies, Hz."""

    name: str
    low: float
    high: float

    def within(self, lowest: float, highest: float) -> Band | None:
        """The part of the band that is held between two frequencies; None where nothing is."""
        low, high = max(self.low, lowest), min(self.high, highest)
        return Band(self.name, low, high) if low < high else None


BANDS: Final = (
    Band("delta", 1.0, 4.0),
    Band("theta", 4.0, 8.0),
    Band("alpha", 8.0, 14.0),
    Band("beta", 14.0, 30.0),
    Band("gamma", 30.0, 40.0),
)
SIGMA: Final = Band("sigma", *SPINDLE_BAND_HZ)
ALL_BANDS: Final = (*BANDS, SIGMA)


def row_shares(freqs: NDArray[np.floating], band: Band) -> NDArray[np.float64]:
    """How much of a band each row of a map covers, (n_freqs,), summing to 1; zero outside.

    A row reaches halfway to its neighbours on an axis of octaves, the outermost ones as far
    outwards as inwards; a band that lies beyond them all has no share.

    Parameters
    ----------
    freqs : (n_freqs,) ndarray, Hz
        Centres of the rows, from the highest to the lowest, at least two.
    band : Band
    """
    octaves = np.log2(np.asarray(freqs, dtype=np.float64))
    middles = (octaves[1:] + octaves[:-1]) / 2
    upper = np.concatenate([[2 * octaves[0] - middles[0]], middles])
    lower = np.concatenate([middles, [2 * octaves[-1] - middles[-1]]])
    covered = np.minimum(upper, np.log2(band.high)) - np.maximum(lower, np.log2(band.low))
    covered = np.clip(covered, 0.0, None)
    total = covered.sum()
    return np.asarray(covered / total if total > 0 else covered, dtype=np.float64)


def frequency_importance(
    relevance: NDArray[np.floating],
    freqs: NDArray[np.floating],
    bands: Sequence[Band | None],
) -> NDArray[np.float64]:
    """FI: the mean of a map over the usable moments and over each band.

    Parameters
    ----------
    relevance : (n_freqs, n_times) ndarray, logit
        Of the moments that are asked about; NaN at those that could not be used.
    freqs : (n_freqs,) ndarray, Hz
        From the highest to the lowest.
    bands : sequence of Band or None
        None, as well as a band beyond the rows, has no importance.

    Returns
    -------
    (n_bands,) ndarray, logit
        Sign kept, never scaled; NaN where a band is not there or no moment is usable.
    """
    known = relevance[:, np.isfinite(relevance).all(axis=0)]
    found = np.full(len(bands), np.nan)
    if not known.shape[1]:
        return found
    over_time = known.mean(axis=1, dtype=np.float64)
    for k, band in enumerate(bands):
        shares = np.zeros(len(freqs)) if band is None else row_shares(freqs, band)
        if shares.any():
            found[k] = float(shares @ over_time)
    return found

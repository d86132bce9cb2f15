"""Whether two eye channels have anything in common: a loose electrode records noise of its own.

Eyes, slow waves and alpha reach both channels, in phase or in opposite phase as the references
have it. Where nothing does for minutes, one of the two records something else, and what a network
says about the pair means nothing: it would find no movements and seem to say that there are none.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

# Verdicts are for stretches of this length, counted from the start of the recording. Minutes of
# quiet sleep may show little in common; one minute that does speaks for its neighbours.
STRETCH_SECONDS: Final = 300.0
_CELL_SECONDS: Final = 60.0
# A cell says nothing if less of it is usable, and a shorter end of a recording goes with what was
# before it.
_LEAST_SECONDS: Final = 30.0
# Slow waves and eyes; theta and what is sharp of eyes; alpha and sigma.
_BANDS_HZ: Final = ((0.5, 2.0), (2.0, 8.0), (8.0, 15.0))
# Correlation in the best band of the best cell. Two real persons have .29 in their worst cell,
# either reference, and simulated sleepers .28 and more in all but 1 of 120 stretches; an eye beside
# noise, and beside an eye of five minutes later, has up to .15 (real) and .20 (simulated, 117 of
# 120 stretches).
LEAST_CORRELATION: Final = 0.22


def unrelated_samples(
    signals: NDArray[np.floating], usable: NDArray[np.bool_], sfreq: float, before: bool = False
) -> tuple[NDArray[np.bool_], bool]:
    """Where two eye channels have nothing in common for minutes, and the last verdict.

    Parameters
    ----------
    signals : (2, n_samples) ndarray, µV
        From a multiple of ``STRETCH_SECONDS`` on; not finite where not usable.
    usable : (n_samples,) ndarray of bool
    sfreq : float, Hz
    before : bool
        The verdict on the stretch before, for an end too short to find nothing in.

    Returns
    -------
    (n_samples,) ndarray of bool
        True at usable samples of such stretches.
    bool
        The verdict on the last stretch.
    """
    result = np.zeros(usable.size, dtype=bool)
    length = round(STRETCH_SECONDS * sfreq)
    for first in range(0, usable.size, length):
        part = slice(first, min(first + length, usable.size))
        found = common_share(signals[:, part], usable[part], sfreq, LEAST_CORRELATION)
        if found is not None:
            before = found < LEAST_CORRELATION
        elif part.stop - part.start == length:
            before = False
        result[part] = before
    return result & usable, before


def common_share(
    signals: NDArray[np.floating],
    usable: NDArray[np.bool_],
    sfreq: float,
    enough: float = 1.0,
) -> float | None:
    """Largest |correlation| of both channels over the minutes and bands of a stretch, 0..1.

    Parameters
    ----------
    signals : (2, n_samples) ndarray, µV
    usable : (n_samples,) ndarray of bool
    sfreq : float, Hz
    enough : float
        Look no further once this much is found.

    Returns
    -------
    float or None
        None if less than half a stretch can be told about, unless there was enough in that.
    """
    cell = round(_CELL_SECONDS * sfreq)
    window = np.hanning(cell)
    freqs = np.fft.rfftfreq(cell, 1.0 / sfreq)
    bands = [(freqs >= low) & (freqs < high) for low, high in _BANDS_HZ]
    best, seconds = 0.0, 0.0
    for first in range(0, usable.size - cell + 1, cell):
        there = usable[first : first + cell]
        if there.sum() < _LEAST_SECONDS * sfreq:
            continue
        seconds += _CELL_SECONDS
        pair = np.where(there, signals[:, first : first + cell], np.nan)
        centred = np.nan_to_num(pair - np.nanmean(pair, axis=1, keepdims=True))
        left, right = np.fft.rfft(centred * window)
        for inside in bands:
            a, b = left[inside], right[inside]
            power = float((np.abs(a) ** 2).sum() * (np.abs(b) ** 2).sum())
            shared = abs(float((a * b.conj()).real.sum()))
            best = max(best, shared / np.sqrt(power) if power > 0 else 0.0)
        if best >= enough:
            return best
    return best if seconds >= STRETCH_SECONDS / 2 else None

"""Stretches in which a signal says nothing: missing, flat or clipped."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def runs_of(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Runs of True: (n_runs, 2) array of first index and index behind the last."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return edges.reshape(-1, 2).astype(np.int64)


def keep_long_runs(mask: NDArray[np.bool_], length: int) -> NDArray[np.bool_]:
    """The mask without runs of True shorter than ``length``."""
    result = np.zeros_like(mask)
    for first, behind in runs_of(mask):
        if behind - first >= length:
            result[first:behind] = True
    return result


def widen(mask: NDArray[np.bool_], margin: int) -> NDArray[np.bool_]:
    """The mask with every run of True longer by ``margin`` at both ends."""
    result = mask.copy()
    for first, behind in runs_of(mask):
        result[max(0, first - margin) : behind + margin] = True
    return result


def flat_samples(
    signal: NDArray[np.floating], sfreq: float, *, seconds: float = 1.0, tolerance: float = 1e-3
) -> NDArray[np.bool_]:
    """Where the signal does not move for ``seconds`` or longer: a loose or switched-off electrode.

    Parameters
    ----------
    signal : (n,) ndarray, µV
    sfreq : float, Hz
    tolerance : float, µV
        Steps up to this from one sample to the next are none; NaN counts as a step.
    """
    still = np.abs(np.diff(signal)) <= tolerance
    long = keep_long_runs(still, max(1, round(seconds * sfreq) - 1))
    mask = np.zeros(signal.size, dtype=bool)
    mask[:-1] |= long
    mask[1:] |= long
    return mask


def quiet_samples(
    signal: NDArray[np.floating], length: int, least_range: float
) -> NDArray[np.bool_]:
    """Where stretches of ``length`` samples, side by side, move less than ``least_range``.

    Parameters
    ----------
    signal : (n,) ndarray, finite
        What is left behind the last whole stretch is not quiet.
    length : int
    least_range : float
        Largest less smallest value, in the signal's unit.
    """
    n_whole = signal.size // length
    stretches = signal[: n_whole * length].reshape(n_whole, length)
    quiet = stretches.max(axis=1) - stretches.min(axis=1) < least_range
    mask = np.zeros(signal.size, dtype=bool)
    mask[: n_whole * length] = np.repeat(quiet, length)
    return mask


def clipped_samples(
    signal: NDArray[np.floating],
    physical_range: tuple[float, float] | None,
    *,
    n_samples: int = 3,
) -> NDArray[np.bool_]:
    """Where the signal stays at an end of what the file can hold for ``n_samples`` or longer."""
    if physical_range is None:
        return np.zeros(signal.size, dtype=bool)
    low, high = min(physical_range), max(physical_range)
    slack = (high - low) * 1e-5  # less than one step of 16 bits
    return keep_long_runs(signal >= high - slack, n_samples) | keep_long_runs(
        signal <= low + slack, n_samples
    )


def fill_missing(signal: NDArray[np.floating]) -> NDArray[np.float64]:
    """The signal with straight lines over NaN; level beyond its outermost finite values."""
    finite = np.isfinite(signal)
    if finite.all():
        return np.asarray(signal, dtype=np.float64)
    if not finite.any():
        return np.zeros(signal.size)
    index = np.arange(signal.size)
    return np.asarray(np.interp(index, index[finite], signal[finite]), dtype=np.float64)

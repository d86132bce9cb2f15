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


def plateau_samples(
    signal: NDArray[np.floating],
    sfreq: float,
    *,
    least_seconds: float = 0.012,
    edge_seconds: float = 0.02,
    least_step: float = 5.0,
    least_height: float = 30.0,
    tolerance: float = 1e-3,
) -> NDArray[np.bool_]:
    """Where a peak or trough is cut off level: an amplifier at its limit, whatever the file holds.

    A level that is reached steeply and left steeply on the same side is no wave's own peak: even a
    slow wave of 300 µV in steps of 0.5 µV stays level for 13 ms at most where it falls by 5 µV in
    20 ms on either side.

    Parameters
    ----------
    signal : (n,) ndarray, µV
    sfreq : float, Hz
    least_seconds : float
        Shortest plateau, at least 3 samples.
    edge_seconds : float
        How far from its ends the signal is looked at.
    least_step : float, µV
        By which it must lie away from the plateau there; five of the recorder's steps if more.
    least_height : float, µV
        From the plateau to the median of the second on either side, which it may not pass.
    tolerance : float, µV
        Steps up to this from one sample to the next are none.
    """
    mask = np.zeros(signal.size, dtype=bool)
    n_least = max(3, int(np.ceil(least_seconds * sfreq)))
    edge, second = max(1, round(edge_seconds * sfreq)), round(sfreq)
    if signal.size < n_least + 2 * edge:
        return mask
    steps = np.abs(np.diff(signal))
    still = steps <= tolerance
    # Recorders of coarse steps round peaks to a level: those of waves are left in few of them.
    least_step = max(least_step, 5 * float(np.min(steps, where=steps > tolerance, initial=np.inf)))
    # Digitised signals stand still for one sample again and again: those are passed by quickly.
    long = still[1:] & still[:-1]
    for first, behind in runs_of(long):
        last = behind + 1
        before, after = first - edge, last + edge
        if last + 1 - first < n_least or before < 0 or after >= signal.size:
            continue
        sides = np.array([signal[before], signal[after]]) - signal[first]
        if not ((sides >= least_step).all() or (sides <= -least_step).all()):
            continue
        around = signal[max(0, first - second) : last + second + 1] - signal[first]
        # Nothing beside it lies beyond the limit, and most lies far from it.
        if abs(np.nanmedian(around)) >= least_height and (
            np.nanmin(around) >= -tolerance or np.nanmax(around) <= tolerance
        ):
            mask[first : last + 1] = True
    return mask


def fill_missing(signal: NDArray[np.floating]) -> NDArray[np.float64]:
    """The signal with straight lines over NaN; level beyond its outermost finite values."""
    finite = np.isfinite(signal)
    if finite.all():
        return np.asarray(signal, dtype=np.float64)
    if not finite.any():
        return np.zeros(signal.size)
    index = np.arange(signal.size)
    return np.asarray(np.interp(index, index[finite], signal[finite]), dtype=np.float64)

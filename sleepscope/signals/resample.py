"""Resampling between any two rates, with an anti-alias filter, on one grid for the whole night."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import SettingsError

# Zero crossings of the low-pass on either side: an edge of about a tenth of the Nyquist rate.
_CROSSINGS = 16
# The low-pass is half at this share of the lower Nyquist rate.
_EDGE = 0.92
# Output samples made by one row of the matrix product: large enough to keep it busy.
_ROW = 32
_MAX_DENOMINATOR = 1024
# For ratios that are no such fraction (a measured rate of 199.98 Hz): positions of an output
# sample between two input samples, told apart to half of this (an error of 2e-4 at 13 Hz).
_PHASES = 1024
# Output samples of such a ratio made at once: bounds the memory.
_BATCH = 8192


class Resampler:
    """Converts from one rate to another, piece by piece, each piece as if the whole were converted.

    Output sample ``k`` lies at ``k / sfreq_out`` seconds of the same time line on which input
    sample ``j`` lies at ``j / sfreq_in``.

    Parameters
    ----------
    sfreq_in, sfreq_out : float, Hz

    Raises
    ------
    SettingsError
        If a rate is not above zero or the ratio is beyond 1:1000.

    Notes
    -----
    A windowed-sinc (Kaiser, beta 8) low-pass at 92 % of the lower Nyquist rate, worked as a
    polyphase matrix product. Crochiere and Rabiner 1983, Multirate Digital Signal Processing.
    """

    def __init__(self, sfreq_in: float, sfreq_out: float) -> None:
        if not (sfreq_in > 0 and sfreq_out > 0 and 1e-3 < sfreq_out / sfreq_in < 1e3):
            raise SettingsError(
                f"A signal at {sfreq_in:g} Hz cannot be resampled to {sfreq_out:g} Hz."
            )
        self.sfreq_in = sfreq_in
        self.sfreq_out = sfreq_out
        self._cutoff = _EDGE * min(1.0, sfreq_out / sfreq_in)  # share of the input's Nyquist rate
        self._reach = int(np.ceil(_CROSSINGS / self._cutoff))

    def input_range(self, first: int, behind: int) -> tuple[int, int]:
        """Input samples ``[a, b)`` that output samples ``[first, behind)`` are made from.

        ``a`` may be negative and ``b`` beyond the signal.
        """
        if self.sfreq_in == self.sfreq_out:
            return first, behind
        step = self.sfreq_in / self.sfreq_out
        reach = self._reach + round(_ROW * step) + 2
        return int(first * step) - reach, int(behind * step) + reach + 1

    def resample(
        self, signal: NDArray[np.floating], start: int, first: int, behind: int
    ) -> NDArray[np.float64]:
        """Output samples ``[first, behind)``.

        Parameters
        ----------
        signal : (n,) ndarray
            Finite input samples from index ``start``; beyond them the outermost values go on.
        start : int
            Index of the first input sample on the time line.
        first, behind : int
            Output indices on the time line.
        """
        if behind <= first:
            return np.zeros(0)
        if self.sfreq_in == self.sfreq_out:
            return _held(signal, first - start, behind - start)
        ratio = Fraction(self.sfreq_out) / Fraction(self.sfreq_in)
        close = ratio.limit_denominator(_MAX_DENOMINATOR)
        if abs(float(close / ratio) - 1) < 1e-12 and close.numerator <= _MAX_DENOMINATOR:
            return self._by_matrix(signal, start, first, behind, close)
        return self._by_phases(signal, start, first, behind)

    def _by_matrix(
        self, signal: NDArray[np.floating], start: int, first: int, behind: int, ratio: Fraction
    ) -> NDArray[np.float64]:
        """For a ratio of small numbers, whose phases repeat: rows of outputs share one matrix."""
        repeats = -(-_ROW // max(ratio.numerator, ratio.denominator))
        out_step, in_step = ratio.numerator * repeats, ratio.denominator * repeats
        matrix = _polyphase(ratio, self._cutoff, self._reach, out_step, in_step)
        row, behind_row = first // out_step, -(-behind // out_step)
        needed = _held(
            signal,
            row * in_step - self._reach - start,
            behind_row * in_step + self._reach - start,
        )
        rows = np.lib.stride_tricks.sliding_window_view(needed, matrix.shape[0])[::in_step]
        made: NDArray[np.float64] = (rows @ matrix).reshape(-1)
        offset = first - row * out_step
        return made[offset : offset + behind - first]

    def _by_phases(
        self, signal: NDArray[np.floating], start: int, first: int, behind: int
    ) -> NDArray[np.float64]:
        """For any ratio: each output takes the filter of the nearest of 1024 phases."""
        taps = _phase_table(self._cutoff, self._reach)
        result = np.empty(behind - first)
        for low in range(first, behind, _BATCH):
            outputs = np.arange(low, min(low + _BATCH, behind))
            position = np.round(outputs * (self.sfreq_in / self.sfreq_out) * _PHASES)
            whole = (position // _PHASES).astype(np.int64)
            phase = (position % _PHASES).astype(np.int64)
            base = int(whole[0]) - self._reach
            needed = _held(signal, base - start, int(whole[-1]) + self._reach + 1 - start)
            windows = np.lib.stride_tricks.sliding_window_view(needed, taps.shape[1])
            picked = windows[whole - self._reach - base]
            result[low - first : low - first + outputs.size] = np.einsum(
                "ij,ij->i", picked, taps[phase]
            )
        return result


def _held(signal: NDArray[np.floating], first: int, behind: int) -> NDArray[np.float64]:
    """Samples ``[first, behind)`` with the outermost values going on beyond the signal."""
    inside = np.asarray(signal[max(first, 0) : max(behind, 0)], dtype=np.float64)
    if first >= 0 and behind <= signal.size:
        return inside
    index = np.clip(np.arange(first, behind), 0, signal.size - 1)
    return np.asarray(signal[index], dtype=np.float64)


def _low_pass(distance: NDArray[np.float64], cutoff: float, reach: int) -> NDArray[np.float64]:
    """Windowed sinc at distances in input samples."""
    inside = np.clip(1 - (distance / reach) ** 2, 0.0, None)
    window = np.where(inside > 0, np.i0(8.0 * np.sqrt(inside)) / np.i0(8.0), 0.0)
    taps: NDArray[np.float64] = np.sinc(distance * cutoff) * cutoff * window
    return taps


@lru_cache(maxsize=16)
def _polyphase(
    ratio: Fraction, cutoff: float, reach: int, out_step: int, in_step: int
) -> NDArray[np.float64]:
    """The matrix (inputs of a row, outputs of a row)."""
    inputs = np.arange(-reach, in_step + reach)
    outputs = np.arange(out_step) * float(1 / ratio)
    matrix = _low_pass(inputs[:, None] - outputs[None, :], cutoff, reach)
    matrix /= matrix.sum(axis=0)  # a constant stays what it is
    return matrix


@lru_cache(maxsize=4)
def _phase_table(cutoff: float, reach: int) -> NDArray[np.float64]:
    """The filter (phases, taps) for outputs between two inputs."""
    inputs = np.arange(-reach, reach + 1)
    phases = np.arange(_PHASES) / _PHASES
    table = _low_pass(inputs[None, :] - phases[:, None], cutoff, reach)
    table /= table.sum(axis=1, keepdims=True)
    return table


def resample(
    signal: NDArray[np.floating], sfreq_in: float, sfreq_out: float
) -> NDArray[np.float64]:
    """A whole signal at another rate.

    Parameters
    ----------
    signal : (n,) ndarray, finite
    sfreq_in, sfreq_out : float, Hz

    Returns
    -------
    (round(n * sfreq_out / sfreq_in),) ndarray

    Raises
    ------
    SettingsError
        If the rates cannot be converted.
    """
    n_out = round(signal.size * sfreq_out / sfreq_in)
    return Resampler(sfreq_in, sfreq_out).resample(signal, 0, 0, n_out)

"""The wavelets of one length of block, each sampled only as often as its frequency needs."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import gcd

import numpy as np
from numpy.typing import NDArray

from sleepscope.signals.bands import fast_length
from sleepscope.signals.coherence.morlet import morlet_gain
from sleepscope.signals.coherence.settings import (
    FOURIER_FACTOR,
    OMEGA0,
    POWER_UNIT,
    CoherenceSettings,
    scales_of,
)
from sleepscope.signals.coherence.smoothing import scale_matrix

# A product of two transforms is sampled this many times a period of the wavelet. Its spectrum is
# a Gaussian of sqrt(2) / 6 of the frequency, smoothed by one of 1 / 6: what folds back is below
# 1e-8 of the whole.
_SAMPLES_A_PERIOD = 2.0
# Wavelets and smoothing are cut where they have fallen to 1e-6.
_SIGMAS = 5.5
# A sample counts in the smoothed spectrum up to this many scales away: the wavelet's Gaussian and
# the smoothing's together fall as exp(-d^2 / 4).
REACH_SCALES = 8.0
# A block may be longer than needed by this, if that makes it faster.
_LONGER = 1.3
# Rates of sampling over the rate of output: quarters of powers of two.
_QUARTERS = (4, 5, 6)


@dataclass(frozen=True, slots=True, eq=False)
class Voice:
    """Neighbouring wavelets that are sampled alike.

    Attributes
    ----------
    rows : slice
        Which of the frequencies.
    n : int
        Samples a block.
    gains : (n_rows, n_bins) ndarray of float32
        The wavelets over the first bins of a block's spectrum.
    per_row : int
        Values of output made by one row of the matrix product.
    step : int
        Samples from one row to the next.
    first : int
        First sample of the first row.
    skip : int
        Values of the first row that come before the first right one of the block.
    smoothers : (n_rows, 2 * step, per_row) ndarray of float32
        The smoothing in time, from samples to values of output.
    """

    rows: slice
    n: int
    gains: NDArray[np.float32]
    per_row: int
    step: int
    first: int
    skip: int
    smoothers: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Bank:
    """All that is worked out once for blocks of one length.

    Attributes
    ----------
    sfreq, sfreq_out : float, Hz
    freqs : (n_freqs,) ndarray, Hz
    n_in, n_out : int
        Samples and values of output a block, both of the same time.
    margin : int
        Values of output at either end that are not right, as the block is a circle.
    voices : tuple of Voice
    across : (n_freqs, n_freqs) ndarray of float32
        The smoothing over scales.
    """

    sfreq: float
    sfreq_out: float
    freqs: NDArray[np.float64]
    n_in: int
    n_out: int
    margin: int
    voices: tuple[Voice, ...]
    across: NDArray[np.float32]

    @property
    def n_valid(self) -> int:
        """Values of output a block that are right."""
        return self.n_out - 2 * self.margin


def reach_seconds(settings: CoherenceSettings) -> float:
    """How far from a moment the signal still counts in its spectrum at the lowest frequency, s."""
    return float(REACH_SCALES / (FOURIER_FACTOR * settings.freqs[-1]))


@lru_cache(maxsize=12)
def bank_of(settings: CoherenceSettings, sfreq: float, seconds: Fraction) -> Bank:
    """The bank for blocks of some seconds, which hold whole samples and whole values of output."""
    freqs = settings.freqs
    n_in, n_out = seconds * Fraction(sfreq), seconds * Fraction(settings.sfreq_out)
    assert n_in.denominator == n_out.denominator == 1
    margin = int(np.ceil(reach_seconds(settings) * settings.sfreq_out))
    rates = [_rate(x, int(n_out)) for x in _needed(settings, sfreq)]
    voices, begin = [], 0
    for end in range(1, len(rates) + 1):
        if end == len(rates) or rates[end] != rates[begin]:
            rows = slice(begin, end)
            voices.append(
                _voice(freqs, rows, rates[begin], sfreq, settings.sfreq_out, int(n_out), margin)
            )
            begin = end
    across = scale_matrix(freqs.size, settings.per_octave).astype(np.float32)
    return Bank(
        sfreq, settings.sfreq_out, freqs, int(n_in), int(n_out), margin, tuple(voices), across
    )


@lru_cache(maxsize=64)
def block_seconds(settings: CoherenceSettings, sfreq: float, at_least: float) -> Fraction:
    """Length of a block of at least some seconds that is worked fastest.

    It holds whole samples and whole values of output.
    """
    rates = [Fraction(sfreq), Fraction(settings.sfreq_out)]
    unit = Fraction(  # the shortest time that holds whole numbers of both
        rates[0].denominator * rates[1].denominator,
        gcd(rates[0].numerator * rates[1].denominator, rates[1].numerator * rates[0].denominator),
    )
    least = max(1, int(np.ceil(at_least / unit)))
    best, cost = unit * least, np.inf
    needed = _needed(settings, sfreq)
    for count in range(least, int(least * _LONGER) + 2):
        if fast_length(count) != count:
            continue
        seconds = unit * count
        n_out = int(seconds * rates[1])
        points = n_out * sum(float(_rate(x, n_out)) for x in needed)
        if points < cost:
            best, cost = seconds, points
    return best


@lru_cache(maxsize=4096)
def _rate(needed: float, n_out: int) -> Fraction:
    """Samples of a voice a value of output: enough, few, and a whole number of them a block."""
    power = int(np.floor(np.log2(needed))) - 2
    while True:
        for quarters in _QUARTERS:
            rate = quarters * 2.0**power  # exact: four bits
            parts = 2 ** max(0, -power)
            if rate >= needed and (n_out * quarters) % parts == 0:
                return Fraction(rate)
        power += 1


def _needed(settings: CoherenceSettings, sfreq: float) -> list[float]:
    """Samples that each frequency needs a value of output."""
    wanted = np.minimum(settings.freqs * _SAMPLES_A_PERIOD, sfreq) / settings.sfreq_out
    return [float(x) for x in wanted]


def _voice(
    freqs: NDArray[np.float64],
    rows: slice,
    rate: Fraction,
    sfreq: float,
    sfreq_out: float,
    n_out: int,
    margin: int,
) -> Voice:
    scales = scales_of(freqs[rows])
    sigma = scales * sfreq_out * float(rate)  # of the smoothing, in samples of the voice
    reach = int(np.ceil(_SIGMAS * sigma.max())) + 1
    # A row of outputs begins and ends on a sample; its samples and those within reach of it are
    # two steps.
    per_row = rate.denominator
    while per_row * rate < 2 * reach:
        per_row += rate.denominator
    step = int(per_row * rate)
    begin = margin - margin % rate.denominator
    place = np.arange(2 * step)[:, None] - reach - np.arange(per_row)[None, :] * float(rate)
    smoothers = np.exp(-0.5 * (place[None] / sigma[:, None, None]) ** 2)
    smoothers /= sigma[:, None, None] * np.sqrt(2 * np.pi)
    n = int(n_out * rate)
    seconds = n_out / sfreq_out
    highest = (OMEGA0 + _SIGMAS) / (2 * np.pi * scales.min())
    n_bins = min(int(highest * seconds) + 1, n, round(sfreq * seconds) // 2 + 1)
    omega = 2 * np.pi * np.arange(n_bins) / seconds
    # With the factors that make the squared transform a power: see POWER_UNIT.
    gains = morlet_gain(omega, scales, 1.0) * np.sqrt(POWER_UNIT / scales[:, None])
    return Voice(
        rows=rows,
        n=n,
        gains=gains.astype(np.float32),
        per_row=per_row,
        step=step,
        first=int(begin * rate) - reach,
        skip=margin - begin,
        smoothers=smoothers.astype(np.float32),
    )

"""The wavelets of one length of block, each sampled only as often as its frequency needs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

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
_LONGER = 1.5
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


# Each takes 3 to 30 MB; a page and its power want one or two, and zooming leaves many behind.
@lru_cache(maxsize=4)
def bank_of(settings: CoherenceSettings, sfreq: float, seconds: Fraction) -> Bank:
    """The bank for blocks of some seconds, which hold whole samples and whole values of output."""
    freqs = settings.freqs
    n_in, n_out = seconds * Fraction(sfreq), seconds * Fraction(settings.sfreq_out)
    assert n_in.denominator == n_out.denominator == 1
    margin = int(np.ceil(reach_seconds(settings) * settings.sfreq_out))
    rates = [_rate(x, int(n_out)) for x in _needed(settings, sfreq)]
    voices = [
        _voice(freqs, rows, rates[rows.start], sfreq, settings.sfreq_out, int(n_out), margin)
        for rows in _alike(rates)
    ]
    across = scale_matrix(freqs.size, settings.per_octave).astype(np.float32)
    return Bank(
        sfreq, settings.sfreq_out, freqs, int(n_in), int(n_out), margin, tuple(voices), across
    )


def _alike(rates: Sequence[Fraction]) -> list[slice]:
    """Neighbouring rows that are sampled at one rate."""
    edges = [k for k in range(1, len(rates)) if rates[k] != rates[k - 1]]
    return [slice(a, b) for a, b in zip([0, *edges], [*edges, len(rates)], strict=True)]


@lru_cache(maxsize=64)
def block_seconds(settings: CoherenceSettings, sfreq: float, at_least: float) -> Fraction:
    """Length of a block of at least some seconds that is worked fastest.

    It holds whole samples and whole values of output.
    """
    rates = [Fraction(sfreq), Fraction(settings.sfreq_out)]
    (p, q), (r, s) = (rate.as_integer_ratio() for rate in rates)
    unit = Fraction(q * s, math.gcd(p * s, r * q))  # the shortest time of whole numbers of both
    least = max(1, int(np.ceil(at_least / unit)))
    best, cost = unit * least, np.inf
    needed = _needed(settings, sfreq)
    for count in range(least, int(least * _LONGER) + 2):
        if fast_length(count) != count:
            continue
        seconds = unit * count
        n_out = int(seconds * rates[1])
        row_rates = [_rate(x, n_out) for x in needed]
        points = n_out * sum(map(float, row_rates))
        # A number of values without many twos in it leaves few voices, and those with smoothers
        # of hundreds of megabytes, which take longer to make than the block to transform.
        for rows in _alike(row_rates):
            scales = scales_of(settings.freqs[rows])
            _, per_row, step = _smoother(scales, row_rates[rows.start], settings.sfreq_out)
            points += scales.size * 2 * step * per_row
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
    reach, per_row, step = _smoother(scales, rate, sfreq_out)
    begin = margin - margin % rate.denominator
    place = np.arange(2 * step)[:, None] - reach - np.arange(per_row)[None, :] * float(rate)
    smoothers = np.empty((scales.size, *place.shape), dtype=np.float32)
    for smoother, width in zip(smoothers, sigma, strict=True):
        smoother[:] = np.exp(-0.5 * (place / width) ** 2) / (width * np.sqrt(2 * np.pi))
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
        smoothers=smoothers,
    )


def _smoother(
    scales: NDArray[np.float64], rate: Fraction, sfreq_out: float
) -> tuple[int, int, int]:
    """Samples that the smoothing reaches, values of output a row, and samples from row to row.

    A row of outputs begins and ends on a sample; its samples and those within reach of it are two
    steps.
    """
    reach = int(np.ceil(_SIGMAS * scales.max() * sfreq_out * float(rate))) + 1
    rows = math.ceil(Fraction(2 * reach) / (rate.denominator * rate))
    per_row = rate.denominator * max(1, rows)
    return reach, per_row, int(per_row * rate)

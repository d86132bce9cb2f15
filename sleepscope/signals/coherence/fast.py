"""Wavelet coherence of recordings of any length: in blocks, each frequency at a rate of its own.

The same definition as :mod:`~sleepscope.signals.coherence.exact`; away from the ends the two differ
by 1e-7 in the median.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import SettingsError
from sleepscope.signals.coherence.bank import Bank, Voice, bank_of, block_seconds, reach_seconds
from sleepscope.signals.coherence.coherence import Coherence
from sleepscope.signals.coherence.cone import cone_frequency, distance_to_edges
from sleepscope.signals.coherence.settings import CoherenceSettings
from sleepscope.signals.coherence.smoothing import SMOOTHING
from sleepscope.signals.coherence.usable import usable_samples
from sleepscope.signals.missing import fill_missing

# Samples ``[first, behind)`` of x and of y, NaN where nothing was recorded.
ReadPair = Callable[[int, int], tuple[NDArray[np.floating], NDArray[np.floating]]]

# A block of a long recording: long enough that what is worked twice at its ends is a small part.
_BLOCK_SECONDS = 96.0
_BLOCK_REACHES = 10.0


def fast_coherence(
    x: NDArray[np.floating],
    y: NDArray[np.floating],
    sfreq: float,
    settings: CoherenceSettings | None = None,
    *,
    start: float = 0.0,
    pair: tuple[str, str] = ("x", "y"),
) -> Coherence:
    """Wavelet coherence of two arrays.

    Parameters
    ----------
    x, y : (n_samples,) ndarray, µV
        NaN where nothing was recorded.
    sfreq : float, Hz
    settings : CoherenceSettings, optional
        Frequencies above what ``sfreq`` can hold are left out.
    start : float, s
        Time of the first sample.
    pair : (str, str)
        Names of the two.

    Returns
    -------
    Coherence
        Single precision, one value every ``1 / settings.sfreq_out`` seconds from ``start`` on.

    Raises
    ------
    SettingsError
        If the signals differ in length, or the rate is too low for the grid.
    """
    if x.shape != y.shape or x.ndim != 1 or x.size < 2:
        raise SettingsError(
            f"Coherence needs two signals of one length; these have {x.size} and {y.size} samples."
        )
    blocks = list(
        coherence_blocks(
            lambda first, behind: (x[first:behind], y[first:behind]),
            x.size,
            sfreq,
            settings,
            means=(_mean(x), _mean(y)),
            start=start,
            pair=pair,
        )
    )
    return blocks[0] if len(blocks) == 1 else joined(blocks)


def joined(blocks: list[Coherence]) -> Coherence:
    """Blocks that follow each other as one."""
    return Coherence(
        pair=blocks[0].pair,
        times=np.concatenate([b.times for b in blocks]),
        freqs=blocks[0].freqs,
        coherence=np.concatenate([b.coherence for b in blocks], axis=1),
        phase=np.concatenate([b.phase for b in blocks], axis=1),
        cone=np.concatenate([b.cone for b in blocks]),
        smoothing=blocks[0].smoothing,
        power=np.concatenate([b.power for b in blocks], axis=2),
    )


def coherence_blocks(
    read: ReadPair,
    n_samples: int,
    sfreq: float,
    settings: CoherenceSettings | None = None,
    *,
    means: tuple[float, float] | None = None,
    start: float = 0.0,
    pair: tuple[str, str] = ("x", "y"),
) -> Iterator[Coherence]:
    """Wavelet coherence block by block: the memory does not grow with the recording.

    Parameters
    ----------
    read : callable
        ``read(first, behind)`` gives samples ``[first, behind)`` of both signals.
    n_samples : int
    sfreq : float, Hz
        See :func:`~sleepscope.signals.coherence.rates.common_rate`.
    means : (float, float), µV, optional
        Means of the two signals; without them each block takes off its own, which differs at the
        ends of the recording alone.
    settings, start, pair
        As for :func:`fast_coherence`.

    Yields
    ------
    Coherence
        Stretches that follow each other without a seam.
    """
    settings = (settings or CoherenceSettings()).below_nyquist(sfreq)
    reach = reach_seconds(settings)
    whole = n_samples / sfreq + 2 * reach
    longest = max(_BLOCK_SECONDS, _BLOCK_REACHES * reach)
    bank = bank_of(settings, sfreq, block_seconds(settings, sfreq, min(whole, longest)))
    n_out = max(1, int(np.ceil(n_samples / sfreq * settings.sfreq_out - 1e-9)))
    ratio = Fraction(sfreq) / Fraction(settings.sfreq_out)
    # Blocks begin on a sample that is also a value of output.
    hop = bank.n_valid - bank.n_valid % ratio.denominator
    lead = -(-bank.margin // ratio.denominator) * ratio.denominator
    for first_out in range(0, n_out, hop):
        begin = int((first_out - lead) * ratio)
        low, high = max(begin, 0), min(begin + bank.n_in, n_samples)
        x, y = read(low, high)
        block = _Block(bank, x, y, low - begin, means or (_mean(x), _mean(y)))
        skip = lead - bank.margin
        wanted = slice(skip, skip + min(hop, n_out - first_out))
        yield block.coherence(wanted, start + first_out / settings.sfreq_out, pair)


def _mean(signal: NDArray[np.floating]) -> float:
    """Mean of what is there; 0 where nothing is."""
    there = signal[np.isfinite(signal)]
    return float(there.mean()) if there.size else 0.0


class _Block:
    """Two signals of one block in Fourier space.

    Parameters
    ----------
    bank : Bank
    x, y : (n,) ndarray
        The part of the block that lies inside the recording.
    offset : int
        Its first sample in the block.
    means : (float, float), µV
        Taken off the signals.
    """

    def __init__(
        self,
        bank: Bank,
        x: NDArray[np.floating],
        y: NDArray[np.floating],
        offset: int,
        means: tuple[float, float],
    ) -> None:
        self._bank = bank
        self._offset = offset
        self._n_inside = x.size
        self._spectra = np.stack([self._spectrum(x, means[0]), self._spectrum(y, means[1])])
        self._usable = usable_samples(x, bank.sfreq) & usable_samples(y, bank.sfreq)

    def _spectrum(self, signal: NDArray[np.floating], mean: float) -> NDArray[np.complex64]:
        from scipy import fft

        # In double precision: a band may be far weaker than the whole.
        block = np.zeros(self._bank.n_in)
        block[self._offset : self._offset + signal.size] = fill_missing(signal) - mean
        return fft.rfft(block, norm="forward").astype(np.complex64)  # type: ignore[no-any-return]

    def coherence(self, wanted: slice, start: float, pair: tuple[str, str]) -> Coherence:
        """The values of some of the block's right outputs."""
        bank = self._bank
        smoothed = np.empty((4, bank.freqs.size, bank.n_valid), dtype=np.float32)
        for voice in bank.voices:
            self._smooth(voice, self._products(voice), smoothed[:, voice.rows])
        power_x, power_y, real, imaginary = np.matmul(bank.across, smoothed[:, :, wanted])
        usable, cone = self._edges(wanted)
        known = usable[None, :] & (power_x > 0) & (power_y > 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            coherence = (real * real + imaginary * imaginary) / (power_x * power_y)
        np.minimum(coherence, 1.0, out=coherence)
        phase = np.arctan2(imaginary, real)
        power = np.stack([power_x, power_y])
        if not known.all():
            for values in (coherence, phase, power):
                values[..., ~known] = np.nan
        return Coherence(
            pair=pair,
            times=start + np.arange(usable.size) / bank.sfreq_out,
            freqs=bank.freqs,
            coherence=coherence,
            phase=phase,
            cone=cone,
            smoothing=SMOOTHING,
            power=power,
        )

    def _products(self, voice: Voice) -> NDArray[np.float32]:
        """|x|^2, |y|^2 and the parts of x y* of the transforms: (4, n_rows, n)."""
        from scipy import fft

        n_rows, n_bins = voice.gains.shape
        lines = np.zeros((2, n_rows, voice.n), dtype=np.complex64)
        np.multiply(self._spectra[:, None, :n_bins], voice.gains, out=lines[:, :, :n_bins])
        waves = fft.ifft(lines, axis=-1, norm="forward", overwrite_x=True)
        products = np.zeros((4, n_rows, self._columns(voice)), dtype=np.float32)
        # Outside the recording there is nothing to smooth.
        rate = voice.n / self._bank.n_in
        inside = slice(
            int(np.ceil(self._offset * rate)),
            min(voice.n, int(np.ceil((self._offset + self._n_inside) * rate))),
        )
        real, imaginary = waves.real[..., inside], waves.imag[..., inside]
        (x_re, y_re), (x_im, y_im) = real, imaginary
        products[0, :, inside] = x_re * x_re + x_im * x_im
        products[1, :, inside] = y_re * y_re + y_im * y_im
        products[2, :, inside] = x_re * y_re + x_im * y_im
        products[3, :, inside] = x_im * y_re - x_re * y_im
        # The first and last sample inside stand for what lies between them and the ends.
        low, high = self._offset - 0.5, self._offset + self._n_inside - 0.5
        if inside.start > 0:
            products[:, :, inside.start] *= 0.5 + inside.start - low * rate
        if inside.stop < voice.n:
            products[:, :, inside.stop - 1] *= 0.5 + high * rate - (inside.stop - 1)
        return products

    def _n_rows(self, voice: Voice) -> int:
        """Rows of the matrix product that the right outputs need."""
        return -(-(voice.skip + self._bank.n_valid) // voice.per_row)

    def _columns(self, voice: Voice) -> int:
        return max(voice.n, voice.first + (self._n_rows(voice) + 1) * voice.step)

    def _smooth(
        self, voice: Voice, products: NDArray[np.float32], out: NDArray[np.float32]
    ) -> None:
        """Smooth in time to values of output: a product with the samples of two steps a row."""
        n_rows = self._n_rows(voice)
        size = n_rows * voice.step
        shape = (*products.shape[:2], n_rows, voice.step)
        own = products[..., voice.first : voice.first + size].reshape(shape)
        following = products[..., voice.first + voice.step :][..., :size].reshape(shape)
        made = np.matmul(own, voice.smoothers[:, : voice.step])
        made += np.matmul(following, voice.smoothers[:, voice.step :])
        flat = made.reshape(*products.shape[:2], -1)
        out[...] = flat[..., voice.skip : voice.skip + self._bank.n_valid]

    def _edges(self, wanted: slice) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Which outputs are usable, and their cone."""
        bank = self._bank
        outputs = bank.margin + np.arange(wanted.start, wanted.stop)
        samples = np.round(outputs * (bank.sfreq / bank.sfreq_out)).astype(np.int64) - self._offset
        samples = np.clip(samples, 0, self._usable.size - 1)
        # Farther than the reach it does not matter how far.
        most = bank.margin / bank.sfreq_out
        distance = np.minimum(distance_to_edges(self._usable)[samples] / bank.sfreq, most)
        return self._usable[samples], cone_frequency(distance, 1.0 / bank.sfreq)

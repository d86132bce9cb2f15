"""Blocks of a recording, transformed and smoothed in time, each frequency at a rate of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from sleepscope.signals.coherence.bank import Bank, Voice, bank_of, block_seconds, reach_seconds
from sleepscope.signals.coherence.cone import cone_frequency, distance_to_edges
from sleepscope.signals.coherence.settings import CoherenceSettings
from sleepscope.signals.coherence.usable import usable_samples
from sleepscope.signals.missing import fill_missing

# Samples ``[first, behind)`` of one signal or two, NaN where nothing was recorded.
ReadSignals = Callable[[int, int], tuple[NDArray[np.floating], ...]]

# A block of a long recording: long enough that what is worked twice at its ends is a small part.
_BLOCK_SECONDS = 96.0
_BLOCK_REACHES = 10.0


def mean_of(signal: NDArray[np.floating]) -> float:
    """Mean of what is there; 0 where nothing is."""
    there = signal[np.isfinite(signal)]
    return float(there.mean()) if there.size else 0.0


def blocks_of(
    read: ReadSignals,
    n_samples: int,
    sfreq: float,
    settings: CoherenceSettings,
    means: tuple[float, ...] | None = None,
    wanted: tuple[int, int] | None = None,
) -> Iterator[Block]:
    """The blocks of a recording, or of a stretch of it, one after the other.

    Parameters
    ----------
    read : callable
        ``read(first, behind)`` gives samples ``[first, behind)`` of the signals.
    n_samples : int
    sfreq : float, Hz
    settings : CoherenceSettings
        All frequencies below the Nyquist rate.
    means : tuple of float, µV, optional
        Taken off the signals; without them each block takes off its own.
    wanted : (int, int), optional
        Values of output ``[first, behind)``, counted from the start of the recording; all without.
        The signal around them is read as far as it counts.
    """
    reach = reach_seconds(settings)
    n_out = max(1, int(np.ceil(n_samples / sfreq * settings.sfreq_out - 1e-9)))
    start, stop = wanted or (0, n_out)
    start, stop = max(0, start), min(n_out, stop)
    # One more value at either end, as the reach is rounded up to whole ones.
    whole = (stop - start + 2) / settings.sfreq_out + 2 * reach
    longest = max(_BLOCK_SECONDS, _BLOCK_REACHES * reach)
    bank = bank_of(settings, sfreq, block_seconds(settings, sfreq, min(whole, longest)))
    ratio = Fraction(sfreq) / Fraction(settings.sfreq_out)
    for first, lead, behind in _stretches(bank, start, stop, ratio.denominator):
        begin = int((first - lead) * ratio)
        low, high = max(begin, 0), min(begin + bank.n_in, n_samples)
        signals = read(low, high)
        own = means or tuple(mean_of(s) for s in signals)
        outputs = np.arange(first, behind)
        yield Block(bank, signals, low - begin, own, outputs, lead)


def _stretches(bank: Bank, start: int, stop: int, multiple: int) -> Iterator[tuple[int, int, int]]:
    """Values of output ``[first, behind)`` of each block, and how many lie in it before them.

    Only every ``multiple``-th value of output lies on a sample, and there a block has to begin.
    """
    first = start
    while first < stop:
        lead = bank.margin + (first - bank.margin) % multiple
        behind = min(first + bank.n_out - bank.margin - lead, stop)
        yield first, lead, behind
        first = behind


class Block:
    """One block of one signal or two in Fourier space.

    Parameters
    ----------
    bank : Bank
    signals : tuple of (n,) ndarray
        The part of the block that lies inside the recording.
    offset : int
        Its first sample in the block.
    means : tuple of float, µV
        Taken off the signals.
    outputs : (n_outputs,) ndarray of int
        Which values of output, counted from the start of the recording, are wanted.
    lead : int
        Values of output in the block before the first of them.
    """

    def __init__(
        self,
        bank: Bank,
        signals: tuple[NDArray[np.floating], ...],
        offset: int,
        means: tuple[float, ...],
        outputs: NDArray[np.int64],
        lead: int,
    ) -> None:
        self.bank = bank
        self.outputs = outputs
        self._lead = lead
        self._offset = offset
        self._n_inside = signals[0].size
        self._spectra = np.stack(
            [self._spectrum(s, m) for s, m in zip(signals, means, strict=True)]
        )
        usable = [usable_samples(s, bank.sfreq) for s in signals]
        self._usable: NDArray[np.bool_] = np.logical_and.reduce(usable)

    def _spectrum(self, signal: NDArray[np.floating], mean: float) -> NDArray[np.complex64]:
        # In double precision: a band may be far weaker than the whole.
        block = np.zeros(self.bank.n_in)
        block[self._offset : self._offset + signal.size] = fill_missing(signal) - mean
        return np.fft.rfft(block, norm="forward").astype(np.complex64)

    def smoothed(self) -> NDArray[np.float32]:
        """The spectra smoothed in time: (1, n_freqs, n_outputs), or 4 of a pair.

        |x|^2 and, of a pair, |y|^2 and the real and imaginary part of x y*.
        """
        bank = self.bank
        n_kinds = len(self._spectra) ** 2
        smoothed = np.empty((n_kinds, bank.freqs.size, bank.n_valid), dtype=np.float32)
        for voice in bank.voices:
            self._smooth(voice, self._products(voice), smoothed[:, voice.rows])
        skip = self._lead - bank.margin
        return smoothed[:, :, skip : skip + self.outputs.size]

    def _products(self, voice: Voice) -> NDArray[np.float32]:
        """|x|^2, |y|^2 and the parts of x y* of the transforms: (n_kinds, n_rows, n)."""
        n_rows, n_bins = voice.gains.shape
        n_signals = len(self._spectra)
        lines = np.zeros((n_signals, n_rows, voice.n), dtype=np.complex64)
        np.multiply(self._spectra[:, None, :n_bins], voice.gains, out=lines[:, :, :n_bins])
        waves = np.fft.ifft(lines, axis=-1, norm="forward")
        products = np.zeros((n_signals**2, n_rows, self._columns(voice)), dtype=np.float32)
        # Outside the recording there is nothing to smooth.
        rate = voice.n / self.bank.n_in
        inside = slice(
            int(np.ceil(self._offset * rate)),
            min(voice.n, int(np.ceil((self._offset + self._n_inside) * rate))),
        )
        real, imaginary = waves.real[..., inside], waves.imag[..., inside]
        for k in range(n_signals):
            products[k, :, inside] = real[k] * real[k] + imaginary[k] * imaginary[k]
        if n_signals == 2:
            products[2, :, inside] = real[0] * real[1] + imaginary[0] * imaginary[1]
            products[3, :, inside] = imaginary[0] * real[1] - real[0] * imaginary[1]
        # The first and last sample inside stand for what lies between them and the ends.
        low, high = self._offset - 0.5, self._offset + self._n_inside - 0.5
        if inside.start > 0:
            products[:, :, inside.start] *= 0.5 + inside.start - low * rate
        if inside.stop < voice.n:
            products[:, :, inside.stop - 1] *= 0.5 + high * rate - (inside.stop - 1)
        return products

    def _n_rows(self, voice: Voice) -> int:
        """Rows of the matrix product that the right outputs need."""
        return -(-(voice.skip + self.bank.n_valid) // voice.per_row)

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
        out[...] = flat[..., voice.skip : voice.skip + self.bank.n_valid]

    def edges(self) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Which outputs are usable, and their cone in Hz: (n_outputs,) each."""
        bank = self.bank
        inside = self._lead + np.arange(self.outputs.size)
        samples = np.round(inside * (bank.sfreq / bank.sfreq_out)).astype(np.int64) - self._offset
        samples = np.clip(samples, 0, self._usable.size - 1)
        # Farther than the reach it does not matter how far.
        most = bank.margin / bank.sfreq_out
        distance = np.minimum(distance_to_edges(self._usable)[samples] / bank.sfreq, most)
        return self._usable[samples], cone_frequency(distance, 1.0 / bank.sfreq)

"""Frequency bands of a signal by short symmetric filters that know nothing beyond their length."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

_Value = TypeVar("_Value", np.float32, np.complex64)


@lru_cache(maxsize=256)
def fast_length(n: int) -> int:
    """Smallest length of at least ``n`` whose only prime factors are 2, 3 and 5.

    Fourier transforms of such lengths are fast.
    """
    best = 1 << max(0, n - 1).bit_length()
    five = 1
    while five < best:
        three = five
        while three < best:
            quotient = -(-n // three)
            best = min(best, three << max(0, quotient - 1).bit_length())
            three *= 3
        five *= 5
    return best


class Kernel:
    """A symmetric filter of an odd number of taps.

    Parameters
    ----------
    taps : (n_taps,) ndarray
        Real, or complex for an analytic filter.
    """

    def __init__(self, taps: NDArray[np.floating] | NDArray[np.complexfloating]) -> None:
        self.taps = taps
        self.size = taps.size
        # The blocks of a recording have one length, but for those at its ends: keep the last.
        self._whole: tuple[int, NDArray[np.complex64]] | None = None
        self._half: tuple[int, NDArray[np.complex64]] | None = None

    def spectrum(self, length: int) -> NDArray[np.complex64]:
        """Fourier transform of the taps at a length."""
        kept = self._whole
        if kept is None or kept[0] != length:
            kept = self._whole = (length, np.fft.fft(self.taps, length).astype(np.complex64))
        return kept[1]

    def real_spectrum(self, length: int) -> NDArray[np.complex64]:
        """Fourier transform of the taps' real part at a length, up to the Nyquist rate."""
        kept = self._half
        if kept is None or kept[0] != length:
            half = np.fft.rfft(np.real(self.taps), length).astype(np.complex64)
            kept = self._half = (length, half)
        return kept[1]


@lru_cache(maxsize=64)
def band_kernel(sfreq: float, low: float, high: float, seconds: float) -> Kernel:
    """Analytic band-pass filter: a Hann-windowed low-pass shifted to the middle of the band.

    Parameters
    ----------
    sfreq : float, Hz
    low, high : float, Hz
        Where the gain is half.
    seconds : float
        Length; the edges are about ``2 / seconds`` Hz wide at each side.

    Returns
    -------
    Kernel
        Convolved with a real signal it gives the analytic signal of the band: its real part is the
        band, its magnitude the envelope.
    """
    half = round(seconds * sfreq / 2)
    times = np.arange(-half, half + 1) / sfreq
    width = high - low
    window = np.hanning(2 * half + 3)[1:-1]
    taps = np.sinc(times * width) * width / sfreq * window
    # Twice: the negative frequencies of the real signal are left out.
    analytic = 2 * taps * np.exp(1j * np.pi * (low + high) * times)
    analytic -= window * (analytic.sum() / window.sum())  # an offset leaves no trace
    return Kernel(analytic)


@lru_cache(maxsize=64)
def smoothing_kernel(sfreq: float, seconds: float) -> Kernel:
    """Hann window of an odd number of taps whose sum is 1."""
    half = round(seconds * sfreq / 2)
    taps = np.hanning(2 * half + 3)[1:-1]
    return Kernel(taps / taps.sum())


class Spectrum:
    """A real signal in Fourier space, to be filtered several times, in single precision.

    Beyond its ends the outermost values go on.

    Parameters
    ----------
    signal : (n,) ndarray, finite
    max_taps : int
        Length of the longest kernel that will be used.
    """

    def __init__(self, signal: NDArray[np.floating], max_taps: int) -> None:
        self._n = signal.size
        self._before = max_taps // 2
        self._length = fast_length(signal.size + 2 * max_taps)
        held = np.pad(signal.astype(np.float32), (self._before, max_taps), mode="edge")
        self._values = np.fft.rfft(held, self._length)

    def band(self, kernel: Kernel) -> NDArray[np.float32]:
        """The real part of :meth:`filtered`, in half the time."""
        product = self._values * kernel.real_spectrum(self._length)
        made = np.fft.irfft(product, self._length).astype(np.float32, copy=False)
        return self._cut(made, kernel)

    def filtered(self, kernel: Kernel) -> NDArray[np.complex64]:
        """The signal convolved with a kernel: not delayed, as long as it was."""
        n = self._values.size
        product = np.empty(self._length, dtype=np.complex64)
        product[:n] = self._values
        product[n:] = np.conj(self._values[1 : self._length - n + 1][::-1])
        product *= kernel.spectrum(self._length)
        return self._cut(np.fft.ifft(product).astype(np.complex64, copy=False), kernel)

    def _cut(self, product: NDArray[_Value], kernel: Kernel) -> NDArray[_Value]:
        first = self._before + kernel.size // 2
        return product[first : first + self._n]


def smooth(signal: NDArray[np.floating], kernel: Kernel) -> NDArray[np.float32]:
    """A signal convolved with a real kernel; its outermost values go on beyond its ends."""
    return Spectrum(signal, kernel.size).band(kernel)

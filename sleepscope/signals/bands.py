"""Frequency bands of a signal by short symmetric filters that know nothing beyond their length."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


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


@lru_cache(maxsize=64)
def band_kernel(sfreq: float, low: float, high: float, seconds: float) -> NDArray[np.complex128]:
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
    (n_taps,) ndarray of complex128
        ``n_taps`` is odd. Convolved with a real signal it gives the analytic signal of the band:
        its real part is the band, its magnitude the envelope.
    """
    half = round(seconds * sfreq / 2)
    times = np.arange(-half, half + 1) / sfreq
    width = high - low
    window = np.hanning(2 * half + 3)[1:-1]
    taps = np.sinc(times * width) * width / sfreq * window
    # Twice: the negative frequencies of the real signal are left out.
    kernel: NDArray[np.complex128] = 2 * taps * np.exp(1j * np.pi * (low + high) * times)
    kernel -= window * (kernel.sum() / window.sum())  # an offset leaves no trace
    kernel.flags.writeable = False
    return kernel


@lru_cache(maxsize=64)
def smoothing_kernel(sfreq: float, seconds: float) -> NDArray[np.float64]:
    """Hann window of an odd number of taps whose sum is 1."""
    half = round(seconds * sfreq / 2)
    taps = np.hanning(2 * half + 3)[1:-1]
    kernel: NDArray[np.float64] = taps / taps.sum()
    kernel.flags.writeable = False
    return kernel


class Spectrum:
    """A real signal in Fourier space, to be filtered several times.

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
        held = np.pad(signal, (self._before, max_taps), mode="edge")
        self._values = np.fft.fft(held, self._length)

    def filtered(self, kernel: NDArray[np.complexfloating]) -> NDArray[np.complex128]:
        """The signal convolved with a symmetric kernel, as long as the signal and not delayed."""
        product = np.fft.ifft(self._values * np.fft.fft(kernel, self._length))
        first = self._before + kernel.size // 2
        return np.asarray(product[first : first + self._n])


def smooth(signal: NDArray[np.floating], kernel: NDArray[np.floating]) -> NDArray[np.float64]:
    """A real signal convolved with a symmetric real kernel; zero beyond its ends."""
    length = fast_length(signal.size + kernel.size)
    product = np.fft.irfft(np.fft.rfft(signal, length) * np.fft.rfft(kernel, length), length)
    first = kernel.size // 2
    return np.asarray(product[first : first + signal.size])

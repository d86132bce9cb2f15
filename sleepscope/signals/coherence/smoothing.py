"""How wavelet spectra are smoothed: a Gaussian in time, a boxcar over scales."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Torrence and Webster 1999: width of the boxcar for the Morlet wavelet, octaves.
BOXCAR_OCTAVES = 0.6
_TILE_ROWS, _TILE_COLUMNS = 16, 512
SMOOTHING = "Gaussian of one scale in time, boxcar of 0.6 octaves over scales"


def scale_kernel(per_octave: int) -> NDArray[np.float64]:
    """Weights of neighbouring scales; at twelve an octave 0.6, seven times 1, 0.6, over 8.2.

    References
    ----------
    Grinsted, Moore and Jevrejeva 2004, doi:10.5194/npg-11-561-2004
    """
    half = BOXCAR_OCTAVES * per_octave / 2
    outer = np.array([half % 1.0])
    kernel = np.concatenate([outer, np.ones(max(2 * round(half) - 1, 1)), outer])
    return np.asarray(kernel / kernel.sum(), dtype=np.float64)


def scale_matrix(n_scales: int, per_octave: int) -> NDArray[np.float64]:
    """The smoothing over scales as a matrix (n_scales, n_scales).

    Beyond the ends of the grid nothing is added; in the coherence, a ratio, that cancels.
    """
    kernel = scale_kernel(per_octave)
    reach = kernel.size // 2
    distance = np.arange(n_scales)[:, None] - np.arange(n_scales)[None, :]
    inside = np.abs(distance) <= reach
    return np.where(inside, kernel[np.clip(distance + reach, 0, kernel.size - 1)], 0.0)


def smooth_scales(spectra: NDArray[np.float32], matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Spectra (n_kinds, n_scales, n_times) smoothed over scales by :func:`scale_matrix`.

    The matrix is nearly empty, so it is worked in tiles; and a product as small as theirs is left
    to one thread by the linear algebra, where two would wait for each other on a busy machine.
    """
    smoothed = np.empty_like(spectra)
    n_scales, n_times = spectra.shape[1:]
    for top in range(0, n_scales, _TILE_ROWS):
        rows = slice(top, min(top + _TILE_ROWS, n_scales))
        reached = np.flatnonzero(matrix[rows].any(axis=0))
        near = slice(int(reached[0]), int(reached[-1]) + 1)
        tile = np.ascontiguousarray(matrix[rows, near])
        for left in range(0, n_times, _TILE_COLUMNS):
            columns = slice(left, left + _TILE_COLUMNS)
            np.matmul(tile, spectra[:, near, columns], out=smoothed[:, rows, columns])
    return smoothed


def smooth_in_time(
    spectra: NDArray[np.complex128], dt: float, scales: NDArray[np.float64]
) -> NDArray[np.complex128]:
    """Spectra (n_scales, n_samples), each row smoothed by a Gaussian of its scale in seconds."""
    from scipy import fft

    n = spectra.shape[1]
    length = 1 << (n - 1).bit_length()
    omega = 2 * np.pi * np.fft.fftfreq(length, dt)
    smoothed = np.empty_like(spectra)
    for k, scale in enumerate(scales):
        gain = np.exp(-0.5 * (scale * omega) ** 2)
        smoothed[k] = fft.ifft(gain * fft.fft(spectra[k], length))[:n]
    return smoothed


def smooth_exactly(
    spectra: NDArray[np.complex128], dt: float, scales: NDArray[np.float64], per_octave: int
) -> NDArray[np.complex128]:
    """Spectra (n_scales, n_samples) smoothed in time and over scales."""
    made: NDArray[np.complex128] = scale_matrix(scales.size, per_octave) @ smooth_in_time(
        spectra, dt, scales
    )
    return made

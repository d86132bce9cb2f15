"""Wavelet power of one signal: what there is to see when there is no second one to compare with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sleepscope.signals.coherence.block import ReadSignals, blocks_of, mean_of
from sleepscope.signals.coherence.cone import cone_frequency, distance_to_edges
from sleepscope.signals.coherence.settings import OMEGA0, CoherenceSettings, scales_of
from sleepscope.signals.coherence.smoothing import smooth_in_time
from sleepscope.signals.coherence.usable import usable_samples
from sleepscope.signals.missing import fill_missing

# PyWavelets keeps a wavelet as a table of 2^this points; more change the power by less than 1e-3.
_PYWT_PRECISION = 12


@dataclass(frozen=True, slots=True, eq=False)
class WaveletPower:
    """Power of one signal over time and frequency.

    Attributes
    ----------
    channel : str
    times : (n_times,) ndarray, s
    freqs : (n_freqs,) ndarray, Hz
        From the highest to the lowest.
    power : (n_freqs, n_times) ndarray, µV²
        Smoothed in time by a Gaussian of one scale; a lasting sine has its mean square at its
        frequency. NaN where the signal is flat or missing.
    cone : (n_times,) ndarray, Hz
        Below this frequency an end, or a flat or missing stretch, reaches in.
    """

    channel: str
    times: NDArray[np.float64]
    freqs: NDArray[np.float64]
    power: NDArray[np.floating]
    cone: NDArray[np.float64]

    @property
    def log_power(self) -> NDArray[np.floating]:
        """(n_freqs, n_times) decadic logarithm of the power in µV²; never below -6."""
        return np.asarray(np.log10(np.maximum(self.power, 1e-6)))


def power_blocks(
    read: ReadSignals,
    n_samples: int,
    sfreq: float,
    settings: CoherenceSettings | None = None,
    *,
    mean: float | None = None,
    wanted: tuple[int, int] | None = None,
    start: float = 0.0,
    channel: str = "x",
) -> Iterator[WaveletPower]:
    """Wavelet power block by block; parameters as for
    :func:`~sleepscope.signals.coherence.fast.coherence_blocks`, with a ``read`` of one signal.
    """
    settings = (settings or CoherenceSettings()).below_nyquist(sfreq)
    means = None if mean is None else (mean,)
    for block in blocks_of(read, n_samples, sfreq, settings, means, wanted):
        power = block.smoothed()[0]
        usable, cone = block.edges()
        power[:, ~usable] = np.nan
        times = start + block.outputs / settings.sfreq_out
        yield WaveletPower(channel, times, block.bank.freqs, power, cone)


def fast_power(
    x: NDArray[np.floating],
    sfreq: float,
    settings: CoherenceSettings | None = None,
    *,
    start: float = 0.0,
    channel: str = "x",
) -> WaveletPower:
    """Wavelet power of an array, ``settings.sfreq_out`` values a second, in single precision.

    Parameters
    ----------
    x : (n_samples,) ndarray, µV
        NaN where nothing was recorded.
    sfreq : float, Hz

    Raises
    ------
    SettingsError
        If the rate is too low for the grid.
    """
    blocks = list(
        power_blocks(
            lambda first, behind: (x[first:behind],),
            x.size,
            sfreq,
            settings,
            mean=mean_of(x),
            start=start,
            channel=channel,
        )
    )
    return WaveletPower(
        channel,
        np.concatenate([b.times for b in blocks]),
        blocks[0].freqs,
        np.concatenate([b.power for b in blocks], axis=1),
        np.concatenate([b.cone for b in blocks]),
    )


def exact_power(
    x: NDArray[np.floating],
    sfreq: float,
    settings: CoherenceSettings | None = None,
    *,
    start: float = 0.0,
    channel: str = "x",
) -> WaveletPower:
    """The same at every sample, transformed by PyWavelets in double precision.

    Its complex Morlet wavelet ``cmor2.0-0.955`` is the one of six waves. Twenty times slower than
    :func:`fast_power`, and the memory grows with the signal; the two agree to half a percent below
    a tenth of the rate, and to some percent above.
    """
    import pywt

    settings = (settings or CoherenceSettings()).below_nyquist(sfreq)
    scales, dt = scales_of(settings.freqs), 1.0 / sfreq
    wavelet = pywt.ContinuousWavelet(f"cmor2.0-{OMEGA0 / (2 * np.pi):.12f}")
    waves, _ = pywt.cwt(
        fill_missing(x) - mean_of(x), scales * sfreq, wavelet, method="fft",
        precision=_PYWT_PRECISION,
    )  # fmt: skip
    # A wave of amplitude a gives a / 2 times the root of the scale in samples, and its mean square
    # is a^2 / 2. PyWavelets takes the wavelet's mean over each sample, which damps a wave by the
    # sinc of its frequency over the rate: to 0.70 of the power at 64 of 200 Hz.
    damped = np.sinc(settings.freqs * dt) ** 2
    square = 2 * np.abs(waves) ** 2 / (scales * sfreq * damped)[:, None]
    power = smooth_in_time(square.astype(np.complex128), dt, scales).real
    usable = usable_samples(x, sfreq)
    power[:, ~usable] = np.nan
    cone = cone_frequency(distance_to_edges(usable) * dt, dt)
    times = start + np.arange(x.size, dtype=np.float64) * dt
    return WaveletPower(channel, times, settings.freqs, power, cone)

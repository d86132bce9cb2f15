"""Wavelet coherence of recordings of any length: in blocks, each frequency at a rate of its own.

The same definition as :mod:`~sleepscope.signals.coherence.exact`; away from the ends the two differ
by 1e-7 in the median.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import SettingsError
from sleepscope.signals.coherence.block import ReadSignals, blocks_of, mean_of
from sleepscope.signals.coherence.coherence import Coherence
from sleepscope.signals.coherence.rates import common_rate, read_at_rate
from sleepscope.signals.coherence.settings import CoherenceSettings
from sleepscope.signals.coherence.smoothing import SMOOTHING, smooth_scales


def fast_coherence(
    x: NDArray[np.floating],
    y: NDArray[np.floating],
    sfreq: float | tuple[float, float],
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
    sfreq : float or (float, float), Hz
        Of both, or of each: signals of different rates are brought to the lower one.
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
    if isinstance(sfreq, tuple):
        x, y, sfreq = _at_one_rate(x, y, sfreq)
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
            means=(mean_of(x), mean_of(y)),
            start=start,
            pair=pair,
        )
    )
    return blocks[0] if len(blocks) == 1 else joined(blocks)


def _at_one_rate(
    x: NDArray[np.floating], y: NDArray[np.floating], sfreqs: tuple[float, float]
) -> tuple[NDArray[np.floating], NDArray[np.floating], float]:
    """Both signals at the rate they share, over the time they share."""
    rate = common_rate(*sfreqs)
    n = round(min(x.size / sfreqs[0], y.size / sfreqs[1]) * rate)

    def shared(signal: NDArray[np.floating], sfreq: float) -> NDArray[np.float64]:
        return read_at_rate(lambda a, b: signal[a:b], signal.size, sfreq, rate, 0, n)

    return shared(x, sfreqs[0]), shared(y, sfreqs[1]), rate


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
    read: ReadSignals,
    n_samples: int,
    sfreq: float,
    settings: CoherenceSettings | None = None,
    *,
    means: tuple[float, float] | None = None,
    wanted: tuple[int, int] | None = None,
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
    wanted : (int, int), optional
        Values of output ``[first, behind)`` alone: a page of a night. They are those of the whole
        recording, as ``read`` is asked for the signal around them, too.
    settings, start, pair
        As for :func:`fast_coherence`.

    Yields
    ------
    Coherence
        Stretches that follow each other without a seam.
    """
    settings = (settings or CoherenceSettings()).below_nyquist(sfreq)
    for block in blocks_of(read, n_samples, sfreq, settings, means, wanted):
        smoothed = smooth_scales(block.smoothed(), block.bank.across)
        power_x, power_y, real, imaginary = smoothed
        with np.errstate(divide="ignore", invalid="ignore"):
            coherence = (real * real + imaginary * imaginary) / (power_x * power_y)
        np.minimum(coherence, 1.0, out=coherence)
        phase = np.arctan2(imaginary, real)
        power = smoothed[:2]
        usable, cone = block.edges()
        known = usable & (power_x > 0) & (power_y > 0)
        if not known.all():
            for values in (coherence, phase, power):
                values[..., ~known] = np.nan
        yield Coherence(
            pair=pair,
            times=start + block.outputs / settings.sfreq_out,
            freqs=block.bank.freqs,
            coherence=coherence,
            phase=phase,
            cone=cone,
            smoothing=SMOOTHING,
            power=power,
        )

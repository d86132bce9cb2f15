"""Wavelet coherence as the reference computes it: in double precision, all samples at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import SettingsError
from sleepscope.signals.coherence.coherence import Coherence
from sleepscope.signals.coherence.cone import cone_frequency, distance_to_edges
from sleepscope.signals.coherence.morlet import morlet_transform
from sleepscope.signals.coherence.settings import POWER_UNIT, CoherenceSettings, scales_of
from sleepscope.signals.coherence.smoothing import SMOOTHING, smooth_exactly
from sleepscope.signals.coherence.usable import usable_samples
from sleepscope.signals.missing import fill_missing


def exact_coherence(
    x: NDArray[np.floating],
    y: NDArray[np.floating],
    sfreq: float,
    settings: CoherenceSettings | None = None,
    *,
    freqs: NDArray[np.float64] | None = None,
    starts: tuple[float, float] = (0.0, 0.0),
    pair: tuple[str, str] = ("x", "y"),
) -> Coherence:
    """Wavelet coherence at every sample of the time two signals share.

    Memory and time grow with the recording: for windows, tests and comparison. For anything long
    see :func:`~sleepscope.signals.coherence.fast.fast_coherence`.

    Parameters
    ----------
    x, y : (n_samples,) ndarray, µV
        Of one rate; NaN where nothing was recorded.
    sfreq : float, Hz
    settings : CoherenceSettings, optional
        Frequencies; its rate of output is not used.
    freqs : (n_freqs,) ndarray, Hz, optional
        Frequencies that replace those of the settings, falling by a constant factor.
    starts : (float, float), s
        Times of the first samples of x and y, whole samples apart.
    pair : (str, str)
        Names of the two.

    Returns
    -------
    Coherence

    Raises
    ------
    SettingsError
        If the signals share less than two samples, or the rate is too low for the grid.

    References
    ----------
    Grinsted, Moore and Jevrejeva 2004, doi:10.5194/npg-11-561-2004;
    Torrence and Webster 1999, doi:10.1175/1520-0442(1999)012<2679:ICITEM>2.0.CO;2
    """
    settings = settings or CoherenceSettings()
    if freqs is None:
        freqs = settings.below_nyquist(sfreq).freqs
    elif freqs.size > 1:
        settings = replace(settings, per_octave=round(1 / np.log2(freqs[0] / freqs[1])))
    shift = round((starts[1] - starts[0]) * sfreq)  # y begins so many samples behind x
    first, behind = max(0, shift), min(x.size, shift + y.size)
    if behind - first < 2:
        raise SettingsError(
            f"Coherence needs two signals at one time; these of {x.size} and {y.size} samples"
            " share none."
        )
    in_x, in_y = slice(first, behind), slice(first - shift, behind - shift)
    dt, scales = 1.0 / sfreq, scales_of(freqs)

    def smoothed(spectra: NDArray[np.number]) -> NDArray[np.complex128]:
        even = spectra.astype(np.complex128) / scales[:, None]
        return smooth_exactly(even, dt, scales, settings.per_octave)

    # The power of each is smoothed before it is cut to the time they share, the cross spectrum
    # can only be afterwards.
    waves_x = morlet_transform(fill_missing(x), dt, scales)
    power_x = smoothed(np.abs(waves_x) ** 2).real[:, in_x]
    waves_y = morlet_transform(fill_missing(y), dt, scales)
    power_y = smoothed(np.abs(waves_y) ** 2).real[:, in_y]
    cross = smoothed(waves_x[:, in_x] * np.conj(waves_y[:, in_y]))
    usable = usable_samples(x, sfreq)[in_x] & usable_samples(y, sfreq)[in_y]
    known = usable[None, :] & (power_x > 0) & (power_y > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        coherence = np.abs(cross) ** 2 / (power_x * power_y)
    return Coherence(
        pair=pair,
        times=starts[0] + np.arange(first, behind, dtype=np.float64) * dt,
        freqs=freqs,
        coherence=np.where(known, coherence, np.nan),
        phase=np.where(known, np.angle(cross), np.nan),
        cone=cone_frequency(distance_to_edges(usable) * dt, dt),
        smoothing=SMOOTHING,
        power=np.where(known, np.stack([power_x, power_y]) * POWER_UNIT * dt, np.nan),
    )

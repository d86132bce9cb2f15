"""Which frequencies a wavelet transform is made at, and how often its values are given."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import SettingsError

# Torrence and Compo 1998, table 1: Morlet wavelet of six waves.
OMEGA0 = 6.0
# The same table: period of the wave that a scale answers to most, period / scale, 1.033.
FOURIER_FACTOR = 4 * np.pi / (OMEGA0 + np.sqrt(2 + OMEGA0**2))
# |W|^2 dt / s of a sine at the wavelet's own frequency, times this, is the sine's mean square.
POWER_UNIT = np.pi**-0.5
# Highest frequency over the sampling rate: 64 of 200 Hz, and a little.
_HIGHEST = 0.33


@dataclass(frozen=True, slots=True)
class CoherenceSettings:
    """The grid of frequencies and times.

    Attributes
    ----------
    low, high : float, Hz
        Lowest and highest frequency; the grid starts at ``high`` and goes down to ``low``.
    per_octave : int
        Frequencies an octave. Twelve is what the smoothing over scales was made for.
    sfreq_out : float, Hz
        Values a second.

    Raises
    ------
    SettingsError
        If a value is out of its range.
    """

    low: float = 1.0
    high: float = 64.0
    per_octave: int = 12
    sfreq_out: float = 25.0

    def __post_init__(self) -> None:
        if not 0 < self.low < self.high:
            raise SettingsError(
                f"Coherence from {self.low:g} to {self.high:g} Hz is no range: the lower frequency"
                " must be above 0 and below the upper one."
            )
        if not 1 <= self.per_octave <= 48:
            raise SettingsError(f"{self.per_octave} frequencies an octave; 1 to 48 are possible.")
        if not 0.1 <= self.sfreq_out <= 1000:
            raise SettingsError(f"{self.sfreq_out:g} values a second; 0.1 to 1000 are possible.")

    @property
    def freqs(self) -> NDArray[np.float64]:
        """(n_freqs,) frequencies, Hz, from the highest to the lowest, evenly spaced on a log axis.

        The default grid has 73.
        """
        steps = int(np.floor(np.log2(self.high / self.low) * self.per_octave + 1e-9))
        return np.asarray(
            self.high * 2.0 ** (-np.arange(steps + 1) / self.per_octave), dtype=np.float64
        )

    def below_nyquist(self, sfreq: float) -> CoherenceSettings:
        """The settings without the frequencies that a signal at ``sfreq`` Hz cannot hold.

        Those are all above a third of the rate: there the wavelet's upper flank is cut at the
        Nyquist rate, and rings far beyond its length. The grid is shortened from its upper end, so
        what stays lies where it lay.

        Raises
        ------
        SettingsError
            If no octave is left.
        """
        kept = self.freqs[self.freqs <= sfreq * _HIGHEST]
        if not kept.size or kept[0] < 2 * self.low:
            raise SettingsError(
                f"Coherence from {self.low:g} Hz on needs signals of more than"
                f" {2 * self.low / _HIGHEST:.3g} Hz; these have {sfreq:g} Hz."
            )
        return replace(self, high=float(kept[0]))


def scales_of(freqs: NDArray[np.floating]) -> NDArray[np.float64]:
    """Wavelet scales of frequencies: (n,) Hz to (n,) s."""
    return np.asarray(1.0 / (FOURIER_FACTOR * freqs), dtype=np.float64)

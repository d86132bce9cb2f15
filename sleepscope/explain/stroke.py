"""A stroke of the what-if brush: one stretch of one channel, muted, notched, inverted or shifted.

A stroke is a question to a model ("what if this had not been there?") and never an edit: it works
on copies. Its ends are joined to what lies beside them by a straight line, because a step there
would be a wave of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import SettingsError
from sleepscope.explain.occlusion import BASELINE_SECONDS, BASELINES, Baseline, occluded
from sleepscope.signals.missing import fill_missing

StrokeKind = Literal["mute", "notch", "invert", "shift"]
STROKE_KINDS: Final[tuple[StrokeKind, ...]] = ("mute", "notch", "invert", "shift")
LONGEST_SECONDS: Final = 60.0
LONGEST_SHIFT: Final = 5.0
# Full width of the notch at half its depth: about that of a spindle's own spectrum.
NOTCH_WIDTH_HZ: Final = 3.0
# Read on either side for the notch, so that its own ends lie outside the stroke.
_NOTCH_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Stroke:
    """What is done to ``[start, stop)`` of a channel.

    Attributes
    ----------
    channel : str
    start, stop : float, s
    kind : {"mute", "notch", "invert", "shift"}
        Replaced by a baseline; without waves around ``freq``; turned over about the line between
        its ends; what lay ``shift`` earlier.
    baseline : {"quietest", "zero"}
        Of a mute: the quietest stretch of the 60 s before, or zero.
    freq : float, Hz
        Of a notch.
    shift : float, s
        Of a shift; above zero waves come later.

    Raises
    ------
    SettingsError
        If the stretch is empty or longer than a minute, or a value means nothing.
    """

    channel: str
    start: float
    stop: float
    kind: StrokeKind = "mute"
    baseline: Baseline = "quietest"
    freq: float = 13.0
    shift: float = 0.1

    def __post_init__(self) -> None:
        if not 0.0 < self.stop - self.start <= LONGEST_SECONDS:
            raise SettingsError(
                f"A stroke from {self.start:.2f} to {self.stop:.2f} s does not work; it must last "
                f"above 0 and at most {LONGEST_SECONDS:g} s."
            )
        if self.kind not in STROKE_KINDS:
            raise SettingsError(f"No stroke '{self.kind}'; choose from {', '.join(STROKE_KINDS)}.")
        if self.baseline not in BASELINES:
            raise SettingsError(
                f"No baseline '{self.baseline}'; choose from {', '.join(BASELINES)}."
            )
        if self.kind == "notch" and not (math.isfinite(self.freq) and self.freq > 0):
            raise SettingsError(
                f"A notch at {self.freq:g} Hz does not work; it must lie above 0 Hz."
            )
        if self.kind == "shift" and not 0.0 < abs(self.shift) <= LONGEST_SHIFT:
            raise SettingsError(
                f"A shift of {1000 * self.shift:g} ms does not work; choose up to "
                f"{1000 * LONGEST_SHIFT:g} ms either way, and not 0."
            )

    @property
    def duration(self) -> float:
        """Length, s."""
        return self.stop - self.start

    @property
    def reach(self) -> tuple[float, float]:
        """Seconds before and behind the stretch that the outcome depends on."""
        if self.kind == "mute":
            return (BASELINE_SECONDS if self.baseline == "quietest" else 0.0), 0.0
        if self.kind == "notch":
            return _NOTCH_SECONDS, _NOTCH_SECONDS
        if self.kind == "shift":
            return max(0.0, self.shift), max(0.0, -self.shift)
        return 0.0, 0.0

    @property
    def words(self) -> str:
        """What it does: "mute (quietest stretch)", "notch 13 Hz", "invert", "shift 100 ms"."""
        if self.kind == "mute":
            how = "quietest stretch" if self.baseline == "quietest" else "zero"
            return f"mute ({how})"
        if self.kind == "notch":
            return f"notch {self.freq:g} Hz"
        if self.kind == "shift":
            return f"shift {1000 * self.shift:+.0f} ms".replace("-", "\N{MINUS SIGN}")
        return self.kind


def painted(
    signal: NDArray[np.float64], sfreq: float, first: int, behind: int, stroke: Stroke
) -> NDArray[np.float64]:
    """What a stroke makes of samples ``[first, behind)`` of a signal.

    Parameters
    ----------
    signal : (n_samples,) ndarray, µV
        With what the stroke depends on (``Stroke.reach``) and a sample more on both sides, as far
        as the recording has it. Left as it is.
    sfreq : float, Hz
    first, behind : int
    stroke : Stroke
        Its times are not looked at.

    Returns
    -------
    (behind - first,) ndarray of float64
        NaN where nothing was recorded: a stroke invents no signal.

    Raises
    ------
    SettingsError
        If the samples are not inside the signal.
    GapError
        If the quietest stretch is asked for and there is none.
    """
    if not 0 <= first < behind <= signal.size:
        raise SettingsError(
            f"Samples {first} to {behind} cannot be painted; there are {signal.size}."
        )
    missing = ~np.isfinite(signal[first:behind])
    if stroke.kind == "mute":
        made = occluded(signal[None], 0, first, behind, stroke.baseline, sfreq)[0, first:behind]
    else:
        filled = fill_missing(signal)
        if stroke.kind == "invert":
            made = _joined(filled, first, behind, -filled[first:behind])
        elif stroke.kind == "shift":
            step = round(stroke.shift * sfreq)
            places = np.clip(np.arange(first - 1, behind + 1) - step, 0, filled.size - 1)
            made = _joined(filled, first, behind, *_ends(filled[places]))
        else:
            pad = round(_NOTCH_SECONDS * sfreq)
            low, high = max(0, first - pad), min(filled.size, behind + pad)
            without = np.full(filled.size, np.nan)
            without[low:high] = _notched(filled[low:high], sfreq, stroke.freq)
            around = without[[max(low, first - 1), *range(first, behind), min(behind, high - 1)]]
            made = _joined(filled, first, behind, *_ends(around))
    made = np.array(made, dtype=np.float64)
    made[missing] = np.nan
    return made


def _ends(around: NDArray[np.float64]) -> tuple[NDArray[np.float64], float, float]:
    """A stretch without the samples beside it, and these."""
    return around[1:-1], float(around[0]), float(around[-1])


def _joined(
    signal: NDArray[np.float64],
    first: int,
    behind: int,
    changed: NDArray[np.float64],
    before: float | None = None,
    after: float | None = None,
) -> NDArray[np.float64]:
    """The changed stretch with a straight line added that leads from neighbour to neighbour.

    ``before`` and ``after`` are the changed signal's own samples beside the stretch; those of the
    signal turned over where they are left out.
    """
    low = float(signal[max(0, first - 1)])
    high = float(signal[min(behind, signal.size - 1)])
    off_low = low - (-low if before is None else before)
    off_high = high - (-high if after is None else after)
    share = (np.arange(changed.size) + 1) / (changed.size + 1)
    return np.asarray(changed + off_low + (off_high - off_low) * share, dtype=np.float64)


def _notched(signal: NDArray[np.float64], sfreq: float, freq: float) -> NDArray[np.float64]:
    """A signal without waves around a frequency; the gain is a Gaussian hole, without ringing."""
    n = signal.size
    line = np.linspace(signal[0], signal[-1], n)
    # Mirrored at its end, so that the transform sees a closed loop.
    both = np.concatenate([signal - line, -(signal - line)[::-1]])
    freqs = np.fft.rfftfreq(both.size, 1 / sfreq)
    spread = NOTCH_WIDTH_HZ / (2 * math.sqrt(2 * math.log(2)))
    gain = 1.0 - np.exp(-0.5 * ((freqs - freq) / spread) ** 2)
    return np.asarray(np.fft.irfft(np.fft.rfft(both) * gain, both.size)[:n] + line)

"""The sampling rate, where a file does not say it or says it by the times of its samples."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sleepscope.errors import RecordingError

# A rate is taken to be meant whole where it is off by less than this; times are rounded in files.
_WHOLE = 1e-3


class RateNeededError(RecordingError):
    """A file does not say its sampling rate: ask the person, then open it with that rate.

    Attributes
    ----------
    why : str
        The sentence without what to do about it, for where the person is asked at once.
    """

    title = "The sampling rate is not known"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"{why}; name the rate in Hz to open it (on the command line with --rate)."
        )
        self.why = f"{why}."


def rate_needed(name: str) -> RateNeededError:
    """The error for a file called ``name`` that does not say its rate."""
    return RateNeededError(f"{name} does not say its sampling rate")


def checked_rate(sfreq: float) -> float:
    """A rate as a number that can be used, Hz.

    Raises
    ------
    RecordingError
        If it is not above 0 and finite.
    """
    if not (math.isfinite(sfreq) and sfreq > 0):
        raise RecordingError(f"A sampling rate of {sfreq:g} Hz is none; it must be above 0.")
    return float(sfreq)


def rate_of_times(times: NDArray[np.float64], name: str) -> float:
    """The rate of evenly spaced times.

    Parameters
    ----------
    times : (n_samples,) ndarray, s
        When each sample was taken; rounded as the file has them.
    name : str
        Name of the file, for the sentence.

    Returns
    -------
    float, Hz
        Whole where the rounding of the times leaves that open.

    Raises
    ------
    RateNeededError
        If there are fewer than two.
    RecordingError
        If they are not evenly spaced.
    """
    if len(times) < 2:
        raise rate_needed(name)
    step = (times[-1] - times[0]) / (len(times) - 1)
    expected = times[0] + step * np.arange(len(times))
    # Written so that NaN does not pass.
    if not (step > 0 and (np.abs(times - expected) <= 0.75 * step).all()):
        steps = np.diff(times)
        usual = float(np.nanmedian(steps)) if np.isfinite(steps).any() else math.nan
        odd = np.abs(steps - usual)
        row = int(np.argmax(np.where(np.isfinite(odd), odd, np.inf)))
        raise RecordingError(
            f"The times in {name} are not evenly spaced: sample {row + 2} comes {steps[row]:g} s "
            f"after the one ahead of it where {usual:g} s is usual."
        )
    sfreq = float(1 / step)
    off = abs(sfreq - round(sfreq)) / sfreq
    return float(round(sfreq)) if off <= min(_WHOLE, 0.5 / (len(times) - 1)) else sfreq

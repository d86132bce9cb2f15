"""Moments of a recording in words: elapsed time, clock time, epochs."""

from __future__ import annotations

import datetime
import math
import re

from sleepscope.constants import EPOCH_SECONDS
from sleepscope.errors import SettingsError

_MICRO, _DAY = 1_000_000, 86_400


def elapsed_text(seconds: float, decimals: int = 0) -> str:
    """ "1:02:03" or "1:02:03.25" from the start of the recording, rounded as clock times are."""
    scale = 10**decimals
    ticks = _ticks(round(abs(seconds) * _MICRO), scale)
    whole, fraction = divmod(ticks, scale)
    text = f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
    if decimals:
        text += f".{fraction:0{decimals}}"
    return f"-{text}" if seconds < 0 and ticks else text


def clock_text(start: datetime.datetime | None, seconds: float, decimals: int = 0) -> str:
    """Clock time of a moment, to the nearest of the last figure: 23:59:59.95 is "00:00:00.0".

    "" where the recording does not say when it began. A half is rounded up, and it is the clock
    time that is rounded, not the time since a start that may itself have a fraction.
    """
    if start is None:
        return ""
    # Not strftime, which takes five times as long: a table has ten thousand of these.
    began = ((start.hour * 60 + start.minute) * 60 + start.second) * _MICRO + start.microsecond
    scale = 10**decimals
    whole, fraction = divmod(_ticks(began + round(seconds * _MICRO), scale), scale)
    whole %= _DAY
    text = f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"
    return f"{text}.{fraction:0{decimals}}" if decimals else text


def _ticks(microseconds: int, scale: int) -> int:
    """The nearest of ``scale`` parts of a second, a half rounded up."""
    unit = _MICRO // scale
    return (microseconds + unit // 2) // unit


def clock_seconds(start: datetime.datetime) -> float:
    """Seconds of the day at which a recording began."""
    return start.hour * 3600.0 + start.minute * 60.0 + start.second + start.microsecond / _MICRO


def short_text(seconds: float) -> str:
    """Time left in words as short as they can be: "4 s", "2 min", "1.5 h"."""
    if seconds < 90:
        return f"{max(1, math.ceil(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def epoch_of(seconds: float) -> int:
    """Number of the epoch that holds a moment, from 1."""
    return int(seconds // EPOCH_SECONDS) + 1


_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d+)?))?")


def moment_of(text: str, start: datetime.datetime | None, duration: float) -> float:
    """Read what a person typed into "Go to".

    Parameters
    ----------
    text : str
        An epoch ("12"), seconds ("372.5 s"), elapsed time with a plus ("+0:06:12"), or a clock
        time ("23:04:30"). Without a clock in the recording a time is elapsed time.
    start : datetime.datetime or None
        Clock time of the first sample.
    duration : float, s
        Of the recording.

    Returns
    -------
    float
        Seconds from the first sample.

    Raises
    ------
    SettingsError
        If the text cannot be read or lies outside the recording.
    """
    cleaned = text.strip().lower()
    last = math.ceil(duration / EPOCH_SECONDS)
    if cleaned.isdecimal():
        if not 1 <= int(cleaned) <= last:
            raise SettingsError(f"There is no epoch {cleaned}; the recording has 1 to {last}.")
        return (int(cleaned) - 1) * EPOCH_SECONDS
    seconds = _seconds(cleaned, start)
    if not 0 <= seconds < duration:
        raise SettingsError(
            f"'{text.strip()}' is not in the recording, which lasts {elapsed_text(duration)}"
            + (f" from {clock_text(start, 0)}." if start else ".")
        )
    return seconds


def _seconds(cleaned: str, start: datetime.datetime | None) -> float:
    number = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*s", cleaned)
    if number:
        return float(number[1].replace(",", "."))
    time = _CLOCK.fullmatch(cleaned.removeprefix("+"))
    if not time:
        raise SettingsError(
            f"'{cleaned}' is no moment; type an epoch (12), a clock time (23:04:30), "
            "elapsed time (+0:06:12) or seconds (372.5 s)."
        )
    elapsed = int(time[1]) * 3600 + int(time[2]) * 60 + float((time[3] or "0").replace(",", "."))
    if cleaned.startswith("+") or start is None:
        return elapsed
    # A clock time before that of the start belongs to the next day.
    return (elapsed - clock_seconds(start)) % _DAY

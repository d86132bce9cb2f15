"""Clock times of event files as seconds from the recording's first sample."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from sleepscope.errors import EventFileError
from sleepscope.events.event_file import Source

_DAY = 86400.0
# Some programs write ten-millionths of a second; Python reads millionths.
_FRACTION = re.compile(r"(:\d{2})(?:[.,](\d+))?")
_DATE_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%d-%m-%Y")
_TIME_FORMS = ("%H:%M:%S.%f", "%I:%M:%S.%f %p")
# A mark this much before the start is before the recording, and not a day after it.
_EARLY_SECONDS = 4 * 3600.0

_TIME = re.compile(r"^(\d{1,2})[:.](\d{2})[:.](\d{2})(?:[.,](\d{1,9}))?$")

Moment = datetime.datetime | datetime.time


def time_of_day(text: str) -> datetime.time | None:
    """Read 22:18:17, 22.18.17 or 22:18:17.250; None if it is no time."""
    found = _TIME.match(text.strip())
    if found is None:
        return None
    fraction = (found[4] or "0")[:6].ljust(6, "0")
    try:
        return datetime.time(int(found[1]), int(found[2]), int(found[3]), int(fraction))
    except ValueError:
        return None


def dates_and_times(texts: Sequence[str], source: Source) -> list[datetime.datetime]:
    """Read dates with times.

    Where both orders of day and month can be read, the one counts by which the file covers less
    time (a night and not a month) and lies nearer to the recording; else the day comes first.

    Raises
    ------
    EventFileError
        If no known order fits.
    """
    if not texts:
        return []
    plain = [_with_fraction(text) for text in texts]
    fitting = []
    for form in _DATE_FORMS:
        for time in _TIME_FORMS:
            try:
                fitting.append(
                    [datetime.datetime.strptime(text, f"{form} {time}") for text in plain]  # noqa: DTZ007
                )
            except ValueError:
                continue
    if not fitting:
        raise EventFileError(
            f"{source.name} has times such as '{texts[0][:40]}'; they must be a date and a time of "
            "day."
        )
    start = source.recording_start or fitting[0][0]

    def strangeness(moments: list[datetime.datetime]) -> tuple[float, float]:
        """How much time the file would cover, then how far from the recording it would lie."""
        begin = min(moments)
        apart = abs(begin - start.replace(tzinfo=None))
        return (max(moments) - begin).total_seconds(), apart.total_seconds()

    return min(fitting, key=strangeness)


def _with_fraction(text: str) -> str:
    """A date and time with blanks for "T" and exactly six digits behind the seconds."""
    plain = text.strip().removesuffix("Z").removesuffix("+00:00")
    head, colon, tail = plain.replace("T", " ", 1).partition(":")
    found = _FRACTION.search(tail)
    if found is None:
        return head + colon + tail
    fraction = (found[2] or "0")[:6].ljust(6, "0")
    return f"{head}{colon}{tail[: found.start()]}{found[1]}.{fraction}{tail[found.end() :]}"


def onsets_of(moments: Sequence[Moment], source: Source) -> tuple[list[float], tuple[str, ...]]:
    """Bring clock times onto the recording's time line.

    Times without a date lie within a day of the recording's start. Dates that do not fit the
    recording's are not used, as after anonymisation. Without a start the first time is taken for
    second 0.

    Returns
    -------
    onsets in s, notices
    """
    if not moments:
        return [], ()
    start = source.recording_start
    if start is None:
        notice = (
            f"{source.name} holds clock times and the start of the recording is not known: its "
            "first mark was taken for the first sample."
        )
        return _after(moments, moments[0], 0.0), (notice,)
    start = start.replace(tzinfo=None)
    first = moments[0]
    if isinstance(first, datetime.datetime):
        apart = (first - start).total_seconds()
        if abs(apart) < _DAY:
            return _after(moments, start, _EARLY_SECONDS), ()
        notice = (
            f"{source.name} is of {first:%Y-%m-%d} and the recording of {start:%Y-%m-%d}: only the "
            "times of day were used."
        )
        offset = _after([first.time()], start.time(), _EARLY_SECONDS)[0]
        return [onset + offset for onset in _after(moments, first, 0.0)], (notice,)
    return _after(moments, start, _EARLY_SECONDS), ()


def shift_of(start: datetime.datetime | None, source: Source) -> tuple[float, str]:
    """Seconds from the recording's first sample to that of a file, and what to tell the person.

    A file that starts a day or more apart belongs to another date, as after anonymisation: its
    times are then taken from the first sample.
    """
    if start is None or source.recording_start is None:
        return 0.0, ""
    shift = (start - source.recording_start.replace(tzinfo=None)).total_seconds()
    if abs(shift) < 0.001:
        return 0.0, ""
    if abs(shift) >= _DAY:
        return 0.0, (
            f"{source.name} starts on {start:%Y-%m-%d %H:%M:%S} and the recording on "
            f"{source.recording_start:%Y-%m-%d %H:%M:%S}: the dates do not fit, so times were "
            "taken from the recording's first sample."
        )
    return shift, (
        f"{source.name} starts {abs(shift):g} s {'after' if shift > 0 else 'before'} the "
        "recording: its times were moved by that."
    )


def _after(moments: Sequence[Moment], start: Moment, early: float) -> list[float]:
    """Seconds from a start; times of day come after it, or up to ``early`` seconds before it."""
    onsets = []
    for moment in moments:
        if isinstance(moment, datetime.datetime) and isinstance(start, datetime.datetime):
            onsets.append((moment - start).total_seconds())
            continue
        onset = (_seconds_of_day(moment) - _seconds_of_day(start)) % _DAY
        onsets.append(onset - _DAY if onset >= _DAY - early and early else onset)
    return onsets


def _seconds_of_day(moment: Moment) -> float:
    whole = moment.hour * 3600 + moment.minute * 60 + moment.second
    return whole + moment.microsecond / 1e6

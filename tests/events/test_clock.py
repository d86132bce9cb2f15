"""Clock times on the recording's time line."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from sleepscope.errors import EventFileError
from sleepscope.events.clock import dates_and_times, onsets_of, time_of_day
from sleepscope.events.event_file import Source

EVENING = datetime.datetime(2020, 3, 1, 22, 0, 0)  # noqa: DTZ001


def source(start: datetime.datetime | None = EVENING) -> Source:
    return Source(Path("scored.txt"), b"", None, start)


def test_times_of_day_are_read_with_points_and_colons() -> None:
    assert time_of_day("22.18.17") == datetime.time(22, 18, 17)
    assert time_of_day("7:05:09.25") == datetime.time(7, 5, 9, 250_000)
    assert time_of_day("25:00:00") is None
    assert time_of_day("noon") is None


def test_times_after_midnight_come_after_the_evening() -> None:
    times = [datetime.time(22, 0, 30), datetime.time(0, 30), datetime.time(6)]
    assert onsets_of(times, source()) == ([30.0, 9000.0, 28800.0], ())


def test_time_shortly_before_the_start_is_before_it() -> None:
    assert onsets_of([datetime.time(21, 59)], source()) == ([-60.0], ())


def test_dates_that_fit_are_used() -> None:
    moments = [EVENING + datetime.timedelta(hours=2)]
    assert onsets_of(moments, source()) == ([7200.0], ())


def test_dates_that_do_not_fit_leave_the_time_of_day_and_are_said() -> None:
    moved = [EVENING - datetime.timedelta(days=400, seconds=-90), EVENING]
    onsets, notices = onsets_of(moved, source())
    assert onsets[0] == 90.0
    assert onsets[1] == 400 * 86400.0
    assert len(notices) == 1


def test_without_a_start_the_first_time_is_second_0_and_that_is_said() -> None:
    onsets, notices = onsets_of([datetime.time(23, 59, 30), datetime.time(0)], source(None))
    assert onsets == [0.0, 30.0]
    assert len(notices) == 1


def test_day_comes_before_month_unless_only_the_other_fits() -> None:
    (first,) = dates_and_times(["02/03/2020 10:00:00"], source())
    assert (first.day, first.month) == (2, 3)
    first, _ = dates_and_times(["02/03/2020 10:00:00", "02/13/2020 10:00:00"], source())
    assert (first.day, first.month) == (3, 2)


def test_text_that_is_no_date_is_refused() -> None:
    with pytest.raises(EventFileError, match=r"scored\.txt has times such as 'soon'"):
        dates_and_times(["soon"], source())

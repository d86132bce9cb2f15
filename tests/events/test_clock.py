"""Clock times on the recording's time line."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from sleepscope.errors import EventFileError
from sleepscope.events.clock import dates_and_times, onsets_of, shift_of, time_of_day
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


def test_a_night_is_not_a_month() -> None:
    evening, morning = dates_and_times(["03/01/2020 23:59:59", "03/02/2020 00:00:01"], source())
    assert (morning - evening).total_seconds() == 2
    assert (morning.month, morning.day) == (3, 2)


def test_order_of_day_and_month_follows_the_recording() -> None:
    (first,) = dates_and_times(["03/01/2020 23:00:00"], source())
    assert (first.month, first.day) == (3, 1)
    (first,) = dates_and_times(["03/01/2020 23:00:00"], source(None))
    assert (first.month, first.day) == (1, 3)


@pytest.mark.parametrize(
    "text", ["2020-03-01T22:00:01.5000000", "01/03/2020 10:00:01.5 PM", "2020-03-01 22:00:01,5"]
)
def test_seconds_may_have_any_number_of_digits(text: str) -> None:
    assert dates_and_times([text], source()) == [EVENING + datetime.timedelta(seconds=1.5)]


def test_a_file_with_a_start_of_its_own_is_moved_unless_it_is_of_another_date() -> None:
    assert shift_of(EVENING, source()) == (0, "")
    assert shift_of(EVENING, source(None)) == (0, "")
    shift, notice = shift_of(EVENING + datetime.timedelta(seconds=90), source())
    assert (shift, "90 s after" in notice) == (90, True)
    shift, notice = shift_of(EVENING + datetime.timedelta(days=1), source())
    assert (shift, "do not fit" in notice) == (0, True)

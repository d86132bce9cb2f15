"""Moments in words, and words as moments."""

from __future__ import annotations

import datetime

import pytest

from sleepscope.app.clock import clock_text, elapsed_text, epoch_of, moment_of, short_text
from sleepscope.errors import SettingsError

START = datetime.datetime(2024, 1, 1, 23, 30, 0)  # noqa: DTZ001  (recordings have no zone)


def test_elapsed_time() -> None:
    assert elapsed_text(3723.0) == "1:02:03"
    assert elapsed_text(59.999, 1) == "0:01:00.0"
    assert elapsed_text(-1.5, 1) == "-0:00:01.5"


def test_clock_time_goes_over_midnight() -> None:
    assert clock_text(START, 1800.25, 2) == "00:00:00.25"
    assert clock_text(None, 1800) == ""


@pytest.mark.parametrize(
    ("seconds", "tenths", "whole"),
    [
        (0.94, "23:59:50.9", "23:59:51"),
        (0.95, "23:59:51.0", "23:59:51"),
        (9.94, "23:59:59.9", "00:00:00"),
        (9.95, "00:00:00.0", "00:00:00"),
        (15.0, "00:00:05.0", "00:00:05"),
        (-0.05, "23:59:50.0", "23:59:50"),
    ],
)
def test_clock_time_is_rounded_never_cut(seconds: float, tenths: str, whole: str) -> None:
    start = datetime.datetime(2024, 1, 1, 23, 59, 50)  # noqa: DTZ001
    assert clock_text(start, seconds, 1) == tenths
    assert clock_text(start, seconds) == whole


@pytest.mark.parametrize("seconds", [0.04, 0.05, 0.25, 0.95, 1.05, 59.95, 86399.95])
@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_elapsed_and_clock_time_are_rounded_alike(seconds: float, decimals: int) -> None:
    midnight = datetime.datetime(2024, 1, 1)  # noqa: DTZ001
    clock, elapsed = clock_text(midnight, seconds, decimals), elapsed_text(seconds, decimals)
    assert clock.removeprefix("0") == elapsed.replace("24:00:00", "0:00:00")


def test_fraction_of_the_start_counts_before_it_is_rounded() -> None:
    start = datetime.datetime(2024, 1, 1, 23, 59, 59, 960_000)  # noqa: DTZ001
    assert clock_text(start, 0.0, 1) == "00:00:00.0"
    assert clock_text(start, 0.03, 2) == "23:59:59.99"


def test_time_left_is_short() -> None:
    assert [short_text(s) for s in (0.1, 89.2, 150, 5400)] == ["1 s", "90 s", "2 min", "1.5 h"]


def test_epochs_count_from_one() -> None:
    assert [epoch_of(s) for s in (0, 29.99, 30)] == [1, 1, 2]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1", 0),
        ("60", 1770),
        ("23:31:00", 60),
        ("23:31", 60),
        ("00:10:00", 2400),
        ("+0:06:12", 372),
        ("372.5 s", 372.5),
        ("372,5s", 372.5),
    ],
)
def test_moment_is_read(text: str, seconds: float) -> None:
    assert moment_of(text, START, 3600.0) == pytest.approx(seconds)


def test_time_without_a_clock_in_the_recording_is_elapsed() -> None:
    assert moment_of("0:06:12", None, 3600.0) == 372


@pytest.mark.parametrize("text", ["0", "121", "soon", "", "23:29:59", "+2:00:00", "4000 s"])
def test_moment_that_is_none_is_one_sentence(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        moment_of(text, START, 3600.0)
    assert "\n" not in str(caught.value)

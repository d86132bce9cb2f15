"""Labels of time that can be read and are right across midnight."""

from __future__ import annotations

import datetime

import pytest

from sleepscope.app.views.time_axis import (
    LABEL_WIDTH,
    clock_shift,
    clock_text,
    elapsed_text,
    tick_step,
    ticks,
)


@pytest.mark.parametrize("pixels_per_second", [0.01, 0.05, 1.0, 48.0, 100.0, 1000.0])
def test_labels_do_not_touch(pixels_per_second: float) -> None:
    step, _ = tick_step(pixels_per_second)
    assert step * pixels_per_second >= LABEL_WIDTH


def test_ticks_are_multiples_inside_the_page() -> None:
    assert ticks(60.0, 90.0, 10.0) == [60.0, 70.0, 80.0, 90.0]
    assert ticks(61.0, 89.0, 10.0) == [70.0, 80.0]


@pytest.mark.parametrize(
    ("time", "step", "text"),
    [(0, 5, "0:00:00"), (3723, 5, "1:02:03"), (12.5, 0.5, "0:00:12.5"), (59.96, 0.1, "0:01:00.0")],
)
def test_elapsed_time(time: float, step: float, text: str) -> None:
    assert elapsed_text(time, step) == text


def test_clock_runs_over_midnight() -> None:
    start = datetime.datetime(2024, 1, 1, 23, 59, 50)  # noqa: DTZ001
    assert clock_text(start, 15.0, 5) == "00:00:05"
    assert clock_text(start, 0.1, 0.1) == "23:59:50.1"


@pytest.mark.parametrize("step", [60.0, 300.0, 3600.0])
def test_ticks_of_long_pages_stand_at_round_clock_times(step: float) -> None:
    start = datetime.datetime(2024, 1, 1, 22, 58, 13)  # noqa: DTZ001
    shift = clock_shift(start, step)
    for moment in ticks(shift, shift + 4 * 3600, step):
        clock = start + datetime.timedelta(seconds=moment - shift)
        assert (clock.hour * 3600 + clock.minute * 60 + clock.second) % step == 0


def test_ticks_of_short_pages_stand_on_the_grid_of_epochs() -> None:
    assert clock_shift(datetime.datetime(2024, 1, 1, 22, 58, 13), 5.0) == 0.0  # noqa: DTZ001
    assert clock_shift(None, 3600.0) == 0.0

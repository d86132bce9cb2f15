"""Labels of time that can be read and are right across midnight."""

from __future__ import annotations

import datetime

import pytest

from sleepscope.app.views.time_axis import (
    LABEL_WIDTH,
    clock_shift,
    tick_decimals,
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


@pytest.mark.parametrize(("step", "decimals"), [(0.1, 1), (0.5, 1), (1.0, 0), (30.0, 0)])
def test_labels_have_the_decimals_that_their_distance_needs(step: float, decimals: int) -> None:
    assert tick_decimals(step) == decimals


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

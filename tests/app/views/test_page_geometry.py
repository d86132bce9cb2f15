"""Nothing overlaps, and a moment and its pixel are the same place."""

from __future__ import annotations

from itertools import pairwise

import pytest

from sleepscope.app.views.lane_heights import MIN_LANE_HEIGHT
from sleepscope.app.views.page_geometry import (
    AXIS_HEIGHT,
    MAX_TRACE_HEIGHT,
    RowWish,
    lay_out,
)


@pytest.mark.parametrize("n_channels", [1, 4, 16])
@pytest.mark.parametrize("n_lanes", [0, 1, 3, 6])
def test_rows_lanes_and_strips_do_not_overlap(n_channels: int, n_lanes: int) -> None:
    wishes = [RowWish(f"c{k}", n_lanes if k < 4 else 0, k == 1) for k in range(n_channels)]
    geometry = lay_out(1600, 900, 0, 30, wishes, n_lanes)
    bands = []
    for row in geometry.rows:
        bands.append(row.trace)
        bands.extend([row.strip] if row.strip is not None else [])
        bands.extend(row.lanes)
    bands.extend(geometry.common)
    for above, below in pairwise(bands):
        assert above.bottom <= below.top + 1
    assert bands[-1].bottom <= geometry.bottom + 1
    assert all(band.height >= MIN_LANE_HEIGHT for band in bands)


def test_time_and_pixel_are_inverse() -> None:
    geometry = lay_out(1600, 900, 600, 30, [RowWish("C3")])
    assert geometry.x(600) == geometry.left
    assert geometry.x(630) == geometry.right
    assert geometry.time(geometry.x(613.25)) == pytest.approx(613.25)


def test_every_height_belongs_to_one_row() -> None:
    geometry = lay_out(1600, 900, 0, 30, [RowWish("C3", 2), RowWish("C4", 2)])
    for row in geometry.rows:
        for band in (row.trace, *row.lanes):
            assert geometry.row_at(band.middle) is row
    assert geometry.row_at(geometry.bottom + 5) is None


def test_a_tiny_window_still_has_a_frame() -> None:
    geometry = lay_out(10, 10, 0, 30, [RowWish("C3", 3, True)], 3)
    assert geometry.right > geometry.left
    assert geometry.pixels_per_second > 0


def test_few_channels_do_not_fill_a_high_window() -> None:
    geometry = lay_out(1600, 900, 0, 30, [RowWish("C3", 3, True)], 2)
    row = geometry.rows[0]
    assert row.trace.height == MAX_TRACE_HEIGHT
    assert row.lanes[0].top - row.trace.bottom < 30
    assert geometry.common[0].top - row.lanes[-1].bottom < 15
    assert geometry.bottom == pytest.approx(geometry.common[-1].bottom, abs=5)
    assert geometry.row_at(geometry.bottom + 5) is None


def test_many_channels_share_the_height() -> None:
    geometry = lay_out(1600, 900, 0, 30, [RowWish(str(k)) for k in range(16)])
    assert geometry.bottom == pytest.approx(900 - AXIS_HEIGHT)
    assert geometry.rows[0].trace.height < 60


def test_a_hundred_channels_are_shown_whole() -> None:
    geometry = lay_out(1200, 640, 0, 30, [RowWish(f"channel {k}") for k in range(100)])
    assert geometry.rows[-1].whole.bottom <= geometry.bottom + 1
    assert min(row.trace.height for row in geometry.rows) >= 3


def test_groups_are_parted_and_named_once() -> None:
    wishes = [RowWish("C3", group="EEG"), RowWish("C4", group="EEG"), RowWish("E1", group="EOG"),
              RowWish("ECG")]  # fmt: skip
    rows = lay_out(1200, 700, 0, 30, wishes).rows
    assert [row.group for row in rows] == ["EEG", "", "EOG", ""]
    assert [row.head is not None for row in rows] == [True, False, True, True]
    assert rows[2].head.top == rows[1].whole.bottom
    assert rows[2].whole.top == rows[2].head.bottom
    low = lay_out(1200, 180, 0, 30, wishes).rows
    assert low[2].head.height < rows[2].head.height


def test_on_a_low_page_strips_give_way_to_traces() -> None:
    wishes = [RowWish(f"c{k}", 3 if k < 2 else 0, k < 2) for k in range(10)]
    for height in (140, 200, 320):
        geometry = lay_out(900, height, 0, 30, wishes, line=33.0)
        traces = sum(row.trace.height for row in geometry.rows)
        strips = sum(row.strip.height for row in geometry.rows if row.strip is not None)
        assert strips <= 0.2 * height
        assert strips <= traces


def test_empty_lanes_leave_their_height_to_the_traces() -> None:
    scored = [RowWish(f"c{k}", 6) for k in range(6)]
    silent = [RowWish(f"c{k}", 6, empty_lanes=frozenset({1, 2, 3, 4})) for k in range(6)]
    low, high = (lay_out(1100, 540, 0, 30, wishes).rows[0] for wishes in (scored, silent))
    assert high.trace.height > low.trace.height
    assert len(high.lanes) == 6
    assert [lane.height < high.lanes[0].height for lane in high.lanes] == [
        False,
        *[True] * 4,
        False,
    ]
    for above, below in pairwise(high.lanes):
        assert above.bottom < below.top


def test_empty_common_lanes_are_lower_too() -> None:
    geometry = lay_out(1100, 540, 0, 30, [RowWish("C3")], 3, empty_common=frozenset({0}))
    assert geometry.common[0].height < geometry.common[1].height
    assert geometry.common[-1].bottom <= geometry.bottom

"""Lanes of many scorers leave the page to the traces."""

from __future__ import annotations

from itertools import pairwise

import pytest

from sleepscope.app.views.lane_heights import (
    LANE_SHARE,
    MAX_LANE_HEIGHT,
    MOST_LANE_SHARE,
    share_lanes,
)


@pytest.mark.parametrize("room", [120, 300, 540, 860])
@pytest.mark.parametrize("n_empty", [0, 10, 60, 600])
@pytest.mark.parametrize("n_full", [1, 6, 24, 48, 96, 700])
def test_all_lanes_together_take_a_bounded_share_of_the_page(
    room: float, n_full: int, n_empty: int
) -> None:
    heights = share_lanes(room, n_full + n_empty, n_empty)
    assert heights.full > 0
    assert heights.total(n_full + n_empty, n_empty) <= max(MOST_LANE_SHARE * room, 1) + 1e-6


def test_few_lanes_are_high_and_take_less_than_their_share() -> None:
    heights = share_lanes(540, 6, 2)
    assert heights.full == MAX_LANE_HEIGHT
    assert heights.total(6, 2) < LANE_SHARE * 540


def test_lane_without_an_event_is_a_line_and_not_nothing() -> None:
    heights = share_lanes(540, 36, 24)
    assert 0 < heights.empty < heights.full / 2


def test_edges_follow_each_other_in_the_order_of_the_scorers() -> None:
    edges = share_lanes(540, 3, 1).edges(100, 3, {1})
    assert edges[0][0] == 100
    assert [bottom - top for top, bottom in edges] == [10, 2, 10]
    assert all(above[1] < below[0] for above, below in pairwise(edges))

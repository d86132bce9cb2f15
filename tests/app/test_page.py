"""Pages lie on a grid from the first sample and never outside the recording."""

from __future__ import annotations

import pytest

from sleepscope.app.page import Page


def test_one_page_on_and_back_is_the_same_page() -> None:
    page = Page(60.0, 30.0, 1800.0)
    assert page.turned(1).start == 90.0
    assert page.turned(1).turned(-1) == page


def test_from_between_two_pages_a_turn_goes_to_the_grid() -> None:
    page = Page(65.0, 30.0, 1800.0)
    assert page.turned(1).start == 90.0
    assert page.turned(-1).start == 60.0


@pytest.mark.parametrize(("pages", "start"), [(100, 1770.0), (-100, 0.0)])
def test_turning_stops_at_the_ends(pages: int, start: float) -> None:
    assert Page(60.0, 30.0, 1800.0).turned(pages).start == start


def test_last_page_holds_the_rest_of_the_recording() -> None:
    assert Page(0.0, 30.0, 1810.0).turned(1000).start == 1800.0


def test_page_is_no_longer_than_the_recording() -> None:
    assert Page(10.0, 30.0, 12.0).inside() == Page(0.0, 12.0, 12.0)


def test_zoom_keeps_the_moment_under_the_pointer() -> None:
    page = Page(60.0, 30.0, 1800.0).zoomed(10.0, anchor=75.0)
    assert (page.start, page.length) == (70.0, 10.0)


def test_page_shows_an_event_that_is_on_it_already_without_moving() -> None:
    page = Page(65.0, 30.0, 1800.0)
    assert page.showing(66.0, 67.0) == page


def test_event_across_two_pages_is_shown_whole() -> None:
    page = Page(0.0, 30.0, 1800.0).showing(89.5, 90.5)
    assert page.start <= 89.5
    assert page.stop >= 90.5

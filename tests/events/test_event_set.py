"""Where a scorer looked."""

from __future__ import annotations

from sleepscope.events.event_set import EventSet, common_spans, joined_spans


def test_spans_that_overlap_become_one() -> None:
    assert joined_spans([(50, 60), (0, 10), (5, 20), (20, 30)]) == ((0, 20), (20, 30), (50, 60))
    assert EventSet.of("x", [], [(0, 10), (0, 10)]).scored_spans == ((0, 10),)


def test_common_spans_count_no_second_twice() -> None:
    assert common_spans(((0, 10), (5, 20)), ((2, 8), (4, 12))) == ((2, 12),)
    assert common_spans(None, None) is None
    assert common_spans(((0, 10),), None) == ((0, 10),)

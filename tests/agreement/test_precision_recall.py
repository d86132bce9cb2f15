"""The curve over thresholds."""

from __future__ import annotations

from sleepscope.agreement.precision_recall import precision_recall
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.progress import finish

FOUND = [
    Event(10, 1, "spindle", confidence=0.9),
    Event(20, 1, "spindle", confidence=0.6),
    Event(30, 1, "spindle", confidence=0.4),
    Event(80, 1, "spindle", confidence=0.4),
]
TRUTH = EventSet.of("b", [Event(10, 1, "spindle"), Event(30, 1, "spindle")], [(0, 50)])


def test_curve_equals_a_table_made_by_hand() -> None:
    points = finish(
        precision_recall(
            lambda t: [e for e in FOUND if e.confidence >= t],
            TRUTH,
            thresholds=(0.3, 0.5, 0.8, 0.95),
        )
    )
    assert [(p.tp, p.fp, p.fn, p.n_events) for p in points] == [
        (2, 1, 0, 3), (1, 1, 1, 2), (1, 0, 1, 1), (0, 0, 2, 0),
    ]  # fmt: skip
    assert [p.precision for p in points] == [2 / 3, 0.5, 1.0, None]
    assert [p.recall for p in points] == [1.0, 0.5, 0.5, 0.0]

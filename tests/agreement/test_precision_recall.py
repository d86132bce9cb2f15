"""The curve over thresholds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sleepscope.agreement.matching import match
from sleepscope.agreement.precision_recall import Reference, precision_recall
from sleepscope.agreement.scores import score_match
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
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
            Reference.of(TRUTH),
            thresholds=(0.3, 0.5, 0.8, 0.95),
        )
    )
    assert [(p.tp, p.fp, p.fn, p.n_events) for p in points] == [
        (2, 1, 0, 3), (1, 1, 1, 2), (1, 0, 1, 1), (0, 0, 2, 0),
    ]  # fmt: skip
    assert [p.precision for p in points] == [2 / 3, 0.5, 1.0, None]
    assert [p.recall for p in points] == [1.0, 0.5, 0.5, 0.0]


@st.composite
def sides(draw: st.DrawFn) -> tuple[list[Event], EventSet]:
    channels = st.sampled_from(["C3", "EEG C3", "C4", None])
    one = st.builds(
        Event, st.floats(0, 290), st.sampled_from([0.0, 0.05, 0.5, 1.0, 3.0]), st.just("spindle"),
        channels,
    )  # fmt: skip
    a, b = draw(st.lists(one, max_size=12)), draw(st.lists(one, max_size=12))
    spans = draw(st.sampled_from([None, [(0, 100)], [(30, 90), (200, 300)], []]))
    return sorted(a, key=lambda e: (e.onset, e.duration, e.id)), EventSet.of("b", b, spans)


@given(sides(), st.sampled_from([0.2, 0.5]), st.sampled_from([None, ("N2",), ("N3", "R")]))
def test_point_equals_the_scores_of_a_matching(
    both: tuple[list[Event], EventSet], iou: float, stages: tuple[str, ...] | None
) -> None:
    found, truth = both
    hypnogram = Hypnogram(("N2", "N3", "?", "R", "N2", "W", "N3", "N2"), start=10.0)
    looked = ((20.0, 250.0),)
    point = Reference.of(truth, iou=iou, spans=looked, stages=stages, hypnogram=hypnogram).point(
        0.5, found
    )
    scores = score_match(
        match(EventSet("a", tuple(found), looked), truth, iou=iou, stages=stages,
              hypnogram=hypnogram)
    )  # fmt: skip
    assert (point.tp, point.fp, point.fn) == (scores.tp, scores.fp, scores.fn)
    assert (point.precision, point.recall, point.f1) == (
        scores.precision, scores.recall, scores.f1,
    )  # fmt: skip

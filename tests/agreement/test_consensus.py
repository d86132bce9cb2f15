"""The union of experts."""

from __future__ import annotations

from pathlib import Path

import pytest

from sleepscope.agreement.consensus import union
from sleepscope.events import read_events
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet


def marked(*events: Event, spans: list[tuple[float, float]] | None = None) -> EventSet:
    return EventSet.of("x", events, spans)


def test_overlapping_events_become_one() -> None:
    joined = union([marked(Event(1, 1, "spindle")), marked(Event(1.5, 1, "spindle"))])
    assert [(e.onset, e.stop) for e in joined.events] == [(1, 2.5)]
    assert joined.scorer == "union"


def test_chain_of_overlaps_becomes_one_and_touching_ones_stay_apart() -> None:
    first = marked(Event(1, 1, "spindle"), Event(2.5, 1, "spindle"), Event(3.5, 1, "spindle"))
    joined = union([first, marked(Event(1.5, 1.2, "spindle"))])
    assert [(e.onset, e.stop) for e in joined.events] == [(1, 3.5), (3.5, 4.5)]


def test_other_kinds_and_channels_stay_apart() -> None:
    first = marked(Event(1, 1, "spindle", "C3"))
    second = marked(Event(1, 1, "k_complex", "C3"), Event(1, 1, "spindle", "C4"))
    assert len(union([first, second]).events) == 3
    assert len(union([first, marked(Event(1, 1, "spindle"))]).events) == 1


def test_union_is_scored_where_anybody_looked() -> None:
    first, second = marked(spans=[(0, 100)]), marked(spans=[(50, 200), (300, 400)])
    assert union([first, second]).scored_spans == ((0, 200), (300, 400))
    assert union([first, marked()]).scored_spans is None


@pytest.mark.real_data
def test_dreams_union_has_the_published_count_in_n2_and_n3(real_data: Path) -> None:
    folder = real_data / "dreams_spindles"
    count = 0
    for excerpt in range(1, 7):
        sets = [
            read_events(folder / f"Visual_scoring{expert}_excerpt{excerpt}.txt").event_sets[0]
            for expert in (1, 2)
        ]
        hypnogram = read_events(folder / f"Hypnogram_excerpt{excerpt}.txt").hypnogram
        assert hypnogram is not None
        for event in union(sets).events:
            count += hypnogram.stage_at(event.midpoint) in {"N2", "N3"}
    assert count == 497

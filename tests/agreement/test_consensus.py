"""Union, intersection and majority of experts."""

from __future__ import annotations

from pathlib import Path

import pytest

from sleepscope.agreement.consensus import Consensus, union
from sleepscope.errors import SettingsError
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


def sets(**events: EventSet) -> dict[str, EventSet]:
    return {name: EventSet(name, one.events, one.scored_spans) for name, one in events.items()}


THREE = sets(
    A=marked(Event(1, 1, "spindle"), Event(10, 1, "spindle"), Event(20, 1, "spindle")),
    B=marked(Event(1.2, 1, "spindle"), Event(10.1, 1, "spindle")),
    C=marked(Event(1.4, 1, "spindle"), Event(30, 1, "spindle")),
)


@pytest.mark.parametrize(
    ("name", "times"),
    [
        ("consensus:union(A,B,C)@0.2", [(1, 2.4), (10, 11.1), (20, 21), (30, 31)]),
        ("consensus:union(A,B,C)", [(1, 2.4), (10, 11.1), (20, 21), (30, 31)]),
        ("consensus:intersection(A,B,C)@0.2", [(1.4, 2.0)]),
        ("consensus:intersection(A,B)@0.2", [(1.2, 2.0), (10.1, 11.0)]),
        ("consensus:majority2(A,B,C)@0.2", [(1.2, 2.2), (10.05, 11.05)]),
        ("consensus:majority3(A,B,C)@0.2", [(1.2, 2.2)]),
        ("consensus:intersection(A,B)@0.9", []),
    ],
)
def test_consensus_of_three_scorers(name: str, times: list[tuple[float, float]]) -> None:
    made = Consensus.parse(name).of(THREE)
    assert made.scorer == name
    assert [(e.onset, e.stop) for e in made.events] == [pytest.approx(pair) for pair in times]


def test_only_a_union_reaches_where_one_alone_looked() -> None:
    both = sets(
        A=marked(Event(5, 1, "spindle"), spans=[(0, 100)]),
        B=marked(Event(5, 1, "spindle"), Event(150, 1, "spindle"), spans=[(0, 200)]),
    )
    assert len(Consensus("union", ("A", "B")).of(both).events) == 2
    made = Consensus("intersection", ("A", "B")).of(both)
    assert (len(made.events), made.scored_spans) == (1, ((0, 100),))


def test_a_name_says_the_whole_consensus_also_with_commas_in_a_member() -> None:
    made = Consensus("majority", ("file:a, b", "human:C", "model:m@1 (2)"), 0.3, 2)
    assert made.name == "consensus:majority2(file:a, b,human:C,model:m@1 (2))@0.3"
    assert Consensus.parse(made.name, {"file:a, b"}).at_least == 2
    assert Consensus.parse("consensus:majority(A,B,C)").at_least == 2
    assert Consensus.parse("consensus:union(A,B)").iou is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("union(A,B)", "is no consensus"),
        ("consensus:union(A,A)@0.2", "two different scorers"),
        ("consensus:majority4(A,B,C)@0.2", "from 2 to 3"),
        ("consensus:union(A,B)@1.5", "at most 1"),
    ],
)
def test_a_name_that_is_no_consensus_is_refused(name: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Consensus.parse(name)


def test_a_member_that_is_not_there_is_named() -> None:
    with pytest.raises(SettingsError, match="no scorer 'D'"):
        Consensus("union", ("A", "D")).of(THREE)

"""One-to-one matching of events."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sleepscope.agreement.matching import Match, match
from sleepscope.errors import SettingsError
from sleepscope.events import read_events
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram


def event(onset: float, stop: float, channel: str | None = None) -> Event:
    return Event(onset, stop - onset, "spindle", channel)


def counts(matched: Match) -> tuple[int, int, int]:
    return len(matched.pairs), len(matched.only_a), len(matched.only_b)


def iou_of(a: Event, b: Event) -> float:
    shared = min(a.stop, b.stop) - max(a.onset, b.onset)
    return max(0.0, shared) / (max(a.stop, b.stop) - min(a.onset, b.onset)) if shared > 0 else 0.0


def best_by_brute_force(a: list[Event], b: list[Event], iou: float) -> tuple[int, float]:
    """Most pairs, then largest sum of IoU, over every way to pair the two lists."""
    if len(a) > len(b):
        a, b = b, a
    best = (0, 0.0)
    for order in permutations([*range(len(b)), *[None] * len(a)], len(a)):
        values = [
            iou_of(x, b[j])
            for x, j in zip(a, order, strict=True)
            if j is not None and iou_of(x, b[j]) >= iou - 1e-9
        ]
        best = max(best, (len(values), round(sum(values), 9)))
    return best


# Tenths of a second, so that equal IoUs and exact thresholds come up often.
EVENTS = st.lists(
    st.builds(
        lambda onset, length, channel: event(onset / 10, (onset + length) / 10, channel),
        st.integers(0, 40),
        st.integers(1, 20),
        st.sampled_from([None, "C3", "C4"]),
    ),
    max_size=4,
)
THRESHOLDS = st.sampled_from([0.1, 0.2, 0.5, 1.0])


@settings(deadline=None)
@given(EVENTS, EVENTS, THRESHOLDS)
def test_matching_is_the_best_of_all_by_brute_force(
    a: list[Event], b: list[Event], iou: float
) -> None:
    matched = match(a, b, iou=iou, by_channel=False)
    total = sum(pair.iou or 0.0 for pair in matched.pairs)
    expected = best_by_brute_force(a, b, iou)
    assert len(matched.pairs) == expected[0]
    assert total == pytest.approx(expected[1], abs=1e-6)


MANY = st.lists(
    st.builds(
        lambda onset, length, channel: event(onset / 10, (onset + length) / 10, channel),
        st.integers(0, 300),
        st.integers(0, 20),
        st.sampled_from([None, "C3", "C4"]),
    ),
    max_size=60,
)


@settings(deadline=None)
@given(MANY, MANY, THRESHOLDS, st.booleans())
def test_every_event_is_used_once_and_pairs_keep_the_rule(
    a: list[Event], b: list[Event], iou: float, by_channel: bool
) -> None:
    matched = match(a, b, iou=iou, by_channel=by_channel)
    ids_a = [p.a.id for p in matched.pairs] + [e.id for e in matched.only_a]
    ids_b = [p.b.id for p in matched.pairs] + [e.id for e in matched.only_b]
    assert sorted(ids_a) == sorted(e.id for e in a)
    assert sorted(ids_b) == sorted(e.id for e in b)
    for pair in matched.pairs:
        if pair.iou is not None:
            assert pair.iou == pytest.approx(iou_of(pair.a, pair.b))
            assert pair.iou >= iou - 1e-6
        if by_channel and pair.a.channel and pair.b.channel:
            assert pair.a.channel == pair.b.channel


@settings(deadline=None)
@given(MANY, MANY, THRESHOLDS)
def test_matching_is_symmetric_in_its_counts(a: list[Event], b: list[Event], iou: float) -> None:
    there, back = match(a, b, iou=iou), match(b, a, iou=iou)
    assert counts(there) == (len(back.pairs), len(back.only_b), len(back.only_a))
    assert sum(p.iou or 0 for p in there.pairs) == pytest.approx(
        sum(p.iou or 0 for p in back.pairs), abs=1e-6
    )


def test_large_tangle_is_solved_on_its_pairs_alone() -> None:
    a = [event(i * 0.1, i * 0.1 + 1) for i in range(300)]
    b = [event(i * 0.1 + 0.05, i * 0.1 + 1.05) for i in range(300)]
    assert counts(match(a, b)) == (300, 0, 0)
    assert counts(match(a, b[:200], iou=0.9)) == (200, 100, 0)


def test_more_pairs_win_over_a_larger_overlap() -> None:
    # The best overlap, 0.90, would leave the other two apart; the lesser two are 0.25 and 0.29.
    a = [event(0, 1), event(0.6, 1.6)]
    b = [event(0.05, 1.05), event(-0.6, 0.4)]
    assert counts(match(a, b)) == (2, 0, 0)


def test_event_of_hours_among_short_ones_takes_no_partner() -> None:
    short = [event(i, i + 0.5) for i in range(50)]
    matched = match([event(0, 28800), *short], short)
    assert counts(matched) == (50, 1, 0)


def test_iou_exactly_at_the_threshold_is_a_pair() -> None:
    assert counts(match([event(0, 1)], [event(0, 5)], iou=0.2)) == (1, 0, 0)
    assert counts(match([event(0, 1)], [event(0, 5.01)], iou=0.2)) == (0, 1, 1)


def test_empty_sides_have_no_pairs() -> None:
    assert counts(match([], [])) == (0, 0, 0)
    assert counts(match([event(0, 1)], [])) == (0, 1, 0)
    assert counts(match([], [event(0, 1)])) == (0, 0, 1)


@pytest.mark.parametrize("length", [0.0, 0.05])
def test_point_matches_by_its_centre_in_the_event(length: float) -> None:
    stretch = event(10, 11)
    inside, outside = event(10.9, 10.9 + length), event(11.0, 11.0 + length)
    assert counts(match([inside], [stretch])) == (1, 0, 0)
    assert counts(match([stretch], [inside])) == (1, 0, 0)
    assert counts(match([outside], [stretch])) == (0, 1, 1)
    assert match([inside], [stretch]).pairs[0].iou is None


def test_several_points_in_one_event_make_one_pair_with_the_most_central() -> None:
    points = [Event(at, 0, "rem") for at in (10.1, 10.45, 10.9)]
    matched = match(points, [event(10, 11)])
    assert counts(matched) == (1, 2, 0)
    assert matched.pairs[0].a.onset == 10.45


def test_two_points_match_when_hardly_apart() -> None:
    assert len(match([Event(1, 0, "rem")], [Event(1.05, 0, "rem")]).pairs) == 1
    assert len(match([Event(1, 0, "rem")], [Event(1.06, 0, "rem")]).pairs) == 0


def test_channels_are_kept_apart_where_both_sides_share_one() -> None:
    a = [event(0, 1, "C3-M2"), event(5, 6, "C4-M1")]
    b = [event(0, 1, "C4-A1"), event(5, 6, "EEG C4-M1"), event(9, 10, "O1")]
    matched = match(a, b)
    assert matched.by_channel
    assert counts(matched) == (1, 1, 2)


def test_channels_do_not_matter_where_none_is_shared() -> None:
    matched = match([event(0, 1, "C3")], [event(0, 1, "Cz")])
    assert not matched.by_channel
    assert counts(matched) == (1, 0, 0)
    assert counts(match([event(0, 1, "C3")], [event(0, 1, "Cz")], by_channel=True)) == (0, 1, 1)


def test_event_without_channel_fits_every_channel() -> None:
    assert len(match([event(0, 1)], [event(0, 1, "C3")], by_channel=True).pairs) == 1


def test_events_are_compared_only_where_both_scored() -> None:
    a = EventSet.of("a", [event(1, 2), event(50, 51)])
    b = EventSet.of("b", [event(1, 2), event(30, 31)], [(0, 20)])
    matched = match(a, b)
    assert counts(matched) == (1, 0, 0)
    assert matched.spans == ((0, 20),)
    assert counts(match(a, b, spans=None)) == (1, 1, 1)
    assert counts(match(a, b, spans=[(40, 60)])) == (0, 1, 0)


def test_an_event_belongs_to_the_span_of_its_midpoint() -> None:
    truth = EventSet.of("b", [], [(0, 20)])
    assert len(match([event(19, 20.9)], truth).only_a) == 1
    assert len(match([event(19, 21)], truth).only_a) == 0


def test_an_event_belongs_to_the_stage_of_its_midpoint() -> None:
    hypnogram = Hypnogram(("W", "N2"))
    a = [event(10, 11), event(29, 30.9), event(29.5, 31)]
    matched = match(a, [], stages={"N2"}, hypnogram=hypnogram)
    assert [e.onset for e in matched.only_a] == [29.5]


@pytest.mark.parametrize("iou", [0.0, -0.1, 1.01, float("nan")])
def test_threshold_outside_0_to_1_is_refused(iou: float) -> None:
    with pytest.raises(SettingsError, match="above 0 and at most 1"):
        match([], [], iou=iou)


def test_stages_need_a_hypnogram_and_a_name() -> None:
    with pytest.raises(SettingsError, match="needs a hypnogram"):
        match([], [], stages={"N2"})
    with pytest.raises(SettingsError, match="'S2' is no stage"):
        match([], [], stages={"S2"}, hypnogram=Hypnogram(("W",)))


def test_the_rule_is_said_in_one_sentence() -> None:
    b = EventSet.of("b", [], [(0, 1000)])
    rule = match([], b, stages={"N3", "N2"}, hypnogram=Hypnogram(("W",))).rule
    assert "IoU of at least 0.2" in rule
    assert "0-1000 s" in rule
    assert "N2, N3" in rule
    assert rule.count(". ") == 0


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("ignore_spans", "stages", "f1"),
    [(True, None, 0.456), (False, None, 0.654), (False, {"N2", "N3"}, 0.702)],
)
def test_dreams_experts_agree_as_published(
    real_data: Path, ignore_spans: bool, stages: set[str] | None, f1: float
) -> None:
    folder = real_data / "dreams_spindles"
    total = [0, 0, 0]
    for excerpt in range(1, 7):
        (first,) = read_events(folder / f"Visual_scoring1_excerpt{excerpt}.txt").event_sets
        (second,) = read_events(folder / f"Visual_scoring2_excerpt{excerpt}.txt").event_sets
        hypnogram = read_events(folder / f"Hypnogram_excerpt{excerpt}.txt").hypnogram
        matched = match(
            first,
            second,
            spans=None if ignore_spans else "scored",
            stages=stages,
            hypnogram=hypnogram,
        )
        total = [x + y for x, y in zip(total, counts(matched), strict=True)]
    tp, fp, fn = total
    assert 2 * tp / (2 * tp + fp + fn) == pytest.approx(f1, abs=0.0005)

"""What is hidden is hidden by any one reason, and everything else is shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sleepscope.events.event import Event
from sleepscope.events.event_filter import EventFilter
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram

KINDS, SCORERS, STAGES = ("spindle", "rem", "odd"), ("human:AB", "model:m@1"), ("W", "N2", "R", "?")
HYPNOGRAM = Hypnogram(("W", "N2", "R", "?"))

events = st.builds(
    Event,
    st.floats(0, 130),
    st.floats(0, 3),
    st.sampled_from(KINDS),
    st.sampled_from((None, "C3")),
    st.none() | st.floats(0, 1),
)
filters = st.builds(
    EventFilter,
    st.frozensets(st.sampled_from(SCORERS)),
    st.frozensets(st.sampled_from(KINDS)),
    st.frozensets(st.sampled_from(STAGES)),
    st.floats(0, 1),
)


@given(events, st.sampled_from(SCORERS), filters)
def test_event_is_hidden_by_each_single_reason(
    event: Event, scorer: str, event_filter: EventFilter
) -> None:
    stage = HYPNOGRAM.stage_at(event.midpoint)
    reasons = (
        scorer in event_filter.scorers,
        event.kind in event_filter.kinds,
        stage in event_filter.stages,
        event.confidence is not None and event.confidence < event_filter.min_confidence,
    )
    assert event_filter.shows(event, scorer, HYPNOGRAM) is not any(reasons)


@given(st.lists(events, max_size=8), st.sampled_from(SCORERS), filters)
def test_shown_set_is_the_set_without_its_hidden_events(
    found: list[Event], scorer: str, event_filter: EventFilter
) -> None:
    whole = EventSet.of(scorer, found, [(0, 60)])
    shown = event_filter.shown(whole, HYPNOGRAM)
    assert (shown.scorer, shown.scored_spans) == (whole.scorer, whole.scored_spans)
    expected = [e for e in whole.events if event_filter.shows(e, scorer, HYPNOGRAM)]
    assert list(shown.events) == expected
    if len(expected) == len(whole.events):
        assert shown is whole


@given(events, st.sampled_from(SCORERS), filters)
def test_without_stages_no_event_is_hidden_by_its_stage(
    event: Event, scorer: str, event_filter: EventFilter
) -> None:
    others = EventFilter(
        event_filter.scorers, event_filter.kinds, min_confidence=event_filter.min_confidence
    )
    assert event_filter.shows(event, scorer, None) is others.shows(event, scorer, None)


@given(events, st.sampled_from(SCORERS))
def test_filter_that_hides_nothing_shows_all(event: Event, scorer: str) -> None:
    assert EventFilter().hides_nothing
    assert EventFilter().shows(event, scorer, HYPNOGRAM)


@given(filters, st.sampled_from(("scorers", "kinds", "stages")))
def test_hiding_and_showing_a_name_again_changes_nothing_else(
    event_filter: EventFilter, field: str
) -> None:
    hidden = event_filter.with_hidden(field, "new", True)
    assert "new" in getattr(hidden, field)
    assert hidden.with_hidden(field, "new", False) == event_filter

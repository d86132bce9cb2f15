"""What is typed is read as bounds, fields and words."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sleepscope.events.event_query import Bound, EventQuery, parse_query


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", EventQuery()),
        ("Spindle C3", EventQuery(words=("spindle", "c3"))),
        ("conf>0.8", EventQuery(bounds=(Bound("confidence", ">", 0.8),))),
        ("dur<.5s", EventQuery(bounds=(Bound("duration", "<", 0.5),))),
        ("length>=1,5", EventQuery(bounds=(Bound("duration", ">=", 1.5),))),
        ("stage:N2", EventQuery(fields=(("stage", "n2"),))),
        ("ch:C4 class:rem", EventQuery(fields=(("channel", "c4"), ("kind", "rem")))),
        ("23:00:20", EventQuery(words=("23:00:20",))),
        ("conf>", EventQuery(words=("conf>",))),
        ("stage:", EventQuery(words=("stage:",))),
        ("age>3", EventQuery(words=("age>3",))),
    ],
)
def test_forms_are_told_from_words(text: str, query: EventQuery) -> None:
    assert parse_query(text) == query


@given(st.text())
def test_anything_can_be_typed(text: str) -> None:
    assert parse_query(text).is_empty == (not text.split())


@given(st.sampled_from(("<", "<=", ">", ">=", "=")), st.floats(allow_nan=False))
def test_missing_amount_meets_no_bound(sign: str, value: float) -> None:
    assert not Bound("confidence", sign, value).holds(math.nan)

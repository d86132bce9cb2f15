"""Explanations of a night: what is kept is what explaining one event says."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sleepscope.events.event import Event
from sleepscope.explain.explain import METHOD, explain, explained_span
from sleepscope.explain.explanation import Explanation
from sleepscope.explain.kept_explanation import packed, question, unpacked
from sleepscope.explain.night_maps import Question, missing, night_maps
from sleepscope.networks.model_card import ModelCard
from sleepscope.progress import finish
from tests.explain.conftest import make_recording

MakeCard = Callable[..., ModelCard]
EVENTS = tuple(Event(onset, 1.0, "spindle", "C3") for onset in (30.0, 100.0, 102.5))


@pytest.mark.parametrize("architecture", ["spindle-unet-1d", "spindle-wtc-cnn-2d"])
def test_every_event_is_packed_as_it_is_explained_alone(
    make_card: MakeCard, architecture: str
) -> None:
    card, recording = make_card(architecture), make_recording()
    kept = dict(finish(night_maps(recording, [Question(card, ("C3",), EVENTS)])))
    assert len(kept) == len(EVENTS)
    for event in EVENTS:
        span = explained_span(event, recording.duration)
        word = question(recording, card, ("C3",), *span, METHOD)
        found = unpacked(kept[word], event.id)
        alone = finish(explain(recording, card, ("C3",), *span, event_id=event.id))
        assert found is not None
        assert (found.event_id, found.target) == (event.id, alone.target)
        np.testing.assert_allclose(found.times, alone.times)
        np.testing.assert_allclose(found.relevance, alone.relevance, atol=1e-4)
        assert (found.freqs is None) == (alone.freqs is None)


def test_partial_results_come_in_order_and_hold_the_earlier_ones(make_card: MakeCard) -> None:
    recording = make_recording()
    partials = [p.partial for p in night_maps(recording, [Question(make_card(), ("C3",), EVENTS)])]
    sizes = [len(one) for one in partials if isinstance(one, tuple)]
    assert sizes == sorted(sizes)
    assert sizes[-1] == len(EVENTS)


def test_only_what_is_not_known_is_asked_for(make_card: MakeCard) -> None:
    card, recording = make_card(), make_recording()
    whole = Question(card, ("C3",), EVENTS)
    first = next(iter(whole.words(recording)))
    left = missing(recording, whole, {first})
    assert left.events == list(EVENTS[1:])


def test_other_weights_or_another_span_are_another_question(make_card: MakeCard) -> None:
    card, recording = make_card(), make_recording()
    asked = [question(recording, card, ("C3",), 30.0, 31.0, METHOD)]
    asked.append(question(recording, card, ("C3",), 30.0, 31.1, METHOD))
    asked.append(question(recording, card, ("LOC",), 30.0, 31.0, METHOD))
    other = make_card("spindle-wtc-cnn-2d")
    asked.append(question(recording, other, ("C3",), 30.0, 31.0, METHOD))
    assert len(set(asked)) == len(asked)


def test_bytes_that_hold_no_explanation_are_nothing() -> None:
    times = np.arange(4.0)
    values = np.ones(4, np.float32)
    made = packed(Explanation("m", "l", "t", "s", ("C3",), times, values, times, values, "e"))
    assert unpacked(made, "x") is not None
    assert unpacked(made[:-9]) is None
    assert unpacked(b"") is None
    assert unpacked(b"no explanation") is None


def test_events_of_one_span_share_what_is_kept(make_card: MakeCard) -> None:
    card, recording = make_card(), make_recording()
    twice = Question(card, ("C3",), (EVENTS[0], Event(30.0, 1.0, "spindle", "C3")))
    words = {word for word, _ in finish(night_maps(recording, [twice]))}
    assert words == {twice.word(recording, EVENTS[0])}

"""Many events explained together: each as it is alone, and what cannot be explained left out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sleepscope.detection.inputs import read_stretch
from sleepscope.errors import ChannelError, SettingsError
from sleepscope.events.event import Event
from sleepscope.explain import explain_events as module
from sleepscope.explain.explain import explain
from sleepscope.explain.explain_events import explain_events
from sleepscope.explain.geometry import bins_of, reach_of
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.registry import ARCHITECTURES, build_network
from sleepscope.progress import finish
from tests.explain.conftest import make_recording

MakeCard = Callable[..., ModelCard]
# Two neighbours and one far away, not in order.
EVENTS = tuple(Event(t, 1.0, "spindle", "C3", id=f"at {t:g}") for t in (150.0, 20.0, 21.7))


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_each_event_is_explained_as_it_is_alone(make_card: MakeCard, architecture: str) -> None:
    card = make_card(architecture, lambda network: network.eval())
    labels = ("LOC", "ROC")[: len(card.channels)]
    recording = make_recording()
    together = finish(explain_events(recording, card, labels, EVENTS, context=4.0))
    assert [one.event_id for one in together] == ["at 20", "at 21.7", "at 150"]
    for found in together[1:]:
        onset = 150.0 if found.event_id == "at 150" else 21.7
        alone = finish(explain(recording, card, labels, onset, onset + 1.0, context=4.0))
        assert found.target == alone.target
        np.testing.assert_allclose(found.times, alone.times, atol=1e-9)
        scale = np.abs(alone.relevance).max()
        np.testing.assert_allclose(found.relevance, alone.relevance, atol=1e-3 * scale + 1e-9)
        np.testing.assert_allclose(found.probability, alone.probability, atol=1e-4)


def test_neighbours_share_what_is_read(
    make_card: MakeCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[tuple[float, float]] = []

    def spy(*args: object) -> object:
        read.append(args[3:])
        return read_stretch(*args)

    monkeypatch.setattr(module, "read_stretch", spy)
    recording, card = make_recording(), make_card("rem-wtc-cnn-2d")
    finish(explain_events(recording, card, ("LOC", "ROC"), EVENTS, context=4.0))
    assert read == [(16.0, 26.7), (146.0, 155.0)]


def test_an_event_that_cannot_be_explained_is_left_out(make_card: MakeCard) -> None:
    recording = make_recording(bad=((148.0, 153.0),))
    late = Event(recording.duration + 5.0, 1.0, "spindle", "C3", id="late")
    point = Event(30.0, 0.0, "spindle", "C3", id="point")
    steps = explain_events(recording, make_card(), ("C3",), (*EVENTS, late, point))
    reports = []
    found = finish(steps, reports.append)
    assert [one.event_id for one in found] == ["at 20", "at 21.7", "point"]
    assert found[-1].target == "mean logit, 29.90-30.10 s"
    assert (reports[0].done, reports[-1].done, reports[-1].total) == (1, 5, 5)
    # What is done is handed out while the others are waited for.
    assert [len(one.partial) for one in reports if one.done == 3] == [2]


def test_channels_that_the_model_cannot_read_are_said_so(make_card: MakeCard) -> None:
    recording, card = make_recording(), make_card()
    with pytest.raises(SettingsError, match="reads 1 channels"):
        finish(explain_events(recording, card, ("C3", "C4"), EVENTS))
    with pytest.raises(ChannelError, match="C4"):
        finish(explain_events(recording, card, ("C4",), EVENTS))
    assert finish(explain_events(recording, card, ("C3",), ())) == ()


def test_networks_built_alike_are_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = bins_of(build_network("rem-wtc-cnn-2d"))
    monkeypatch.setattr("sleepscope.explain.geometry.receptive_field", None)
    assert bins_of(build_network("rem-wtc-cnn-2d")) is first
    with pytest.raises(TypeError):
        bins_of(build_network("rem-wtc-cnn-2d", {"width": 3}))


def test_an_answer_sees_as_far_as_its_convolutions() -> None:
    # Three convolutions of 3 taps, dilated by 1, 2 and 4, and one of 5 taps dilated by 4; an
    # answer for each column of an eye's map.
    assert reach_of(build_network("rem-wtc-cnn-2d")) == 7 + 8

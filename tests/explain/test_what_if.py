"""A model asked again under strokes: as the whole explanation, planted answers, no harm."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from sleepscope.errors import GapError, SettingsError
from sleepscope.explain.explain import explain
from sleepscope.explain.painted_recording import PaintedRecording
from sleepscope.explain.smallest_edit import SmallestEdit, find_smallest_edit, hottest
from sleepscope.explain.stroke import Stroke
from sleepscope.explain.what_if import EventQuestion, lasting_level
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.model_folder import find_model
from sleepscope.progress import finish
from tests.explain.conftest import BURST, make_recording, two_events

MakeCard = Callable[..., ModelCard]
ARCHITECTURES = (
    "spindle-unet-1d", "published-cnn-1d", "rem-dilated-1d", "rem-wtc-cnn-2d",
)  # fmt: skip


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_window_around_an_event_says_what_the_whole_explanation_says(
    make_card: MakeCard, architecture: str
) -> None:
    card, recording = make_card(architecture), make_recording()
    labels = ("LOC", "ROC")[: len(card.channels)]
    question = finish(EventQuestion.of(recording, card, labels, *BURST, event_id="e"))
    whole = finish(explain(recording, card, labels, *BURST, context=6.0))
    near = question.before.explanation
    assert near is not None
    assert near.event_id == "e"
    np.testing.assert_allclose(near.times, whole.times)
    np.testing.assert_allclose(near.probability, whole.probability, atol=1e-5)
    scale = np.nanmax(np.abs(whole.relevance)) or 1.0
    np.testing.assert_allclose(near.relevance / scale, whole.relevance / scale, atol=1e-4)
    painted = PaintedRecording(recording, (Stroke(labels[0], *BURST, "invert"),))
    changed = question.ask_painted(painted).explanation
    again = finish(explain(painted, card, labels, *BURST, context=6.0))
    assert changed is not None
    np.testing.assert_allclose(changed.probability, again.probability, atol=1e-5)


def test_muting_the_planted_spindle_and_nothing_else_flips_the_decision() -> None:
    recording, small, large = two_events("spindle")
    before = recording.read("C3", 0.0, 200.0).copy()
    question = finish(EventQuestion.of(recording, find_model("spindle-1d"), ("C3",), *large))
    assert question.before.level >= question.limit
    muted = question.ask((Stroke("C3", large[0] - 0.1, large[1] + 0.1),))
    assert muted.level < question.limit
    assert muted.logit < question.before.logit
    assert question.ask((Stroke("C3", *small),)).level >= question.limit
    np.testing.assert_array_equal(recording.read("C3", 0.0, 200.0), before)
    assert question.ask(()).level == question.before.level


def test_a_notch_at_the_frequency_of_the_planted_spindle_flips_the_decision() -> None:
    recording, small, _ = two_events("spindle")
    question = finish(EventQuestion.of(recording, find_model("spindle-1d"), ("C3",), *small))
    span = (small[0] - 0.2, small[1] + 0.2)
    assert question.ask((Stroke("C3", *span, "notch", freq=13.0),)).level < question.limit
    assert question.ask((Stroke("C3", *span, "notch", freq=30.0),)).level >= question.limit


def test_a_stroke_on_a_channel_that_the_model_does_not_read_changes_nothing(
    make_card: MakeCard,
) -> None:
    question = finish(EventQuestion.of(make_recording(), make_card(), ("C3",), *BURST))
    assert question.ask((Stroke("LOC", *BURST),)).logit == question.before.logit


def test_a_muted_stretch_is_no_broken_electrode(make_card: MakeCard) -> None:
    question = finish(EventQuestion.of(make_recording(), make_card(), ("C3",), *BURST))
    answer = question.ask((Stroke("C3", 90.0, 110.0, baseline="zero"),))
    assert answer.explanation is not None
    assert np.isfinite(answer.explanation.probability).all()


def test_what_cannot_be_asked_is_said(make_card: MakeCard) -> None:
    card = make_card()
    with pytest.raises(SettingsError, match="reads 1 channels"):
        finish(EventQuestion.of(make_recording(), card, ("LOC", "ROC"), *BURST))
    with pytest.raises(GapError, match="Nothing usable"):
        finish(EventQuestion.of(make_recording(bad=[(80, 120)]), card, ("C3",), *BURST))


def test_event_at_the_very_edge_is_asked_about(make_card: MakeCard) -> None:
    for span in ((0.0, 0.6), (199.4, 200.0)):
        question = finish(EventQuestion.of(make_recording(), make_card(), ("C3",), *span))
        assert math.isfinite(question.ask((Stroke("C3", *span, "invert"),)).level)


def test_level_is_what_lasts_as_long_as_the_shortest_event() -> None:
    probability = np.array([0.1, 0.9, 0.2, 0.6, 0.7, 0.8, 0.1])
    assert lasting_level(probability, 0, 7, 1) == 0.9
    assert lasting_level(probability, 0, 7, 3) == 0.6
    assert lasting_level(probability, 1, 2, 2) == 0.2
    assert lasting_level(probability, 0, 1, 2) == pytest.approx(0.1)
    assert lasting_level(probability, 3, 6, 50) == 0.1
    assert math.isnan(lasting_level(np.full(4, np.nan), 0, 4, 2))
    assert lasting_level(np.array([np.nan, 0.5, 0.6]), 0, 3, 2) == 0.5


class Toy:
    """Found as long as less than 0.4 s of [10, 11) are muted on C3; another channel is nothing."""

    channels = ("C3", "C4")
    start, stop, limit = 10.0, 11.0, 0.5
    recording = make_recording(20.0)

    class before:  # noqa: N801
        level, explanation = 0.9, None

    def __init__(self) -> None:
        self.n_asked = 0

    def ask(self, strokes: tuple[Stroke, ...], *, with_heat: bool) -> object:
        self.n_asked += 1
        one = strokes[0]
        gone = max(0.0, min(one.stop, 11.0) - max(one.start, 10.3))
        level = 0.9 - gone if one.channel == "C3" and one.kind == "mute" else 0.8
        return type("Said", (), {"level": level})


def test_smallest_edit_of_a_toy_is_as_long_as_computed_by_hand() -> None:
    toy = Toy()
    found = finish(find_smallest_edit(toy))  # type: ignore[arg-type]
    # The level falls by a second for each second behind 10.3 s: 0.4 s take it to the limit.
    assert found.stroke is not None
    assert (found.stroke.channel, found.stroke.kind) == ("C3", "mute")
    assert found.stroke.duration == pytest.approx(0.4, abs=0.05)
    assert found.stroke.start >= 10.25
    assert found.after < 0.5 <= found.before
    assert toy.n_asked < 150
    assert found.words().startswith(f"Muting {found.stroke.duration:.2f} s of C3 at 10.")
    # A figure that would read as the limit itself has another decimal.
    assert "drops p from .9" in found.words()
    assert "to .50 (limit .50" not in found.words()
    assert "at noon" in found.words(lambda _moment: "noon")


def test_where_no_stroke_flips_the_decision_the_longest_is_told() -> None:
    found = finish(find_smallest_edit(Toy(), kinds=("invert",)))  # type: ignore[arg-type]
    assert found.stroke is None
    assert {one.channel for one in found.tried} == {"C3", "C4"}
    assert "stays above the limit, .90 before and .80 at the nearest (limit .50)" in found.words()


def test_no_stroke_is_longer_than_one_may_be_around_a_long_event() -> None:
    toy = Toy()
    toy.start, toy.stop, toy.recording = 10.0, 69.0, make_recording(90.0)
    found = finish(find_smallest_edit(toy, kinds=("invert",)))  # type: ignore[arg-type]
    assert max(stroke.duration for stroke in found.tried) == pytest.approx(60.0)


def test_smallest_edit_of_a_shipped_model_flips_when_it_is_painted() -> None:
    recording, _, large = two_events("spindle")
    question = finish(EventQuestion.of(recording, find_model("spindle-1d"), ("C3",), *large))
    found = finish(find_smallest_edit(question))
    assert found.stroke is not None
    assert large[0] - 0.5 < found.stroke.start < found.stroke.stop < large[1] + 0.5
    assert question.ask((found.stroke,)).level == pytest.approx(found.after)
    assert found.after < question.limit


def test_words_of_every_kind() -> None:
    def words(kind: str, **changes: float) -> str:
        stroke = Stroke("C3", 12.0, 12.5, kind, **changes)  # type: ignore[arg-type]
        return SmallestEdit(stroke, 0.2, 0.7, 0.5, ()).words()

    assert words("notch", freq=9.0) == (
        "A notch at 9 Hz over 0.50 s of C3 at 12.2 s raises p from .20 to .70 (limit .50)."
    )
    assert words("shift", shift=-0.1).startswith(
        "Shifting 0.50 s of C3 at 12.2 s by \N{MINUS SIGN}100 ms raises"
    )
    assert words("invert").startswith("Inverting 0.50 s of C3")


def test_hottest_moment_lies_in_the_event(make_card: MakeCard) -> None:
    answer = finish(explain(make_recording(), make_card(), ("C3",), *BURST))
    assert BURST[0] <= hottest(answer, *BURST) <= BURST[1]
    assert hottest(None, 2.0, 4.0) == 3.0

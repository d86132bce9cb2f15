"""Agreement sample by sample."""

from __future__ import annotations

import pytest

from sleepscope.agreement.samples import by_sample
from sleepscope.errors import SettingsError
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram


def one(onset: float, duration: float, stop: float | None = None) -> EventSet:
    spans = None if stop is None else [(0.0, stop)]
    return EventSet.of("x", [Event(onset, duration, "spindle")], spans)


def test_samples_are_counted_on_the_grid() -> None:
    scores = by_sample(one(1, 2), one(2, 2), duration=10, sfreq=10)
    assert (scores.tp, scores.fp, scores.fn, scores.tn) == (10, 10, 10, 70)
    assert scores.f1 == 0.5
    # Observed 0.8; by chance 0.2 * 0.2 + 0.8 * 0.8 = 0.68.
    assert scores.kappa == pytest.approx(0.12 / 0.32)


def test_equal_sets_agree_fully() -> None:
    scores = by_sample(one(1, 2), one(1, 2), duration=10)
    assert scores.f1 == 1.0
    assert scores.kappa == pytest.approx(1.0)


def test_only_what_both_scored_counts() -> None:
    scores = by_sample(one(8, 2), one(1, 1, stop=5), duration=10, sfreq=10)
    assert (scores.tp, scores.fp, scores.fn, scores.tn) == (0, 0, 10, 40)


def test_only_chosen_stages_count() -> None:
    hypnogram = Hypnogram(("N2", "W"))
    scores = by_sample(
        one(29, 2), one(29, 2), duration=60, sfreq=10, stages={"N2"}, hypnogram=hypnogram
    )
    assert (scores.tp, scores.tn) == (10, 290)


def test_overlapping_events_of_one_side_count_once() -> None:
    twice = [Event(1, 2, "spindle", "C3"), Event(1.5, 2, "spindle", "C4")]
    assert by_sample(twice, [], duration=10, sfreq=10).fp == 25


def test_silence_on_both_sides_has_no_figure() -> None:
    scores = by_sample([], [], duration=10)
    assert scores.f1 is None
    assert scores.kappa is None


@pytest.mark.parametrize(("duration", "sfreq"), [(0, 100), (10, 0), (-1, 100), (1e9, 1000)])
def test_impossible_grid_is_refused(duration: float, sfreq: float) -> None:
    with pytest.raises(SettingsError, match="grid"):
        by_sample([], [], duration=duration, sfreq=sfreq)


def test_stages_need_a_hypnogram() -> None:
    with pytest.raises(SettingsError, match="needs a hypnogram"):
        by_sample([], [], duration=10, stages={"N2"})


@pytest.mark.parametrize("stages", [{"S2"}, set()])
def test_stages_that_do_not_exist_are_refused(stages: set[str]) -> None:
    hypnogram = Hypnogram(("N2",))
    with pytest.raises(SettingsError, match="is no stage to compare in; choose from W, N1"):
        by_sample(one(1, 2), one(2, 2), duration=30, stages=stages, hypnogram=hypnogram)


def test_intervals_hold_the_figures_and_come_only_when_asked_for() -> None:
    a = EventSet.of("a", [Event(20.0 * k, 1.0, "spindle") for k in range(60)])
    b = EventSet.of("b", [Event(20.0 * k + 0.1 * (k * k % 7), 1.0, "spindle") for k in range(60)])
    plain = by_sample(a, b, duration=1200)
    assert (plain.f1_interval, plain.kappa_interval) == (None, None)
    found = by_sample(a, b, duration=1200, n_resamples=500)
    for value, (low, high) in (
        (found.f1, found.f1_interval), (found.kappa, found.kappa_interval),
    ):  # fmt: skip
        assert low < value < high
        assert high - low < 0.2

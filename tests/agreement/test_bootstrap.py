"""Bootstrap intervals: they hold the figure, cover as they should, and say how they were made."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.agreement.bootstrap import bootstrap_night, bootstrap_nights, bootstrap_recordings
from sleepscope.agreement.matching import match
from sleepscope.agreement.scores import score_match
from sleepscope.errors import SettingsError
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet

NIGHT = 3600.0


def simulated(seed: int, recall: float = 0.8) -> tuple[list[Event], ...]:
    """Truth of 300 events in an hour, a detector that finds ``recall`` of it and makes up some."""
    random = np.random.default_rng(seed)
    onsets = np.arange(300) * 12.0 + random.uniform(0, 3, 300)
    truth = [Event(onset, 1.0, "spindle") for onset in onsets]
    found = [event for event in truth if random.random() < recall]
    false = 6.0 + 12.0 * np.flatnonzero(random.random(300) < 0.2)
    return found + [Event(onset, 1.0, "spindle") for onset in false], truth


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    covered = {"recall": 0, "precision": 0, "f1": 0}
    n = 120
    truth = {"recall": 0.8, "precision": 240 / 300, "f1": 2 * 240 / (2 * 240 + 60 + 60)}
    for seed in range(n):
        matched = match(*simulated(seed))
        found = bootstrap_night(matched, NIGHT, n_resamples=400, seed=seed)
        for name, value in truth.items():
            low, high = getattr(found, name)
            covered[name] += low <= value <= high
    # A binomial of 120 draws at .95 falls below 104 once in ten thousand.
    assert all(104 <= times <= n for times in covered.values()), covered


def test_intervals_hold_the_figure_and_are_the_same_again() -> None:
    matched = match(*simulated(1))
    scores = score_match(matched)
    found = bootstrap_night(matched, NIGHT, seed=3)
    assert found == bootstrap_night(matched, NIGHT, seed=3)
    assert found != bootstrap_night(matched, NIGHT, seed=4)
    for name in ("precision", "recall", "f1", "mean_iou"):
        low, high = getattr(found, name)
        assert low <= getattr(scores, name) + 1e-9
        assert getattr(scores, name) <= high + 1e-9
    assert "block bootstrap over time: 2000 resamples of 30 stretches of 120 s" in found.method


def test_stretches_are_taken_from_the_scored_spans_alone() -> None:
    truth = EventSet.of("b", [Event(10, 1, "spindle")], [(0, 300), (600, 700)])
    found = bootstrap_night(match([Event(650, 1, "spindle")], truth), NIGHT)
    assert "20 stretches of 20 s" in found.method


def test_bursts_widen_the_interval() -> None:
    """All misses in one stretch say less than as many misses all over the night."""
    truth = [Event(12.0 * k, 1.0, "spindle") for k in range(300)]
    spread = [event for k, event in enumerate(truth) if k % 5]
    burst = [event for k, event in enumerate(truth) if not 100 <= k < 160]
    widths = []
    for found in (spread, burst):
        low, high = bootstrap_night(match(found, truth), NIGHT).recall
        widths.append(high - low)
    assert widths[1] > 3 * widths[0]


def test_nothing_to_divide_by_gives_no_interval() -> None:
    found = bootstrap_night(match([], []), NIGHT)
    assert (found.precision, found.recall, found.f1, found.mean_iou) == (None,) * 4


def test_recordings_are_drawn_whole() -> None:
    parts = [score_match(match(*simulated(seed, recall=0.5 + seed / 20))) for seed in range(8)]
    found = bootstrap_recordings(parts)
    assert "bootstrap over recordings: 2000 resamples of 8 recordings" in found.method
    low, high = found.recall
    assert 0.5 < low < 0.675 < high < 0.85
    with pytest.raises(SettingsError, match="two or more"):
        bootstrap_recordings(parts[:1])


def test_several_nights_are_surer_than_one_and_one_is_as_sure_as_alone() -> None:
    nights = [match(*simulated(seed)) for seed in range(4)]
    alone = bootstrap_night(nights[0], NIGHT)
    assert bootstrap_nights(nights[:1], [NIGHT]).f1 == alone.f1
    together = bootstrap_nights(nights, [NIGHT] * 4)
    assert together.f1 is not None
    assert alone.f1 is not None
    assert together.f1[1] - together.f1[0] < 0.7 * (alone.f1[1] - alone.f1[0])
    assert "4 recordings" in together.method
    with pytest.raises(SettingsError, match="no recording at all"):
        bootstrap_nights([], [])


def test_few_hits_without_a_miss_do_not_claim_certainty() -> None:
    """Twenty of twenty: Wilson's interval begins at 20 / (20 + 1.96 ** 2)."""
    truth = [Event(50.0 * k, 1.0, "spindle") for k in range(20)]
    found = bootstrap_night(match(truth, truth), 1000.0)
    expected = 20 / (20 + 1.959964**2)
    for low, high in (found.precision, found.recall):
        assert low == pytest.approx(expected, abs=1e-5)
        assert high == 1.0
    # F1 of the share 20 of 20 hits among all events of either.
    assert found.f1[0] == pytest.approx(2 * expected / (1 + expected), abs=1e-5)


def test_short_night_with_few_events_is_covered() -> None:
    """34 events in 1000 s, 3 % missed: the plain percentile interval covers little over half."""
    covered = 0
    for seed in range(80):
        random = np.random.default_rng(seed)
        truth = [Event(onset, 1.0, "spindle") for onset in np.arange(34) * 29.0 + 1]
        found = [event for event in truth if random.random() < 0.97]
        low, high = bootstrap_night(match(found, truth), 1000.0, n_resamples=400).recall
        covered += low <= 0.97 <= high
    assert covered >= 72


def test_second_scored_twice_counts_once() -> None:
    truth = EventSet("b", (Event(10, 1, "spindle"),), ((0.0, 400.0), (0.0, 400.0)))
    matched = match([Event(10, 1, "spindle")], truth)
    assert matched.spans == ((0.0, 400.0),)
    assert "20 stretches of 20 s" in bootstrap_night(matched, NIGHT).method

"""Confidence is brought to what it should mean, and the error of it is told."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.detection.segmentation import EventRule, Segmenter, events_from_probability
from sleepscope.errors import SettingsError
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.networks.tracks import Tracks
from sleepscope.training.calibration import (
    JudgedEvents,
    calibrated,
    fit_confidence,
    judged_events,
    reliability,
)
from sleepscope.training.rule_choice import ScoredTracks

RULE = EventRule(0.5, 0.3, 0.2)


def boastful(n: int = 4000, seed: int = 0) -> JudgedEvents:
    """Log odds of the truth are half of those said, less 0.4."""
    rng = np.random.default_rng(seed)
    odds = rng.uniform(-1, 4, n)
    right = rng.random(n) < 1 / (1 + np.exp(-(0.5 * odds - 0.4)))
    return JudgedEvents(1 / (1 + np.exp(-odds)), right)


def scored(seed: int = 0) -> ScoredTracks:
    """Events of probability 0.6 and 0.9 every 4 s; only the latter are marked."""
    track = np.zeros(2500, np.float32)
    for k in range(20):
        track[100 * k + 50 : 100 * k + 75] = 0.9 if k % 2 else 0.6
    marks = [Event((100 * k + 50) / 25, 1.0, "spindle") for k in range(1, 20, 2)]
    return ScoredTracks("s", Tracks(track), EventSet.of("file:x", marks))


def test_slope_and_offset_of_made_up_events_are_found() -> None:
    slope, offset = fit_confidence(boastful())
    assert slope == pytest.approx(0.5, abs=0.1)
    assert offset == pytest.approx(-0.4, abs=0.15)


def test_order_never_turns_over() -> None:
    judged = boastful()
    slope, _ = fit_confidence(JudgedEvents(1 - judged.confidence, judged.right))
    assert slope > 0


def test_few_events_hardly_move_the_confidence() -> None:
    slope, offset = fit_confidence(JudgedEvents(np.array([0.9]), np.array([False])))
    assert 0.2 < slope < 1.0
    assert abs(offset) < 0.5


def test_error_by_hand() -> None:
    judged = JudgedEvents(np.array([0.95, 0.95, 0.35, 0.35]), np.array([True, False, False, False]))
    found = reliability(judged)
    assert found["curve"] == [[0.35, 0.0, 2], [0.95, 0.5, 2]]
    assert found["ece"] == pytest.approx((0.35 + 0.45) / 2)


def test_events_are_right_where_somebody_marked_them() -> None:
    judged = judged_events([scored()], 25.0, RULE)
    assert judged.right.sum() == 10
    np.testing.assert_allclose(judged.confidence[judged.right], 0.9, atol=1e-6)


def test_fitted_rule_gives_the_same_events_with_another_confidence() -> None:
    rule = calibrated(RULE, [scored()], 25.0)
    before = events_from_probability(scored().tracks, 25.0, RULE)
    after = events_from_probability(scored().tracks, 25.0, rule)
    assert [(s.first, s.behind) for s in before] == [(s.first, s.behind) for s in after]
    assert after[0].confidence < 0.5 < after[1].confidence
    assert Segmenter(rule, 25.0).segments(scored().tracks, 2500, last=True) == after
    assert rule.confidence(0.0) >= 0.0
    assert rule.confidence(1.0) <= 1.0


def test_a_falling_confidence_is_refused() -> None:
    with pytest.raises(SettingsError, match="slope -1"):
        EventRule(0.5, 0.3, 0.2, confidence_slope=-1.0)

"""Targets from events, and crops drawn where they count."""

from __future__ import annotations

import numpy as np

from sleepscope.events.event import Event
from sleepscope.training.example import CropSampler, events_track, track_of
from tests.training.conftest import example


def test_an_event_fills_the_bins_whose_middle_lies_in_it():
    track = events_track([Event(0.2, 0.3, "spindle")], 10, 10.0)
    assert track.tolist() == [0, 0, 1, 1, 1, 0, 0, 0, 0, 0]


def test_spans_beyond_the_recording_are_cut():
    assert track_of([(-1.0, 0.2), (0.8, 5.0)], 10, 10.0).tolist() == [1, 1] + [0] * 6 + [1, 1]


def test_crops_keep_features_and_targets_together():
    shown = example("a")
    sampler = CropSampler([shown], 4, 100, 0.5, np.random.default_rng(0))
    features, targets, weights = sampler.draw(20)
    assert features.shape == (20, 4, 400)
    assert targets.shape == weights.shape == (20, 3, 100)
    bumps = features[:, 2].reshape(20, 100, 4).mean(axis=2) > 1.5
    np.testing.assert_array_equal(bumps, targets[:, 0] > 0)


def test_crops_around_events_hold_one():
    sampler = CropSampler([example("a")], 4, 30, 1.0, np.random.default_rng(0))
    assert (sampler.draw(50)[1].max(axis=(1, 2)) == 1).all()


def test_crops_come_from_where_somebody_looked():
    shown = example("a")
    shown.weights[:, :400] = 0
    sampler = CropSampler([shown], 4, 50, 0.0, np.random.default_rng(0))
    assert (sampler.draw(50)[2].max(axis=(1, 2)) == 1).all()

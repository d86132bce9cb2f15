"""Fitting: it learns, repeats itself with the same seed, and never goes on with used weights."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from sleepscope.errors import SettingsError
from sleepscope.networks.spindle_unet import SpindleUnet
from sleepscope.progress import Progress, finish
from sleepscope.training.augmentation import SpindleAugmentation
from sleepscope.training.fit import FitSettings, as_part, fit
from tests.training.conftest import example

QUICK = FitSettings(steps=40, batch_size=4, crop_seconds=8.0, learning_rate=2e-2)


def _network() -> SpindleUnet:
    torch.manual_seed(0)
    return SpindleUnet(width=4, dropout=0.0)


def test_a_network_learns_what_the_features_show():
    network, shown = _network(), example("a")
    finish(fit(network, [shown], QUICK))
    probability = network.tracks(example("b", seed=1).features).probability
    inside = shown.targets[2] > 0
    assert probability[inside].mean() > probability[~inside].mean() + 0.3


def test_the_same_seed_gives_the_same_network():
    values = []
    for seed in (1, 1, 2):
        network = _network()
        settings = FitSettings(steps=2, batch_size=2, crop_seconds=4.0, seed=seed)
        finish(fit(network, [example("a")], settings, SpindleAugmentation()))
        values.append(network.head.weight.detach().clone())
    torch.testing.assert_close(values[0], values[1], rtol=0, atol=0)
    assert not torch.equal(values[0], values[2])


def test_what_ran_before_and_beside_a_fit_does_not_change_it():
    """Dropout draws from torch's numbers: a fit has its own, and leaves the others alone."""
    values, left = [], []
    for noise in (0, 5):
        torch.manual_seed(0)
        network = SpindleUnet(width=4, dropout=0.5)
        torch.manual_seed(noise)
        steps = fit(network, [example("a")], FitSettings(steps=3, batch_size=2, crop_seconds=4.0))
        for _ in steps:
            torch.rand(noise)
        left.append(torch.rand(1))
        values.append(network.head.weight.detach().clone())
    torch.testing.assert_close(values[0], values[1], rtol=0, atol=0)
    torch.manual_seed(0)
    torch.testing.assert_close(left[0], torch.rand(1), rtol=0, atol=0)


def test_a_network_that_was_fitted_is_refused_in_the_next_fold():
    network = _network()
    settings = FitSettings(steps=1, batch_size=2, crop_seconds=4.0)
    finish(fit(network, [example("a")], settings))
    with pytest.raises(SettingsError, match="build a fresh one"):
        finish(fit(network, [example("a")], settings))


def test_every_batch_is_reported_and_the_network_ends_in_eval_mode():
    network = _network()
    settings = FitSettings(steps=3, batch_size=2, crop_seconds=4.0)
    reports = list(fit(network, [example("a")], settings))
    assert [r.done for r in reports] == [1, 2, 3]
    assert not network.training


def test_cancelling_leaves_the_network_in_eval_mode():
    network = _network()
    steps = fit(network, [example("a")], FitSettings(batch_size=2, crop_seconds=4.0))
    next(steps)
    steps.close()
    assert not network.training


def test_moments_without_weight_do_not_teach():
    shown = example("a")
    lying = example("a")
    lying.targets[:, 250:] = 1 - lying.targets[:, 250:]
    lying.weights[:, 250:] = 0
    shown.weights[:, 250:] = 0
    networks = []
    for one in (shown, lying):
        network = _network()
        settings = FitSettings(steps=3, batch_size=2, crop_seconds=8.0, event_share=0.0)
        finish(fit(network, [one], settings))
        networks.append(network)
    torch.testing.assert_close(networks[0].head.weight, networks[1].head.weight)


def test_recordings_shorter_than_a_crop_are_refused():
    with pytest.raises(SettingsError, match="None of the 1 recordings is as long as the 750"):
        finish(fit(_network(), [example("a")], FitSettings(crop_seconds=30.0)))


@pytest.mark.parametrize("name", ["steps", "batch_size", "crop_seconds", "learning_rate"])
def test_settings_that_cannot_work_are_refused(name):
    with pytest.raises(SettingsError, match="must be above 0"):
        FitSettings(**{name: 0})


def test_a_part_counts_in_the_whole():
    def piece():
        yield Progress(1, 2, "inner")
        yield Progress(2, 2, "inner")
        return "done"

    reports: list[Progress] = []
    assert finish(as_part(piece(), 10, 20, "outer"), reports.append) == "done"
    assert [(r.done, r.total, r.message) for r in reports] == [(11, 20, "outer"), (12, 20, "outer")]


def test_augmentation_turns_waves_over_but_not_envelopes():
    features = torch.ones(64, 4, 8)
    changed = SpindleAugmentation(gain=0.0, noise=0.0)(features, torch.Generator().manual_seed(0))
    assert set(changed[:, 0, 0].tolist()) == {-1.0, 1.0}
    torch.testing.assert_close(changed[:, 0], changed[:, 1])
    torch.testing.assert_close(changed[:, 2:], features[:, 2:])
    np.testing.assert_array_equal(features.numpy(), 1.0)

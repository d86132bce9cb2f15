"""A classifier of windows: fresh every fold, scaled and stopped on training subjects alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from sleepscope.errors import SettingsError
from sleepscope.progress import finish
from sleepscope.training.balancing import Balancing
from sleepscope.training.classifier_fit import ClassifierSettings, fit_classifier
from sleepscope.training.window_augmentation import WindowAugmentation
from sleepscope.training.window_results import fold_table, window_figures
from sleepscope.training.window_splits import leave_one_subject_out
from tests.training.test_window_splits import windows

QUICK = ClassifierSettings(steps=30, batch_size=32, learning_rate=3e-2)


def build() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Dropout(0.1), nn.Linear(8, 2))


def test_it_learns_and_tells_the_counts():
    split = next(leave_one_subject_out(windows()))
    fitted = finish(fit_classifier(build, split.training, QUICK))
    assert fitted.after["event"] == fitted.after["none"] == fitted.before["none"]
    figures = window_figures(split.held_out.labels, fitted.probabilities(split.held_out))
    assert figures["auprc"] > 0.7
    assert figures["tp"] + figures["fn"] == figures["with event"]


def test_a_network_that_was_fitted_is_refused_in_the_next_fold():
    network = build()
    split = next(leave_one_subject_out(windows()))
    finish(fit_classifier(lambda: network, split.training, QUICK))
    with pytest.raises(SettingsError, match="build a fresh one"):
        finish(fit_classifier(lambda: network, split.training, QUICK))


def test_the_same_seed_gives_the_same_probabilities_whatever_torch_drew_before():
    split = next(leave_one_subject_out(windows()))
    settings = ClassifierSettings(
        steps=5,
        batch_size=32,
        augmentation=WindowAugmentation(noise=0.1, amplitude=0.1, shift=0.1, mixing=0.2, flip=True),
        soft_labels=True,
        class_weights=True,
        balancing=Balancing("none"),
    )
    found = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        fitted = finish(fit_classifier(build, split.training, settings))
        found.append(fitted.probabilities(split.held_out))
    np.testing.assert_array_equal(*found)


def test_the_scale_comes_from_the_training_side_alone():
    split = next(leave_one_subject_out(windows()))
    split.held_out.features[:] += 1000
    fitted = finish(fit_classifier(build, split.training, QUICK))
    assert abs(fitted.mean).max() < 2


def test_early_stopping_watches_training_subjects_that_nothing_learns_from():
    split = next(leave_one_subject_out(windows("abcdef")))
    settings = ClassifierSettings(steps=400, batch_size=32, learning_rate=0.1, patience=2)
    fitted = finish(fit_classifier(build, split.training, settings))
    assert len(fitted.validation_subjects) == 1
    assert "a" not in fitted.validation_subjects
    assert fitted.before["none"] + fitted.before["event"] == 400
    assert fitted.curve[-1][0] < 400
    assert fitted.curve[-1][2] is not None


def test_early_stopping_needs_two_subjects():
    split = next(leave_one_subject_out(windows("ab")))
    with pytest.raises(SettingsError, match="a subject to watch"):
        finish(fit_classifier(build, split.training, ClassifierSettings(patience=1)))


def test_shifted_windows_keep_their_samples():
    shown = torch.arange(20.0).reshape(2, 1, 10)
    labels = torch.eye(2)
    moved, same = WindowAugmentation(shift=0.3)(shown, labels, torch.Generator().manual_seed(0))
    assert torch.equal(moved.sort(dim=-1).values, shown)
    assert torch.equal(same, labels)


def test_mixed_labels_are_shares():
    labels = torch.eye(2)[[0, 1, 0, 1]]
    _, mixed = WindowAugmentation(mixing=0.5)(
        torch.zeros(4, 1, 3), labels, torch.Generator().manual_seed(0)
    )
    torch.testing.assert_close(mixed.sum(dim=1), torch.ones(4))


def test_the_table_has_every_fold_mean_sd_and_pooled():
    labels = np.array([0, 0, 1, 1])
    table = fold_table(
        {
            "a": (labels, np.array([0.1, 0.2, 0.8, 0.9])),
            "b": (labels, np.array([0.9, 0.1, 0.9, 0.1])),
        }
    )
    assert table["per fold"]["a"]["f1"] == 1.0
    assert table["per fold"]["b"]["f1"] == 0.5
    assert table["mean"]["f1"] == 0.75
    assert table["sd"]["f1"] == pytest.approx(0.3536)
    assert table["pooled"]["accuracy"] == 0.75
    assert table["pooled"]["kappa"] == 0.5


def test_windows_of_one_class_have_no_kappa_and_no_auprc():
    figures = window_figures(np.zeros(3, int), np.zeros(3))
    assert figures["kappa"] is None
    assert figures["auprc"] is None
    assert figures["accuracy"] == 1.0

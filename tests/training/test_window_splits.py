"""Splits: nothing of the held-out side reaches training, whoever tries."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.errors import SettingsError
from sleepscope.training.balancing import Balancing, balance
from sleepscope.training.window_splits import (
    PROTOCOLS,
    WindowSplit,
    blocked_folds,
    grouped_folds,
    leave_one_subject_out,
    shuffled_folds,
)
from sleepscope.training.windows import Windows


def windows(subjects="abc", n=100, share=0.2):
    """Overlapping windows of 5 s, one a second, of each subject."""
    rng = np.random.default_rng(0)
    total = n * len(subjects)
    labels = (rng.random(total) < share).astype(np.int64)
    features = rng.normal(size=(total, 1, 8)).astype(np.float32)
    features += labels[:, None, None]
    return Windows(
        features,
        labels,
        labels.astype(np.float32),
        np.repeat(list(subjects), n),
        np.tile(np.arange(n, dtype=float), len(subjects)),
        5.0,
    )


def test_each_subject_is_held_out_once_and_is_then_not_in_training():
    splits = list(leave_one_subject_out(windows()))
    assert [split.name for split in splits] == ["a", "b", "c"]
    for split in splits:
        assert set(split.held_out.subjects) == {split.name}
        assert split.name not in split.training.subjects


def test_held_out_windows_do_not_overlap():
    for split in leave_one_subject_out(windows()):
        assert np.diff(split.held_out.starts).min() >= 5.0


def test_a_subject_on_both_sides_is_refused():
    all_of = windows()
    half = np.arange(len(all_of)) % 2 == 0
    with pytest.raises(SettingsError, match="Subject 'a' is in training and held out at once"):
        WindowSplit("leak", all_of[np.flatnonzero(half)], all_of[np.flatnonzero(~half)])


def test_windows_made_before_the_split_are_refused():
    made = balance(windows("ab"), Balancing()).windows
    with pytest.raises(SettingsError, match="made before the split"):
        WindowSplit("leak", made, windows("c"))


def test_made_windows_cannot_be_balanced_again():
    made = balance(windows(), Balancing(ratio=0.5)).windows
    with pytest.raises(SettingsError, match="after the split"):
        balance(made, Balancing())


def test_blocks_keep_five_seconds_from_training():
    splits = list(blocked_folds(windows()))
    assert len(splits) == 10
    for split in splits:
        for subject in "abc":
            here = split.held_out.starts[split.held_out.subjects == subject]
            there = split.training.starts[split.training.subjects == subject]
            assert np.abs(here[:, None] - there[None]).min() >= 10.0  # a window and the guard


def test_blocks_that_touch_training_are_refused():
    one = windows("a")
    early, late = np.arange(50), np.arange(56, 100)
    with pytest.raises(SettingsError, match="2 s apart; at least 5 s"):
        WindowSplit("leak", one[early], one[late], same_people=True)


def test_groups_hold_out_every_subject_once():
    splits = list(grouped_folds(windows("abcde", 20), 2))
    held = [s for split in splits for s in sorted(set(split.held_out.subjects))]
    assert sorted(held) == list("abcde")
    with pytest.raises(SettingsError, match="5 subjects cannot be shared out to 6"):
        list(grouped_folds(windows("abcde", 20), 6))


def test_the_published_shuffle_says_that_it_leaks_and_does():
    split = next(shuffled_folds(windows(), Balancing()))
    assert split.leaky
    assert split.training.is_made.any()
    assert split.held_out.is_made.any()
    assert set(split.training.subjects) & set(split.held_out.subjects) >= set("abc")
    assert [p.leaky for p in PROTOCOLS] == [True, False, False]
    assert "LEAKY" in PROTOCOLS[0].title


def test_an_empty_side_is_refused():
    with pytest.raises(SettingsError, match="needs some on each side"):
        list(leave_one_subject_out(windows("a")))

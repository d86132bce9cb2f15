"""Nobody is on both sides of a fold, whoever asks for it."""

from __future__ import annotations

import pytest

from sleepscope.errors import SettingsError
from sleepscope.training.cross_validation import Fold, leave_one_subject_out, subject_folds
from tests.training.conftest import example


def test_each_subject_is_held_out_once():
    examples = [example(s, f"{s}{k}") for s in "abc" for k in range(2)]
    folds = leave_one_subject_out(examples)
    assert [{e.subject for e in f.held_out} for f in folds] == [{"a"}, {"b"}, {"c"}]
    for fold in folds:
        assert len(fold.training) == 4
        assert {e.subject for e in fold.training}.isdisjoint(e.subject for e in fold.held_out)


def test_subjects_that_cannot_be_tested_on_stay_in_training():
    folds = leave_one_subject_out([example(s) for s in "abcd"], ["a", "c"])
    assert [[e.subject for e in f.held_out] for f in folds] == [["a"], ["c"]]
    assert all("d" in {e.subject for e in f.training} for f in folds)


def test_a_subject_on_both_sides_is_refused():
    with pytest.raises(SettingsError, match="Subject 'a' is in training and held out at once"):
        Fold((example("a", "first night"), example("b")), (example("a", "second night"),))


def test_the_same_signal_under_two_names_is_refused():
    with pytest.raises(SettingsError, match="'a' and 'copy' are the same signal"):
        Fold((example("a", "hash"), example("b")), (example("copy", "hash"),))


def test_the_same_signal_under_two_names_is_found_out_by_every_split():
    examples = [example("a", "hash"), example("copy", "hash"), example("c")]
    with pytest.raises(SettingsError, match="same signal"):
        leave_one_subject_out(examples)
    with pytest.raises(SettingsError, match="same signal"):
        subject_folds(examples, 3)


def test_a_fold_needs_both_sides():
    with pytest.raises(SettingsError, match="0 training"):
        leave_one_subject_out([example("a")])


def test_a_few_folds_hold_out_every_subject_once():
    folds = subject_folds([example(s) for s in "abcdefg"], 3, list("abcde"))
    held = [e.subject for f in folds for e in f.held_out]
    assert sorted(held) == list("abcde")
    assert all({"f", "g"} <= {e.subject for e in f.training} for f in folds)


@pytest.mark.parametrize("n_folds", [1, 4])
def test_more_folds_than_subjects_are_refused(n_folds):
    with pytest.raises(SettingsError, match="3 subjects cannot be shared out"):
        subject_folds([example(s) for s in "abc"], n_folds)

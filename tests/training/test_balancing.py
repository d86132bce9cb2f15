"""Both classes come closer in number, inside the training side."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.errors import SettingsError
from sleepscope.training.balancing import Balancing, balance, class_weights
from tests.training.test_window_splits import windows


@pytest.mark.parametrize(
    ("method", "ratio", "expected"),
    [
        ("none", 1.0, (40, 10)),
        ("smote", 1.0, (40, 40)),
        ("smote", 0.5, (40, 20)),
        ("oversample", 1.0, (40, 40)),
        ("undersample", 1.0, (10, 10)),
        ("undersample+smote", 1.0, (20, 20)),
    ],
)
def test_the_counts_afterwards(method, ratio, expected):
    rare = _forty_and_ten()
    done = balance(rare, Balancing(method, ratio=ratio))
    assert done.before == {"none": 40, "event": 10}
    assert (done.after["none"], done.after["event"]) == expected
    assert done.windows.counts == done.after


def _forty_and_ten():
    shown = windows("a", 50)
    shown.labels[:] = 0
    shown.labels[:10] = 1
    return shown


def test_made_windows_lie_between_windows_of_their_class():
    rare = _forty_and_ten()
    done = balance(rare, Balancing()).windows
    made = done.features[done.is_made]
    some = rare.features[:10]
    assert len(made) == 30
    assert (made >= some.min(axis=0) - 1e-5).all()
    assert (made <= some.max(axis=0) + 1e-5).all()
    assert set(done.subjects[done.is_made]) == {""}


def test_windows_that_stay_keep_their_place():
    rare = _forty_and_ten()
    done = balance(rare, Balancing("undersample")).windows
    for index in range(len(done)):
        first = round(done.starts[index])
        np.testing.assert_array_equal(done.features[index], rare.features[first])
        assert done.labels[index] == rare.labels[first]


def test_the_sentence_tells_before_after_and_how_many_were_made():
    done = balance(_forty_and_ten(), Balancing())
    assert done.sentence == (
        "10 windows with and 40 without an event became 40 and 40, 30 of them made."
    )


def test_the_same_seed_makes_the_same_windows():
    one, other = (balance(_forty_and_ten(), Balancing(seed=3)).windows for _ in range(2))
    np.testing.assert_array_equal(one.features, other.features)


def test_one_class_alone_is_refused():
    shown = windows("a")
    shown.labels[:] = 0
    with pytest.raises(SettingsError, match="all of one class"):
        balance(shown, Balancing())


@pytest.mark.parametrize("changes", [{"ratio": 0}, {"neighbours": 0}, {"method": "magic"}])
def test_settings_that_cannot_work_are_refused(changes):
    with pytest.raises(SettingsError):
        Balancing(**changes)


def test_class_weights_make_both_classes_count_the_same():
    weights = class_weights(np.array([0] * 30 + [1] * 10))
    assert weights[0] * 30 == pytest.approx(weights[1] * 10)

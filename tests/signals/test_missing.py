"""Flat, clipped and missing stretches."""

from __future__ import annotations

import numpy as np

from sleepscope.signals.missing import (
    clipped_samples,
    fill_missing,
    flat_samples,
    keep_long_runs,
    runs_of,
    widen,
)


def test_runs_have_a_first_index_and_one_behind_the_last():
    mask = np.array([1, 1, 0, 1, 0, 0, 1], dtype=bool)
    assert runs_of(mask).tolist() == [[0, 2], [3, 4], [6, 7]]
    assert runs_of(np.zeros(3, dtype=bool)).tolist() == []


def test_short_runs_go_and_long_ones_are_widened_inside_the_array():
    mask = np.array([1, 0, 1, 1, 1, 0, 0, 0], dtype=bool)
    assert keep_long_runs(mask, 2).tolist() == [False, False, True, True, True, False, False, False]
    assert widen(np.array([1, 0, 0, 0, 1], dtype=bool), 1).tolist() == [
        True,
        True,
        False,
        True,
        True,
    ]


def test_a_signal_is_flat_when_it_stands_still_for_a_second():
    signal = np.random.default_rng(0).normal(size=1000)
    signal[200:300] = 4.0  # one second
    signal[600:690] = 4.0  # less
    assert runs_of(flat_samples(signal, 100.0)).tolist() == [[200, 300]]


def test_a_signal_is_clipped_when_it_stays_at_the_end_of_its_range():
    signal = np.zeros(100)
    signal[10:15] = 250.0
    signal[40] = 250.0
    signal[60:63] = -250.0
    found = runs_of(clipped_samples(signal, (-250.0, 250.0))).tolist()
    assert found == [[10, 15], [60, 63]]
    assert not clipped_samples(signal, None).any()


def test_missing_stretches_become_straight_lines():
    signal = np.array([np.nan, 1.0, np.nan, np.nan, 4.0, np.nan])
    np.testing.assert_allclose(fill_missing(signal), [1, 1, 2, 3, 4, 4])
    np.testing.assert_allclose(fill_missing(np.full(3, np.nan)), 0)

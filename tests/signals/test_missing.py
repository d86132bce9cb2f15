"""Flat, clipped and missing stretches."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.signals.missing import (
    clipped_samples,
    fill_missing,
    flat_samples,
    keep_long_runs,
    plateau_samples,
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


@pytest.mark.parametrize("sfreq", [100.0, 256.0, 1000.0])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_peak_cut_off_level_is_a_plateau_whatever_the_file_could_hold(sfreq, sign):
    times = np.arange(round(20 * sfreq)) / sfreq
    wave = sign * 120.0 * np.sin(2 * np.pi * 0.9 * times)
    cut = np.round(np.clip(wave, -1000.0, 75.0) if sign > 0 else np.clip(wave, -75.0, 1000.0), 1)
    mask = plateau_samples(cut, sfreq)
    beyond = np.abs(np.clip(sign * wave, 0, None)) > 76.0
    inside = slice(round(sfreq), -round(sfreq))
    np.testing.assert_array_equal(mask[inside][beyond[inside]], True)
    assert not mask[sign * wave < 74.0].any()


@pytest.mark.parametrize("step", [0.1, 0.5, 2.0])
def test_a_slow_waves_own_peak_is_no_plateau_in_coarse_steps(step):
    times = np.arange(20 * 256) / 256
    wave = 300.0 * np.sin(2 * np.pi * 0.9 * times) + 20.0 * np.sin(2 * np.pi * 13.0 * times)
    assert not plateau_samples(np.round(wave / step) * step, 256.0).any()
    slow = 300.0 * np.sin(2 * np.pi * 0.9 * times)
    assert not plateau_samples(np.round(slow / step) * step, 256.0).any()


def test_samples_that_repeat_by_chance_are_no_plateau():
    rng = np.random.default_rng(0)
    noise = np.round(np.convolve(rng.normal(0, 40, 30 * 256), np.ones(6) / 6, "same"))
    assert not plateau_samples(noise, 256.0).any()

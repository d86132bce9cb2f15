"""Resampling between any rates."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.errors import SettingsError
from sleepscope.signals.resample import Resampler, resample


def _sine(frequency: float, sfreq: float, seconds: float = 60.0) -> np.ndarray:
    return np.sin(2 * np.pi * frequency * np.arange(round(seconds * sfreq)) / sfreq)


@pytest.mark.parametrize("sfreq", [50.0, 64.0, 100.0, 128.0, 200.0, 256.0, 300.0, 512.0, 1000.0])
def test_a_spindle_wave_survives_from_any_recorder_rate(sfreq):
    made = resample(_sine(13.0, sfreq), sfreq, 100.0)
    assert made.size == 6000
    np.testing.assert_allclose(made[200:-200], _sine(13.0, 100.0)[200:-200], atol=3e-4)


def test_a_measured_rate_that_is_no_simple_fraction_keeps_the_time_line():
    made = resample(_sine(13.0, 199.98, 600.0), 199.98, 100.0)
    expected = _sine(13.0, 100.0, 600.0)[: made.size]
    np.testing.assert_allclose(made[200:-200], expected[200:-200], atol=1e-3)


@pytest.mark.parametrize(("sfreq", "frequency"), [(256.0, 60.0), (1000.0, 63.0), (512.0, 190.0)])
def test_what_lies_above_the_new_nyquist_rate_is_gone(sfreq, frequency):
    assert np.abs(resample(_sine(frequency, sfreq), sfreq, 100.0)[200:-200]).max() < 1e-3


@pytest.mark.parametrize("sfreq", [50.0, 199.98, 256.0])
def test_a_constant_stays_what_it_is_up_to_the_ends(sfreq):
    np.testing.assert_allclose(resample(np.full(2000, 7.5), sfreq, 100.0), 7.5, rtol=1e-9)


def test_the_same_rate_changes_nothing():
    signal = np.random.default_rng(0).normal(size=500)
    np.testing.assert_array_equal(resample(signal, 100.0, 100.0), signal)


@pytest.mark.parametrize("sfreq", [50.0, 100.0, 199.98, 256.0, 300.0])
def test_a_piece_is_as_if_the_whole_were_resampled(sfreq):
    signal = np.random.default_rng(1).normal(size=round(30 * sfreq))
    whole = resample(signal, sfreq, 100.0)
    resampler = Resampler(sfreq, 100.0)
    low, high = resampler.input_range(1003, 1777)
    low, high = max(0, low), min(high, signal.size)
    piece = resampler.resample(signal[low:high], low, 1003, 1777)
    np.testing.assert_allclose(piece, whole[1003:1777], atol=1e-9)


def test_an_impossible_rate_is_refused_with_both_rates():
    with pytest.raises(SettingsError, match=r"0 Hz.*100 Hz"):
        Resampler(0.0, 100.0)

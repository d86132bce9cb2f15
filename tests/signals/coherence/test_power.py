"""Wavelet power of one signal."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.signals.coherence import exact_power, fast_coherence, fast_power, power_blocks
from tests.signals.coherence.made_signals import SFREQ, eeg_like, related


def test_a_lasting_sine_has_its_mean_square_at_its_frequency():
    times = np.arange(0, 60, 1 / SFREQ)
    for row in (10, 30, 50):
        sine = 3 * np.sin(2 * np.pi * 64 / 2 ** (row / 12) * times)
        for made in (fast_power(sine, SFREQ), exact_power(sine, SFREQ)):
            middle = made.power[:, made.times.size // 2]
            assert np.argmax(middle) == row
            assert middle[row] == pytest.approx(4.5, rel=0.02)


def test_it_is_what_pywavelets_finds():
    x = eeg_like(60, 3)
    fast, exact = fast_power(x, SFREQ), exact_power(x, SFREQ)
    ratio = np.abs(fast.power / exact.power[:, ::8] - 1)[:, 300:-300]
    low = fast.freqs < SFREQ / 10
    assert np.median(ratio[low]) < 0.005
    assert np.quantile(ratio[low], 0.99) < 0.05
    assert np.median(ratio) < 0.02


def test_it_is_the_power_of_the_coherence_before_scales_are_smoothed():
    x, y = related(40)
    alone = fast_power(x, SFREQ).power
    weights = np.array([0.6, 1, 1, 1, 1, 1, 1, 1, 0.6]) / 8.2
    by_hand = np.tensordot(weights, alone[30:39], axes=1)
    np.testing.assert_allclose(fast_coherence(x, y, SFREQ).power[0, 34], by_hand, rtol=1e-4)


def test_a_flat_stretch_is_masked_and_the_log_stays_finite_elsewhere():
    x = eeg_like(40, 5)
    x[4000:5000] = 0.0
    made = fast_power(x, SFREQ)
    assert np.isnan(made.power[:, 502:623]).all()
    assert np.isfinite(made.log_power[:, :490]).all()
    assert made.cone[495] > 1


def test_blocks_follow_each_other():
    x = eeg_like(260, 6)
    blocks = list(power_blocks(lambda a, b: (x[a:b],), x.size, SFREQ, start=5.0, channel="C3"))
    assert len(blocks) > 1
    times = np.concatenate([b.times for b in blocks])
    np.testing.assert_allclose(times, 5 + np.arange(260 * 25) / 25)
    assert {b.channel for b in blocks} == {"C3"}

"""Maps of values over time and frequency, as networks read them."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.networks.time_frequency import coherence_maps, relative_power_maps
from sleepscope.networks.wtc_cnn_2d import RemWtcCnn2d, SpindleWtcCnn2d

SFREQ = 100.0
GRID = SpindleWtcCnn2d.grid
EYES = RemWtcCnn2d.grid


def _noise(seconds: float, seed: int = 0, sfreq: float = SFREQ) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 10, round(seconds * sfreq))


def _with_burst(freq: float, onset: float) -> np.ndarray:
    signal = _noise(60)
    times = np.arange(signal.size) / SFREQ
    inside = (times >= onset) & (times < onset + 1)
    signal[inside] += 60 * np.sin(2 * np.pi * freq * times[inside])
    return signal


def test_a_burst_stands_out_at_its_frequency_and_time() -> None:
    maps = relative_power_maps(_with_burst(13.0, 30.0), SFREQ, GRID)
    row, column = np.unravel_index(np.argmax(maps[0]), maps[0].shape)
    assert GRID.freqs[row] == pytest.approx(13.0, rel=0.08)
    assert column / GRID.sfreq_out == pytest.approx(30.5, abs=0.5)
    assert maps[0, row, column] > 2


def test_power_relative_to_its_background_does_not_know_the_gain() -> None:
    signal = _with_burst(13.0, 30.0)
    maps = relative_power_maps(signal, SFREQ, GRID)
    louder = relative_power_maps(3.0 * signal, SFREQ, GRID)
    # Troughs reach down to what is added before the logarithm.
    np.testing.assert_allclose(louder, maps, atol=0.2)


def test_nothing_is_seen_where_nothing_was_recorded() -> None:
    signal = _noise(60)
    signal[3000:4000] = np.nan
    maps = relative_power_maps(signal, SFREQ, GRID)
    assert np.isfinite(maps).all()
    np.testing.assert_array_equal(maps[:, :, 380:495], 0.0)


def test_opposite_eyes_are_coherent_with_opposite_phase() -> None:
    signal = _noise(60, sfreq=50.0)
    maps = coherence_maps(signal, -1.5 * signal, 50.0, EYES)
    inner = maps[:, :, 500:-500]
    np.testing.assert_allclose(inner[0], 1.0, atol=1e-3)
    np.testing.assert_allclose(inner[1], -1.0, atol=1e-3)
    assert np.abs(inner[2]).max() < 0.05
    assert (inner[4] > inner[3]).all()


def test_exchanged_eyes_turn_the_sine_and_exchange_the_powers() -> None:
    left, right = _noise(60, 1, 50.0), _noise(60, 2, 50.0)
    one, other = coherence_maps(left, right, 50.0, EYES), coherence_maps(right, left, 50.0, EYES)
    np.testing.assert_allclose(other[0], one[0], atol=1e-4)
    np.testing.assert_allclose(other[2], -one[2], atol=1e-3)
    np.testing.assert_allclose(other[[4, 3]], one[[3, 4]], atol=1e-3)


def test_missing_eyes_leave_finite_maps() -> None:
    left, right = _noise(60, 1, 50.0), _noise(60, 2, 50.0)
    right[1000:2000] = np.nan
    assert np.isfinite(coherence_maps(left, right, 50.0, EYES)).all()

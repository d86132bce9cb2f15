"""Spindles wax and wane at 11-16 Hz between their borders."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.simulate.electrodes import ELECTRODES
from sleepscope.simulate.spindles import BORDER, Spindle, simulate_spindles, spindle_wave

TIMES = np.arange(0, 4, 1 / 256)


def _spindle(chirp: float = 0.0) -> Spindle:
    return Spindle(1.0, 1.0, 13.0, chirp, 40.0, 0.0, np.ones(len(ELECTRODES)))


def test_envelope_is_a_fifth_of_its_height_at_the_borders() -> None:
    wave = spindle_wave(_spindle(), TIMES)
    inside = np.abs(wave[(TIMES >= 1.0) & (TIMES < 2.0)]).max()
    outside = np.abs(wave[(TIMES < 1.0) | (TIMES >= 2.0)]).max()
    assert np.ptp(wave) == pytest.approx(40.0, rel=0.05)
    assert outside <= BORDER * inside * 1.01


def test_spindle_oscillates_at_its_frequency() -> None:
    spectrum = np.abs(np.fft.rfft(spindle_wave(_spindle(), TIMES)))
    assert np.fft.rfftfreq(len(TIMES), 1 / 256)[spectrum.argmax()] == pytest.approx(13.0, abs=0.3)


def test_negative_chirp_slows_the_spindle_down() -> None:
    wave = spindle_wave(_spindle(chirp=-3.0), TIMES)
    rising = TIMES[1:][(wave[1:] > 0) & (wave[:-1] <= 0)]
    rising = rising[(rising > 1.0) & (rising < 2.0)]
    periods = np.diff(rising)
    assert periods[-1] > periods[0]


def test_spindles_keep_their_distance_and_limits() -> None:
    rng = np.random.default_rng(0)
    spindles = simulate_spindles(rng, [(0.0, 1200.0)], 6.0, 40.0)
    onsets = np.array([s.onset for s in spindles])
    assert 80 <= len(spindles) <= 160
    assert np.diff(onsets).min() >= 3.0
    assert all(0.5 <= s.duration <= 2.0 and 11.0 <= s.frequency <= 16.0 for s in spindles)
    assert all(20.0 <= s.amplitude <= 70.0 for s in spindles)
    assert all(s.gains.max() == pytest.approx(1.0) for s in spindles)


def test_no_rate_makes_no_spindles() -> None:
    assert simulate_spindles(np.random.default_rng(0), [(0.0, 600.0)], 0.0, 40.0) == []

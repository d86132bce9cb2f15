"""A ruler reads what was drawn: sines of known length, height and frequency."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.signals.measure import measure


def sine(frequency: float, seconds: float, sfreq: float = 256.0, phase: float = 0.0) -> np.ndarray:
    times = np.arange(round(seconds * sfreq)) / sfreq
    return np.sin(2 * np.pi * frequency * times + phase)


@pytest.mark.parametrize("sfreq", [100.0, 256.0, 500.0])
@pytest.mark.parametrize("frequency", [0.9, 4.0, 13.0, 22.3])
@pytest.mark.parametrize("phase", [0.0, 1.0, 3.0])
def test_a_sine_has_its_frequency_height_and_cycles(
    sfreq: float, frequency: float, phase: float
) -> None:
    read = measure(40 * sine(frequency, 4.0, sfreq, phase), sfreq)
    assert read.duration == read.recorded == 4.0
    assert read.frequency == pytest.approx(frequency, rel=0.03)
    assert read.cycles == pytest.approx(4 * frequency, rel=0.03)
    # Samples may miss a peak: at 100 Hz one of 22.3 Hz by up to 0.25 of it.
    assert 80 * np.cos(np.pi * frequency / sfreq) <= read.peak_to_peak <= 80.0


def test_an_offset_changes_nothing() -> None:
    plain = measure(sine(13.0, 1.0), 256.0)
    shifted = measure(sine(13.0, 1.0) + 40_000.0, 256.0)
    assert shifted.frequency == pytest.approx(plain.frequency, rel=1e-6)
    assert shifted.peak_to_peak == pytest.approx(plain.peak_to_peak, rel=1e-6)


def test_noise_on_a_slow_wave_is_no_wave() -> None:
    noise = 0.02 * np.random.default_rng(0).standard_normal(4 * 256)
    read = measure(sine(1.0, 4.0) + noise, 256.0)
    assert read.frequency == pytest.approx(1.0, rel=0.03)


def test_gaps_are_left_out_of_frequency_and_cycles() -> None:
    samples = 30 * sine(10.0, 4.0)
    samples[256 : 2 * 256 + 13] = np.nan
    read = measure(samples, 256.0)
    assert read.duration == 4.0
    assert read.recorded == pytest.approx(3.0 - 13 / 256)
    assert read.frequency == pytest.approx(10.0, rel=0.02)
    assert read.cycles == pytest.approx(10.0 * read.recorded, rel=0.02)
    assert read.peak_to_peak == pytest.approx(60.0, rel=0.01)


@pytest.mark.parametrize("samples", [np.zeros(0), np.full(100, np.nan)])
def test_nothing_recorded_has_a_duration_alone(samples: np.ndarray) -> None:
    read = measure(samples, 100.0)
    assert read.duration == len(samples) / 100
    assert (read.recorded, read.cycles) == (0.0, 0.0)
    assert np.isnan(read.peak_to_peak)
    assert np.isnan(read.frequency)


@pytest.mark.parametrize("samples", [np.full(100, 7.0), np.arange(100.0), np.array([3.0])])
def test_what_does_not_swing_has_no_frequency(samples: np.ndarray) -> None:
    read = measure(samples, 100.0)
    assert np.isnan(read.frequency)
    assert read.cycles == 0.0
    assert read.peak_to_peak == samples.max() - samples.min()


def test_two_axes_or_no_rate_are_refused() -> None:
    with pytest.raises(ValueError, match="1 axis, not 2"):
        measure(np.zeros((2, 5)), 100.0)
    with pytest.raises(ValueError, match="above 0 Hz, not 0"):
        measure(np.zeros(5), 0.0)


def test_a_spindle_on_a_slow_wave_is_counted() -> None:
    samples = 60 * sine(0.8, 1.2) + 20 * sine(13.0, 1.2)
    read = measure(samples, 256.0)
    assert read.frequency == pytest.approx(13.0, rel=0.05)

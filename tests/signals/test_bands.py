"""Short band-pass filters and their envelopes."""

from __future__ import annotations

import numpy as np

from sleepscope.signals.bands import Spectrum, band_kernel, fast_length, smooth, smoothing_kernel


def test_fast_lengths_have_no_prime_factor_above_five():
    for n in (1, 7, 11, 97, 1021, 60001):
        length = fast_length(n)
        assert n <= length < 2 * n + 1
        for prime in (2, 3, 5):
            while length % prime == 0:
                length //= prime
        assert length == 1


def test_the_envelope_of_a_sigma_wave_is_its_amplitude():
    times = np.arange(2000) / 100
    signal = 20 * np.sin(2 * np.pi * 13.5 * times)
    kernel = band_kernel(100.0, 11.0, 16.0, 1.0)
    envelope = np.abs(Spectrum(signal, kernel.size).filtered(kernel))
    np.testing.assert_allclose(envelope[100:-100], 20, rtol=0.05)


def test_a_slow_wave_and_an_offset_leave_no_sigma():
    times = np.arange(2000) / 100
    signal = 500 + 100 * np.sin(2 * np.pi * 1.0 * times)
    kernel = band_kernel(100.0, 11.0, 16.0, 1.0)
    envelope = np.abs(Spectrum(signal, kernel.size).filtered(kernel))
    assert envelope[100:-100].max() < 0.5


def test_an_offset_does_not_leak_in_at_the_ends():
    kernel = band_kernel(100.0, 0.5, 20.0, 2.0)
    filtered = Spectrum(np.full(1000, 300.0), kernel.size).filtered(kernel)
    assert np.abs(filtered).max() < 1e-3


def test_a_filter_knows_nothing_beyond_its_length():
    kernel = band_kernel(100.0, 11.0, 16.0, 1.0)
    signal = np.random.default_rng(0).normal(size=1000)
    changed = signal.copy()
    changed[500] += 1000
    first, second = (Spectrum(s, kernel.size).filtered(kernel) for s in (signal, changed))
    moved = np.flatnonzero(np.abs(first - second) > 1e-2)
    assert moved.min() >= 500 - kernel.size // 2
    assert moved.max() <= 500 + kernel.size // 2


def test_smoothing_does_not_delay():
    signal = np.zeros(301)
    signal[150] = 1.0
    assert int(np.argmax(smooth(signal, smoothing_kernel(100.0, 1.0)))) == 150


def test_fast_length_is_the_smallest_with_factors_2_3_5() -> None:
    def smooth(n: int) -> bool:
        for factor in (2, 3, 5):
            while n % factor == 0:
                n //= factor
        return n == 1

    for n in range(1, 700):
        expected = next(k for k in range(n, 2 * n + 1) if smooth(k))
        assert fast_length(n) == expected

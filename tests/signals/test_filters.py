"""Display filters: no shift, no dependence on the slice, no spread of gaps."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sleepscope.errors import SettingsError
from sleepscope.signals.filters import (
    NOTCH_QUALITY,
    RAW,
    FilterSettings,
    apply,
    display_filter,
    run_in_seconds,
)

SFREQ = 256.0
EEG = FilterSettings(0.3, 35.0, 50.0)


def wandering(seconds: float, seed: int = 0) -> NDArray[np.float64]:
    """Noise of about 50 µV on an electrode offset of 300 µV."""
    rng = np.random.default_rng(seed)
    n = round(seconds * SFREQ)
    slow = np.cumsum(rng.standard_normal(n))
    return 300.0 + 0.5 * slow + 20.0 * rng.standard_normal(n)


def sine(freq: float, seconds: float = 20.0) -> NDArray[np.float64]:
    return np.sin(2 * np.pi * freq * np.arange(round(seconds * SFREQ)) / SFREQ)


def test_filter_is_the_forward_backward_butterworth_of_scipy() -> None:
    scipy_signal = pytest.importorskip("scipy.signal")
    signal = wandering(120)
    expected = signal
    for corner, kind in ((0.3, "highpass"), (35.0, "lowpass")):
        sos = scipy_signal.butter(2, corner, kind, fs=SFREQ, output="sos")
        expected = scipy_signal.sosfiltfilt(sos, expected)
    notch = scipy_signal.iirnotch(50.0, NOTCH_QUALITY, fs=SFREQ)
    expected = scipy_signal.filtfilt(*notch, expected)
    inner = slice(round(15 * SFREQ), -round(15 * SFREQ))
    # 0.05 µV of some 50: what is left of the different treatment of the far ends.
    assert np.abs(apply(signal, SFREQ, EEG) - expected)[inner].max() < 0.05


@pytest.mark.parametrize(
    "settings",
    [EEG, FilterSettings(10.0, 100.0), FilterSettings(0.1, 15.0), FilterSettings(None, 35.0)],
)
def test_page_edges_equal_the_whole_trace(settings: FilterSettings) -> None:
    signal = wandering(300)
    whole = apply(signal, SFREQ, settings)
    run_in = run_in_seconds(settings)
    first, behind = round(100 * SFREQ), round(130 * SFREQ)
    read_first, read_behind = first - round(run_in * SFREQ), behind + round(run_in * SFREQ)
    page = apply(signal[read_first:read_behind], SFREQ, settings)
    page = page[first - read_first : behind - read_first]
    # The run-in ends when the response has fallen to 0.03 %: of steps of some 100 µV, 0.05 µV.
    assert np.abs(page - whole[first:behind]).max() < 0.05


def test_waves_are_not_shifted() -> None:
    signal = sine(13.0)
    filtered = apply(signal, SFREQ, FilterSettings(0.3, 35.0))
    lags = np.arange(-5, 6)
    inner = slice(1000, -1000)
    match = [np.dot(signal[inner], np.roll(filtered, lag)[inner]) for lag in lags]
    assert lags[int(np.argmax(match))] == 0


@pytest.mark.parametrize(
    ("freq", "settings"),
    [(0.3, FilterSettings(0.3)), (35.0, FilterSettings(None, 35.0))],
)
def test_corner_is_at_half_the_amplitude(freq: float, settings: FilterSettings) -> None:
    filtered = apply(sine(freq, 120), SFREQ, settings)
    middle = filtered[len(filtered) // 4 : -len(filtered) // 4]
    assert np.abs(middle).max() == pytest.approx(0.5, abs=0.01)


def test_notch_removes_mains_and_leaves_spindles() -> None:
    settings = FilterSettings(notch=50.0)
    inner = slice(1500, -1500)
    assert np.abs(apply(sine(50.0), SFREQ, settings)[inner]).max() < 0.01
    assert np.abs(apply(sine(13.0), SFREQ, settings) - sine(13.0))[inner].max() < 0.01


def test_offset_goes_with_the_high_pass() -> None:
    assert np.abs(apply(np.full(5000, 400.0), SFREQ, EEG)).max() < 1e-6


def test_gap_does_not_spread_and_pieces_are_filtered_on_their_own() -> None:
    signal = wandering(60)
    signal[5000:6000] = np.nan
    filtered = apply(signal, SFREQ, EEG)
    assert np.array_equal(np.isnan(filtered), np.isnan(signal))
    assert np.allclose(filtered[:5000], apply(signal[:5000], SFREQ, EEG))
    assert np.allclose(filtered[6000:], apply(signal[6000:], SFREQ, EEG))


def test_corners_at_or_above_nyquist_are_dropped() -> None:
    assert FilterSettings(0.3, 35.0, 50.0).below_nyquist(64.0) == FilterSettings(0.3)
    assert FilterSettings(0.3, 35.0, 50.0).below_nyquist(70.0) == FilterSettings(0.3)
    signal = wandering(10)
    assert np.array_equal(apply(signal, 64.0, FilterSettings(None, 35.0)), signal)


def test_signal_is_not_written_to() -> None:
    signal = wandering(10)
    before = signal.copy()
    apply(signal, SFREQ, EEG)
    apply(signal, SFREQ, RAW)[0] = 0.0
    assert np.array_equal(signal, before)


@pytest.mark.parametrize("n", [0, 1, 2, 7])
def test_a_few_samples_are_filtered_too(n: int) -> None:
    filtered = apply(np.arange(float(n)), SFREQ, EEG)
    assert len(filtered) == n
    assert np.isfinite(filtered).all()


def test_single_precision_stays_and_agrees() -> None:
    signal = wandering(30) - 300.0
    light = apply(signal.astype(np.float32), SFREQ, EEG)
    assert light.dtype == np.float32
    assert np.abs(light - apply(signal, SFREQ, EEG)).max() < 0.01


def test_display_filters_are_those_of_the_manual() -> None:
    assert display_filter("EEG", 50.0) == FilterSettings(0.3, 35.0, 50.0)
    assert display_filter("EMG") == FilterSettings(10.0, 100.0)
    assert display_filter("SPO2").is_raw


@pytest.mark.parametrize(
    ("corners", "named"),
    [((0.0, None, None), "highpass"), ((None, float("nan"), None), "lowpass"),
     ((40.0, 35.0, None), "35 Hz")],
)  # fmt: skip
def test_impossible_corners_are_refused(
    corners: tuple[float | None, float | None, float | None], named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        FilterSettings(*corners)


def test_channels_together_are_filtered_as_each_alone() -> None:
    signals = np.stack([wandering(40) + 10 * k for k in range(6)]).astype(np.float32)
    signals[5, 3000:4000] = np.nan
    together = apply(signals, SFREQ, EEG)
    assert together.dtype == np.float32
    for row, filtered in zip(signals, together, strict=True):
        assert np.allclose(filtered, apply(row, SFREQ, EEG), atol=1e-3, equal_nan=True)
    assert apply(signals[:0], SFREQ, EEG).shape == (0, signals.shape[1])

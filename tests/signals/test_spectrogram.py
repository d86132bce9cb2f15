"""The spectrogram shows planted sines where they are, and leaves gaps empty."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sleepscope.progress import finish
from sleepscope.signals.spectrogram import (
    MOST_COLUMNS,
    Spectrogram,
    column_seconds,
    compute_spectrogram,
)

SFREQ = 100.0


def of(signal: NDArray[np.float64], sfreq: float = SFREQ) -> Spectrogram:
    return finish(compute_spectrogram(lambda a, b: signal[a:b], signal.size, sfreq))


def sine(seconds: float, hertz: float, amplitude: float, sfreq: float = SFREQ) -> NDArray:
    return amplitude * np.sin(2 * np.pi * hertz * np.arange(round(seconds * sfreq)) / sfreq)


def test_sines_peak_at_their_frequency_while_they_last() -> None:
    made = of(np.concatenate([sine(300, 2.0, 50.0), sine(300, 13.0, 20.0)]))
    peaks = made.freqs[made.power.argmax(axis=0)]
    half = round(300 / made.step)
    assert set(peaks[: half - 1]) == {2.0}
    assert set(peaks[half + 1 :]) == {13.0}


def test_power_summed_over_frequency_is_the_variance() -> None:
    made = of(sine(600, 10.0, 30.0))
    total = (10 ** (made.power.astype(float) / 10)).sum(axis=0) * (made.freqs[1] - made.freqs[0])
    assert total == pytest.approx(np.full(total.size, 30.0**2 / 2), rel=0.01)


def test_density_equals_scipy() -> None:
    from scipy import signal as scipy_signal

    noise = np.random.default_rng(1).normal(0, 10, round(5 * SFREQ))
    made = of(noise)
    _, density = scipy_signal.welch(
        noise[: round(5 * SFREQ)], SFREQ, window="hann", nperseg=400, noverlap=200,
        detrend="constant",
    )  # fmt: skip
    wanted = 10 * np.log10(np.maximum(density[: made.freqs.size], 1e-6))
    assert made.power[:, 0] == pytest.approx(wanted, abs=0.01)


def test_gap_is_left_empty_and_its_neighbours_are_not() -> None:
    signal = np.random.default_rng(2).normal(0, 10, round(600 * SFREQ))
    signal[round(200 * SFREQ) : round(300 * SFREQ)] = np.nan
    made = of(signal)
    empty = np.flatnonzero(np.isnan(made.power).all(axis=0)) * made.step
    assert empty.min() == pytest.approx(200, abs=made.step)
    assert empty.max() + made.step == pytest.approx(300, abs=made.step)
    assert np.isfinite(made.power[:, :39]).all()
    assert np.isfinite([made.low, made.high]).all()


def test_blocks_leave_no_seam() -> None:
    signal = np.random.default_rng(3).normal(0, 10, round(1500 * SFREQ))
    reads: list[tuple[int, int]] = []

    def read(first: int, behind: int) -> NDArray[np.float64]:
        reads.append((first, behind))
        return signal[first:behind]

    steps = list(compute_spectrogram(read, signal.size, SFREQ))
    assert len(steps) == len(reads) > 1
    assert max(b - a for a, b in reads) <= 610 * SFREQ
    assert np.isfinite(of(signal).power).all()


def test_slow_channel_ends_at_its_nyquist_rate() -> None:
    assert of(sine(600, 2.0, 1.0, 20.0), 20.0).freqs[-1] == 10.0


@pytest.mark.parametrize("n_samples", [0, 1, 399])
def test_too_short_for_one_window_is_empty(n_samples: int) -> None:
    assert np.isnan(of(np.ones(n_samples)).power).all()


def test_flat_channel_has_the_least_power_and_a_range() -> None:
    made = of(np.full(30_000, 7.0))
    assert (made.power == -60.0).all()
    assert made.high > made.low


def test_columns_do_not_grow_with_the_recording() -> None:
    for hours in (0.1, 1, 8, 24, 72):
        assert hours * 3600 / column_seconds(hours * 3600) <= MOST_COLUMNS

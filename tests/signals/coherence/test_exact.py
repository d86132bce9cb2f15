"""The exact coherence against the reference code and against what must hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sleepscope.errors import SettingsError
from sleepscope.signals.coherence import exact_coherence
from sleepscope.signals.coherence.settings import FOURIER_FACTOR
from tests.signals.coherence.made_signals import SFREQ, eeg_like, related


@pytest.fixture
def oracles(real_data: Path) -> Path:
    """The folder of the reference code's results."""
    folder = real_data.parent / "oracles" / "wavelet_coherence"
    if not folder.is_dir():
        pytest.skip("no golden values")
    return folder


@pytest.mark.real_data
def test_an_eeg_like_pair_has_the_coherence_and_cone_of_the_reference(oracles: Path):
    golden = np.load(oracles / "eeg_like_5s_200hz.npz")
    made = exact_coherence(golden["a"], golden["b"], 200.0, freqs=1 / golden["period"])
    np.testing.assert_allclose(made.coherence, golden["coherence"], rtol=0, atol=1e-10)
    np.testing.assert_allclose(1 / made.cone, golden["coi"], rtol=0, atol=1e-10)


@pytest.mark.real_data
def test_signals_of_different_spans_have_the_coherence_of_the_reference(oracles: Path):
    golden = np.load(oracles / "ao_bmi.npz")
    ao, bmi = golden["ao"], golden["bmi_percentile_transformed"]
    made = exact_coherence(
        ao[:, 1], bmi[:, 1], 1.0, freqs=1 / golden["period"], starts=(ao[0, 0], bmi[0, 0])
    )
    np.testing.assert_allclose(made.coherence, golden["coherence"], rtol=0, atol=1e-10)
    np.testing.assert_allclose(1 / made.cone, golden["coi"], rtol=0, atol=1e-10)
    np.testing.assert_array_equal(made.times, golden["t"])


def test_a_signal_is_coherent_with_itself_everywhere():
    x = eeg_like(10, seed=3)
    made = exact_coherence(x, x, SFREQ)
    np.testing.assert_allclose(made.coherence, 1, atol=1e-12)
    np.testing.assert_allclose(made.phase, 0, atol=1e-12)
    np.testing.assert_allclose(np.abs(exact_coherence(x, -x, SFREQ).phase), np.pi, atol=1e-12)


def test_the_coherence_does_not_depend_on_gain_or_offset():
    x, y = related(10)
    plain = exact_coherence(x, y, SFREQ)
    scaled = exact_coherence(1e-3 * x + 5, 400 * y - 100, SFREQ)
    np.testing.assert_allclose(scaled.coherence, plain.coherence, atol=1e-9)


def test_swapping_the_channels_negates_the_phase():
    x, y = related(10)
    there, back = exact_coherence(x, y, SFREQ), exact_coherence(y, x, SFREQ)
    np.testing.assert_allclose(back.coherence, there.coherence, atol=1e-12)
    np.testing.assert_allclose(back.phase, -there.phase, atol=1e-9)


def test_two_transforms_worked_by_hand_give_the_same_coherence():
    """The definition once more, as sums over time in place of Fourier transforms."""
    x, y = related(8)
    made = exact_coherence(x, y, SFREQ)
    dt, n = 1 / SFREQ, x.size
    times = np.arange(1 - n // 2, n // 2) * dt  # an odd number
    rows = range(20, 31)  # one row and all that are smoothed into it
    spectra = np.zeros((3, len(rows), n), dtype=complex)
    for k, row in enumerate(rows):
        scale = 1 / (FOURIER_FACTOR * made.freqs[row])
        wavelet = np.exp(6j * times / scale - 0.5 * (times / scale) ** 2)
        w_x, w_y = (np.convolve(s - s.mean(), wavelet, "same") / scale for s in (x, y))
        gauss = np.exp(-0.5 * (times / scale) ** 2)
        parts = (abs(w_x) ** 2, abs(w_y) ** 2, w_x * w_y.conj())
        for kind, part in enumerate(parts):
            spectra[kind, k] = np.convolve(part, gauss / gauss.sum(), "same")
    weights = np.array([0.6, 1, 1, 1, 1, 1, 1, 1, 0.6])
    p_x, p_y, cross = np.tensordot(weights, spectra[:, 1:-1], axes=(0, 1))
    middle = slice(n // 4, 3 * n // 4)
    by_hand = abs(cross) ** 2 / (p_x * p_y).real
    np.testing.assert_allclose(made.coherence[25, middle], by_hand[middle], atol=1e-6)
    np.testing.assert_allclose(made.phase[25, middle], np.angle(cross)[middle], atol=1e-6)


def test_the_power_of_a_sine_does_not_depend_on_its_frequency():
    times = np.arange(0, 40, 1 / SFREQ)
    for row in (30, 50):
        freq = 64 / 2 ** (row / 12)
        made = exact_coherence(3 * np.sin(2 * np.pi * freq * times), eeg_like(40, 1), SFREQ)
        assert abs(np.nanargmax(made.power[0, :, 4000]) - row) <= 1
        assert made.power[0, row, 4000] == pytest.approx(0.59 * 4.5, rel=0.01)


def test_frequencies_that_a_slow_signal_cannot_hold_are_left_out():
    slow = eeg_like(20, 1, sfreq=50.0)
    freqs = exact_coherence(slow, slow, 50.0).freqs
    assert freqs.max() == pytest.approx(16)
    assert freqs.min() == pytest.approx(1.0)
    with pytest.raises(SettingsError, match="needs signals of more than"):
        exact_coherence(slow, slow, 2.0)


def test_signals_that_share_no_time_are_refused():
    x = eeg_like(5, 1)
    with pytest.raises(SettingsError, match="share none"):
        exact_coherence(x, x, SFREQ, starts=(0.0, 6.0))

"""How loud each band is: blind to gain, gap and cut; alpha is told from a spindle."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.networks.spindle_bands import BANDS, band_rows
from sleepscope.networks.spindle_unet import SpindleUnet

RATE = 100.0


@pytest.fixture(scope="module")
def noise() -> np.ndarray:
    """Five minutes of noise that falls with frequency, µV."""
    rng = np.random.default_rng(0)
    return np.convolve(rng.normal(size=30_099), np.exp(-np.arange(100) / 15), "valid") * 5


def with_burst(noise: np.ndarray, freq: float) -> np.ndarray:
    """A burst of one second at 150 s."""
    times = np.arange(noise.size) / RATE
    return noise + 40 * np.sin(2 * np.pi * freq * times) * np.exp(-(((times - 150) / 0.4) ** 2))


def rows(signal: np.ndarray) -> np.ndarray:
    return band_rows(signal, np.ones(signal.size, bool), RATE)


@pytest.mark.parametrize(("freq", "band"), [(2, 0), (6, 1), (9.5, 2), (12, 3), (14.5, 4), (18, 5)])
def test_a_burst_is_loudest_in_its_own_band(noise, freq, band):
    moment = 15_000
    louder = rows(with_burst(noise, freq))[:6, moment] - rows(noise)[:6, moment]
    assert BANDS[band][0] <= freq < BANDS[band][1]
    assert int(np.argmax(louder)) == band


def test_the_share_of_sigma_rises_with_a_spindle_and_falls_with_alpha(noise):
    usual = rows(noise)[-1, 15_000]
    assert rows(with_burst(noise, 13))[-1, 15_000] > usual + 0.5
    assert rows(with_burst(noise, 9))[-1, 15_000] < usual - 0.5


@pytest.mark.parametrize("gain", [0.2, 5.0, -1.0])
def test_rows_do_not_know_gain_or_polarity(noise, gain):
    np.testing.assert_allclose(rows(gain * noise), rows(noise), atol=1e-3)


def test_a_network_that_looks_at_bands_sees_nothing_in_a_gap_and_no_cut(noise):
    network = SpindleUnet(width=4, inputs=(1, 4, 11)).eval()
    signal = np.tile(noise, 2)[None].copy()
    signal[0, 40_000:41_000] = np.nan
    whole = network.prepare(signal)
    assert whole.shape == (12, 60_000)
    assert np.isfinite(whole).all()
    assert not whole[:, 40_000:41_000].any()
    inner = network.prepare(signal[:, 10_000:])
    reach = round(network.run_in * RATE)
    np.testing.assert_allclose(inner[:, reach:], whole[:, 10_000 + reach :], atol=2e-3)
    assert np.isfinite(network.prepare(np.zeros((1, 3000)))).all()

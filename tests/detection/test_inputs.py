"""Stretches of a recording on the network's grid."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from sleepscope.detection.inputs import (
    CLIPPED,
    FLAT,
    MISSING,
    input_length,
    read_samples,
    read_stretch,
)
from sleepscope.networks.spindle_unet import SpindleUnet
from tests.detection.conftest import noise


@pytest.mark.parametrize("sfreq", [50.0, 100.0, 199.98, 256.0])
def test_any_cut_gives_the_same_samples(make_recording, sfreq):
    signal = noise(60, sfreq)
    signal[round(20 * sfreq) : round(22 * sfreq)] = 1.0
    recording = make_recording(C3=(signal, sfreq))
    n = input_length(recording, ("C3",), 100.0)
    whole = read_samples(recording, ("C3",), 100.0, 0, n)
    cut = read_samples(recording, ("C3",), 100.0, 1700, 2103)
    np.testing.assert_array_equal(cut.state, whole.state[1700:2103])
    np.testing.assert_allclose(cut.signals, whole.signals[:, 1700:2103], atol=1e-9)
    assert cut.start == 17.0


def test_states_tell_what_is_wrong_and_the_signal_is_nan_there(make_recording):
    signal = noise(60, 200.0)
    signal[2000:2400] = np.nan
    signal[4000:4400] = 0.0
    signal[8000:8010] = 500.0
    recording = make_recording(C3=(signal, 200.0))
    stretch = read_samples(recording, ("C3",), 100.0, 0, 6000)
    assert (stretch.state[1000:1200] == MISSING).all()
    assert (stretch.state[2000:2200] == FLAT).all()
    assert (stretch.state[4000:4005] == CLIPPED).all()
    np.testing.assert_array_equal(np.isnan(stretch.signals[0]), stretch.state > 0)


def test_an_amplifier_at_a_limit_below_that_of_the_file_is_clipped_in_any_cut(make_recording):
    times = np.arange(60 * 200) / 200.0
    signal = noise(60, 200.0) + 150 * np.sin(2 * np.pi * times) * (np.abs(times - 30) < 5)
    recording = make_recording(C3=(np.minimum(signal, 100.0), 200.0))
    whole = read_samples(recording, ("C3",), 100.0, 0, 6000)
    assert (whole.state[2600:3400] == CLIPPED).mean() > 0.5
    assert (whole.state[:2400] == 0).all()
    cut = read_samples(recording, ("C3",), 100.0, 2630, 2970)
    np.testing.assert_array_equal(cut.state, whole.state[2630:2970])


def test_an_electrode_that_is_off_is_flat_in_any_cut(make_recording):
    signal = noise(60, 200.0)
    signal[4000:8000] *= 0.05 / signal[4000:8000].std()  # the amplifier's own noise
    recording = make_recording(C3=(signal, 200.0))
    whole = read_samples(recording, ("C3",), 100.0, 0, 6000)
    assert (whole.state[2100:3900] == FLAT).all()
    assert (whole.state[:1900] == 0).all()
    cut = read_samples(recording, ("C3",), 100.0, 2030, 2970)
    np.testing.assert_array_equal(cut.state, whole.state[2030:2970])


def test_mains_without_an_electrode_is_flat(make_recording):
    times = np.arange(60 * 256) / 256
    mains = 20 * np.sin(2 * np.pi * 50 * times) + noise(60, 256.0) * 1e-3
    stretch = read_samples(make_recording(C3=(mains, 256.0)), ("C3",), 100.0, 200, 5800)
    assert (stretch.state == FLAT).all()


def test_two_channels_of_different_rates_lie_on_one_grid(make_recording):
    times = {rate: np.arange(30 * rate) / rate for rate in (128, 256)}
    recording = make_recording(
        E1=(np.sin(2 * np.pi * times[256]), 256.0, "EOG"),
        E2=(np.sin(2 * np.pi * times[128]), 128.0, "EOG"),
    )
    stretch = read_samples(recording, ("E1", "E2"), 100.0, 500, 2500)
    np.testing.assert_allclose(stretch.signals[0], stretch.signals[1], atol=1e-3)


def test_a_stretch_for_a_network_has_its_run_in_and_its_alignment(make_recording):
    recording = make_recording(C3=(noise(400, 100.0), 100.0))
    torch.manual_seed(0)
    network = SpindleUnet(width=4).eval()
    stretch = read_stretch(recording, ("C3",), network, 200.3, 204.0)
    assert stretch.first % network.alignment == 0
    assert stretch.start <= 200.3 - network.run_in
    assert stretch.start + stretch.signals.shape[1] / 100 >= 204.0 + network.run_in
    whole = network.tracks(network.prepare(noise(400, 100.0)[None])).probability
    part = network.tracks(network.prepare(stretch.signals)).probability
    low, high = round(200.32 * 25), 204 * 25
    offset = stretch.first // 4
    np.testing.assert_allclose(part[low - offset : high - offset], whole[low:high], atol=1e-3)


def test_a_stretch_at_the_ends_is_cut_to_the_recording(make_recording):
    recording = make_recording(C3=(noise(30, 100.0), 100.0))
    stretch = read_stretch(recording, ("C3",), SpindleUnet(width=4), 0.0, 30.0)
    assert (stretch.first, stretch.signals.shape) == (0, (1, 3000))

"""The spindle U-Net: features without gain, dense answers, nothing that depends on the cut."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from sleepscope.networks.spindle_unet import SpindleUnet


@pytest.fixture(scope="module")
def network() -> SpindleUnet:
    torch.manual_seed(0)
    return SpindleUnet(width=8).eval()


@pytest.fixture(scope="module")
def signal() -> np.ndarray:
    """Ten minutes of falling-spectrum noise with a gap and a spindle at 300 s, µV."""
    rng = np.random.default_rng(0)
    signal = np.convolve(rng.normal(size=60_099), np.exp(-np.arange(100) / 15), "valid") * 5
    times = np.arange(60_000) / 100
    signal += 40 * np.sin(2 * np.pi * 13 * times) * np.exp(-(((times - 300) / 0.4) ** 2))
    signal[45_000:45_500] = np.nan
    return signal[None]


def test_one_head_for_each_expert_and_one_for_their_union(network):
    logits = network(torch.zeros(2, 4, 800))
    assert logits.shape == (2, 3, 200)
    assert network.heads == ("expert 1", "expert 2", "union")
    torch.testing.assert_close(network.event_logit(logits), logits[:, 2])
    assert network.stride == 4


def test_the_shipped_size_has_some_fifty_nine_thousand_weights():
    assert 50_000 < SpindleUnet().n_parameters < 65_000


@pytest.mark.parametrize("n", [1, 3, 15, 16, 17, 803])
def test_any_length_gets_one_answer_for_every_four_samples(network, n):
    assert network.tracks(np.zeros((4, n), np.float32)).probability.shape == (n // 4,)


def test_features_are_finite_over_gaps_and_flat_signal(network, signal):
    assert np.isfinite(network.prepare(signal)).all()
    assert np.isfinite(network.prepare(np.zeros((1, 3000)))).all()
    assert np.isfinite(network.prepare(np.full((1, 3000), np.nan))).all()


@pytest.mark.parametrize("gain", [0.1, 0.5, 3.0, 20.0])
def test_features_do_not_know_the_gain_of_the_recorder(network, signal, gain):
    np.testing.assert_allclose(network.prepare(gain * signal), network.prepare(signal), atol=0.02)


def test_an_offset_of_the_amplifier_changes_nothing(network, signal):
    np.testing.assert_allclose(network.prepare(signal + 900), network.prepare(signal), atol=0.01)


def test_the_sigma_envelope_rises_in_a_spindle(network, signal):
    envelope = network.prepare(signal)[2]
    assert envelope[29_980:30_020].min() > 1.0
    assert abs(np.median(envelope)) < 0.2


def test_a_stretch_says_what_the_whole_says_but_for_its_run_in(network, signal):
    run_in = int(network.run_in * network.sfreq)
    start = (14_000 // network.alignment) * network.alignment
    whole_features = network.prepare(signal)
    part_features = network.prepare(signal[:, start:44_000])
    inner = slice(start + run_in, 44_000 - run_in)
    np.testing.assert_allclose(
        part_features[:, run_in:-run_in], whole_features[:, inner], atol=2e-3
    )
    whole = network.tracks(whole_features).probability
    part = network.tracks(part_features).probability
    np.testing.assert_allclose(
        part[run_in // 4 : -run_in // 4], whole[inner.start // 4 : inner.stop // 4], atol=1e-4
    )


def test_the_explained_layer_is_deeper_than_the_head(network):
    layer = network.get_submodule(network.explained_layer)
    shapes = []
    handle = layer.register_forward_hook(lambda *args: shapes.append(args[2].shape))
    network(torch.zeros(1, 4, 1600))
    handle.remove()
    assert shapes == [(1, 26, 100)]  # 6.25 Hz

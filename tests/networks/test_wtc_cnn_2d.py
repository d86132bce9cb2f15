"""The 2D networks: rates, frequencies, pieces, and the published one by its numbers."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from sleepscope.networks import wtc_cnn_2d
from sleepscope.networks.published_cnn_2d import PublishedCnn2d, PublishedCnn2dEog
from sleepscope.networks.registry import build_network
from sleepscope.networks.time_frequency import TimeFrequencyNetwork
from sleepscope.networks.wtc_cnn_2d import RemWtcCnn2d, SpindleWtcCnn2d

ALL = (SpindleWtcCnn2d, RemWtcCnn2d, PublishedCnn2d, PublishedCnn2dEog)


@pytest.mark.parametrize("made", ALL)
def test_rows_are_the_frequencies_of_each_map(made: type[TimeFrequencyNetwork]) -> None:
    network = made()
    assert network.n_features == network.n_maps * network.freqs.size
    assert network.grid.sfreq_out * network.samples_per_feature == network.sfreq
    # Nothing of the grid is lost to the rate.
    assert network.grid.below_nyquist(network.sfreq).freqs.size == network.freqs.size
    features = torch.arange(network.n_features, dtype=torch.float32)[None, :, None]
    assert network.maps(features)[0, -1, 0, 0] == network.n_features - network.freqs.size


@pytest.mark.parametrize("made", [SpindleWtcCnn2d, RemWtcCnn2d])
def test_ten_answers_a_second_from_twenty_thousand_parameters(
    made: type[TimeFrequencyNetwork],
) -> None:
    network = made()
    assert network.output_sfreq >= 10
    assert 20_000 < network.n_parameters < 21_000


@pytest.mark.parametrize("made", [SpindleWtcCnn2d, RemWtcCnn2d])
def test_pieces_give_what_the_whole_gives(
    made: type[TimeFrequencyNetwork], monkeypatch: pytest.MonkeyPatch
) -> None:
    network = made().eval()
    rng = np.random.default_rng(0)
    features = rng.normal(size=(network.n_features, 250)).astype(np.float32)
    whole = network.tracks(features)
    monkeypatch.setattr(wtc_cnn_2d, "_PIECE", 64)
    pieces = network.tracks(features)
    np.testing.assert_allclose(pieces.probability, whole.probability, atol=1e-6)
    assert (pieces.split is None) == (network.split_logit(torch.zeros(1, 3, 1)) is None)


def test_the_published_network_has_its_filters_on_a_window_of_128_by_128() -> None:
    network = PublishedCnn2d()
    sizes = [m.out_channels for m in network.classifier.body if isinstance(m, torch.nn.Conv2d)]
    assert sizes == [4, 8, 16]
    assert network.classifier(torch.zeros(1, 1, 128, 128)).shape == (1, 2, 1)
    # 2 + 40 + 8 + 296 + 1168 of the convolutions and norms, 9232 + 34 of the dense layers.
    assert network.n_parameters == 10_780


def test_a_moment_gets_the_mean_of_the_windows_over_it() -> None:
    network = PublishedCnn2d().eval()
    maps = torch.from_numpy(np.random.default_rng(0).normal(size=(1, 128, 160)).astype(np.float32))
    with torch.inference_mode():
        windows = [network.classifier(maps[:, None, :, k : k + 128]) for k in (0, 16, 32)]
        odds = [float(w[0, 1, 0] - w[0, 0, 0]) for w in windows]
        dense = network(maps)[0, 0]
    assert dense.shape == (80,)
    assert float(dense[0]) == pytest.approx(odds[0], abs=1e-5)
    assert float(dense[20]) == pytest.approx(np.mean(odds), abs=1e-5)
    assert float(dense[79]) == pytest.approx(odds[2], abs=1e-5)


@pytest.mark.parametrize("architecture", ["published-cnn-2d", "published-cnn-2d-eog"])
def test_a_stretch_shorter_than_a_window_is_answered(architecture: str) -> None:
    network = build_network(architecture).eval()
    signals = np.random.default_rng(0).normal(0, 10, (network.n_signals, 400))
    assert network.tracks(network.prepare(signals)).probability.shape == (25,)

"""Every architecture keeps the contract of a dense network."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from sleepscope.networks.registry import ARCHITECTURES, build_network


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_network_answers_for_every_moment(architecture):
    network = build_network(architecture).eval()
    n = round(30 * network.sfreq)
    signals = 20 * np.random.default_rng(0).normal(size=(network.n_signals, n))
    features = network.prepare(signals)
    assert features.shape == (network.n_features, n // network.samples_per_feature)
    assert features.dtype == np.float32
    n_out = n // network.stride
    tracks = network.tracks(features)
    assert tracks.probability.shape == (n_out,)
    assert tracks.probability.dtype == np.float32
    assert ((tracks.probability >= 0) & (tracks.probability <= 1)).all()
    logits = network(torch.from_numpy(features)[None])
    assert logits.shape == (1, len(network.heads), n_out)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_explained_layer_exists_and_the_rates_fit(architecture):
    network = build_network(architecture)
    network.get_submodule(network.explained_layer)
    assert network.sfreq == network.stride * network.output_sfreq
    assert network.stride == network.feature_stride * network.samples_per_feature
    assert network.alignment % network.stride == 0
    assert network.run_in > 0
    assert network.normalisation

"""The eye movement network keeps the promises of a dense network."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from sleepscope.networks.registry import build_network
from sleepscope.networks.rem_dilated import RemDilated


@pytest.fixture
def network() -> RemDilated:
    """With fixed random weights."""
    torch.manual_seed(0)
    built = build_network("rem-dilated-1d")
    assert isinstance(built, RemDilated)
    return built.eval()


def _eyes(seconds: float = 40.0) -> np.ndarray:
    rng = np.random.default_rng(0)
    n = round(seconds * RemDilated.sfreq)
    return np.cumsum(rng.standard_normal((2, n)), axis=1) * 3


def test_it_is_small(network: RemDilated) -> None:
    assert 25_000 < network.n_parameters < 32_000


def test_one_answer_for_every_fortieth_of_a_second(network: RemDilated) -> None:
    for n in (2000, 2001, 2003):
        features = network.prepare(_eyes()[:, :n])
        assert features.shape == (4, n)
        tracks = network.tracks(features)
        assert tracks.probability.shape == (500,)
        assert tracks.split is not None
        assert tracks.split.shape == (500,)


def test_features_are_difference_sum_and_signed_root_of_the_negative_product(
    network: RemDilated,
) -> None:
    times = np.arange(4000) / network.sfreq
    wave = 100 * np.sin(2 * np.pi * 2 * times)
    middle = slice(1000, 3000)
    opposite = network.prepare(np.stack([wave, -wave]))[:, middle]
    np.testing.assert_allclose(opposite[0], 2 * np.arcsinh(wave[middle] / 50), atol=0.06)
    np.testing.assert_allclose(opposite[1], 0.0, atol=1e-5)
    np.testing.assert_allclose(opposite[2], np.abs(wave[middle]) / 50, atol=0.06)
    alike = network.prepare(np.stack([wave, wave]))[:, middle]
    np.testing.assert_allclose(alike[0], 0.0, atol=1e-5)
    assert np.all(alike[2] <= 0)


def test_muscle_is_the_level_of_20_to_40_hz_in_both_eyes(network: RemDilated) -> None:
    times = np.arange(4000) / network.sfreq
    muscle = np.where(times >= 20, 30 * np.sin(2 * np.pi * 30 * times), 0.0)
    slow = 100 * np.sin(2 * np.pi * 2 * times)
    level = network.prepare(np.stack([slow + muscle, -slow]))[3]
    np.testing.assert_allclose(level[500:1900], 0.0, atol=0.02)
    # Half of the power: the other eye has none.
    np.testing.assert_allclose(level[2200:3500], np.log1p(30 / 2 / 4), rtol=0.03)


def test_offset_of_the_electrodes_leaves_no_trace(network: RemDilated) -> None:
    eyes = _eyes()
    middle = slice(800, -800)
    moved = network.prepare(eyes + np.array([[3000.0], [-500.0]]))[:, middle]
    np.testing.assert_allclose(moved, network.prepare(eyes)[:, middle], atol=1e-3)


def test_exchanged_eyes_turn_the_difference_alone(network: RemDilated) -> None:
    one, other = network.prepare(_eyes()), network.prepare(_eyes()[::-1])
    np.testing.assert_allclose(other[0], -one[0], atol=1e-5)
    np.testing.assert_allclose(other[1:], one[1:], atol=1e-5)


def test_missing_signal_gives_finite_features(network: RemDilated) -> None:
    eyes = _eyes()
    eyes[0, 300:600] = np.nan
    assert np.isfinite(network.prepare(eyes)).all()
    eyes[1] = np.nan
    assert np.isfinite(network.prepare(eyes)).all()


def test_a_cut_stretch_says_the_same_beyond_its_run_in(network: RemDilated) -> None:
    eyes = _eyes(60.0)
    whole = network.tracks(network.prepare(eyes)).probability
    first = 20 * round(network.sfreq)
    assert first % network.alignment == 0
    part = network.tracks(network.prepare(eyes[:, first:])).probability
    run_in = round(network.run_in * network.output_sfreq)
    offset = first // network.stride
    np.testing.assert_allclose(part[run_in:], whole[offset + run_in :], atol=2e-3)


def test_split_logit_is_the_onset(network: RemDilated) -> None:
    logits = torch.arange(12.0).reshape(1, 2, 6)
    assert torch.equal(network.event_logit(logits), logits[:, 0])
    assert torch.equal(network.split_logit(logits), logits[:, 1])


def test_explained_layer_lies_before_blocks_that_still_look_around(network: RemDilated) -> None:
    layer = network.get_submodule(network.explained_layer)
    assert layer is network.blocks[5]
    behind = network.blocks[6:]
    assert sum(block.body[0].dilation[0] for block in behind) >= 3

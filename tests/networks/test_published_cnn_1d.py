"""The published 5-s network: its size, and that all windows at once are the windows one by one."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from sleepscope.explain.grad_cam import class_logit, grad_cam
from sleepscope.explain.receptive_field import receptive_field
from sleepscope.networks.published_cnn_1d import (
    PublishedCnn1d,
    PublishedCnn1dEog,
    smoothed_relevance,
)


@pytest.fixture
def network() -> PublishedCnn1d:
    torch.manual_seed(0)
    return PublishedCnn1d().eval()


def test_two_signals_have_2173_parameters_as_published() -> None:
    assert PublishedCnn1dEog().n_parameters == 2173


def test_one_signal_has_24_weights_fewer(network: PublishedCnn1d) -> None:
    # 6 taps x 4 filters of the second signal.
    assert network.n_parameters == 2173 - 24


def test_window_is_five_seconds(network: PublishedCnn1d) -> None:
    assert network.window == 5.0
    assert network.classifier(torch.zeros(3, 1, 1000)).shape == (3, 2)


@pytest.mark.parametrize("n_samples", [1000, 1032, 1500, 2000, 12_345])
def test_all_windows_at_once_are_the_windows_one_by_one(
    network: PublishedCnn1d, n_samples: int
) -> None:
    signal = torch.randn(1, 1, n_samples, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        track = network(signal)[0, 0].numpy()
        padded = torch.nn.functional.pad(signal, (0, -(n_samples - 1000) % 32))
        windows = padded.unfold(-1, 1000, 32)[0].transpose(0, 1)
        logits = network.classifier(windows).numpy()
    odds = logits[:, 1] - logits[:, 0]
    expected = np.zeros((len(odds), n_samples // 16 + 64))
    covered = np.zeros_like(expected)
    for index, value in enumerate(odds):
        expected[index, 2 * index : 2 * index + 62] = value
        covered[index, 2 * index : 2 * index + 62] = 1
    mean = expected.sum(axis=0) / np.maximum(covered.sum(axis=0), 1)
    assert track.shape == (n_samples // 16,)
    np.testing.assert_allclose(track, mean[: n_samples // 16], atol=1e-5)


@pytest.mark.parametrize("n_samples", [16, 400, 999])
def test_stretch_shorter_than_a_window_gets_an_answer(
    network: PublishedCnn1d, n_samples: int
) -> None:
    with torch.inference_mode():
        track = network(torch.randn(1, 1, n_samples))
    assert track.shape == (1, 1, n_samples // 16)
    assert torch.isfinite(track).all()


def test_a_stretch_cut_on_the_grid_says_what_the_whole_says(network: PublishedCnn1d) -> None:
    signal = torch.randn(1, 1, 16_000, generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        whole = network(signal)[0, 0]
        part = network(signal[..., 3200:12_800])[0, 0]
    # The windows of the outermost 5 s reach over the cut.
    np.testing.assert_allclose(part[63:-63], whole[200 + 63 : 800 - 63], atol=1e-5)


def test_explained_layer_sees_as_computed_by_hand(network: PublishedCnn1d) -> None:
    field = receptive_field(network, network.explained_layer, 1)
    assert (field.first_centre, field.spacing, field.width) == (56.0, 16.0, 113)


def test_its_relevance_is_grad_cam_of_every_window(network: PublishedCnn1d) -> None:
    """Behind the last ReLU only a pool and the dense layer follow: the map is a fixed weighting."""
    windows = torch.randn(2, 1, 1000, generator=torch.Generator().manual_seed(3))
    expected = grad_cam(network.classifier, windows, "body.13", class_logit(1, against=0)).relevance
    with torch.inference_mode():
        relevance = network.relevance(network.classifier.body[:14](windows))
    assert relevance.shape == (2, 56)
    np.testing.assert_allclose(relevance.numpy(), expected, atol=1e-6)


@pytest.mark.parametrize("n_samples", [1000, 1700, 4000])
def test_track_is_probability_times_grad_cam_averaged_over_the_windows(
    network: PublishedCnn1d, n_samples: int
) -> None:
    network.full_relevance.fill_(0.05)
    signal = torch.randn(1, n_samples, generator=torch.Generator().manual_seed(4))
    padded = torch.nn.functional.pad(signal, (0, -(n_samples - 1000) % 32))
    windows = padded.unfold(-1, 1000, 32).transpose(0, 1).contiguous()
    answer = grad_cam(network.classifier, windows, "body.13", class_logit(1, against=0))
    relevance, probability, count = np.zeros((3, n_samples // 16 + 64))
    for index, (row, odds) in enumerate(zip(answer.relevance, answer.target, strict=True)):
        first = 2 * index + 3  # bin 0 of the window lies at its sample 56, in output sample 3
        relevance[first : first + 56] += row
        probability[first : first + 56] += 1 / (1 + np.exp(-odds))
        count[first : first + 56] += 1
    seen = count > 0
    # The mean of 5 output samples, 0.4 s, and then the largest of 3.
    smooth = np.convolve(relevance[seen] / count[seen], np.full(5, 0.2), mode="same")
    padded = np.pad(smooth, 1, constant_values=-np.inf)
    smooth = np.maximum(smooth, np.maximum(padded[:-2], padded[2:]))
    expected = np.zeros(count.size)
    expected[seen] = np.clip(smooth / 0.05, 0, 1) * probability[seen] / count[seen]
    expected = expected[: n_samples // 16]
    track = network.tracks(signal.numpy()).probability
    np.testing.assert_allclose(track, expected, atol=1e-5)
    assert 0.0 <= track.min() < track.max() <= 1.0


def test_smoothing_fills_what_lies_between_peaks_and_moves_nothing() -> None:
    peaks = torch.zeros(2, 21)
    peaks[:, 10] = 1.0
    peaks[1] *= -1
    smooth = smoothed_relevance(peaks, 0.4)
    # Averaged over 5 bins; what is positive is widened by the largest of neighbours.
    expected = torch.zeros(2, 21)
    expected[0, 7:14] = 0.2
    expected[1, 9:12] = -0.2
    torch.testing.assert_close(smooth, expected)
    torch.testing.assert_close(smoothed_relevance(peaks, 0.0), peaks)


def test_without_localisation_the_track_is_the_windows_probability() -> None:
    torch.manual_seed(0)
    network = PublishedCnn1d(localise=False).eval()
    signal = np.random.default_rng(0).normal(size=(1, 3000)).astype(np.float32)
    with torch.inference_mode():
        expected = torch.sigmoid(network(torch.from_numpy(signal)[None]))[0, 0]
    np.testing.assert_array_equal(network.tracks(signal).probability, expected.numpy())


@pytest.mark.parametrize("n_samples", [0, 15, 16, 400, 999])
def test_track_of_a_stretch_shorter_than_a_window(network: PublishedCnn1d, n_samples: int) -> None:
    track = network.tracks(np.zeros((1, n_samples), np.float32)).probability
    assert track.shape == (n_samples // 16,)
    assert np.isfinite(track).all()


def test_features_do_not_know_the_recorders_gain(network: PublishedCnn1d) -> None:
    signal = np.random.default_rng(0).normal(0, 20, (1, 60_000))
    np.testing.assert_allclose(
        network.prepare(signal), network.prepare(signal * 0.35), rtol=1e-2, atol=1e-3
    )


def test_eye_movements_below_the_spindle_band_reach_the_features() -> None:
    times = np.arange(12_000) / 200.0
    slow = 50 * np.sin(2 * np.pi * 1.0 * times) + np.sin(2 * np.pi * 12.0 * times)
    assert np.abs(PublishedCnn1dEog().prepare(np.stack([slow, slow]))).max() > 1.0
    # For spindles a slow wave is not allowed to hide 12 Hz.
    spectrum = np.abs(np.fft.rfft(PublishedCnn1d().prepare(slow[None])[0, 2000:-2000]))
    frequencies = np.fft.rfftfreq(8000, 1 / 200)
    assert frequencies[spectrum.argmax()] == pytest.approx(12.0, abs=0.05)


def test_features_are_finite_over_missing_signal(network: PublishedCnn1d) -> None:
    signal = np.random.default_rng(0).normal(0, 20, (1, 20_000))
    signal[:, 5000:9000] = np.nan
    assert np.isfinite(network.prepare(signal)).all()
    assert np.isfinite(network.prepare(np.full((1, 4000), np.nan))).all()


def test_features_use_the_scale_fitted_in_training(network: PublishedCnn1d) -> None:
    signal = np.random.default_rng(0).normal(0, 20, (1, 20_000))
    # What is very large is limited as it was when the scale was fitted.
    signal[0, 10_000:10_100:10] *= 500
    plain = network.prepare(signal)
    assert np.abs(plain).max() == 20.0
    network.feature_mean.fill_(0.5)
    network.feature_scale.fill_(2.0)
    np.testing.assert_allclose(network.prepare(signal), (plain - 0.5) / 2.0, atol=1e-5)

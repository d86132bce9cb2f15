"""Grad-CAM over frequency and time: by hand, by captum, placed where its bins look."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import numpy as np
import pytest
import torch
from captum.attr import LayerGradCam
from torch import Tensor, nn

from sleepscope.errors import ModelError
from sleepscope.explain.explain import explain
from sleepscope.explain.explanation import Explanation
from sleepscope.explain.geometry import row_frequencies
from sleepscope.explain.grad_cam import grad_cam, mean_logit
from sleepscope.explain.moments import network_map
from sleepscope.explain.receptive_field import row_centres
from sleepscope.networks.dense import DenseNetwork
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.registry import build_network
from sleepscope.networks.time_frequency import TimeFrequencyNetwork
from sleepscope.progress import finish
from sleepscope.signals.coherence import CoherenceSettings
from tests.explain.conftest import BURST, make_recording

MAPS = ("spindle-wtc-cnn-2d", "rem-wtc-cnn-2d", "published-cnn-2d")


class TwoWeights(TimeFrequencyNetwork):
    """y = 2 x, then logit = 3 times the mean over frequency: Grad-CAM can be done on paper."""

    n_maps: ClassVar[int] = 1
    grid: ClassVar[CoherenceSettings] = CoherenceSettings(1.0, 4.0, 2, 10.0)

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Conv2d(1, 1, 1, bias=False)
        nn.init.constant_(self.layer.weight, 2.0)

    def prepare(self, signals: np.ndarray) -> np.ndarray:
        return signals

    def forward(self, features: Tensor) -> Tensor:
        return 3.0 * self.layer(self.maps(features)).mean(dim=2)


def test_a_map_of_two_weights_is_what_paper_says() -> None:
    network = TwoWeights()
    features = torch.arange(20.0).reshape(1, 5, 4)
    answer = grad_cam(network, features, "layer", mean_logit(1, 3))
    # The mean over 2 of 4 columns of 3 / 5 a row: 0.3 a bin in them, 6 * 5 * 2 / 20 = 0.15 of
    # 1 / 20 each over all 20 bins; times y = 2 x.
    weight = (3 / 5) / 2 * 10 / 20
    np.testing.assert_allclose(answer.relevance[0], weight * 2 * features[0], rtol=1e-6)
    np.testing.assert_array_equal(answer.reached[0].any(axis=0), [False, True, True, False])


class TwoRows(nn.Module):
    """The upper row speaks for the target twice as much as the lower one speaks against it."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Identity()

    def forward(self, pictures: Tensor) -> Tensor:
        rows = self.layer(pictures)[:, 0]
        return 2.0 * rows[:, 0] - rows[:, 1]


def test_rows_that_speak_for_and_against_keep_their_signs_apart() -> None:
    pictures = torch.ones(1, 1, 2, 4)
    answer = grad_cam(TwoRows(), pictures, "layer", mean_logit(0, 4), rows_apart=True)
    np.testing.assert_allclose(answer.relevance[0], [[0.5] * 4, [-0.25] * 4])
    mixed = grad_cam(TwoRows(), pictures, "layer", mean_logit(0, 4))
    np.testing.assert_allclose(mixed.relevance[0], 0.125)


@pytest.mark.parametrize("architecture", MAPS)
def test_maps_of_the_networks_agree_with_captum(architecture: str) -> None:
    torch.manual_seed(0)
    network = build_network(architecture).eval()
    features = torch.randn(2, network.n_features, 160)
    layer = network.get_submodule(network.explained_layer)
    oracle = LayerGradCam(lambda x: network(x)[:, 0, 20:30].mean(dim=1), layer)
    expected = oracle.attribute(features).detach().numpy()[:, 0]
    answer = grad_cam(network, features, network.explained_layer, mean_logit(20, 30))
    assert answer.relevance.ndim == 3
    np.testing.assert_allclose(answer.relevance, expected, rtol=1e-4, atol=1e-9)


def test_rows_lie_at_the_centres_of_what_they_see() -> None:
    network = build_network("spindle-wtc-cnn-2d")
    # Two pools by 2 make rows 4 apart; the first of them is the mean of rows 0 to 3.
    np.testing.assert_allclose(row_centres(network, "deep"), 1.5 + 4 * np.arange(8))
    freqs = row_frequencies(network)
    assert freqs is not None
    np.testing.assert_allclose(freqs, 32 * 2 ** (-(1.5 + 4 * np.arange(8)) / 6))


def test_rows_of_a_map_made_bin_by_bin_are_those_of_its_layer() -> None:
    # One pool by 2 before it.
    freqs = row_frequencies(build_network("rem-wtc-cnn-2d"))
    assert freqs is not None
    np.testing.assert_allclose(freqs, 16 * 2 ** (-(0.5 + 2 * np.arange(16)) / 6))


def test_a_map_made_bin_by_bin_adds_up_to_what_the_layer_adds() -> None:
    torch.manual_seed(0)
    network = build_network("rem-wtc-cnn-2d").eval()
    features = torch.rand(1, network.n_features, 80)
    layer = network.get_submodule("second")
    with torch.no_grad():
        for module in network.modules():  # no biases behind the layer: it alone makes the logit
            if isinstance(module, nn.Conv1d) and module.bias is not None:
                module.bias.zero_()
    found = network_map(network, features, lambda logits: logits[:, 0, 30:50].mean(dim=1), 20)
    # A value is what the moment adds, times the 20 answers, and the mean of the rows is their sum.
    assert found.relevance.mean(axis=0).sum() / 20 == pytest.approx(found.target, rel=1e-4)
    seen = []
    hook = layer.register_forward_hook(lambda _module, _inputs, output: seen.append(output))
    logit = network(features)[0, 0, 30:50].mean()
    hook.remove()
    (gradient,) = torch.autograd.grad(logit, seen[0])
    shares = (gradient * seen[0]).sum(dim=1)[0].detach().numpy()
    first = round(found.columns[0])
    own = shares[:, first : first + found.columns.size] * 16 * 20
    # Neighbours share what the pool takes from one of two.
    expected = own / 2 + (np.vstack([own[:1], own[:-1]]) + np.vstack([own[1:], own[-1:]])) / 4
    np.testing.assert_allclose(found.relevance, expected, rtol=1e-4, atol=1e-7)


def test_valid_convolutions_put_the_outermost_rows_inside() -> None:
    network = build_network("published-cnn-2d")
    centres = row_centres(network, network.explained_layer)
    # Stride 2, two pools by 2; the first row sees rows 0 to 32.
    np.testing.assert_allclose(centres, 16 + 8 * np.arange(12))


def test_networks_that_read_signals_have_no_rows() -> None:
    assert row_frequencies(build_network("spindle-unet-1d")) is None
    with pytest.raises(ModelError, match="no rows over frequency"):
        row_centres(build_network("spindle-wtc-cnn-2d"), "moments")


def _quiet(network: DenseNetwork) -> None:
    network.eval()


@pytest.mark.parametrize("architecture", MAPS)
def test_an_event_is_explained_over_time_and_frequency(
    architecture: str, make_card: Callable[..., ModelCard]
) -> None:
    card = make_card(architecture, _quiet)
    recording = make_recording()
    channels = ("C3",) if len(card.channels) == 1 else ("LOC", "ROC")
    steps = explain(recording, card, channels, *BURST)
    found = finish(steps)
    assert found.freqs is not None
    assert found.relevance.shape == (found.freqs.size, found.times.size)
    assert (np.diff(found.freqs) < 0).all()
    assert found.times[0] < BURST[0] < BURST[1] < found.times[-1]
    # What the target does not see is left out.
    assert found.times[0] > BURST[0] - 7
    assert found.times[-1] < BURST[1] + 7
    np.testing.assert_allclose(found.over_time(), found.relevance.mean(axis=0))
    assert found.over_frequency().shape == found.freqs.shape
    assert np.isfinite(found.at(np.array([100.5]))).all()


def test_moments_without_signal_have_no_relevance(make_card: Callable[..., ModelCard]) -> None:
    recording = make_recording(bad=((101.5, 102.0),))
    found = finish(explain(recording, make_card("spindle-wtc-cnn-2d"), ("C3",), *BURST))
    bad = (found.times > 101.5) & (found.times < 102.0)
    assert bad.any()
    assert np.isnan(found.relevance[:, bad]).all()
    assert np.isfinite(found.over_frequency()).all()


def _explanation(relevance: np.ndarray, freqs: np.ndarray | None) -> Explanation:
    times = np.arange(relevance.shape[-1], dtype=float)
    return Explanation(
        "Grad-CAM", "layer", "target", "model:x", ("C3",), times, relevance,
        times, np.zeros(times.size, np.float32), None, freqs,
    )  # fmt: skip


def test_values_between_rows_and_bins_are_linear_and_none_lie_beyond() -> None:
    relevance = np.array([[0.0, 1.0, 2.0], [4.0, 5.0, 6.0]], dtype=np.float32)
    found = _explanation(relevance, np.array([8.0, 2.0]))
    freqs = np.array([16.0, 8.0, 4.0, 2.0, 1.0])
    made = found.map_at(np.array([-0.5, 0.0, 0.5, 2.0, 2.5]), freqs)
    np.testing.assert_allclose(made[1:4, 1:4], [[0, 0.5, 2], [2, 2.5, 4], [4, 4.5, 6]])
    assert np.isnan(made[[0, 4]]).all()
    assert np.isnan(made[:, [0, 4]]).all()


def test_marginals_of_a_map_are_its_means() -> None:
    relevance = np.array([[0.0, np.nan, 2.0], [4.0, np.nan, 6.0]], dtype=np.float32)
    found = _explanation(relevance, np.array([8.0, 2.0]))
    np.testing.assert_array_equal(found.over_time(), [2.0, np.nan, 4.0])
    np.testing.assert_array_equal(found.over_frequency(), [1.0, 5.0])
    assert _explanation(relevance[0], None).over_frequency().size == 0

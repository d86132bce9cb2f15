"""Grad-CAM: right by hand and by captum, and it leaves the network as it found it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from captum.attr import LayerGradCam, LayerGradientXActivation
from torch import Tensor, nn

from sleepscope.errors import ModelError
from sleepscope.explain.grad_cam import class_logit, grad_cam, layer_shares, mean_logit


def n_hooks(network: nn.Module) -> int:
    """Hooks of every kind in the whole network."""
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return sum(len(getattr(module, kind)) for module in network.modules() for kind in kinds)


class TwoWeights(nn.Module):
    """y = 2 x, then logit = 3 mean(y) over time: Grad-CAM can be computed on paper."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv1d(1, 1, 1, bias=False)
        self.head = nn.Linear(1, 1, bias=False)
        with torch.no_grad():
            self.convolution.weight.fill_(2.0)
            self.head.weight.fill_(3.0)

    def forward(self, signal: Tensor) -> Tensor:
        return self.head(self.convolution(signal).mean(dim=-1))


class WindowClassifier(nn.Module):
    """A small classifier of windows with an in-place ReLU, pooling and dropout."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv1d(2, 4, 6),
            nn.ReLU(inplace=True),
            nn.MaxPool1d(2),
            nn.Conv1d(4, 6, 5),
            nn.ReLU(inplace=True),
            nn.MaxPool1d(2),
        )
        self.dropout = nn.Dropout(0.5)
        self.head = nn.LazyLinear(2)

    def forward(self, signal: Tensor) -> Tensor:
        return self.head(self.dropout(self.body(signal).flatten(1)))


class DenseNet(nn.Module):
    """A toy U-Net: bottleneck at a quarter of the rate, a skip, a 1x1 head for every sample."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Conv1d(1, 6, 7, padding=3)
        self.bottleneck = nn.Conv1d(6, 8, 7, padding=3)
        self.last = nn.Conv1d(14, 5, 5, padding=2)
        self.head = nn.Conv1d(5, 1, 1)

    def forward(self, signal: Tensor) -> Tensor:
        fine = torch.relu(self.encoder(signal))
        coarse = torch.relu(self.bottleneck(nn.functional.max_pool1d(fine, 4)))
        joined = torch.cat([fine, nn.functional.interpolate(coarse, scale_factor=4)], dim=1)
        return self.head(torch.relu(self.last(joined)))[:, 0]


@pytest.fixture
def classifier() -> WindowClassifier:
    torch.manual_seed(0)
    network = WindowClassifier()
    network(torch.zeros(1, 2, 200))
    return network.eval()


@pytest.fixture
def dense() -> DenseNet:
    torch.manual_seed(1)
    return DenseNet().eval()


@pytest.fixture
def windows() -> Tensor:
    return torch.randn(5, 2, 200, generator=torch.Generator().manual_seed(3))


def test_two_weights_give_the_map_computed_on_paper() -> None:
    # y = 2x = [2, -4, 6, 0]; logit = 3 * mean(y) = 3; d logit / dy = 3/4 in every bin, its mean
    # over time is 3/4, so the map is 3/4 * y.
    answer = grad_cam(
        TwoWeights(), torch.tensor([[[1.0, -2.0, 3.0, 0.0]]]), "convolution", class_logit(0)
    )
    np.testing.assert_array_equal(answer.relevance, [[1.5, -3.0, 4.5, 0.0]])
    np.testing.assert_array_equal(answer.target, [3.0])


def test_sign_is_kept_unless_relu_is_asked_for() -> None:
    signal = torch.tensor([[[1.0, -2.0, 3.0, 0.0]]])
    answer = grad_cam(TwoWeights(), signal, "convolution", class_logit(0), relu=True)
    np.testing.assert_array_equal(answer.relevance, [[1.5, 0.0, 4.5, 0.0]])


@pytest.mark.parametrize("layer", ["body.0", "body.3"])
@pytest.mark.parametrize("index", [0, 1])
@pytest.mark.parametrize("relu", [False, True])
def test_classifier_agrees_with_captum(
    classifier: WindowClassifier, windows: Tensor, layer: str, index: int, relu: bool
) -> None:
    for module in classifier.modules():
        if isinstance(module, nn.ReLU):
            module.inplace = False  # captum reads activations after they were changed in place
    oracle = LayerGradCam(classifier, classifier.get_submodule(layer))
    expected = oracle.attribute(windows, target=index, relu_attributions=relu)
    answer = grad_cam(classifier, windows, layer, class_logit(index), relu=relu)
    np.testing.assert_array_equal(answer.relevance, expected.detach().numpy()[:, 0])


def test_dense_network_agrees_with_captum(dense: DenseNet) -> None:
    signal = torch.randn(3, 1, 160)
    oracle = LayerGradCam(lambda x: dense(x)[:, 60:90].mean(dim=1), dense.bottleneck)
    answer = grad_cam(dense, signal, "bottleneck", mean_logit(60, 90))
    np.testing.assert_array_equal(answer.relevance, oracle.attribute(signal).detach().numpy()[:, 0])


def test_picture_agrees_with_captum() -> None:
    torch.manual_seed(4)
    network = nn.Sequential(
        nn.Conv2d(1, 4, 3, stride=2),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(2),
        nn.Flatten(),
        nn.Linear(16, 2),
    )
    pictures = torch.randn(2, 1, 32, 24)
    oracle = LayerGradCam(network, network[0])
    answer = grad_cam(network, pictures, "0", class_logit(1))
    assert answer.relevance.shape == (2, 15, 11)
    np.testing.assert_array_equal(
        answer.relevance, oracle.attribute(pictures, target=1).detach().numpy()[:, 0]
    )


def test_in_place_activations_do_not_change_the_map(
    classifier: WindowClassifier, windows: Tensor
) -> None:
    with_in_place = grad_cam(classifier, windows, "body.3", class_logit(1)).relevance
    for module in classifier.modules():
        if isinstance(module, nn.ReLU):
            module.inplace = False
    without = grad_cam(classifier, windows, "body.3", class_logit(1)).relevance
    np.testing.assert_array_equal(with_in_place, without)


def test_two_class_difference_is_the_difference_of_the_maps(
    classifier: WindowClassifier, windows: Tensor
) -> None:
    maps = [grad_cam(classifier, windows, "body.3", class_logit(i)).relevance for i in (0, 1)]
    both = grad_cam(classifier, windows, "body.3", class_logit(1, against=0)).relevance
    np.testing.assert_allclose(both, maps[1] - maps[0], atol=1e-6)


def test_each_item_is_explained_on_its_own(classifier: WindowClassifier, windows: Tensor) -> None:
    together = grad_cam(classifier, windows, "body.3", class_logit(1)).relevance
    for item in range(len(windows)):
        alone = grad_cam(classifier, windows[item : item + 1], "body.3", class_logit(1)).relevance
        np.testing.assert_allclose(alone[0], together[item], atol=1e-6)


def test_no_hook_is_left_after_success(classifier: WindowClassifier, windows: Tensor) -> None:
    grad_cam(classifier, windows, "body.3", class_logit(1))
    assert n_hooks(classifier) == 0


def test_no_hook_is_left_after_failure(classifier: WindowClassifier, windows: Tensor) -> None:
    with pytest.raises(RuntimeError):  # the head does not fit windows of another length
        grad_cam(classifier, windows[..., :150], "body.3", class_logit(1))
    with pytest.raises(ZeroDivisionError):
        grad_cam(classifier, windows, "body.3", lambda output: output[:, 1] * (1 / 0))
    with pytest.raises(ModelError):
        grad_cam(classifier, windows, "head", class_logit(1))
    assert n_hooks(classifier) == 0


def test_network_is_left_as_it_was_found(classifier: WindowClassifier, windows: Tensor) -> None:
    classifier.train()
    classifier.body[0].eval()
    classifier.body[0].weight.requires_grad_(False)
    before = [(m, m.training) for m in classifier.modules()]
    weights = [p.clone() for p in classifier.parameters()]
    wanted = [p.requires_grad for p in classifier.parameters()]
    grad_cam(classifier, windows, "body.3", class_logit(1))
    assert all(module.training == mode for module, mode in before)
    assert [p.requires_grad for p in classifier.parameters()] == wanted
    assert all(p.grad is None for p in classifier.parameters())
    assert all(map(torch.equal, classifier.parameters(), weights))
    assert not windows.requires_grad


def test_training_mode_comes_back_after_failure(classifier: WindowClassifier) -> None:
    classifier.train()
    with pytest.raises(RuntimeError):
        grad_cam(classifier, torch.zeros(1, 2, 150), "body.3", class_logit(1))
    assert all(module.training for module in classifier.modules())


def test_dropout_does_not_make_it_a_matter_of_chance(
    classifier: WindowClassifier, windows: Tensor
) -> None:
    classifier.train()
    maps = [grad_cam(classifier, windows, "body.3", class_logit(1)).relevance for _ in range(3)]
    np.testing.assert_array_equal(maps[0], maps[1])
    np.testing.assert_array_equal(maps[0], maps[2])


@pytest.mark.parametrize("off", [torch.inference_mode, torch.no_grad])
def test_callers_without_autograd_get_the_same_map(
    classifier: WindowClassifier, windows: Tensor, off: type
) -> None:
    expected = grad_cam(classifier, windows, "body.3", class_logit(1)).relevance
    for parameter in classifier.parameters():
        parameter.requires_grad_(False)
    with off():
        made_inside = windows * 1.0
        answer = grad_cam(classifier, made_inside, "body.3", class_logit(1)).relevance
    np.testing.assert_array_equal(answer, expected)


def test_network_made_in_inference_mode_is_refused_in_one_sentence(windows: Tensor) -> None:
    with torch.inference_mode():
        network = nn.Sequential(nn.Conv1d(2, 3, 3), nn.AdaptiveAvgPool1d(1), nn.Flatten())
    with pytest.raises(ModelError, match="inference_mode cannot be explained"):
        grad_cam(network, windows, "0", class_logit(0))


def test_layer_without_a_say_has_no_relevance(classifier: WindowClassifier) -> None:
    answer = grad_cam(
        classifier, torch.randn(2, 2, 200), "body.3", lambda output: output.new_ones(len(output))
    )
    assert not answer.relevance.any()


def test_unknown_layer_is_named_with_the_choices(classifier: WindowClassifier) -> None:
    with pytest.raises(ModelError, match=r"no layer 'conv9'; it has body\.0, "):
        grad_cam(classifier, torch.zeros(1, 2, 200), "conv9", class_logit(1))


def test_layer_that_runs_twice_is_refused() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.convolution = nn.Conv1d(1, 1, 3, padding=1)

        def forward(self, signal: Tensor) -> Tensor:
            return self.convolution(self.convolution(signal))[:, 0]

    network = Twice()
    with pytest.raises(ModelError, match="ran 2 times"):
        grad_cam(network, torch.zeros(1, 1, 20), "convolution", mean_logit(0, 5))
    assert n_hooks(network) == 0


def test_target_must_be_one_number_an_item(classifier: WindowClassifier) -> None:
    with pytest.raises(ModelError, match="one number for each of the 2 inputs"):
        grad_cam(classifier, torch.zeros(2, 2, 200), "body.3", lambda output: output)


def test_event_outside_the_output_is_refused(dense: DenseNet) -> None:
    with pytest.raises(ModelError, match="Output samples 150 to 170"):
        grad_cam(dense, torch.zeros(1, 1, 160), "bottleneck", mean_logit(150, 170))


def test_last_layer_before_a_1x1_head_repeats_the_logit_and_the_bottleneck_does_not(
    dense: DenseNet,
) -> None:
    """Every sample's logit is the same weighted sum that Grad-CAM takes at the head's input."""
    signal = torch.randn(1, 1, 160, generator=torch.Generator().manual_seed(5))

    class WithLayer(nn.Module):
        def __init__(self, network: DenseNet) -> None:
            super().__init__()
            self.network = network
            self.activated = nn.ReLU()

        def forward(self, x: Tensor) -> Tensor:
            fine = torch.relu(self.network.encoder(x))
            coarse = torch.relu(self.network.bottleneck(nn.functional.max_pool1d(fine, 4)))
            joined = torch.cat([fine, nn.functional.interpolate(coarse, scale_factor=4)], dim=1)
            return self.network.head(self.activated(self.network.last(joined)))[:, 0]

    network = WithLayer(dense)
    trap = grad_cam(network, signal, "activated", mean_logit(60, 90))
    assert np.corrcoef(trap.relevance[0], trap.output[0])[0, 1] > 0.9999
    deep = grad_cam(network, signal, "network.bottleneck", mean_logit(60, 90))
    coarse_logit = trap.output[0].reshape(-1, 4).mean(axis=1)
    assert abs(np.corrcoef(deep.relevance[0], coarse_logit)[0, 1]) < 0.9


def test_reached_bins_are_those_that_the_target_sees() -> None:
    torch.manual_seed(0)
    network = DenseNet().eval()
    signal = torch.randn(1, 1, 80)
    answer = grad_cam(network, signal, "bottleneck", mean_logit(40, 44))
    # Samples 40-43 see 38-45 of the last convolution's input, which four-fold bins 9-11 make.
    assert np.flatnonzero(answer.reached[0]).tolist() == [9, 10, 11]
    assert np.count_nonzero(answer.relevance[0]) > 3


class TwoWays(nn.Module):
    """a = 2 x; b = -a; logit = 5 a_1 + b_2 + 1 of two moments: a counts past b and through it."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv1d(1, 1, 1, bias=False)
        self.second = nn.Conv1d(1, 1, 1, bias=False)
        with torch.no_grad():
            self.first.weight.fill_(2.0)
            self.second.weight.fill_(-1.0)

    def forward(self, signal: Tensor) -> Tensor:
        a = self.first(signal)
        b = self.second(a)
        return 5 * a[:, 0, :1] + b[:, 0, 1:] + 1


def test_shares_of_two_layers_are_what_paper_says_and_count_nothing_twice() -> None:
    # x = [3, 4]: a = [6, 8], b = [-6, -8], logit = 30 - 8 + 1. Past b goes 5 a_1 = 30; the rest
    # of a goes through b and is b's own: -8.
    answer = layer_shares(TwoWays(), torch.tensor([[[3.0, 4.0]]]), ["first", "second"],
                          class_logit(0))  # fmt: skip
    np.testing.assert_array_equal(answer.shares[0], [[30.0, 0.0]])
    np.testing.assert_array_equal(answer.shares[1], [[0.0, -8.0]])
    assert answer.target[0] == 23.0 == sum(one.sum() for one in answer.shares) + 1.0


def test_shares_of_one_layer_agree_with_captum(dense: DenseNet) -> None:
    signal = torch.randn(3, 1, 160)
    oracle = LayerGradientXActivation(lambda x: dense(x)[:, 60:90].mean(dim=1), dense.bottleneck)
    expected = oracle.attribute(signal).detach().numpy().sum(axis=1)
    answer = layer_shares(dense, signal, ["bottleneck"], mean_logit(60, 90))
    np.testing.assert_allclose(answer.shares[0], expected, rtol=1e-5, atol=1e-7)


def test_no_hook_is_left_by_several_layers(dense: DenseNet) -> None:
    with pytest.raises(ModelError, match="no layer 'nowhere'"):
        layer_shares(dense, torch.randn(1, 1, 80), ["encoder", "nowhere"], mean_logit(0, 4))
    assert n_hooks(dense) == 0


def test_a_network_without_convolutions_is_a_sentence() -> None:
    network = nn.Sequential(nn.Flatten(), nn.Linear(8, 1))
    with pytest.raises(ModelError, match="no convolutions"):
        grad_cam(network, torch.zeros(1, 2, 4), "bottleneck", class_logit(0))
    with pytest.raises(ModelError, match="no bins over time"):
        grad_cam(network, torch.zeros(1, 2, 4), "1", class_logit(0))

"""The ensemble answers with the mean of its members and is explained as the sum of them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from sleepscope.errors import ModelError
from sleepscope.explain.grad_cam import grad_cam, mean_logit
from sleepscope.networks.registry import build_network
from sleepscope.networks.spindle_ensemble import SpindleEnsemble
from sleepscope.networks.spindle_unet import SpindleUnet


@pytest.fixture(scope="module")
def members() -> list[SpindleUnet]:
    torch.manual_seed(0)
    return [SpindleUnet(4, inputs=inputs).eval() for inputs in ((0, 1, 2, 3), (0,), (1, 2, 3))]


@pytest.fixture(scope="module")
def features() -> torch.Tensor:
    return torch.randn(2, 4, 803, generator=torch.Generator().manual_seed(1))


def test_logits_are_the_mean_of_the_members(members, features):
    ensemble = SpindleEnsemble.of(members)
    expected = torch.stack([member(features) for member in members]).mean(dim=0)
    torch.testing.assert_close(ensemble(features), expected)
    assert ensemble(features).shape == (2, 3, 200)
    torch.testing.assert_close(ensemble.event_logit(ensemble(features)), expected[:, 2])


def test_a_member_that_looks_at_the_trace_alone_does_not_see_the_rest(members, features):
    other = features.clone()
    other[:, 1:] = 0.0
    torch.testing.assert_close(members[1](features), members[1](other))
    assert not torch.allclose(members[2](features), members[2](other))


def test_grad_cam_of_the_ensemble_is_the_mean_of_its_members(members, features):
    def target(logits: torch.Tensor) -> torch.Tensor:
        return mean_logit(40, 60)(logits[:, 2])

    def relevance(network: torch.nn.Module) -> np.ndarray:
        return grad_cam(network, features, "bottleneck", target).relevance

    expected = np.mean([relevance(member) for member in members], axis=0)
    np.testing.assert_allclose(relevance(SpindleEnsemble.of(members)), expected, atol=1e-6)


def test_it_is_built_again_from_its_arguments(members, features):
    ensemble = SpindleEnsemble.of(members)
    again = build_network("spindle-unet-ensemble-1d", dict(ensemble.arguments)).eval()
    again.load_state_dict(ensemble.state_dict())
    torch.testing.assert_close(again(features), ensemble(features))


def test_the_ensemble_makes_the_bands_if_one_of_its_members_looks_at_them(members):
    noise = np.random.default_rng(0).normal(0, 10, (1, 6000))
    bands = SpindleUnet(4, inputs=(3, 4, 11)).eval()
    ensemble = SpindleEnsemble.of([*members, bands])
    made = ensemble.prepare(noise)
    assert made.shape == (12, 6000)
    np.testing.assert_array_equal(SpindleEnsemble.of(members).prepare(noise), made[:4])
    shown = torch.from_numpy(made)[None]
    expected = torch.stack([member(shown) for member in (*members, bands)]).mean(dim=0)
    torch.testing.assert_close(ensemble(shown), expected)


@pytest.mark.parametrize("members", [[], [[]], [[0, 12]], [[-1]]])
def test_members_without_features_are_refused(members):
    with pytest.raises(ModelError, match="cannot be built"):
        build_network("spindle-unet-ensemble-1d", {"members": members})

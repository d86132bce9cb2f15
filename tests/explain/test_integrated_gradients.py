"""Integrated gradients by hand and by captum, and how far methods agree."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from captum.attr import IntegratedGradients
from torch import Tensor

from sleepscope.errors import GapError
from sleepscope.explain.agreement import agreement, as_explanation
from sleepscope.explain.explain import explain
from sleepscope.explain.explanation import Explanation
from sleepscope.explain.integrated_gradients import explain_by_gradients, integrate_gradients
from sleepscope.explain.occlusion import Occlusion, occlude_event
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.registry import ARCHITECTURES, build_network
from sleepscope.progress import finish
from tests.explain.conftest import BURST, make_recording

MakeCard = Callable[..., ModelCard]
NONE = np.zeros(0)


def test_a_product_is_shared_as_paper_says() -> None:
    # f = x y from (0, 0) to (2, 3): both gradients grow along the path, each gets half of 6.
    features = np.array([[2.0], [3.0]], np.float32)
    found = finish(integrate_gradients(lambda x: x[:, 0, 0] * x[:, 1, 0], features))
    np.testing.assert_allclose(found, [[3.0], [3.0]], rtol=1e-6)


def test_weights_alone_give_weight_times_value() -> None:
    weights = torch.tensor([[0.5, -1.0, 2.0]])
    features = np.array([[4.0, 1.0, -3.0]], np.float32)
    found = finish(integrate_gradients(lambda x: (x * weights).sum(dim=(1, 2)), features))
    np.testing.assert_allclose(found, [[2.0, -1.0, -6.0]], rtol=1e-6)


def test_a_network_agrees_with_captum_and_adds_up_to_its_logit() -> None:
    torch.manual_seed(0)
    network = build_network("spindle-unet-1d").eval()

    def logit(batch: Tensor) -> Tensor:
        return network.event_logit(network(batch))[:, 30:50].mean(dim=1)

    features = np.random.default_rng(0).normal(size=(4, 400)).astype(np.float32)
    found = finish(integrate_gradients(logit, features, n_points=16))
    whole = torch.from_numpy(features)[None]
    expected = IntegratedGradients(logit).attribute(whole, n_steps=16, method="riemann_middle")
    np.testing.assert_allclose(found, expected[0].detach().numpy(), atol=1e-5)
    with torch.no_grad():
        between = float(logit(whole) - logit(torch.zeros_like(whole)))
    assert found.sum() == pytest.approx(between, abs=0.02 * np.abs(found).sum())


@pytest.mark.parametrize("architecture", sorted(ARCHITECTURES))
def test_every_architecture_gives_a_second_opinion(make_card: MakeCard, architecture: str) -> None:
    card = make_card(architecture)
    labels = ("C3",) if len(card.channels) == 1 else ("LOC", "ROC")
    found = finish(explain_by_gradients(make_recording(), card, labels, *BURST, event_id="e"))
    assert (found.method, found.event_id) == ("Integrated gradients", "e")
    assert found.times.shape == found.relevance.shape
    assert found.times[0] < BURST[0] < BURST[1] < found.times[-1]
    assert np.isfinite(found.relevance).all()


def test_event_inside_a_gap_is_a_sentence(make_card: MakeCard) -> None:
    recording = make_recording(bad=[(95.0, 105.0)])
    with pytest.raises(GapError, match="nothing to explain"):
        finish(explain_by_gradients(recording, make_card(), ("C3",), *BURST))


def heat(relevance: np.ndarray) -> Explanation:
    times = np.arange(relevance.size) / 2.0
    return Explanation("", "", "", "", ("C3",), times, relevance, NONE, NONE)


def test_two_methods_agree_as_the_ranks_of_their_sizes_do(make_card: MakeCard) -> None:
    values = np.arange(10, dtype=np.float32)
    whole = np.ones(1, np.float32)
    gone = Occlusion(("C3",), values / 2.0, (values**3)[None], whole, 0.0, "zero", 0.2)
    for other in (gone, heat(values**3)):
        assert agreement(heat(values), other) == pytest.approx(1.0)
        assert agreement(heat(-values), other) == pytest.approx(1.0)  # sizes, not signs
        assert agreement(heat(9 - values), other) == pytest.approx(-1.0)
        assert agreement(heat(np.zeros(10, np.float32)), other) is None
    assert agreement(heat(values), heat(values[:4])) is None
    card = make_card()
    answer = finish(explain(make_recording(), card, ("C3",), *BURST))
    real = finish(occlude_event(make_recording(), card, ("C3",), *BURST, baseline="zero"))
    found = agreement(answer, real)
    assert found is not None
    assert -1.0 <= found <= 1.0
    shown = as_explanation(real)
    np.testing.assert_array_equal(shown.over_time(), real.relevance[0])

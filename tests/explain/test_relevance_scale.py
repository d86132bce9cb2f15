"""One colour scale for all events of a model."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sleepscope.explain.relevance_scale import DEFAULT_SCALE, relevance_scale
from sleepscope.networks.model_card import ModelCard


def test_scale_is_that_of_the_model_card(make_card: Callable[..., ModelCard]) -> None:
    assert relevance_scale(make_card(relevance_scale=3.5)) == 3.5


@pytest.mark.parametrize("broken", [None, 0.0, -1.0, "wide", float("inf"), float("nan"), True])
def test_card_without_a_usable_scale_gets_the_default(
    make_card: Callable[..., ModelCard], broken: object
) -> None:
    assert relevance_scale(make_card()) == DEFAULT_SCALE
    if broken is not True:
        assert relevance_scale(make_card(relevance_scale=broken)) == DEFAULT_SCALE

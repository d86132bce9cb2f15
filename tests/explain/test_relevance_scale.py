"""One colour scale for all events of a model."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sleepscope.errors import SettingsError
from sleepscope.explain.explanation import Explanation
from sleepscope.explain.relevance_scale import DEFAULT_SCALE, relevance_scale, robust_scale
from sleepscope.networks.model_card import ModelCard


def explanation(relevance: list[float]) -> Explanation:
    times = np.arange(len(relevance), dtype=float)
    values = np.array(relevance, dtype=np.float32)
    return Explanation("Grad-CAM", "layer", "", "model:m@1", ("C3",), times, values, times, values)


def test_scale_is_that_of_the_model_card(make_card: Callable[..., ModelCard]) -> None:
    assert relevance_scale(make_card(relevance_scale=3.5)) == 3.5


@pytest.mark.parametrize("broken", [None, 0.0, -1.0, "wide", float("inf"), float("nan"), True])
def test_card_without_a_usable_scale_gets_the_default(
    make_card: Callable[..., ModelCard], broken: object
) -> None:
    assert relevance_scale(make_card()) == DEFAULT_SCALE
    if broken is not True:
        assert relevance_scale(make_card(relevance_scale=broken)) == DEFAULT_SCALE


def test_scale_counts_both_signs_and_not_the_missing() -> None:
    assert robust_scale([explanation([-4.0, np.nan, 1.0]), explanation([2.0])], 1.0) == 4.0


def test_one_outlier_does_not_set_the_scale() -> None:
    quiet = [explanation(list(np.linspace(-1, 1, 101))) for _ in range(10)]
    assert robust_scale([*quiet, explanation([1000.0])]) < 1.1


def test_no_relevance_has_no_scale() -> None:
    with pytest.raises(SettingsError, match="without any relevance"):
        robust_scale([explanation([0.0, np.nan])])
    with pytest.raises(SettingsError, match="without any relevance"):
        robust_scale([])

"""Occlusion of toy networks computed by hand; nothing is written into the signals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from captum.attr import Occlusion as CaptumOcclusion

from sleepscope.errors import GapError, SettingsError
from sleepscope.explain.occlusion import (
    Occlusion,
    lone_channel,
    occlude_event,
    occlude_spans,
    occluded,
    quietest,
)
from sleepscope.networks.model_card import ModelCard
from sleepscope.progress import finish
from tests.explain.conftest import BURST, make_recording

MakeCard = Callable[..., ModelCard]
SIGNALS = np.arange(1.0, 13.0).reshape(2, 6)
WEIGHTS = np.array([[0.0, 1.0, 2.0, 0.0, -1.0, 0.0], [0.0, 0.0, 0.0, 3.0, 0.0, 0.0]])


def toy(signals: np.ndarray) -> float:
    """One weight for each sample."""
    return float((WEIGHTS * signals).sum())


def test_zero_takes_off_what_the_weights_say() -> None:
    found = finish(occlude_spans(toy, SIGNALS, 1.0, [(1, 3), (3, 5)], "zero"))
    # Row 0: 1 * 2 + 2 * 3 = 8, then -1 * 5 = -5; row 1: nothing, then 3 * 10 = 30.
    np.testing.assert_allclose(found, [[8.0, -5.0], [0.0, 30.0]])


def test_captum_takes_off_the_same() -> None:
    weights = torch.from_numpy(WEIGHTS)
    single = CaptumOcclusion(lambda x: (weights * x).sum(dim=(1, 2)))
    there = single.attribute(
        torch.from_numpy(SIGNALS)[None], sliding_window_shapes=(1, 2), strides=(1, 2), baselines=0
    )
    found = finish(occlude_spans(toy, SIGNALS, 1.0, [(0, 2), (2, 4), (4, 6)], "zero"))
    np.testing.assert_allclose(np.repeat(found, 2, axis=1), there[0].numpy())


@pytest.mark.parametrize("baseline", ["zero", "quietest"])
def test_occlusion_leaves_the_input_unchanged_and_occlusions_do_not_pile_up(baseline: str) -> None:
    signals = np.random.default_rng(0).normal(size=(2, 400))
    before = signals.copy()
    signals.setflags(write=False)
    seen: list[np.ndarray] = []

    def keep(changed: np.ndarray) -> float:
        seen.append(changed.copy())
        changed[:] = 0.0  # a network that writes into what it is given
        return 0.0

    finish(occlude_spans(keep, signals, 100.0, [(200, 220), (300, 320)], baseline))
    np.testing.assert_array_equal(signals, before)
    changed = [np.flatnonzero((one != before).any(axis=0)) for one in seen]
    assert changed[0].size == 0
    for index, (low, high) in zip(changed[1:], [(200, 219), (300, 319)] * 2, strict=True):
        assert (index[0], index[-1]) == (low, high)


def test_quietest_stretch_of_the_minute_before_is_put_in() -> None:
    signal = np.random.default_rng(1).normal(0, 10, 8000)
    signal[3000:3100] = 0.01 * signal[3000:3100]
    signal[100:300] = 0.0  # quieter, but more than a minute before
    assert quietest(signal, 1000, 7000, 80) == pytest.approx(3010, abs=11)
    changed = occluded(signal[None], 0, 7000, 7080, "quietest", 100.0)[0]
    line = np.interp(np.arange(7000, 7080), [6999, 7080], [signal[6999], signal[7080]])
    assert np.abs(changed[7000:7080] - line).max() < 1.0


def test_what_cannot_be_replaced_is_said() -> None:
    with pytest.raises(SettingsError, match="6 samples of 2 signals"):
        occluded(SIGNALS, 0, 4, 9, "zero", 1.0)
    with pytest.raises(SettingsError, match="choose from quietest, zero"):
        occluded(SIGNALS, 0, 1, 2, "mean", 1.0)  # type: ignore[arg-type]
    with pytest.raises(GapError, match="choose the baseline zero"):
        occluded(SIGNALS, 0, 0, 3, "quietest", 1.0)


@pytest.mark.parametrize("baseline", ["zero", "quietest"])
@pytest.mark.parametrize("architecture", ["spindle-unet-1d", "published-cnn-1d", "rem-dilated-1d"])
def test_networks_are_occluded_channel_by_channel(
    make_card: MakeCard, architecture: str, baseline: str
) -> None:
    card = make_card(architecture)
    labels = ("LOC", "ROC")[: len(card.channels)]
    steps = occlude_event(
        make_recording(), card, labels, *BURST, step=0.5, baseline=baseline, event_id="e"
    )
    found = finish(steps)
    assert found.relevance.shape == (len(labels), 7)
    assert found.whole.shape == (len(labels),)
    assert np.isfinite(found.relevance).all()
    assert np.abs(found.relevance).max() > 0
    assert np.isfinite(found.logit)
    assert (found.baseline, found.event_id, found.scorer) == (baseline, "e", card.scorer)


def test_event_at_the_very_edge_is_occluded(make_card: MakeCard) -> None:
    found = finish(
        occlude_event(make_recording(), make_card(), ("C3",), 0.0, 0.6, baseline="zero", step=0.2)
    )
    assert np.isfinite(found.relevance).all()
    assert found.times[0] >= 0.25


def test_an_answer_that_rests_on_one_channel_names_it() -> None:
    def worth(*values: float) -> Occlusion:
        whole, none = np.array(values, np.float32), np.zeros(0)
        return Occlusion(("LOC", "ROC")[: whole.size], none, none, whole, 0.0, "zero", 0.5)

    assert lone_channel(worth(9.5, 0.5)) == "LOC"
    assert lone_channel(worth(-9.5, 0.5)) == "ROC"
    assert lone_channel(worth(6.0, 4.0)) is None
    assert lone_channel(worth(5.0)) is None

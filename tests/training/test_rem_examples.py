"""Targets of the eye movement network say what a scorer would."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from sleepscope.networks.rem_dilated import RemDilated
from sleepscope.progress import finish
from sleepscope.simulate.eog import EogRanges, SimulatedEog
from sleepscope.simulate.eye_movements import RapidMovement
from sleepscope.training.rem_examples import (
    EyesAugmentation,
    rem_targets,
    simulate_examples,
    subject_eog,
    sure_movements,
)


def _eog(
    *movements: tuple[float, float], disturbed: tuple[tuple[float, float], ...] = ()
) -> SimulatedEog:
    """Movements of (onset, amplitude) that last 0.4 s."""
    rapid = tuple(RapidMovement(o, a, 0.0, 0.1, "drift", 0.0, 0.25) for o, a in movements)
    return SimulatedEog(np.zeros((2, 500)), 50.0, rapid, ("R",), disturbed)


def test_a_clear_movement_is_an_event_with_an_onset() -> None:
    targets, weights = rem_targets(_eog((2.0, -60.0)), 250, 25.0)
    assert np.flatnonzero(targets[0]).tolist() == list(range(50, 60))  # 0.1 s + 1.2 x 0.25 s
    assert np.flatnonzero(targets[1]).tolist() == [49, 50, 51]
    assert weights.min() == 1.0


def test_a_movement_of_20_to_40_microvolts_does_not_count() -> None:
    targets, weights = rem_targets(_eog((2.0, 30.0)), 250, 25.0)
    assert targets.max() == 0.0
    assert weights[0, 50:60].max() == 0.0
    assert weights[:, :45].min() == 1.0


def test_a_movement_during_muscle_does_not_count() -> None:
    eog = _eog((2.0, 80.0), (6.0, 80.0), disturbed=((1.0, 2.1),))
    targets, weights = rem_targets(eog, 250, 25.0)
    assert weights[0, 50:60].max() == 0.0
    assert np.flatnonzero(targets[0]).tolist() == list(range(150, 160))


def test_a_movement_ends_where_the_next_begins() -> None:
    sure, _ = sure_movements(_eog((1.0, 80.0), (1.2, 80.0)))
    assert [stop - onset for onset, stop in sure] == pytest.approx([0.2, 0.4])


def test_a_tiny_movement_is_none() -> None:
    targets, weights = rem_targets(_eog((2.0, 15.0)), 250, 25.0)
    assert targets.max() == 0.0
    assert weights.min() == 1.0


def test_a_clear_movement_counts_beside_a_doubtful_one() -> None:
    targets, weights = rem_targets(_eog((2.0, 30.0), (2.2, 80.0)), 250, 25.0)
    assert (weights[0][targets[0] > 0] == 1.0).all()


def test_a_number_is_one_sleeper() -> None:
    one, again, other = (subject_eog(1, n, EogRanges(), 50.0) for n in (3, 3, 4))
    np.testing.assert_array_equal(one.signals, again.signals)
    assert one.signals.std() != other.signals.std()


def test_examples_fit_the_network_and_name_their_sleeper() -> None:
    network = RemDilated()
    examples = finish(simulate_examples(network, 0, [1, 5], EogRanges()))
    assert [e.subject for e in examples] == ["simulated 0-1", "simulated 0-5"]
    for example in examples:
        n_out = example.features.shape[1] // network.stride
        assert example.targets.shape == example.weights.shape == (2, n_out)
        assert 0.0 < example.targets[0].mean() < 0.5


def test_exchanged_eyes_change_the_sign_of_the_difference_alone() -> None:
    features = torch.rand(64, 3, 10) + 0.5
    changed = EyesAugmentation(gain=0.0)(features, torch.Generator().manual_seed(0))
    assert torch.equal(changed[:, 1:], features[:, 1:])
    signs = (changed[:, 0] / features[:, 0]).mean(dim=1)
    assert torch.equal(signs.abs(), torch.ones(64))
    assert -0.5 < signs.mean() < 0.5

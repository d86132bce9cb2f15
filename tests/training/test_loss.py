"""The loss, against numbers that can be worked out on paper."""

from __future__ import annotations

import math

import pytest
import torch

from sleepscope.training.loss import dense_loss


def test_cross_entropy_counts_positives_double():
    logits = torch.zeros(1, 1, 2)
    targets = torch.tensor([[[1.0, 0.0]]])
    loss = dense_loss(logits, targets, torch.ones(1, 1, 2), 2.0, 0.0)
    assert float(loss) == pytest.approx(1.5 * math.log(2))


def test_dice_is_one_minus_the_overlap():
    logits = torch.zeros(1, 1, 2)  # probabilities of 0.5
    targets = torch.tensor([[[1.0, 0.0]]])
    both = dense_loss(logits, targets, torch.ones(1, 1, 2), 2.0, 1.0)
    assert float(both) - 1.5 * math.log(2) == pytest.approx(1 - (2 * 0.5 + 1) / (1 + 1 + 1))


def test_moments_of_no_weight_do_not_count():
    targets = torch.tensor([[[1.0, 0.0, 1.0]]])
    weights = torch.tensor([[[1.0, 1.0, 0.0]]])
    losses = [
        float(dense_loss(torch.tensor([[[2.0, -1.0, odd]]]), targets, weights))
        for odd in (-50.0, 50.0)
    ]
    assert losses[0] == pytest.approx(losses[1])


def test_a_batch_where_nobody_looked_costs_no_entropy():
    zeros = torch.zeros(2, 3, 4)
    assert math.isfinite(float(dense_loss(zeros, zeros, zeros)))

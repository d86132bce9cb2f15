"""What training makes small: cross-entropy moment by moment, and overlap over the batch."""

from __future__ import annotations

import torch
from torch.nn import functional


def dense_loss(
    logits: torch.Tensor,
    targets: torch.Tensor,
    weights: torch.Tensor,
    positive_weight: float = 2.0,
    dice_weight: float = 0.5,
) -> torch.Tensor:
    """Weighted binary cross-entropy plus a share of (1 - Dice overlap).

    Parameters
    ----------
    logits, targets, weights : (batch, n_heads, n_out) Tensor
        Moments of weight 0 do not count at all.
    positive_weight : float
        How much more a moment inside an event counts.
    dice_weight : float
        Weight of the second part, after Milletari et al. 2016, doi:10.1109/3DV.2016.79.

    Returns
    -------
    () Tensor
    """
    entropy = functional.binary_cross_entropy_with_logits(
        logits,
        targets,
        weight=weights,
        pos_weight=torch.tensor(positive_weight),
        reduction="sum",
    ) / weights.sum().clamp(min=1e-6)
    probability = torch.sigmoid(logits)
    over = (0, 2)
    both = (weights * probability * targets).sum(over)
    either = (weights * (probability + targets)).sum(over)
    dice = 1 - (2 * both + 1) / (either + 1)
    return entropy + dice_weight * dice.mean()

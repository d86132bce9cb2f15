"""Stop a fit when people it does not learn from are told no better, and keep the best weights."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import torch
from torch import nn

from sleepscope.errors import SettingsError

# Batches between two looks.
LOOK_EVERY: Final = 25


def watched_subjects(subjects: Iterable[str], share: float, seed: int) -> frozenset[str]:
    """Training subjects that early stopping looks at and nothing learns from, drawn at random.

    Parameters
    ----------
    subjects : iterable of str
        Of the training side alone.
    share : float
        Of the subjects; one at least.
    seed : int

    Raises
    ------
    SettingsError
        If there are fewer than two.
    """
    names = sorted(set(subjects))
    if len(names) < 2:
        raise SettingsError(
            f"Early stopping needs a subject to watch and one to learn from; "
            f"there are {len(names)}."
        )
    order = np.random.default_rng(seed).permutation(names)
    return frozenset(order[: max(1, round(share * len(names)))].tolist())


class EarlyStopping:
    """The best weights so far and how many looks ago they were.

    Parameters
    ----------
    patience : int or None
        Looks without a better loss after which to stop; None never stops and keeps nothing.

    Raises
    ------
    SettingsError
        If the patience is below one look: nothing would be fitted.
    """

    def __init__(self, patience: int | None) -> None:
        if patience is not None and patience < 1:
            raise SettingsError(
                f"Early stopping with a patience of {patience} would stop before it begins; give "
                "1 look or more."
            )
        self.patience = patience
        self.best = float("inf")
        self.waited = 0
        self._weights: dict[str, torch.Tensor] | None = None

    def look(self, loss: float, network: nn.Module) -> None:
        """Take note of the loss on the watched subjects."""
        if loss < self.best:
            self.best, self.waited = loss, 0
            self._weights = {k: v.detach().clone() for k, v in network.state_dict().items()}
        else:
            self.waited += 1

    @property
    def is_over(self) -> bool:
        """Whether it has waited long enough."""
        return self.patience is not None and self.waited >= self.patience

    def restore(self, network: nn.Module) -> None:
        """Put the best weights into the network, if any were noted."""
        if self._weights is not None:
            network.load_state_dict(self._weights)

    def state(self) -> dict[str, Any]:
        """For a checkpoint."""
        return {"best": self.best, "waited": self.waited, "weights": self._weights}

    def go_on(self, state: dict[str, Any]) -> None:
        """As it was at a checkpoint."""
        self.best, self.waited, self._weights = state["best"], state["waited"], state["weights"]

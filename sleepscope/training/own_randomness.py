"""What torch draws inside a fit (dropout), fixed by its seed and by nothing that ran before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


class OwnRandomness:
    """Torch's random numbers of one fit, apart from everybody else's.

    Parameters
    ----------
    seed : int

    Attributes
    ----------
    state : torch.Tensor
        Where the numbers go on; changed by :meth:`drawn`.
    """

    def __init__(self, seed: int) -> None:
        self.state = torch.Generator().manual_seed(seed).get_state()

    @contextmanager
    def drawn(self) -> Iterator[None]:
        """Draw from these numbers inside, and leave the others where they were."""
        with torch.random.fork_rng(devices=[]):
            torch.set_rng_state(self.state)
            yield
            self.state = torch.get_rng_state()

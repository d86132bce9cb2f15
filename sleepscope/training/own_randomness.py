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
    device : torch.device or None
        A graphics card draws by itself; its numbers begin with the same seed.

    Attributes
    ----------
    state, on_card : torch.Tensor, torch.Tensor or None
        Where the numbers go on; changed by :meth:`drawn`.
    """

    def __init__(self, seed: int, device: torch.device | None = None) -> None:
        self.state = torch.Generator().manual_seed(seed).get_state()
        self._card = device if device is not None and device.type == "cuda" else None
        self.on_card: torch.Tensor | None = None
        self._seed = seed

    @contextmanager
    def drawn(self) -> Iterator[None]:
        """Draw from these numbers inside, and leave the others where they were."""
        card = self._card
        with torch.random.fork_rng(devices=[] if card is None else [card.index or 0]):
            torch.set_rng_state(self.state)
            if card is not None and self.on_card is None:
                torch.cuda.manual_seed(self._seed)
            elif card is not None and self.on_card is not None:
                torch.cuda.set_rng_state(self.on_card, card)
            yield
            self.state = torch.get_rng_state()
            if card is not None:
                self.on_card = torch.cuda.get_rng_state(card)

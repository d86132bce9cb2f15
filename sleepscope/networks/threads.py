"""How many cores a network may take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """One core for torch: the others belong to the window and to the person's other programs.

    Networks as small as these gain nothing from a second one, and waiting for it costs a busy
    machine many times more. What was set before is set again at the end.
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)

"""Where a fit that was stopped is kept, so that it goes on as if it had not been."""

from __future__ import annotations

import io
import json
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from sleepscope.networks.whole_file import write_all
from sleepscope.training.early_stopping import EarlyStopping
from sleepscope.training.own_randomness import OwnRandomness
from sleepscope.training.run_folder import writing


@dataclass(frozen=True, slots=True)
class FitState:
    """Everything that changes while a network is fitted; changed in place."""

    network: torch.nn.Module
    optimiser: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.LRScheduler
    rng: np.random.Generator
    generator: torch.Generator
    losses: list[float]
    stopping: EarlyStopping
    device: torch.device


class FitMemory:
    """A file that holds a fit which was stopped; it is gone when the fit is done.

    Parameters
    ----------
    path : Path or None
        In a folder of the folder of a run; None keeps nothing.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._randomness = OwnRandomness(0)

    def begin(self, state: FitState, seed: int) -> None:
        """Bring a fresh fit to where the stopped one was, if there is one."""
        self._randomness = OwnRandomness(seed, state.device)
        if self.path is None or not self.path.is_file():
            return
        found = torch.load(self.path, weights_only=True, map_location="cpu")
        state.network.load_state_dict(found["network"])
        state.optimiser.load_state_dict(found["optimiser"])
        state.schedule.load_state_dict(found["schedule"])
        state.rng.bit_generator.state = json.loads(found["rng"])
        state.generator.set_state(found["generator"])
        state.losses[:] = found["losses"]
        state.stopping.go_on(found["stopping"])
        self._randomness.state = found["drawn"]
        self._randomness.on_card = found.get("drawn on card")

    def own_randomness(self) -> AbstractContextManager[None]:
        """Let dropout draw from numbers of this fit's own."""
        return self._randomness.drawn()

    def end(self, state: FitState, *, is_done: bool) -> None:
        """Keep a fit that was stopped; forget one that is done."""
        if self.path is None:
            return
        if is_done:
            self.path.unlink(missing_ok=True)
            return
        kept = {
            "network": state.network.state_dict(),
            "optimiser": state.optimiser.state_dict(),
            "schedule": state.schedule.state_dict(),
            "rng": json.dumps(state.rng.bit_generator.state),
            "generator": state.generator.get_state(),
            "losses": list(state.losses),
            "stopping": state.stopping.state(),
            "drawn": self._randomness.state,
            "drawn on card": self._randomness.on_card,
        }
        # Torch itself says no more of a full disk than that some stream failed.
        content = io.BytesIO()
        torch.save(kept, content)
        with writing(self.path.parent.parent):
            write_all(self.path, content.getvalue())

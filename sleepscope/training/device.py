"""Where networks are trained: on a graphics card if there is one, else on the processor."""

from __future__ import annotations

import os
from typing import Final

import torch

from sleepscope.errors import SettingsError

# Overrides the choice: "cpu", "cuda", "cuda:1", "mps".
VARIABLE: Final = "SLEEPSCOPE_DEVICE"


def training_device() -> torch.device:
    """The device that every fit uses: the one place where it is chosen.

    Raises
    ------
    SettingsError
        If the environment variable names a device that is not there.
    """
    wanted = os.environ.get(VARIABLE, "")
    there = ["cpu"]
    if torch.backends.mps.is_available():
        there.insert(0, "mps")
    if torch.cuda.is_available():
        there.insert(0, "cuda")
    if not wanted:
        # Apple's lacks some of the operations that these networks use.
        return torch.device("cuda" if "cuda" in there else "cpu")
    if wanted.partition(":")[0] not in there:
        raise SettingsError(
            f"{VARIABLE} is '{wanted}', which this machine cannot use; "
            f"choose from {', '.join(there)}, or leave it out."
        )
    return torch.device(wanted)

"""One night that holds every stage, made once for all tests of this folder."""

from __future__ import annotations

import pytest

from sleepscope.simulate import NightSettings, SimulatedNight, simulate_night

STAGES = ("W", "W", "N1", "N1", "N2", "N2", "N2", "N2", "N3", "N3", "N3", "N3", "R", "R", "R", "R")


@pytest.fixture(scope="session")
def night() -> SimulatedNight:
    """Eight minutes with every stage."""
    return simulate_night(NightSettings(seed=3, minutes=8.0, stages=STAGES))

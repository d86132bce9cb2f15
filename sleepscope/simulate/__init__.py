"""Made-up nights with known spindles, eye movements, stages and artefacts."""

from sleepscope.simulate.night import NightSettings, SimulatedNight, simulate_night

__all__ = ["NightSettings", "SimulatedNight", "simulate_night"]

"""Wavelet coherence of two signals: one definition, computed exactly or fast."""

from sleepscope.signals.coherence.coherence import Coherence
from sleepscope.signals.coherence.exact import exact_coherence
from sleepscope.signals.coherence.fast import coherence_blocks, fast_coherence
from sleepscope.signals.coherence.power import WaveletPower, exact_power, fast_power, power_blocks
from sleepscope.signals.coherence.rates import common_rate, read_at_rate
from sleepscope.signals.coherence.settings import CoherenceSettings

__all__ = [
    "Coherence",
    "CoherenceSettings",
    "WaveletPower",
    "coherence_blocks",
    "common_rate",
    "exact_coherence",
    "exact_power",
    "fast_coherence",
    "fast_power",
    "power_blocks",
    "read_at_rate",
]

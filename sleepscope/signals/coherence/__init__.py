"""Wavelet coherence of two signals: one definition, computed exactly or fast."""

from sleepscope.signals.coherence.coherence import Coherence
from sleepscope.signals.coherence.exact import exact_coherence
from sleepscope.signals.coherence.fast import coherence_blocks, fast_coherence
from sleepscope.signals.coherence.rates import common_rate, read_at_rate
from sleepscope.signals.coherence.settings import CoherenceSettings

__all__ = [
    "Coherence",
    "CoherenceSettings",
    "coherence_blocks",
    "common_rate",
    "exact_coherence",
    "fast_coherence",
    "read_at_rate",
]

"""Which channels are compared by their coherence unless told."""

from __future__ import annotations

from sleepscope.detection.channels import eeg_rank, eye_pair
from sleepscope.recordings.recording import Recording
from sleepscope.signals.coherence import CoherenceSettings

# REMs lie at 0.3-5 Hz, spindles at 11-16 Hz; muscle above 32 Hz says nothing about either.
LANE_SETTINGS = CoherenceSettings(low=0.5, high=32.0)


def default_pairs(recording: Recording) -> tuple[tuple[str, ...], ...]:
    """The left with the right eye, and the two best EEG channels; of a lone EEG that one alone.

    A group of one channel stands for its wavelet power.
    """
    volts = tuple(c for c in recording.channels if c.unit == "µV")
    eeg = sorted((c for c in volts if c.kind == "EEG"), key=eeg_rank)
    eyes = eye_pair(tuple(c for c in volts if c.kind == "EOG"))
    groups = () if eyes is None else (eyes,)
    best = tuple(c.label for c in eeg[:2])
    return (*groups, best) if best else groups

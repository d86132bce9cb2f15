"""What a person chooses before a detection runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DetectSettings:
    """Settings of one detection run; they are stored with its results and in every export.

    Attributes
    ----------
    task : str
        "spindle" or "rem".
    model : str
        Name of a model card ("spindle-1d").
    channels : tuple of str
        Channel labels. A one-channel model runs on each; a two-channel model takes them in pairs
        (LOC, ROC). Empty: chosen from the recording by kind and label.
    stages : tuple of str or None
        Keep only events whose midpoint lies in one of these stages; None keeps all.
    threshold, min_duration, max_gap : float or None
        Probability 0..1 and seconds; None takes what the model card says.
    """

    task: str
    model: str
    channels: tuple[str, ...] = ()
    stages: tuple[str, ...] | None = None
    threshold: float | None = None
    min_duration: float | None = None
    max_gap: float | None = None

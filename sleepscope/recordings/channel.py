"""A channel of a recording: what it is called, what it measures, how fast."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Channel:
    """One signal of a recording.

    Attributes
    ----------
    label : str
        As in the file; told apart with " (2)", " (3)" where the file repeats one.
    kind : str
        EEG, EOG, EMG, ECG, RESP, SPO2, BODY, SOUND or OTHER.
    unit : str
        Unit of the values that ``Recording.read`` returns: "µV" for every voltage, else as in
        the file ("%", "°C", "").
    sfreq : float
        Sampling rate, Hz.
    n_samples : int
        Number of samples on the recording's time line, gaps included.
    physical_range : tuple of float or None
        Smallest and largest value the file can hold, in ``unit``.
    prefiltering, transducer : str
        As in the file's header.
    """

    label: str
    kind: str
    unit: str
    sfreq: float
    n_samples: int
    physical_range: tuple[float, float] | None = None
    prefiltering: str = ""
    transducer: str = ""


def unique_label(label: str, taken: Container[str]) -> str:
    """The label, with " (2)", " (3)", ... where it is taken already."""
    unique, number = label, 1
    while unique in taken:
        number += 1
        unique = f"{label} ({number})"
    return unique

"""The result of running a model over a recording."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sleepscope.detection.settings import DetectSettings
from sleepscope.events.event import Event
from sleepscope.networks.model_card import ModelCard


@dataclass(frozen=True, slots=True)
class Detection:
    """What one model found on one channel (or one pair of channels).

    Attributes
    ----------
    card : ModelCard
        The model.
    channels : tuple of str
        The channels it read; its events are on the first of them.
    start : float, s
        Time of the first probability value.
    sfreq : float, Hz
        Rate of the probability track.
    probability : (n,) ndarray of float32
        0..1; NaN where the model abstained (flat, clipped or missing signal).
    threshold : float
        As applied.
    settings : DetectSettings
        As asked for.
    events : tuple of Event
        With confidence, by onset.
    trained_on : bool
        Whether the model was trained on this very recording: its score here says nothing.
    notices : tuple of str
        Sentences for the person ("abstained on 12.0 s of flat signal").
    split : (n,) ndarray of float32 or None
        Probability that a new event starts, of networks that part bursts into single events.
    """

    card: ModelCard
    channels: tuple[str, ...]
    start: float
    sfreq: float
    probability: NDArray[np.float32] = field(repr=False)
    threshold: float
    settings: DetectSettings
    events: tuple[Event, ...]
    trained_on: bool = False
    notices: tuple[str, ...] = ()
    split: NDArray[np.float32] | None = field(default=None, repr=False)

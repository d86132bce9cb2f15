"""Edges of events lie on samples of their channel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sleepscope.recordings.channel import Channel
from sleepscope.recordings.recording import ArrayRecording
from sleepscope.recordings.sample_grid import cut_to_samples, event_rate

RATES = {"C3": 256.0, "Flow": 32.0}


@given(st.floats(0, 1e5), st.sampled_from((1.0, 32.0, 200.0, 256.0, 512.0)))
def test_cut_moment_is_that_of_the_nearest_sample(time: float, sfreq: float) -> None:
    cut = cut_to_samples(time, sfreq)
    assert abs(cut - time) <= 0.5 / sfreq + 1e-9
    assert cut_to_samples(cut, sfreq) == cut


@pytest.mark.parametrize(("channel", "rate"), [("Flow", 32.0), (None, 256.0), ("Pz", 256.0)])
def test_rate_is_the_channels_or_the_fastest(channel: str | None, rate: float) -> None:
    channels = tuple(Channel(label, "EEG", "µV", r, round(r)) for label, r in RATES.items())
    signals = {label: np.zeros(round(r)) for label, r in RATES.items()}
    assert event_rate(ArrayRecording(Path("x.edf"), channels, signals), channel) == rate

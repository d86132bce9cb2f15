"""Figures of explained events: drawn for one channel, for a pair and for maps, nothing named."""

from __future__ import annotations

import numpy as np
import pytest

from sleepscope.events.event import Event
from sleepscope.explain.explanation import Explanation
from sleepscope.export.explanation_figure import Pictured, ReadMap, explanation_figure

TIMES = np.arange(0.0, 10.0, 0.01)
EVENT = Event(4.0, 1.0, "rem", None)


def pictured(n_channels: int, *, with_map: bool = False) -> Pictured:
    bins = np.arange(3.0, 6.0, 0.1)
    heat = np.sin(bins).astype(np.float32)
    freqs = np.array([8.0, 4.0, 2.0, 1.0]) if with_map else None
    relevance = np.tile(heat, (4, 1)) if with_map else heat
    track = np.full(bins.size, 0.9, np.float32)
    explanation = Explanation(
        "Grad-CAM", "layer", "mean logit, 4.00-5.00 s", "model:rem@12345678",
        ("E1", "E2")[:n_channels], bins, relevance, bins, track, "e", freqs,
    )  # fmt: skip
    read = None
    if freqs is not None:
        read = ReadMap("coherence", bins, freqs, np.ones((4, bins.size)))
    signals = np.stack([np.sin(TIMES * (k + 1)) * 50 for k in range(n_channels)])
    signals[:, :50] = np.nan  # a gap is no reason to fail
    marks = (Event(4.1, 0.8, "rem", None),)
    return Pictured(EVENT, explanation, TIMES, signals, marks, "REM 4.10-4.90 s", "REM, p at most "
                    "0.90 (threshold 0.5)", 5.0, read)  # fmt: skip


@pytest.mark.parametrize(("n_channels", "with_map"), [(1, False), (2, False), (2, True)])
def test_truth_and_prediction_stand_in_the_caption(n_channels: int, with_map: bool) -> None:
    drawn = explanation_figure(pictured(n_channels, with_map=with_map), "svg").decode()
    assert "Truth: REM 4.10-4.90 s. Prediction: REM, p at most 0.90" in drawn
    assert "relevance (logit)" in drawn
    for word in ("Matplotlib v", "<dc:date>"):
        assert word not in drawn
    assert ("Frequency (Hz)" in drawn) is with_map


def test_a_flat_trace_is_drawn_as_png() -> None:
    shown = pictured(1)
    shown.signals[:] = 0.0
    assert explanation_figure(shown, "png").startswith(b"\x89PNG")

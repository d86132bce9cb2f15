"""Channel, region and band importance of toy networks by hand, and of planted spindles."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from sleepscope.errors import ChannelError, GapError, ModelError, SettingsError
from sleepscope.explain import importance
from sleepscope.explain.channel_importance import channel_importance
from sleepscope.explain.explain import explain
from sleepscope.explain.importance import Importance, importance_of
from sleepscope.networks.model_folder import find_model
from sleepscope.networks.time_frequency import TimeFrequencyNetwork
from sleepscope.progress import finish
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.recording import ArrayRecording
from sleepscope.signals.coherence import CoherenceSettings

SFREQ = 100.0
SPINDLE = (80.0, 81.0)
LABELS = ("F3-M2", "C3-M2", "O1-M2", "T4-M1")
CARD = find_model("spindle-2d")


def recording_of(signals: NDArray[np.float64], labels: tuple[str, ...] = LABELS) -> ArrayRecording:
    channels = tuple(Channel(label, "EEG", "µV", SFREQ, signals.shape[1]) for label in labels)
    return ArrayRecording(Path("made.edf"), channels, dict(zip(labels, signals, strict=True)))


def noise(n_channels: int = 4, seconds: float = 160.0) -> NDArray[np.float64]:
    """Slower waves are larger, as in the sleeping brain."""
    white = np.random.default_rng(7).normal(size=(n_channels, round(seconds * SFREQ)))
    spectrum = np.fft.rfft(white)
    spectrum /= np.maximum(np.fft.rfftfreq(white.shape[1], 1 / SFREQ), 0.3)
    pink = np.fft.irfft(spectrum, white.shape[1])
    return np.asarray(12.0 * pink / pink.std(axis=1, keepdims=True))


def planted(row: int) -> NDArray[np.float64]:
    """Noise on four channels, a spindle of 13 Hz on one of them."""
    signals = noise()
    times = np.arange(signals.shape[1]) / SFREQ
    phase = np.clip((times - SPINDLE[0]) / (SPINDLE[1] - SPINDLE[0]), 0.0, 1.0)
    signals[row] += 30.0 * np.sin(np.pi * phase) ** 2 * np.sin(2 * np.pi * 13.0 * times)
    return signals


# --- by hand -------------------------------------------------------------------------------------


def test_channel_importance_is_what_the_mean_logit_loses() -> None:
    signals = np.array([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]])
    weights = np.array([0.0, 1.0, -3.0, 0.0])

    def logit(signal: NDArray[np.float64]) -> float:
        return float(weights @ signal)

    found = finish(channel_importance(logit, signals, 1, 3, 1.0, "zero"))
    # Logits 2 - 9 = -7 and 6 - 21 = -15, so p = -11. Without channel 1 p is -7.5, without 2 -3.5.
    assert found.p == pytest.approx(-11.0)
    np.testing.assert_allclose(found.lost, [-3.5, -7.5])
    np.testing.assert_allclose(found.importance, [3.5, 7.5])


@pytest.mark.parametrize("baseline", ["zero", "quietest"])
def test_occlusion_of_one_channel_leaves_the_input_unchanged(baseline: str) -> None:
    signals = np.random.default_rng(1).normal(size=(3, 500))
    before = signals.copy()
    signals.setflags(write=False)
    heard: list[int] = []

    def greedy(signal: NDArray[np.float64]) -> float:
        row = int(np.argmin(np.abs(before - signal).sum(axis=1)))
        changed = np.flatnonzero(before[row] != signal)
        heard.append(changed.size)
        if changed.size:
            assert (changed[0], changed[-1]) == (300, 349)
        signal[:] = 0.0  # a network that writes into what it is given
        return 0.0

    finish(channel_importance(greedy, signals, 300, 350, SFREQ, baseline))
    np.testing.assert_array_equal(signals, before)
    assert heard == [0, 0, 0, 50, 50, 50]


class ToyMaps(TimeFrequencyNetwork):
    """Three rows, 1, 2 and 3 times the signal; their answer is 2, 5 and -1 times each."""

    sfreq: ClassVar[float] = 100.0
    output_sfreq: ClassVar[float] = 12.5
    samples_per_feature: ClassVar[int] = 8
    n_signals: ClassVar[int] = 1
    n_maps: ClassVar[int] = 1
    grid: ClassVar[CoherenceSettings] = CoherenceSettings(4.0, 16.0, 1, 12.5)
    n_features: ClassVar[int] = 3
    heads: ClassVar[tuple[str, ...]] = ("event",)
    band: ClassVar[tuple[float, float]] = (4.0, 16.0)
    run_in: ClassVar[float] = 0.0
    alignment: ClassVar[int] = 8
    explained_layer: ClassVar[str] = "deep"
    normalisation: ClassVar[str] = ""

    def __init__(self) -> None:
        super().__init__()
        # A tap on either side without weight: its bins look at three moments, and at one row.
        self.deep = nn.Conv2d(1, 1, (1, 3), padding=(0, 1), bias=False)
        with torch.no_grad():
            self.deep.weight.copy_(torch.tensor([0.0, 0.5, 0.0]))

    def prepare(self, signals: NDArray[np.floating]) -> NDArray[np.float32]:
        whole = np.nan_to_num(signals[0, : signals.shape[1] // 8 * 8]).reshape(-1, 8).mean(axis=1)
        return np.stack([whole, 2 * whole, 3 * whole]).astype(np.float32)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        rows = self.deep(self.maps(features))[:, 0]
        return (rows * torch.tensor([2.0, 5.0, -1.0])[:, None]).sum(dim=1)[:, None]


def test_matrix_of_a_toy_network_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importance, "load_network", lambda _card: ToyMaps().eval())
    # Levels with a ripple that has no mean over 8 samples: a level alone counts as flat.
    ripple = np.tile([3.0, -3.0], 2000)
    levels = np.array([4.0, 2.0, 6.0, 0.0])
    signals = levels[:, None] + ripple
    steps = importance_of(recording_of(signals), CARD, LABELS, [(16.0, 24.0)], baseline="zero")
    found = finish(steps)
    # One channel's logit is 0.5 * (2 * 1 + 5 * 2 - 1 * 3) = 4.5 times its level.
    np.testing.assert_allclose(found.logits, 4.5 * levels, rtol=1e-5)
    assert found.p == pytest.approx(4.5 * 3.0)
    # A channel at zero takes a quarter of its logit away.
    np.testing.assert_allclose(found.channel, 4.5 * levels / 4, rtol=1e-5)
    np.testing.assert_allclose(
        found.region, [4.5, 2.25, 6.75, np.nan, 0.0], rtol=1e-5, equal_nan=True
    )
    # Grad-CAM: each row's slope times what it holds, times the three rows: 3 * (2 * 0.5) = 3,
    # 3 * (5 * 1.0) = 15 and 3 * (-1 * 1.5) = -4.5 times the level, at 16, 8 and 4 Hz.
    np.testing.assert_allclose(found.relevance.mean(axis=1), [9.0, 45.0, -13.5], rtol=1e-5)
    theta = [band.name if band else "" for band in found.bands].index("theta")
    # Half of theta (4-8 Hz) is the row at 8 Hz, half that at 4 Hz: (15 - 4.5) / 2 = 5.25.
    assert found.frequency[theta] == pytest.approx(5.25 * 3.0)
    np.testing.assert_allclose(
        found.region_band[:, theta], 5.25 * np.array([4.0, 2.0, 6.0, np.nan, 0.0]), rtol=1e-5
    )


# --- planted -------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", [1, 3])
def test_planted_channel_time_and_band_win(row: int) -> None:
    signals = planted(row)
    before = signals.copy()
    recording = recording_of(signals)
    event = finish(importance_of(recording, CARD, LABELS, [SPINDLE]))
    assert int(np.argmax(event.channel)) == row
    assert event.channel[row] > 3 * np.delete(event.channel, row).max()
    assert int(np.nanargmax(event.region)) == (1 if row == 1 else 4)
    where = np.unravel_index(np.nanargmax(event.region_band), event.region_band.shape)
    assert where == (1 if row == 1 else 4, len(event.bands) - 1)
    assert event.bands[-1].name == "sigma"
    page = finish(importance_of(recording, CARD, LABELS, [(70.0, 100.0)]))
    hottest = page.times[int(np.argmax(page.relevance.max(axis=0)))]
    assert SPINDLE[0] <= hottest <= SPINDLE[1]
    np.testing.assert_array_equal(signals, before)


def test_map_of_one_channel_is_that_of_explain() -> None:
    recording = recording_of(planted(1))
    found = finish(importance_of(recording, CARD, ("C3-M2",), [SPINDLE]))
    whole = finish(explain(recording, CARD, ("C3-M2",), *SPINDLE))
    inside = (whole.times >= SPINDLE[0]) & (whole.times < SPINDLE[1])
    np.testing.assert_allclose(found.times, whole.times[inside])
    np.testing.assert_allclose(found.relevance, whole.relevance[:, inside], atol=1e-3)


def test_night_is_the_mean_of_its_stretches() -> None:
    recording, labels = recording_of(planted(1)), LABELS[:2]
    spans = [SPINDLE, (90.0, 91.0)]
    each = [finish(importance_of(recording, CARD, labels, [span])) for span in spans]
    both = finish(importance_of(recording, CARD, labels, spans))
    for name in ("channel", "region", "frequency", "region_band", "logits"):
        expected = (getattr(each[0], name) + getattr(each[1], name)) / 2
        np.testing.assert_allclose(getattr(both, name), expected, rtol=1e-5)
    assert (both.times.size, both.spans) == (0, tuple(spans))


def test_a_long_night_tells_what_it_has_so_far() -> None:
    recording = recording_of(planted(1))
    spans = [(62.0 + 2 * k, 63.0 + 2 * k) for k in range(11)]
    partial = [
        step.partial
        for step in importance_of(recording, CARD, LABELS[1:2], spans)
        if step.partial is not None
    ]
    assert [one.spans for one in partial] == [tuple(spans[:10])]


# --- what cannot be weighed ----------------------------------------------------------------------


def weigh(signals: NDArray[np.float64], *spans: tuple[float, float], **settings: str) -> Importance:
    labels = LABELS[: len(signals)]
    recording = recording_of(signals, labels)
    return finish(importance_of(recording, CARD, labels, list(spans), **settings))


def test_flat_channel_is_left_out_and_said() -> None:
    signals = planted(1)
    signals[0] = 0.0
    found = weigh(signals, SPINDLE)
    assert found.channels == LABELS[1:]
    assert found.left_out[0].startswith("F3-M2: Nothing usable was recorded on F3-M2")
    with pytest.raises(GapError, match="Nothing usable was recorded on T4-M1"):
        weigh(0.0 * signals, SPINDLE)


def test_event_at_the_very_edge() -> None:
    found = weigh(planted(1)[:2], (0.0, 0.6), (159.5, 160.0), baseline="zero")
    assert np.isfinite(found.channel).all()
    found = weigh(planted(1)[:2], (0.0, 0.6), (159.5, 160.0))
    assert found.spans == ((159.5, 160.0),)
    assert "0.00-0.60 s: No usable stretch of 0.60 s" in found.left_out[0]
    with pytest.raises(GapError, match="choose the baseline zero"):
        weigh(planted(1)[:1], (0.0, 0.6))


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        ([], "no stretch to weigh"),
        ([(10.0, 10.0)], "10.00 to 10.00 s cannot be weighed"),
        ([(150.0, 170.0)], "from 0 to 160.00 s"),
        ([(10.0, 80.0)], "70.0 s cannot be weighed"),
    ],
)
def test_stretch_that_cannot_be_weighed_is_a_sentence(
    spans: list[tuple[float, float]], words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        weigh(noise(), *spans)


def test_models_and_channels_that_cannot_be_weighed_are_a_sentence() -> None:
    recording = recording_of(noise())
    with pytest.raises(ModelError, match="spindle-1d does not read maps over frequency"):
        finish(importance_of(recording, find_model("spindle-1d"), LABELS, [SPINDLE]))
    with pytest.raises(ModelError, match="rem-2d does not read maps over frequency of one"):
        finish(importance_of(recording, find_model("rem-2d"), LABELS, [SPINDLE]))
    with pytest.raises(ChannelError, match="Cz"):
        finish(importance_of(recording, CARD, ("Cz",), [SPINDLE]))
    with pytest.raises(SettingsError, match="no EEG channel"):
        finish(importance_of(recording, CARD, (), [SPINDLE]))
    with pytest.raises(SettingsError, match="choose from quietest, zero"):
        weigh(noise(), SPINDLE, baseline="mean")

"""Explanations of events in a recording: where, of what, and what happens at its edges."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from sleepscope.detection import detect
from sleepscope.detection.settings import DetectSettings
from sleepscope.errors import ChannelError, GapError, ModelError, SettingsError
from sleepscope.explain import explain as module
from sleepscope.explain.explain import explain
from sleepscope.explain.explanation import Explanation
from sleepscope.networks.dense import DenseNetwork
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.model_folder import find_model
from sleepscope.networks.registry import ARCHITECTURES
from sleepscope.progress import finish
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.recording import ArrayRecording
from tests.explain.conftest import BURST, SFREQ, make_recording, two_events

MakeCard = Callable[..., ModelCard]
BOTH = pytest.mark.parametrize("architecture", ["spindle-unet-1d", "published-cnn-1d"])


def explained(card: ModelCard, start: float, stop: float, **options: object) -> Explanation:
    return finish(explain(make_recording(), card, ("C3",), start, stop, **options))


@BOTH
def test_explanation_says_what_it_explains(make_card: MakeCard, architecture: str) -> None:
    card = make_card(architecture)
    answer = explained(card, *BURST, event_id="e1")
    assert answer.method == "Grad-CAM"
    assert answer.event_id == "e1"
    assert answer.channels == ("C3",)
    assert answer.scorer == card.scorer
    assert "100.50 s" in answer.target or "100.00-101.00 s" in answer.target
    assert np.isfinite(answer.relevance).all()
    assert answer.relevance.dtype == np.float32
    assert answer.times.dtype == np.float64
    assert answer.times.shape == answer.relevance.shape


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_architecture_can_be_explained(make_card: MakeCard, architecture: str) -> None:
    card = make_card(architecture)
    labels = ("LOC", "ROC")[: len(card.channels)]
    answer = finish(explain(make_recording(), card, labels, *BURST, context=5.0))
    assert np.isfinite(answer.relevance).all()
    # There is relevance at the event itself.
    assert np.isfinite(answer.at(np.array([100.5]))).all()


@BOTH
def test_times_are_centres_of_receptive_fields_on_the_networks_grid(
    make_card: MakeCard, architecture: str
) -> None:
    answer = explained(make_card(architecture), *BURST)
    # U-Net: bins 8 samples of 100 Hz apart, the first at sample 3.5 (stem -2..5, one pool).
    # 5-s network: bins 16 samples of 200 Hz apart, the first at sample 56.
    is_unet = architecture == "spindle-unet-1d"
    sfreq, first, spacing = (100.0, 3.5, 8) if is_unet else (200.0, 56.0, 16)
    bins = (answer.times * sfreq - first) / spacing
    np.testing.assert_allclose(bins, np.round(bins), atol=1e-6)
    np.testing.assert_allclose(np.diff(bins), 1.0, atol=1e-6)


@BOTH
def test_probability_is_what_detection_says(make_card: MakeCard, architecture: str) -> None:
    card = make_card(architecture)
    settings = DetectSettings("spindle", str(card.path), ("C3",))
    (detection,) = finish(detect(make_recording(), settings))
    answer = explained(card, *BURST, context=10.0)
    index = np.round((answer.probability_times - detection.start) * detection.sfreq).astype(int)
    moments = detection.start + index / detection.sfreq
    np.testing.assert_allclose(moments, answer.probability_times, atol=1e-9)
    np.testing.assert_allclose(answer.probability, detection.probability[index], atol=1e-5)
    assert answer.probability_times[0] < 90.1
    assert answer.probability_times[-1] > 110.9


def test_relevance_does_not_depend_on_how_much_was_read(make_card: MakeCard) -> None:
    card = make_card()
    short, long = (explained(card, *BURST, context=c) for c in (5.0, 40.0))
    shared = np.isin(np.round(long.times, 6), np.round(short.times, 6))
    np.testing.assert_allclose(long.relevance[shared], short.relevance, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("architecture", ["spindle-unet-1d", "rem-dilated-1d"])
def test_the_map_ends_where_the_targets_view_ends(make_card: MakeCard, architecture: str) -> None:
    # Probability goes on to the ends of the page.
    card = make_card(architecture)
    labels = ("LOC", "ROC")[: len(card.channels)]
    answer = finish(explain(make_recording(), card, labels, *BURST))
    assert BURST[0] - 6.0 < answer.times[0] < BURST[0]
    assert BURST[1] < answer.times[-1] < BURST[1] + 6.0
    assert answer.probability_times[0] < BURST[0] - 14.9
    assert answer.probability_times[-1] > BURST[1] + 14.9


@pytest.mark.parametrize("model", ["spindle-1d", "rem-1d"])
def test_a_larger_event_beside_it_does_not_draw_the_map_away(model: str) -> None:
    from sleepscope.networks.model_folder import find_model

    card = find_model(model)
    recording, small, large = two_events(card.task)
    labels = tuple(channel.label for channel in recording.channels)
    answer = finish(explain(recording, card, labels, *small))
    peak = answer.times[np.nanargmax(answer.relevance)]
    assert small[0] <= peak < small[1]
    answer = finish(explain(recording, card, labels, *large))
    peak = answer.times[np.nanargmax(answer.relevance)]
    assert large[0] <= peak < large[1]


@BOTH
def test_same_event_twice_gives_the_same_map(make_card: MakeCard, architecture: str) -> None:
    card = make_card(architecture)
    first, second = (explained(card, *BURST) for _ in range(2))
    np.testing.assert_array_equal(first.relevance, second.relevance)


@BOTH
def test_random_other_weights_destroy_the_map(make_card: MakeCard, architecture: str) -> None:
    def other(network: DenseNetwork) -> None:
        torch.manual_seed(1)
        for parameter in network.parameters():
            torch.nn.init.normal_(parameter, std=0.2)

    first = explained(make_card(architecture), *BURST)
    second = explained(make_card(architecture, other), *BURST)
    assert abs(np.corrcoef(first.relevance, second.relevance)[0, 1]) < 0.9


@BOTH
@pytest.mark.parametrize("stretch", [(0.0, 0.6), (0.0, 0.01), (199.4, 200.0), (199.99, 200.0)])
def test_events_at_the_recordings_edges(
    make_card: MakeCard, architecture: str, stretch: tuple[float, float]
) -> None:
    answer = explained(make_card(architecture), *stretch)
    assert answer.times.size
    assert np.isfinite(answer.relevance).all()
    assert answer.times[0] >= 0.0
    assert answer.times[-1] <= 200.0


@BOTH
def test_a_stretch_between_two_bins_has_no_map(make_card: MakeCard, architecture: str) -> None:
    answer = explained(make_card(architecture), 0.0, 0.01, context=0.0)
    assert not answer.times.size
    assert np.isnan(answer.at(np.array([0.0, 0.005]))).all()


@BOTH
def test_recording_shorter_than_a_window(make_card: MakeCard, architecture: str) -> None:
    answer = finish(explain(make_recording(3.0), make_card(architecture), ("C3",), 1.0, 1.5))
    assert answer.times.size
    assert answer.times[-1] <= 3.0


@BOTH
def test_gap_beside_the_event_is_left_out_of_the_map(
    make_card: MakeCard, architecture: str
) -> None:
    recording = make_recording(bad=((101.4, 102.4),))
    answer = finish(explain(recording, make_card(architecture), ("C3",), *BURST, context=4.5))
    inside = (answer.times > 101.2) & (answer.times < 102.6)
    assert inside.any()
    assert np.isnan(answer.relevance[inside]).all()
    assert np.isfinite(answer.relevance[answer.times < 101.0]).all()
    probable = (answer.probability_times > 101.2) & (answer.probability_times < 102.6)
    assert np.isnan(answer.probability[probable]).all()


def test_a_flat_channel_cannot_be_explained(make_card: MakeCard) -> None:
    recording = make_recording()
    flat = {channel.label: np.zeros(channel.n_samples) for channel in recording.channels}
    still = ArrayRecording(recording.path, recording.channels, flat)
    with pytest.raises(GapError, match="nothing to explain"):
        finish(explain(still, make_card(), ("C3",), *BURST))


def test_a_spindle_on_one_of_four_channels_wins_there_and_then() -> None:
    rng = np.random.default_rng(3)
    times = np.arange(round(200 * SFREQ)) / SFREQ
    labels = ("F3", "C3", "P3", "O1")
    noise = np.cumsum(rng.normal(size=(4, times.size)), axis=1)
    noise -= np.stack([np.convolve(one, np.ones(400) / 400, "same") for one in noise])
    signals = dict(zip(labels, 12 * noise / noise.std(axis=1, keepdims=True), strict=True))
    rounded = np.where(np.abs(times - 100.5) < 0.5, np.cos(np.pi * (times - 100.5)) ** 2, 0.0)
    signals["P3"] = signals["P3"] + 30 * rounded * np.sin(2 * np.pi * 13 * times)
    channels = tuple(Channel(label, "EEG", "µV", SFREQ, times.size) for label in labels)
    planted = ArrayRecording(Path("made.edf"), channels, signals)
    card = find_model("spindle-1d")
    found = {one: finish(explain(planted, card, (one,), 100.0, 101.0)) for one in labels}
    highest = {one: float(answer.relevance.max()) for one, answer in found.items()}
    assert max(highest, key=highest.__getitem__) == "P3"
    assert highest["P3"] > 3 * max(value for one, value in highest.items() if one != "P3")
    hottest = found["P3"].times[np.argmax(found["P3"].relevance)]
    assert 100.0 <= hottest < 101.0


@BOTH
def test_event_inside_a_gap_cannot_be_explained(make_card: MakeCard, architecture: str) -> None:
    recording = make_recording(bad=((90.0, 110.0),))
    with pytest.raises(GapError, match=r"Nothing usable was recorded from 100\.00 to 101\.00 s"):
        finish(explain(recording, make_card(architecture), ("C3",), *BURST))


@pytest.mark.parametrize(
    ("stretch", "words"),
    [
        ((10.0, 10.0), "from 0 to 200.00 s"),
        ((-1.0, 2.0), "from 0 to 200.00 s"),
        ((199.0, 201.0), "from 0 to 200.00 s"),
        ((10.0, 190.0), "at most 120 s"),
    ],
)
def test_impossible_stretch_is_refused_in_one_sentence(
    make_card: MakeCard, stretch: tuple[float, float], words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        explained(make_card(), *stretch)


def test_context_has_a_limit(make_card: MakeCard) -> None:
    with pytest.raises(SettingsError, match="both must be at most 120 s"):
        explained(make_card(), *BURST, context=1e9)


def test_channels_must_be_as_many_as_the_model_reads(make_card: MakeCard) -> None:
    with pytest.raises(SettingsError, match="reads 1 channels"):
        finish(explain(make_recording(), make_card(), ("C3", "C4"), *BURST))


def test_unknown_channel_is_named(make_card: MakeCard) -> None:
    with pytest.raises(ChannelError, match="No channel 'C4'"):
        finish(explain(make_recording(), make_card(), ("C4",), *BURST))


def test_missing_weights_are_named(make_card: MakeCard) -> None:
    card = make_card()
    card.weights_path.unlink()
    with pytest.raises(ModelError, match=r"spindle-unet-1d\.safetensors cannot be read"):
        explained(card, *BURST)


@BOTH
def test_no_hook_is_left_when_it_is_closed_in_the_middle(
    make_card: MakeCard, architecture: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = make_card(architecture)
    networks: list[DenseNetwork] = []
    load = module.load_network
    monkeypatch.setattr(module, "load_network", lambda c: networks.append(load(c)) or networks[-1])
    n_yields = len(list(explain(make_recording(), card, ("C3",), *BURST)))
    threads = torch.get_num_threads()
    for stop_at in range(1, n_yields + 1):
        steps = explain(make_recording(), card, ("C3",), *BURST)
        for _ in range(stop_at):
            next(steps)
        steps.close()
    assert len(networks) >= n_yields
    for network in networks:
        for part in network.modules():
            assert not part._forward_hooks
            assert not part._forward_pre_hooks
            assert not part._backward_hooks
            assert not part.training
        assert all(parameter.requires_grad for parameter in network.parameters())
        assert all(parameter.grad is None for parameter in network.parameters())
    assert torch.get_num_threads() == threads


def test_progress_reaches_the_end(make_card: MakeCard) -> None:
    reports = list(explain(make_recording(), make_card(), ("C3",), *BURST))
    fractions = [report.fraction for report in reports]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert "100.00-101.00 s on C3" in reports[0].message


def test_importing_it_does_not_import_torch() -> None:
    import subprocess
    import sys

    code = "import sys; import sleepscope.explain.explain; print('torch' in sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "False"


def test_map_of_a_real_spindle_points_into_it(real_data: Path) -> None:
    """With the bundled model on expert 2's marks of one excerpt (most of six events)."""
    from sleepscope.events import read_events
    from sleepscope.networks.model_folder import find_model
    from sleepscope.recordings.opening import open_recording

    folder = real_data / "dreams_spindles"
    recording = open_recording(folder / "excerpt5.txt")
    marks = read_events(folder / "Visual_scoring2_excerpt5.txt").event_sets[0].events[:6]
    card = find_model("spindle-1d")
    label = recording.channels[0].label
    hits = 0
    for event in marks:
        answer = finish(explain(recording, card, (label,), event.onset, event.stop, context=2.0))
        peak = answer.times[np.nanargmax(answer.relevance)]
        hits += event.onset - 0.2 <= peak < event.stop + 0.2
    assert hits >= 4

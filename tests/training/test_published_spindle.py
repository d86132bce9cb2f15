"""The published 5-s network is trained without leaks, and its card says what was done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from sleepscope.agreement import score, union
from sleepscope.detection import DetectSettings, detect
from sleepscope.errors import SettingsError
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.networks.checkpoint import load_network
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.model_folder import find_model, held_out_models
from sleepscope.networks.published_cnn_1d import PublishedCnn1d
from sleepscope.progress import Steps, finish
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.recording import ArrayRecording
from sleepscope.training import published_fit, published_spindle
from sleepscope.training.dreams_spindles import SLEEP, Excerpt, read_excerpts
from sleepscope.training.fit_memory import FitMemory
from sleepscope.training.published_fit import (
    FittedWindows,
    WindowFitSettings,
    fit_windows,
    standardised,
)
from sleepscope.training.published_scores import window_scores
from sleepscope.training.published_spindle import PublishedTraining, train_published_spindle
from sleepscope.training.published_windows import (
    WINDOW_LABELS,
    WindowCrops,
    WindowSource,
    source_windows,
    window_source,
)
from sleepscope.training.rule_choice import RuleGrid
from sleepscope.training.windows import Windows

SECONDS = 60.0
QUICK = WindowFitSettings(steps=3, batch_size=8, crop_windows=8)


def made_excerpt(number: int) -> Excerpt:
    """A minute of noise with bursts of 13 Hz; two experts for numbers up to 3, else one."""
    rng = np.random.default_rng(number)
    times = np.arange(round(SECONDS * 100)) / 100.0
    signal = rng.normal(0, 10, times.size)
    onsets = np.arange(4.0, SECONDS - 4, 11.0) + number * 0.3
    for onset in onsets:
        inside = (times >= onset) & (times < onset + 1)
        signal[inside] += 40 * np.sin(2 * np.pi * 13 * times[inside])
    channel = Channel("C3", "EEG", "µV", 100.0, times.size)
    recording = ArrayRecording(Path(f"excerpt{number}.txt"), (channel,), {"C3": signal})
    marks = [Event(float(onset), 1.0, "spindle", "C3") for onset in onsets]
    first = EventSet.of("file:Visual_scoring1", marks[:3], ((0.0, 40.0),))
    second = EventSet.of("file:Visual_scoring2", marks)
    stages = Hypnogram(("N2",) * 12, 5.0)
    experts = (first, second) if number <= 3 else (first,)
    return Excerpt(number, recording, stages, experts, EventSet.of("auto", ()), f"hash{number}")


@pytest.fixture(autouse=True)
def one_core() -> Iterator[None]:
    """Small batches are fastest on one thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def sources() -> list[WindowSource]:
    blank = PublishedCnn1d()
    return [window_source(made_excerpt(number), blank) for number in (1, 2, 4)]


def crops_of(
    sources: list[WindowSource], n_windows: int = 8, share: float = 0.5, other_stages: float = 0.3
) -> WindowCrops:
    return WindowCrops(sources, PublishedCnn1d(), n_windows, share, other_stages)


def test_what_one_of_two_experts_left_out_is_no_example(sources: list[WindowSource]) -> None:
    both, single = sources[1], sources[2]
    alone, together = crops_of([both]), crops_of([both, single])
    assert together.counts["none"] == alone.counts["none"] > 0
    assert together.counts["spindle"] > alone.counts["spindle"] > 0
    with pytest.raises(SettingsError, match="all of one class"):
        crops_of([single])
    # Nor does a window beside one with a spindle count as empty.
    _, labels, weights = together.draw(200, np.random.default_rng(0))
    rows = np.flatnonzero((labels == 0).any(axis=1) & (weights > 0).any(axis=1))
    assert ((labels == 0) & (weights > 0)).any()
    assert ((labels == 0) & (weights == 0))[rows].any()


def test_a_share_of_the_windows_outside_sleep_is_drawn(sources: list[WindowSource]) -> None:
    awake = replace(sources[0], sleep=((0.0, 30.0),))
    everything, none, some = (crops_of([awake], 1, 0.0, share) for share in (1.0, 0.0, 0.3))
    assert none.counts["none"] < some.counts["none"] == everything.counts["none"]
    # Which half of the minute a crop is from shows in a second row that counts samples.
    counted = np.stack([awake.features[0], np.arange(awake.usable.size)]).astype(np.float32)
    seen = []
    for share in (1.0, 0.0, 0.3):
        features, _, _ = crops_of([replace(awake, features=counted)], 1, 0.0, share).draw(
            400, np.random.default_rng(1)
        )
        seen.append(float((features[:, 1, 500] >= 30.0 * 200).mean()))
    assert seen[1] == 0.0
    assert 0.1 < seen[2] < 0.4 < seen[0] < 0.7


def test_windows_of_a_crop_are_labelled_as_if_cut_one_by_one(sources: list[WindowSource]) -> None:
    source = sources[0]
    counted = replace(source, features=np.arange(source.usable.size, dtype=np.float32)[None])
    features, labels, weights = crops_of([counted]).draw(20, np.random.default_rng(2))
    assert features.shape == (20, 1, 1000 + 7 * 32)
    marks = np.array(source.events)
    for crop, said, counts in zip(features[:, 0], labels, weights, strict=True):
        for k in range(8):
            start = 0.08 * round(float(crop[32 * k]) / 16)
            label = WINDOW_LABELS.label(marks, start, start + 5.0)
            looked = start + 5.0 <= SECONDS
            assert counts[k] == (label is not None and looked)
            assert said[k] == (label == 1)


def test_the_share_of_crops_around_a_spindle_is_kept(sources: list[WindowSource]) -> None:
    quiet = [replace(source, events=source.events[:1]) for source in sources[:2]]
    _, labels, _ = crops_of(quiet, share=1.0).draw(50, np.random.default_rng(3))
    assert (labels.max(axis=1) == 1).all()
    _, labels, _ = crops_of(quiet, share=0.0).draw(50, np.random.default_rng(3))
    assert (labels.max(axis=1) == 1).mean() < 0.5


def test_a_recording_shorter_than_a_crop_is_refused(sources: list[WindowSource]) -> None:
    with pytest.raises(SettingsError, match="as long as the"):
        crops_of(sources, n_windows=1000)


def test_a_window_with_half_a_second_of_a_spindle_shows_one() -> None:
    events = np.array([[10.0, 11.5]])
    assert WINDOW_LABELS.label(events, 5.5, 10.5) == 1
    assert WINDOW_LABELS.label(events, 5.3, 10.3) is None
    assert WINDOW_LABELS.label(events, 5.05, 10.05) == 0
    assert WINDOW_LABELS.label(events, 20.0, 25.0) == 0


def test_a_short_spindle_counts_only_whole() -> None:
    assert WINDOW_LABELS.label(np.array([[10.0, 10.3]]), 6.0, 11.0) == 1
    assert WINDOW_LABELS.label(np.array([[10.0, 10.3]]), 5.2, 10.2) is None


def test_windows_lie_where_somebody_looked(sources: list[WindowSource]) -> None:
    one_expert = source_windows(sources[2], 5.0, 1.0)
    assert one_expert.starts.max() == 35.0
    assert source_windows(sources[0], 5.0, 1.0).starts.max() == 55.0


def test_unusable_signal_gives_no_window() -> None:
    excerpt = made_excerpt(1)
    signal = excerpt.recording.read("C3", 0.0, SECONDS)
    signal[2000:2500] = np.nan
    channel = excerpt.recording.channels[0]
    broken = ArrayRecording(Path("excerpt1.txt"), (channel,), {"C3": signal})
    source = window_source(
        Excerpt(1, broken, excerpt.hypnogram, excerpt.experts, excerpt.automatic, ""),
        PublishedCnn1d(),
    )
    starts = source_windows(source, 5.0, 1.0).starts
    assert not ((starts > 15.0) & (starts < 25.0)).any()


def test_scale_is_that_of_the_training_windows_alone(sources: list[WindowSource]) -> None:
    fitted = finish(fit_windows(sources[:2], QUICK))
    windows = [source_windows(source, 5.0, 0.08) for source in sources[:2]]
    covered = np.concatenate([_covered(s, w) for s, w in zip(sources, windows, strict=False)], 1)
    network = fitted.network
    np.testing.assert_allclose(network.feature_mean, covered.mean(axis=1), atol=1e-5)
    np.testing.assert_allclose(network.feature_scale, covered.std(axis=1), rtol=1e-4)
    np.testing.assert_allclose(standardised(network, covered).std(axis=1), 1.0, atol=1e-3)


def _covered(source: WindowSource, windows: Windows) -> np.ndarray:
    """The samples that lie in any of the windows."""
    times = np.arange(source.usable.size) / 200.0
    inside = (windows.starts[:, None] <= times + 1e-9) & (times < windows.starts[:, None] + 5.0)
    return source.features[:, inside.any(axis=0)]


def test_fit_does_not_change_the_excerpts(sources: list[WindowSource]) -> None:
    before = [source.features.copy() for source in sources]
    finish(fit_windows(sources, QUICK))
    for source, features in zip(sources, before, strict=True):
        np.testing.assert_array_equal(source.features, features)


def test_same_seed_gives_the_same_weights_whatever_else_is_drawn(
    sources: list[WindowSource],
) -> None:
    def fitted(disturb: bool) -> dict[str, torch.Tensor]:
        steps = fit_windows(sources, QUICK)
        try:
            while True:
                next(steps)
                if disturb:
                    torch.rand(7)
        except StopIteration as stop:
            return dict(stop.value.network.state_dict())

    first, second = fitted(False), fitted(True)
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_network_is_in_eval_mode_after_a_cancelled_fit(
    sources: list[WindowSource], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[PublishedCnn1d] = []
    monkeypatch.setattr(
        published_fit, "PublishedCnn1d", lambda: made.append(PublishedCnn1d()) or made[-1]
    )
    steps = fit_windows(sources, WindowFitSettings(steps=50, batch_size=4, crop_windows=8))
    while next(steps).done < 2:
        assert len(made) == 1
    assert made[0].training
    steps.close()
    assert not made[0].training


def test_loss_falls_on_bursts_that_are_easy_to_see(sources: list[WindowSource]) -> None:
    settings = WindowFitSettings(steps=40, batch_size=16, crop_windows=8, learning_rate=1e-2)
    network = finish(fit_windows(sources, settings)).network
    windows = source_windows(window_source(made_excerpt(9), PublishedCnn1d()), 5.0, 5.0)
    with torch.inference_mode():
        logits = network.classifier(torch.from_numpy(standardised(network, windows.features)))
    odds = (logits[:, 1] - logits[:, 0]).numpy()
    assert odds[windows.labels == 1].mean() > odds[windows.labels == 0].mean() + 1.0
    assert float(network.full_relevance) > 1e-6


def test_a_stopped_fit_goes_on_to_the_very_same_weights(
    sources: list[WindowSource], tmp_path: Path
) -> None:
    settings = WindowFitSettings(steps=6, batch_size=4, crop_windows=4)
    expected = finish(fit_windows(sources, settings))
    memory = tmp_path / "network.fit"
    steps = fit_windows(sources, settings, memory=FitMemory(memory))
    while next(steps).done < 3:
        assert not memory.exists()
    steps.close()
    assert memory.exists()
    seen = list[float]()
    resumed = fit_windows(sources, settings, memory=FitMemory(memory))
    again = finish(resumed, lambda progress: seen.append(progress.done))
    assert [done for done in seen if done] == [4, 5, 6]
    assert not memory.exists()
    first, second = expected.network.state_dict(), again.network.state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert again.relevance_scale == expected.relevance_scale


def test_networks_that_are_kept_are_not_fitted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    excerpts = tuple(made_excerpt(number) for number in (1, 2, 3))
    monkeypatch.setattr(published_spindle, "read_excerpts", lambda _folder: excerpts)
    grid = RuleGrid((0.2, 0.5), (0.3,), (0.2,))
    settings = PublishedTraining(tmp_path, None, QUICK, grid, kept=tmp_path / "kept")
    first = finish(train_published_spindle(settings))
    assert len(list((tmp_path / "kept").iterdir())) == 7

    def never(*_: object, **__: object) -> Steps[FittedWindows]:
        raise AssertionError("fitted again")

    fit = published_spindle.fit_windows
    monkeypatch.setattr(published_spindle, "fit_windows", never)
    assert finish(train_published_spindle(settings)).results == first.results
    # Another seed asks for other networks.
    monkeypatch.setattr(published_spindle, "fit_windows", fit)
    other = replace(settings, fit=replace(QUICK, seed=1))
    finish(train_published_spindle(other))
    assert len(list((tmp_path / "kept").iterdir())) == 14


def test_settings_name_the_value_that_does_not_work() -> None:
    with pytest.raises(SettingsError, match="Steps is 0"):
        WindowFitSettings(steps=0)


def test_window_scores_by_hand() -> None:
    # 3 hits, 1 miss, 2 false, 4 right: MCC = (3*4 - 2*1) / sqrt(5*4*6*5).
    labels = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0])
    found = np.array([0.9, 0.8, 0.5, 0.1, 0.7, 0.6, 0.1, 0.1, 0.2, 0.4])
    scores = window_scores(labels, found)
    assert scores == {
        "windows": 10,
        "with event": 4,
        "accuracy": 0.7,
        "sensitivity": 0.75,
        "specificity": 0.6667,
        "ppv": 0.6,
        "f1": 0.6667,
        "mcc": round(10 / np.sqrt(600), 4),
    }


def test_shares_of_nothing_are_none() -> None:
    scores = window_scores(np.zeros(3, int), np.zeros(3))
    assert scores["sensitivity"] is None
    assert scores["ppv"] is None
    assert scores["mcc"] is None
    assert scores["specificity"] == 1.0


def test_training_holds_out_every_subject_and_writes_what_it_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    excerpts = tuple(made_excerpt(number) for number in (1, 2, 3, 4))
    monkeypatch.setattr(published_spindle, "read_excerpts", lambda _folder: excerpts)
    seen: list[tuple[str, ...]] = []
    fit = published_spindle.fit_windows

    def spy(
        sources: list[WindowSource], settings: WindowFitSettings, memory: FitMemory | None
    ) -> Steps[FittedWindows]:
        assert memory is None
        seen.append(tuple(source.subject for source in sources))
        return fit(sources, settings)

    monkeypatch.setattr(published_spindle, "fit_windows", spy)
    grid = RuleGrid((0.2, 0.5), (0.3,), (0.2,))
    card = finish(train_published_spindle(PublishedTraining(tmp_path, tmp_path, QUICK, grid)))
    everybody = tuple(excerpt.subject for excerpt in excerpts)
    left_out = [set(everybody) - set(subjects) for subjects in seen]
    # The rule of each turn comes from networks without the turn's excerpt and another; nothing
    # twice.
    assert left_out == [
        {"excerpt1", "excerpt2"},
        {"excerpt1", "excerpt3"},
        {"excerpt1"},
        {"excerpt2", "excerpt3"},
        {"excerpt2"},
        {"excerpt3"},
        set(),
    ]
    assert 0 <= card.results["calibration"]["confidence"]["ece"] <= 1
    assert card.results["intervals"]
    assert card.results["training windows"]["excerpt1"]["spindle"] > 0
    assert set(card.results["windows"]) == {"pooled", "excerpt1", "excerpt2", "excerpt3"}
    assert {"model", "probability alone", "per excerpt"} <= card.results.keys()
    assert card.settings["relevance_scale"] > 0
    assert [entry["hash"] for entry in card.trained_on] == ["hash1", "hash2", "hash3", "hash4"]
    network = load_network(card)
    assert network.n_parameters == 2149
    held_out = tmp_path / "held-out" / "spindle-window-1d"
    left = ModelCard.read(held_out / "spindle-window-1d-without-excerpt2.json")
    assert "hash2" not in {entry["hash"] for entry in left.trained_on}
    load_network(left)


def test_a_card_names_the_inner_networks_that_found_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    excerpts = tuple(made_excerpt(number) for number in (1, 2, 3))
    monkeypatch.setattr(published_spindle, "read_excerpts", lambda _folder: excerpts)
    fit = published_spindle.fit_windows

    def deaf(
        sources: list[WindowSource], settings: WindowFitSettings, memory: FitMemory | None
    ) -> Steps[FittedWindows]:
        fitted = yield from fit(sources, settings, memory=memory)
        # Whatever the others find: a network that learned finds something somewhere.
        learned = [source.subject for source in sources] != ["excerpt3"]
        with torch.no_grad():
            fitted.network.classifier.dense.weight[0] = 0.0
            fitted.network.classifier.dense.weight[1] = 1.0 if learned else 0.0
        return fitted

    monkeypatch.setattr(published_spindle, "fit_windows", deaf)
    grid = RuleGrid((0.2, 0.5), (0.3,), (0.2,))
    results = finish(
        train_published_spindle(PublishedTraining(tmp_path, None, QUICK, grid))
    ).results
    assert results["inner networks that found nothing"] == {
        "excerpt1": ["excerpt2"], "excerpt2": ["excerpt1"],
    }  # fmt: skip


def test_bundled_model_reached_what_its_card_says() -> None:
    """Localised by Grad-CAM the published network finds spindles; by its probability alone not."""
    card = find_model("spindle-window-1d")
    assert load_network(card).n_parameters == card.settings["parameters"] == 2149
    assert not load_network(card).training
    tracks = ("model", "probability alone")
    localised, plain = (card.results[name]["N2, N3"]["0.2"]["f1"] for name in tracks)
    assert localised > 2 * plain
    assert localised > 0.75
    for left in held_out_models("spindle-window-1d"):
        load_network(left)
    assert len(held_out_models("spindle-window-1d")) == 6


def test_bundled_model_finds_spindles_in_an_excerpt_it_never_saw(real_data: Path) -> None:
    excerpt = read_excerpts(real_data / "dreams_spindles")[4]
    (left,) = [c for c in held_out_models("spindle-window-1d") if c.name.endswith("excerpt5")]
    settings = DetectSettings("spindle", str(left.path), stages=("N2", "N3"))
    (detection,) = finish(detect(excerpt.recording, settings, excerpt.hypnogram))
    assert not detection.trained_on
    scores = score(
        EventSet.of("model", detection.events),
        union(excerpt.experts),
        stages=SLEEP,
        hypnogram=excerpt.hypnogram,
        by_channel=False,
    )
    expected = find_model("spindle-window-1d").results["per excerpt"]["excerpt5"]["0.2"]["f1"]
    assert scores.f1 == pytest.approx(expected, abs=0.02)

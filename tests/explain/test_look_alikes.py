"""Features of events, the nearest of them, the map and the library: planted answers, no names."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from sleepscope.errors import ModelError, ReviewError, SettingsError
from sleepscope.events.event import Event
from sleepscope.explain import event_features as module
from sleepscope.explain.event_features import (
    EventFeatures,
    _listening,
    event_features,
    standardised,
)
from sleepscope.explain.feature_map import feature_map, has_umap
from sleepscope.explain.look_alikes import LookAlike, look_alikes, once_each
from sleepscope.explain.reviewed_library import LibraryEntry, ReviewedLibrary
from sleepscope.networks.checkpoint import load_network
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.model_folder import find_model
from sleepscope.progress import finish
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.recording import ArrayRecording
from tests.explain.conftest import make_recording

MakeCard = Callable[..., ModelCard]


def features(values: np.ndarray, model: str = "model:m@1") -> EventFeatures:
    ids = tuple(f"e{k}" for k in range(len(values)))
    return EventFeatures(model, "deep", ids, np.asarray(values, np.float32))


def two_kinds() -> tuple[ArrayRecording, list[Event], set[str]]:
    """Noise with ten spindles of 13 Hz and, between them, ten stretches of noise alone."""
    times = np.arange(200 * 200) / 200
    signal = np.random.default_rng(0).normal(0, 8, times.size)
    events, spindles = [], set()
    for k in range(20):
        start = 70.0 + 4 * k
        event = Event(start, 1.0, "spindle", "C3")
        if k % 2:
            inside = (times >= start) & (times < start + 1)
            signal[inside] += 40 * np.sin(2 * np.pi * 13 * times[inside])
            spindles.add(event.id)
        events.append(event)
    channel = Channel("C3", "EEG", "µV", 200.0, times.size)
    return ArrayRecording(Path("made.edf"), (channel,), {"C3": signal}), events, spindles


def test_planted_spindles_are_nearest_to_planted_spindles() -> None:
    recording, events, spindles = two_kinds()
    before = recording.read("C3", 0.0, 200.0).copy()
    found = finish(
        event_features(recording, find_model("spindle-1d"), [(e, ("C3",)) for e in events])
    )
    assert found.event_ids == tuple(event.id for event in events)
    assert np.abs(found.values.mean(axis=0)).max() < 1e-4
    for event in events:
        alike = [one.event_id for one in look_alikes(found, event.id, n=5)]
        right = spindles if event.id in spindles else set(found.event_ids) - spindles
        assert len(right & set(alike)) >= 4
    places = finish(feature_map(found))
    assert places.share is not None
    assert places.share > 0.3
    first = np.array([one in spindles for one in places.event_ids])
    gap = places.places[first, 0].mean() - places.places[~first, 0].mean()
    assert abs(gap) > 2 * places.places[first, 0].std()
    np.testing.assert_array_equal(recording.read("C3", 0.0, 200.0), before)


@pytest.mark.parametrize(
    "architecture", ["published-cnn-1d", "rem-dilated-1d", "rem-wtc-cnn-2d", "published-cnn-2d"]
)
def test_every_kind_of_network_has_features(make_card: MakeCard, architecture: str) -> None:
    card = make_card(architecture)
    labels = ("LOC", "ROC")[: len(card.channels)]
    events = [Event(80.0 + 3 * k, 0.0 if k == 2 else 0.6, "spindle", "C3") for k in range(6)]
    found = finish(event_features(make_recording(), card, [(e, labels) for e in events]))
    assert found.values.shape[0] == 6
    assert np.isfinite(found.values).all()
    assert found.model == card.scorer


def test_features_do_not_depend_on_which_other_events_share_a_block(make_card: MakeCard) -> None:
    recording, card = make_recording(), make_card()
    near = [Event(80.0 + 2 * k, 0.8, "spindle", "C3") for k in range(6)]
    far = Event(190.0, 0.8, "spindle", "C3")
    raw = []
    for events in (near, [*near, far]):
        found = finish(event_features(recording, card, [(e, ("C3",)) for e in events]))
        raw.append(found.values[:6] - found.values[:6].mean(axis=0))
    # Another event changes the scale of a feature, not the order of the others in it.
    for before, after in zip(raw[0].T, raw[1].T, strict=True):
        np.testing.assert_array_equal(np.argsort(before), np.argsort(after))


def test_known_events_are_not_worked_out_again(
    make_card: MakeCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording, card = make_recording(), make_card()
    events = [(Event(80.0 + 3 * k, 0.8, "spindle", "C3"), ("C3",)) for k in range(7)]
    before = finish(event_features(recording, card, events[:6]))
    whole = finish(event_features(recording, card, events))
    asked: list[str] = []
    worked = module._block_features

    def follow(*arguments: Any) -> Any:
        asked.extend(event_id for event_id, _, _ in arguments[3])
        return worked(*arguments)

    monkeypatch.setattr(module, "_block_features", follow)
    moved = (replace(events[0][0], onset=79.0), ("C3",))
    found = finish(event_features(recording, card, [moved, *events[1:]], before))
    assert sorted(asked) == sorted([moved[0].id, events[6][0].id])
    found = finish(event_features(recording, card, events, before))
    np.testing.assert_allclose(found.values, whole.values, atol=1e-3)


def test_events_without_signal_are_left_out_and_too_few_are_said(make_card: MakeCard) -> None:
    recording, card = make_recording(bad=[(100.0, 110.0)]), make_card()
    events = [(Event(float(t), 1.0, "spindle", "C3"), ("C3",)) for t in (80, 84, 88, 92, 120, 104)]
    found = finish(event_features(recording, card, events))
    assert events[-1][0].id not in found.event_ids
    with pytest.raises(SettingsError, match="it takes at least 5"):
        finish(event_features(recording, card, events[2:]))
    with pytest.raises(SettingsError, match="no features of this model"):
        look_alikes(found, events[-1][0].id)


def test_a_layer_without_bins_is_said_and_leaves_no_hook(make_card: MakeCard) -> None:
    network = load_network(make_card())
    type(network).explained_layer, layer = "head", network.explained_layer
    try:
        network.head = torch.nn.Sequential(torch.nn.Flatten())
        with pytest.raises(ModelError, match="no bins over time"), _listening(network):
            network.head(torch.zeros(1, 3, 4))
        assert not network.head._forward_hooks
    finally:
        type(network).explained_layer = layer


def test_standardised_columns_and_level_ones_by_hand() -> None:
    made = standardised(np.array([[1.0, 5.0], [3.0, 5.0], [5.0, 5.0]]))
    spread = np.sqrt(8 / 3)
    np.testing.assert_allclose(made, [[-2 / spread, 0], [0, 0], [2 / spread, 0]], rtol=1e-6)


def test_distance_is_the_root_mean_square_by_hand_and_the_library_joins_in() -> None:
    night = features(np.array([[0.0, 0.0], [3.0, 4.0], [1.0, 1.0]]))
    entry = LibraryEntry("x", "model:m@1", "spindle", "rejected", np.array([0.0, 1.0], np.float32))
    others = (
        LibraryEntry("y", "model:other@1", "spindle", "accepted", entry.values),
        LibraryEntry("e2", "model:m@1", "spindle", "accepted", entry.values),
    )
    found = look_alikes(night, "e0", (entry, *others))
    assert [(one.event_id, one.entry) for one in found] == [
        ("x", entry), ("e2", None), ("e1", None),
    ]  # fmt: skip
    np.testing.assert_allclose([one.distance for one in found], [0.5**0.5, 1.0, 12.5**0.5])
    assert len(look_alikes(features(np.zeros((30, 2))), "e0")) == 12


def test_the_same_waves_marked_twice_count_once() -> None:
    def event(name: str, onset: float, channel: str = "C3") -> Event:
        return Event(onset, 1.0, "spindle", channel, id=name)

    asked = event("e0", 10.0)
    others = [event("e1", 10.5), event("e2", 20.0), event("e3", 20.2), event("e4", 20.2, "C4")]
    nearest = [LookAlike(one.id, float(k)) for k, one in enumerate(others)]
    nearest.append(LookAlike("far", 9.0))
    found = once_each(nearest, asked, {one.id: one for one in others})
    assert [one.event_id for one in found] == ["e2", "e4", "far"]
    assert len(once_each(nearest, asked, {}, 2)) == 2


def test_map_of_points_on_a_line_has_one_axis() -> None:
    line = np.outer(np.arange(6.0) - 2.5, [3.0, 4.0])
    found = finish(feature_map(features(line)))
    np.testing.assert_allclose(found.places[:, 0], 5 * (np.arange(6.0) - 2.5), atol=1e-5)
    np.testing.assert_allclose(found.places[:, 1], 0.0, atol=1e-5)
    assert found.share == pytest.approx(1.0)
    assert finish(feature_map(features(np.zeros((5, 3))))).share == 0.0


@pytest.mark.skipif(has_umap(), reason="umap-learn is installed")
def test_umap_that_is_not_installed_is_said() -> None:
    with pytest.raises(SettingsError, match="choose PCA"):
        finish(feature_map(features(np.zeros((20, 3))), "UMAP"))


def test_umap_lays_events_out_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    class Umap:
        def __init__(self, **settings: Any) -> None:
            asked.update(settings)

        def fit_transform(self, values: np.ndarray) -> np.ndarray:
            return values[:, :2] + 1.0

    monkeypatch.setattr("sleepscope.explain.feature_map.has_umap", lambda: True)
    monkeypatch.setitem(sys.modules, "umap", SimpleNamespace(UMAP=Umap))
    found = finish(feature_map(features(np.arange(36.0).reshape(12, 3)), "UMAP"))
    assert (found.method, found.share, found.places.shape) == ("UMAP", None, (12, 2))
    assert asked == {"n_neighbors": 11, "random_state": 0, "n_jobs": 1}
    with pytest.raises(SettingsError, match="at least 10 events"):
        finish(feature_map(features(np.zeros((6, 3))), "UMAP"))


def test_library_keeps_features_and_verdicts_and_nothing_else(tmp_path: Path) -> None:
    library = ReviewedLibrary(tmp_path / "data" / "library.sqlite")
    assert library.entries("model:m@1") == ()
    assert library.count() == 0
    values = np.array([1.5, -2.0], np.float32)
    entries = [LibraryEntry(one, "model:m@1", "spindle", "accepted", values) for one in "ab"]
    assert library.add(entries) == 2
    assert library.add([LibraryEntry("a", "model:m@1", "spindle", "rejected", values)]) == 2
    found = library.entries("model:m@1")
    assert [(e.event_id, e.verdict) for e in found] == [("a", "rejected"), ("b", "accepted")]
    np.testing.assert_array_equal(found[0].values, values)
    assert library.entries("model:other@1") == ()
    with sqlite3.connect(library.path) as database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(events)")]
    database.close()
    assert columns == ["event_id", "model", "kind", "verdict", "features"]
    library.clear()
    assert not library.path.exists()
    library.clear()


def test_damaged_library_is_said_and_damaged_rows_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    library = ReviewedLibrary(path)
    library.add([LibraryEntry("a", "m", "spindle", "accepted", np.ones(2, np.float32))])
    with sqlite3.connect(path) as database:
        rows = [("b", "accepted", b"123"), ("c", "odd", b"1234"), ("d", "accepted", "text")]
        for event_id, verdict, blob in rows:
            database.execute("INSERT INTO events VALUES (?, 'm', 's', ?, ?)",
                             (event_id, verdict, blob))  # fmt: skip
        nan = np.array([np.nan], "<f4").tobytes()
        database.execute("INSERT INTO events VALUES ('e', 'm', 's', 'accepted', ?)", (nan,))
    database.close()
    assert [entry.event_id for entry in library.entries("m")] == ["a"]
    path.write_bytes(b"not a database, but long enough to be looked at" * 40)
    with pytest.raises(ReviewError, match="clear it, or remove the file"):
        library.entries("m")
    library.clear()
    assert library.count() == 0

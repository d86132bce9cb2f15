"""Fine-tuning on recordings of the shape of the DREAMS REMs, which are not at hand here."""

from __future__ import annotations

from pathlib import Path

import edfio
import numpy as np
import pytest

from sleepscope.constants import REM
from sleepscope.errors import RecordingError, SettingsError
from sleepscope.events.event import Event
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.model_folder import find_model
from sleepscope.networks.registry import build_network
from sleepscope.progress import finish
from sleepscope.simulate import NightSettings, SimulatedNight, simulate_night
from sleepscope.training.datasets import DatasetRequest, read_dataset
from sleepscope.training.dreams_rems import (
    EXPECTED_SIGNALS,
    git_blob_hash,
    read_rem_excerpts,
    rem_example,
)
from sleepscope.training.fit import FitSettings
from sleepscope.training.rem_dreams import DreamsRemTraining, train_on_dreams_rems, window_scores

MINUTES = 1.5
STAGES = ("R", "R", "W")
CODE = {"R": 4, "W": 5}


def _bursts(night: SimulatedNight) -> list[tuple[float, float]]:
    """Planted movements as an expert marks them: those that follow each other at once together."""
    marks: list[list[float]] = []
    for event in night.truth.events:
        if event.kind != REM:
            continue
        if marks and event.onset - marks[-1][1] <= 0.3:
            marks[-1][1] = event.stop
        else:
            marks.append([event.onset, event.stop])
    return [(onset, stop - onset) for onset, stop in marks]


def _write_excerpt(folder: Path, number: int) -> None:
    settings = NightSettings(seed=700 + number, minutes=MINUTES, stages=STAGES)
    night = simulate_night(settings)
    signals = [
        edfio.EdfSignal(
            night.recording.read(eye, 0.0, 60 * MINUTES),
            night.recording.channel(eye).sfreq,
            label=label,
            physical_dimension="uV",
            physical_range=(-800, 800),
        )
        for eye, label in (("E1", "P8-A1"), ("E2", "P18-A1"))
    ]
    edfio.Edf(signals).write(folder / f"excerpt{number}.edf")
    marks = _bursts(night)
    lines = [f"{onset:10.4f}\t{duration:10.4f}" for onset, duration in marks]
    # As in the database: one mark ends before it begins.
    text = "\n".join(["[vis1_REMs/EOGs]", *lines, "   80.0000\t   -0.5180"])
    (folder / f"Visual_scoring1_excerpt{number}.txt").write_text(text + "\n")
    moments = "\n".join(f"{onset + 0.1:10.4f}\t    0.0500" for onset, _ in marks)
    (folder / f"Automatic_detection_excerpt{number}.txt").write_text(f"[REMs/EOGs]\n{moments}\n")
    codes = "\n".join(str(CODE[stage]) for stage in STAGES for _ in range(6))
    (folder / f"Hypnogram_excerpt{number}.txt").write_text(f"[hypnogram]\n{codes}\n")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four excerpts of a minute and a half."""
    folder = tmp_path_factory.mktemp("dreams")
    for number in range(1, 5):
        _write_excerpt(folder, number)
    return folder


@pytest.fixture
def tiny(database: Path, tmp_path: Path) -> DreamsRemTraining:
    """Three batches a fold."""
    fit = FitSettings(steps=3, batch_size=4, learning_rate=1e-4, crop_seconds=10.0)
    return DreamsRemTraining(database, tmp_path / "out", verify=False, fit=fit)


def test_nine_recordings_are_expected() -> None:
    assert sorted(EXPECTED_SIGNALS) == list(range(1, 10))
    assert all(len(blob) == 40 for blob in EXPECTED_SIGNALS.values())


def test_blob_hash_is_that_of_git(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"hello\n")
    assert git_blob_hash(path) == "ce013625030ba8dba906f756967f9e9ca394464a"


def test_another_recording_under_the_name_of_an_excerpt_is_refused(database: Path) -> None:
    with pytest.raises(RecordingError, match=r"excerpt1\.edf is not the recording .* 25a1439a22"):
        read_rem_excerpts(database)


def test_a_folder_without_signals_says_where_they_are(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="no signals of the DREAMS REMs"):
        read_rem_excerpts(tmp_path)


def test_eyes_marks_and_stages_are_read(database: Path) -> None:
    first, *_ = read_rem_excerpts(database, verify=False)
    assert first.eyes == ("P8-A1", "P18-A1")
    assert first.hypnogram.stage_at(30.0) == "R"
    assert first.marks
    assert all(mark.duration > 0 for mark in first.marks)
    assert first.automatic


def test_the_database_is_a_dataset_of_one_expert(database: Path) -> None:
    found = read_dataset(DatasetRequest("dreams-rems", REM, database))
    assert found.subjects == tuple(f"excerpt{number}" for number in range(1, 5))
    assert found.n_experts == 1
    assert found.licence == "CC BY-NC-ND 3.0"
    assert found.stages == {"R"}
    for night in found.nights:
        assert night.labels == ("P8-A1", "P18-A1")
        # The detector's moments are nobody's marks, and one that ends before it begins is none.
        assert len(night.experts) == 1
        assert all(event.duration > 0 for event in night.truth.events)


def test_what_no_mark_says_is_not_taught(database: Path) -> None:
    first, *_ = read_rem_excerpts(database, verify=False)
    network = build_network("rem-dilated-1d")
    example = rem_example(first, network, "rem-1d")
    rate = network.output_sfreq
    moments = (np.arange(example.targets.shape[1]) + 0.5) / rate
    inside = np.zeros(moments.size, dtype=bool)
    near = np.zeros(moments.size, dtype=bool)
    for mark in first.marks:
        inside |= (moments >= mark.onset) & (moments < mark.stop)
        near |= (moments >= mark.onset - 0.5) & (moments < mark.stop + 0.5)
    # No movement away from marks; inside them, what is no known movement does not count.
    assert example.targets[0, ~near].max() == 0.0
    assert example.weights[0, ~near & (moments < 55)].min() == 1.0
    assert (example.weights[0, inside & (example.targets[0] == 0)] == 0.0).all()
    assert example.targets[0, inside].mean() > 0.3


def test_fine_tuning_writes_a_card_with_the_bars_and_every_excerpt(tiny: DreamsRemTraining) -> None:
    fractions: list[float] = []
    card = finish(train_on_dreams_rems(tiny), lambda p: fractions.append(p.fraction))
    assert fractions == sorted(fractions)
    written = ModelCard.read(tiny.out / "rem-1d.json")
    assert written == card
    assert card.results["bars"] == {"windows_f1": 0.775, "events_rem_f1": 0.74}
    assert set(card.results["model"]["per excerpt"]) == {f"excerpt{n}" for n in range(1, 5)}
    assert card.results["dreams automatic"]["windows_f1"] > 0.8
    assert card.results["model"]["events_rem_f1"] > 0.5
    assert [one["licence"] for one in card.trained_on][1:] == ["CC BY-NC-ND 3.0"] * 4
    assert "CC BY-NC-ND" in card.licence
    assert "not verified" in card.limits


def test_a_model_that_saw_an_excerpt_cannot_start_a_fold(tiny: DreamsRemTraining) -> None:
    import dataclasses

    from sleepscope.networks.checkpoint import load_network, save_model

    shipped = find_model("rem-1d")
    first, *_ = read_rem_excerpts(tiny.data, verify=False)
    knowing = dataclasses.replace(shipped, trained_on=(first.origin,))
    saved = save_model(knowing, load_network(shipped), tiny.out / "knowing")
    with pytest.raises(SettingsError, match="was trained on excerpt1 before"):
        finish(train_on_dreams_rems(dataclasses.replace(tiny, model=str(saved.path))))


def test_windows_of_five_seconds_are_positive_where_an_event_touches_them(database: Path) -> None:
    first, *_ = read_rem_excerpts(database, verify=False)
    marks = [Event(4.0, 2.0, REM), Event(20.0, 5.0, REM)]
    import dataclasses

    excerpt = dataclasses.replace(first, marks=tuple(marks))
    scores = window_scores(
        excerpt, [Event(4.5, 0.2, REM), Event(22.0, 0.1, REM), Event(80, 1, REM)]
    )
    assert (scores.tp, scores.fp, scores.fn) == (2, 1, 1)

"""The eye movement model is trained on sleepers that its held-out ones are not among."""

from __future__ import annotations

from pathlib import Path

import pytest

from sleepscope.detection.detect import detect
from sleepscope.detection.settings import DetectSettings
from sleepscope.networks.checkpoint import load_network
from sleepscope.networks.model_card import ModelCard
from sleepscope.progress import finish
from sleepscope.simulate import NightSettings, simulate_night
from sleepscope.training import rem_1d, rem_evaluation
from sleepscope.training.fit import FitSettings
from sleepscope.training.rem_1d import RemTraining, split_subjects, train_rem_1d


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RemTraining:
    """Three sleepers, four batches, one sleeper of each kind to test on."""
    monkeypatch.delenv("SLEEPSCOPE_DATA", raising=False)
    monkeypatch.setattr(rem_evaluation, "OUTSIDE_SUBJECTS", 1)
    fit = FitSettings(steps=4, batch_size=4, event_share=0.2)
    return RemTraining(out=tmp_path / "models", subjects=3, held_out_share=0.34, fit=fit)


def test_sleepers_are_split_before_anything_is_made() -> None:
    training, held_out = split_subjects(RemTraining(out=Path("models")))
    assert set(training).isdisjoint(held_out)
    assert sorted(training + held_out) == list(range(400))
    assert len(held_out) == 40


def test_6400_windows_of_20_seconds_are_made() -> None:
    from sleepscope.simulate.eog import STRETCH_SECONDS
    from sleepscope.training.rem_examples import STRETCHES

    settings = RemTraining(out=Path("models"))
    assert settings.subjects * STRETCHES * STRETCH_SECONDS == 6400 * settings.fit.crop_seconds


def test_training_writes_a_model_that_detects(tiny: RemTraining) -> None:
    card = finish(train_rem_1d(tiny))
    assert sorted(p.name for p in tiny.out.iterdir()) == ["rem-1d.json", "rem-1d.safetensors"]
    written = ModelCard.read(tiny.out / "rem-1d.json")
    assert written == card
    assert load_network(written).heads == written.classes
    assert written.results["command"] == rem_1d.EVALUATION
    assert written.results["yasa_f1_02"] is None
    night = simulate_night(NightSettings(minutes=1.0, stages=("R", "R")))
    settings = DetectSettings("rem", str(tiny.out / "rem-1d.json"), ("E1", "E2"))
    (detection,) = finish(detect(night.recording, settings))
    assert detection.channels == ("E1", "E2")
    assert not detection.trained_on


def test_cancelled_training_leaves_nothing(tiny: RemTraining) -> None:
    steps = train_rem_1d(tiny)
    for progress in steps:
        if progress.fraction > 0.5:
            break
    else:
        pytest.fail("the training was over before it could be cancelled")
    steps.close()
    assert not tiny.out.exists()


def test_progress_only_grows(tiny: RemTraining) -> None:
    fractions = [progress.fraction for progress in train_rem_1d(tiny)]
    assert fractions == sorted(fractions)
    assert fractions[-1] > 0.9

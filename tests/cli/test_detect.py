"""``sleepscope detect``: settings reach the model, the CSV and its sidecar are written."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from sleepscope.detection.detection import Detection
from sleepscope.detection.settings import DetectSettings
from sleepscope.events.event import Event
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.events.reading import read_events
from sleepscope.progress import Progress
from sleepscope.recordings.recording import Recording
from tests.cli.conftest import Sleepscope
from tests.review.test_detection_runs import CARD


@dataclass
class Asked:
    """What the detector was asked, and what it is to answer."""

    settings: list[DetectSettings] = field(default_factory=list)
    hypnograms: list[Hypnogram | None] = field(default_factory=list)
    trained_on: bool = False


@pytest.fixture
def detector(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """A detector that finds one event, without a network."""
    asked = Asked()

    def detect(
        recording: Recording, settings: DetectSettings, hypnogram: Hypnogram | None
    ) -> Iterator[Progress]:
        asked.settings.append(settings)
        asked.hypnograms.append(hypnogram)
        yield Progress(0.0, recording.duration, "Detecting")
        events = (Event(60.0, 1.0, "spindle", "EEG C3-M2", 0.9),)
        track = np.zeros(3000, np.float32)
        return (
            Detection(
                CARD,
                ("EEG C3-M2",),
                0.02,
                25.0,
                track,
                0.5,
                settings,
                events,
                asked.trained_on,
                ("It said nothing on 1.0 s.",),
            ),
        )

    # The package may name its function like this module.
    module = importlib.import_module("sleepscope.detection.detect")
    monkeypatch.setattr(module, "detect", detect)
    return asked


def test_events_and_sidecar_are_written(
    sleepscope: Sleepscope, detector: Asked, night: Path, tmp_path: Path
) -> None:
    out_path = tmp_path / "events.csv"
    status, out, err = sleepscope("detect", night, "--task", "spindle", "--out", out_path)
    assert (status, err) == (0, "")
    assert "1 spindle events on EEG C3-M2 by spindle-1d 1.0 at threshold 0.5" in out
    assert "note: It said nothing on 1.0 s." in out
    assert "trained on this recording" not in out
    (found,) = read_events(out_path, recording_duration=120.0).event_sets
    assert found.scorer == CARD.scorer
    assert [e.onset for e in found.events] == [60.0]
    (model,) = json.loads(out_path.with_suffix(".json").read_text())["models"]
    assert model["name"] == "spindle-1d"
    assert model["sha256"] == CARD.sha256
    assert model["trained_on_this_recording"] is False
    assert detector.settings == [DetectSettings("spindle", "spindle-1d")]


def test_every_option_reaches_the_detector(
    sleepscope: Sleepscope, detector: Asked, night: Path, stages: Path, tmp_path: Path
) -> None:
    words = "--channel LOC --channel ROC --stages n2,R --threshold 0.3 --min-duration 0.4"
    status, _, err = sleepscope(
        *("detect", night, "--task", "rem", "--model", "my-model", "--max-gap", "0.1"),
        *("--hypnogram", stages, "--out", tmp_path / "e.csv", *words.split()),
        *("--bursts", "--leave-out-muscle"),
    )
    assert (status, err) == (0, "")
    assert detector.settings == [
        DetectSettings("rem", "my-model", ("LOC", "ROC"), ("N2", "R"), 0.3, 0.4, 0.1, True, True)
    ]
    assert detector.hypnograms[0].stages == ("W", "W", "N2", "N2")
    spans = json.loads((tmp_path / "e.json").read_text())["scored_spans"]
    assert spans == {CARD.scorer: [[60.0, 120.0]]}


def test_a_training_recording_is_said_here_and_in_the_comparison(
    sleepscope: Sleepscope, detector: Asked, night: Path, tmp_path: Path
) -> None:
    detector.trained_on = True
    path = tmp_path / "e.csv"
    _, out, _ = sleepscope("detect", night, "--task", "spindle", "--out", path)
    assert "spindle-1d was trained on this recording (night.edf)" in out
    (model,) = json.loads(path.with_suffix(".json").read_text())["models"]
    assert model["trained_on_this_recording"] is True
    _, out, _ = sleepscope("compare", path, path)
    assert "spindle-1d was trained on the recording of e.csv" in out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--stages", "N2", "--out", "e.csv"], "add --hypnogram FILE"),
        (["--stages", "N9", "--hypnogram", "x", "--out", "e.csv"], "'N9' is not a stage"),
        (["--out", "missing/e.csv"], "There is no folder"),
        (["--out", "e.edf"], "choose a name that ends in .csv"),
    ],
)
def test_mistakes_are_said_before_the_work_begins(
    sleepscope: Sleepscope, detector: Asked, night: Path, words: list[str], says: str
) -> None:
    status, _, err = sleepscope("detect", night, "--task", "spindle", *words)
    assert status == 2
    assert says in err
    assert detector.settings == []


def test_an_input_is_never_written_over(
    sleepscope: Sleepscope, detector: Asked, night: Path, stages: Path
) -> None:
    before = stages.read_text()
    words = ["--stages", "N2", "--hypnogram", stages, "--out", stages]
    status, _, err = sleepscope("detect", night, "--task", "spindle", *words)
    assert status == 2
    assert "stages.csv is an input" in err
    assert stages.read_text() == before


def test_an_unknown_model_is_named(sleepscope: Sleepscope, night: Path, tmp_path: Path) -> None:
    words = ["--task", "spindle", "--model", "no-such-model", "--out", tmp_path / "e.csv"]
    status, _, err = sleepscope("detect", night, *words)
    assert status == 2
    assert "There is no model 'no-such-model'" in err


def test_the_bundled_model_finds_the_spindle(
    sleepscope: Sleepscope, night: Path, tmp_path: Path
) -> None:
    path = tmp_path / "e.csv"
    status, _, err = sleepscope("detect", night, "--task", "spindle", "--out", path)
    assert (status, err) == (0, "")
    (found,) = read_events(path).event_sets
    assert any(event.onset < 60.5 < event.stop for event in found.events)


def test_the_rate_of_a_recording_without_one_is_asked_for_and_taken(
    sleepscope: Sleepscope, detector: Asked, tmp_path: Path
) -> None:
    path = tmp_path / "x.npy"
    np.save(path, np.random.default_rng(0).normal(0, 20, (1, 24_000)))
    words = ["--task", "spindle", "--out", tmp_path / "e.csv"]
    status, _, err = sleepscope("detect", path, *words)
    assert (status, detector.settings) == (2, [])
    assert err == (
        "sleepscope: x.npy does not say its sampling rate; name the rate in Hz to open it (on the "
        "command line with --rate).\n"
    )
    assert sleepscope("detect", path, *words, "--rate", "200")[0] == 0

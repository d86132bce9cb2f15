"""The eye movement model that comes with the program."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from sleepscope.agreement import score
from sleepscope.constants import REM
from sleepscope.detection.detect import detect
from sleepscope.detection.detection import Detection
from sleepscope.detection.settings import DetectSettings
from sleepscope.networks.checkpoint import load_network
from sleepscope.networks.model_card import ModelCard
from sleepscope.progress import finish
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.opening import open_recording
from sleepscope.recordings.recording import ArrayRecording
from sleepscope.simulate import NightSettings, SimulatedNight, simulate_night
from sleepscope.training import rem_evaluation
from sleepscope.training.rem_evaluation import evaluate_rem

CARD = Path(__file__).parents[2] / "models" / "rem-1d.json"


@pytest.fixture(scope="module")
def night() -> SimulatedNight:
    """Eight minutes of REM sleep, wake and N2, of a seed that no training used."""
    stages = ("R",) * 8 + ("W",) * 2 + ("N2",) * 6
    return simulate_night(NightSettings(seed=424_242, minutes=8.0, stages=stages))


@pytest.fixture(scope="module")
def detection(night: SimulatedNight) -> Detection:
    """What the model finds there."""
    return finish(detect(night.recording, DetectSettings(REM, str(CARD), ("E1", "E2"))))[0]


def test_card_and_weights_belong_together() -> None:
    card = ModelCard.read(CARD)
    network = load_network(card)
    assert card.architecture == "rem-dilated-1d"
    assert card.normalisation == network.normalisation
    assert card.channels == ("EOG", "EOG")


def test_no_real_recording_was_used_in_training() -> None:
    (source,) = ModelCard.read(CARD).trained_on
    assert "simulated" in source["dataset"]
    assert source["hash"] == ""


def test_it_finds_the_movements_of_a_night_made_by_another_simulator(
    night: SimulatedNight, detection: Detection
) -> None:
    truth = [e for e in night.truth.events if e.kind == REM]
    scores = score(detection.events, truth, stages=("R",), hypnogram=night.hypnogram)
    assert scores.f1 is not None
    assert scores.f1 > 0.8


def test_it_finds_next_to_nothing_in_n2(night: SimulatedNight, detection: Detection) -> None:
    stages = [night.hypnogram.stage_at(e.midpoint) for e in detection.events]
    assert stages.count("N2") <= 3


def test_exchanged_electrodes_find_the_same_movements(
    night: SimulatedNight, detection: Detection
) -> None:
    settings = DetectSettings(REM, str(CARD), ("E2", "E1"))
    (other,) = finish(detect(night.recording, settings))
    agreed = score(_on("E1", other.events), _on("E1", detection.events))
    assert agreed.f1 is not None
    assert agreed.f1 > 0.9


@pytest.mark.parametrize("trouble", ["flat", "clipped", "missing"])
def test_it_says_nothing_where_an_eye_channel_is_no_good_and_says_so(
    night: SimulatedNight, detection: Detection, trouble: str
) -> None:
    sfreq = night.recording.channel("E1").sfreq
    signals = {eye: night.recording.read(eye, 0.0, 120.0).copy() for eye in ("E1", "E2")}
    bad = slice(round(40 * sfreq), round(60 * sfreq))
    signals["E2"][bad] = {"flat": 0.0, "clipped": 800.0, "missing": np.nan}[trouble]
    channels = tuple(
        Channel(eye, "EOG", "µV", sfreq, signals[eye].size, (-800.0, 800.0)) for eye in signals
    )
    recording = ArrayRecording(Path("eyes.edf"), channels, signals)
    (found,) = finish(detect(recording, DetectSettings(REM, str(CARD), ("E1", "E2"))))
    assert [e for e in detection.events if 41 < e.midpoint < 59]
    assert not [e for e in found.events if e.onset < 60 and e.stop > 40]
    assert len(found.events) > 5
    (notice,) = found.notices
    # A long stretch at the end of the range does not move either.
    assert ("flat" if trouble == "clipped" else trouble) in notice


def _on(channel: str, events: Iterable) -> list:  # type: ignore[type-arg]
    from dataclasses import replace

    return [replace(event, channel=channel) for event in events]


@pytest.mark.real_data
def test_figures_on_real_eyes_are_those_of_the_card(
    real_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rem_evaluation, "OUTSIDE_SUBJECTS", 1)
    results = ModelCard.read(CARD).results
    made = finish(evaluate_rem(str(CARD), real_data))
    for key in ("yasa_f1_02", "n2n3_false_per_min", "n2n3_gated_false_per_min"):
        assert made[key] == pytest.approx(results[key], abs=0.02), key


@pytest.mark.real_data
def test_eyes_are_found_by_their_labels_in_a_real_file(real_data: Path) -> None:
    recording = open_recording(real_data / "recordings" / "mednick_example1.edf")
    (found,) = finish(detect(recording, DetectSettings(REM, str(CARD))))
    assert found.channels == ("Left Eye-A2", "Right Eye-A1")
    recording.close()

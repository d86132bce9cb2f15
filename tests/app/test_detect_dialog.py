"""What the Detect dialog proposes before the person has chosen anything."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sleepscope.app import detect_offer
from sleepscope.app.default_channels import default_channels
from sleepscope.app.detect_offer import offer_detection
from sleepscope.app.dialogs.detect_dialog import DetectDialog
from sleepscope.detection.settings import DetectSettings
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.networks.model_card import ModelCard
from sleepscope.networks.model_folder import find_model
from sleepscope.recordings.channel import Channel
from sleepscope.recordings.identity import channel_hash
from sleepscope.recordings.recording import ArrayRecording

SPINDLES, REMS = find_model("spindle-1d"), find_model("rem-1d")
N_SAMPLES = 1000
NIGHT = (("C3", "EEG"), ("C4", "EEG"), ("E1", "EOG"), ("E2", "EOG"))


def recording(*channels: tuple[str, str]) -> ArrayRecording:
    """Ten seconds of nothing on channels of these labels and kinds."""
    made = tuple(Channel(label, kind, "µV", 100.0, N_SAMPLES) for label, kind in channels)
    flat = np.zeros(N_SAMPLES)
    return ArrayRecording(Path("night.edf"), made, {c.label: flat for c in made})


@pytest.fixture
def ask(qtbot: QtBot):
    """Opens the dialog on a recording."""
    parent = QWidget()
    qtbot.addWidget(parent)

    def opened(
        night: ArrayRecording,
        cards: tuple[ModelCard, ...] = (REMS, SPINDLES),
        sets: tuple[EventSet, ...] = (),
        *,
        has_stages: bool = True,
    ) -> DetectDialog:
        offer = offer_detection(night, cards, sets, has_stages=has_stages)
        return DetectDialog(parent, offer, lambda _settings: None)

    return opened


def test_stages_of_the_model_are_ticked_where_there_is_a_hypnogram(ask) -> None:
    dialog = ask(recording(*NIGHT))
    assert dialog.settings() == DetectSettings("spindle", "spindle-1d", ("C3",), ("N2", "N3"))
    dialog.task_box.setCurrentIndex(1)
    assert dialog.settings() == DetectSettings("rem", "rem-1d", ("E1", "E2"))


def test_bursts_and_muscle_are_asked_about_for_eye_movements_alone(ask, qtbot: QtBot) -> None:
    dialog = ask(recording(*NIGHT))
    assert dialog.bursts_box.isHidden()
    assert dialog.muscle_box.isHidden()
    dialog.task_box.setCurrentIndex(1)
    assert not dialog.bursts_box.isHidden()
    assert "12 µV" in dialog.muscle_box.text()
    for box in (dialog.bursts_box, dialog.muscle_box):
        qtbot.keyClick(box, Qt.Key.Key_Space)
    settings = dialog.settings()
    assert (settings.bursts, settings.leave_out_muscle, settings.kind) == (True, True, "rem_burst")
    dialog.task_box.setCurrentIndex(0)
    assert not dialog.settings().bursts


def test_without_a_hypnogram_all_of_the_night_is_searched(ask) -> None:
    dialog = ask(recording(*NIGHT), has_stages=False)
    assert dialog.settings().stages is None
    assert not dialog.stage_boxes["N2"].isEnabled()


def test_channels_that_a_scorer_marked_are_ticked(ask) -> None:
    marked = EventSet.of("file:x", (Event(1.0, 1.0, "spindle", "C4"),))
    assert ask(recording(*NIGHT), sets=(marked,)).settings().channels == ("C4",)


def test_task_that_is_possible_comes_first(ask) -> None:
    dialog = ask(recording(("E1", "EOG"), ("E2", "EOG")))
    assert dialog.task_box.currentData() == "rem"
    assert dialog.detect_button.isEnabled()
    dialog.task_box.setCurrentIndex(1)
    assert "no EEG channel" in dialog.doubt.text()
    assert dialog.channels.isHidden()
    assert not dialog.detect_button.isEnabled()


def test_recording_without_a_pair_of_eyes_says_so(ask) -> None:
    dialog = ask(recording(("C3", "EEG"), ("E1", "EOG")))
    dialog.task_box.setCurrentIndex(1)
    assert "no pair of eye channels" in dialog.doubt.text()


def test_channel_of_unknown_kind_may_be_ticked_by_who_knows(ask) -> None:
    dialog = ask(recording(("signal 1", "OTHER"), ("ECG", "ECG")), (SPINDLES,))
    assert dialog.channels.count() == 1
    assert "tick one if you know" in dialog.doubt.text()
    assert dialog.detect_button.isEnabled()


def test_weights_that_never_saw_the_recording_are_offered(
    ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = recording(*NIGHT)
    entry = {"hash": channel_hash(night, "C3"), "n_samples": str(N_SAMPLES), "dataset": "x"}
    knowing = dataclasses.replace(SPINDLES, trained_on=(entry,))
    other = dataclasses.replace(SPINDLES, name="without", settings={"threshold": 0.8})
    monkeypatch.setattr(detect_offer, "held_out_model", lambda *_: other)
    dialog = ask(night, (knowing,))
    assert "was trained on this recording" in dialog.known.text()
    assert dialog.settings().model == "without"
    assert dialog.threshold_box.value() == pytest.approx(0.8)
    dialog.held_out_box.setChecked(False)
    assert dialog.settings().model == "spindle-1d"
    assert dialog.settings().threshold is None


def test_recording_the_model_never_saw_asks_nothing_more(ask) -> None:
    dialog = ask(recording(*NIGHT))
    assert dialog.known.isHidden()
    assert dialog.held_out_box.isHidden()


def test_recording_with_an_ecg_among_unknown_channels_shows_them_all() -> None:
    assert default_channels(recording(("a", "OTHER"), ("ECG", "ECG"))) == ("ECG", "a")

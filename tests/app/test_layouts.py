"""The window comes back as it was left for recordings of the same kind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from sleepscope.app.main_window import MainWindow
from sleepscope.app.session import Session
from sleepscope.app.settings import Settings
from sleepscope.recordings.opening import open_recording
from sleepscope.recordings.recording import ArrayRecording
from sleepscope.simulate.demo_night import write_edf

KEY, MODIFIER = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def other_kind(night: Path) -> Path:
    """A recording of four of the night's channels, as another laboratory would call them."""
    source = open_recording(night)
    names = {
        "C3": "EEG Fpz-Cz",
        "C4": "EEG Pz-Oz",
        "E1": "EOG horizontal",
        "EMG Chin": "EMG submental",
    }
    signals = {new: source.read(old, 0.0, source.duration) for old, new in names.items()}
    channels = tuple(replace(source.channel(old), label=new) for old, new in names.items())
    path = night.parent / "other.edf"
    write_edf(path, ArrayRecording(path, channels, signals, start=source.start))
    return path


def left_open(window: MainWindow) -> set[str]:
    return {dock.objectName() for dock in window.docks if not dock.isHidden()}


def test_each_kind_has_its_own_panels_filters_and_montage(
    open_night: MainWindow, night: Path, other_kind: Path, qtbot: QtBot
) -> None:
    opening, canvas = open_night.controllers.opening, open_night.traces.canvas
    opening.may_ask = False
    usual = left_open(open_night)
    qtbot.keyClick(canvas, KEY.Key_1, MODIFIER.ControlModifier)
    first_rows = open_night.session.channels
    assert opening.open(other_kind)
    second_rows = open_night.session.channels
    assert second_rows == ("EEG Fpz-Cz", "EEG Pz-Oz", "EOG horizontal", "EMG submental")
    qtbot.keyClick(canvas, KEY.Key_P)
    qtbot.keyClick(canvas, KEY.Key_F)
    assert not open_night.session.settings.filters_on
    assert opening.open(night)
    assert left_open(open_night) == usual
    assert open_night.actions_by_id["filters"].isChecked()
    assert open_night.session.filters()
    assert open_night.session.channels == first_rows
    assert opening.open(other_kind)
    assert not left_open(open_night)
    assert not open_night.actions_by_id["filters"].isChecked()
    assert not open_night.session.filters()
    assert open_night.session.channels == second_rows


def test_the_next_start_remembers_both_kinds(
    open_night: MainWindow, night: Path, other_kind: Path, qtbot: QtBot
) -> None:
    opening = open_night.controllers.opening
    opening.may_ask = False
    usual = left_open(open_night)
    assert opening.open(other_kind)
    qtbot.keyClick(open_night.traces.canvas, KEY.Key_P)
    open_night.close()
    again = MainWindow(Session(Settings()))
    try:
        again.controllers.opening.may_ask = False
        again.show()
        again.activateWindow()
        qtbot.waitUntil(again.isActiveWindow)
        assert again.controllers.opening.open(night)
        assert left_open(again) == usual
        assert again.controllers.opening.open(other_kind)
        assert not left_open(again)
        qtbot.keyClick(again.traces.canvas, KEY.Key_P)
        assert left_open(again)
    finally:
        again.close()
        again.deleteLater()

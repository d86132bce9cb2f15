"""What is opened with a recording, and what a drop of files means."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QDialogButtonBox, QDoubleSpinBox, QPushButton, QTabBar
from pytestqt.qtbot import QtBot

from sleepscope.app.controllers import opening as opening_module
from sleepscope.app.default_channels import default_channels
from sleepscope.app.dialogs.asking import Question
from sleepscope.app.fitted_events import with_known_channels
from sleepscope.app.frame import SELDOM_DOCKS
from sleepscope.app.main_window import MainWindow
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.recordings import open_recording


def scorers(window: MainWindow) -> list[str]:
    return [event_set.scorer for event_set in window.session.event_sets()]


def answer(window: MainWindow, qtbot: QtBot, text: str) -> None:
    buttons = {b.text(): b for b in window.notices.notices[0].findChildren(QPushButton)}
    qtbot.mouseClick(buttons[text], Qt.MouseButton.LeftButton)


def test_files_beside_a_recording_are_offered_by_number(window: MainWindow, night: Path) -> None:
    window.controllers.opening.open(night)
    (words,) = window.notices.texts()
    assert words.startswith("3 event files lie beside demo.edf: demo-expert1.csv")


def test_no_leaves_them_closed(window: MainWindow, night: Path, qtbot: QtBot) -> None:
    window.controllers.opening.open(night)
    answer(window, qtbot, "No")
    assert scorers(window) == []
    assert window.notices.texts() == []


def test_always_is_remembered_and_opens_them_next_time(
    window: MainWindow, night: Path, qtbot: QtBot
) -> None:
    opening = window.controllers.opening
    opening.open(night)
    window.actions_by_id["always_companions"].setChecked(True)
    opening.open(night)
    assert scorers(window) == ["file:expert1", "file:expert2"]
    opening.open(night)
    assert scorers(window) == ["file:expert1", "file:expert2"]
    assert window.notices.texts() == []


def test_stages_come_back_with_the_review(open_night: MainWindow, night: Path) -> None:
    open_night.controllers.opening.open(night)
    assert open_night.session.hypnogram is not None
    assert open_night.hypnogram._hypnogram is open_night.session.hypnogram


def test_dropped_recording_and_events_open_together(
    window: MainWindow, night: Path, qtbot: QtBot
) -> None:
    data = QMimeData()
    names = ("demo-expert1.csv", "demo.edf")
    data.setUrls([QUrl.fromLocalFile(str(night.with_name(name))) for name in names])
    drop = QDropEvent(
        QPointF(400, 400),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(drop)
    qtbot.waitUntil(lambda: scorers(window) == ["file:expert1"])
    assert window.session.name == "demo.edf"


def test_recent_files_lead_back(window: MainWindow, night: Path) -> None:
    opening = window.controllers.opening
    opening.open(night)
    opening.close()
    assert window.welcome.recent.count() == 1
    window.welcome.recent.itemActivated.emit(window.welcome.recent.item(0))
    assert window.session.name == "demo.edf"


def test_docks_are_away_until_a_recording_is_open(window: MainWindow, night: Path) -> None:
    assert all(dock.isHidden() for dock in window.docks)
    window.docks[1].toggleViewAction().trigger()
    window.docks[1].hide()
    window.controllers.opening.open(night)
    hidden = {dock.objectName() for dock in window.docks if dock.isHidden()}
    assert hidden == SELDOM_DOCKS


def test_docks_that_are_seldom_needed_come_with_their_action(
    open_night: MainWindow, qtbot: QtBot
) -> None:
    docks = {dock.objectName(): dock for dock in open_night.docks}
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    qtbot.keyClick(open_night.traces.canvas, Qt.Key.Key_G, both)
    assert not docks["map"].isHidden()
    qtbot.waitUntil(open_night.map_panel.isVisible)
    assert docks["training"].isHidden()
    docks["training"].toggleViewAction().trigger()
    qtbot.waitUntil(open_night.training_panel.isVisible)


def test_names_on_the_tabs_of_docks_are_whole(open_night: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: len(open_night.findChildren(QTabBar)) == 2)
    bars = open_night.findChildren(QTabBar)
    for bar in bars:
        assert bar.elideMode() == Qt.TextElideMode.ElideNone
        assert bar.usesScrollButtons()
        assert bar.tabRect(bar.count() - 1).right() <= bar.width()
    titles = {bar.tabText(k) for bar in bars for k in range(bar.count())}
    assert titles == {d.windowTitle() for d in open_night.docks if not d.isHidden()}


def test_channel_of_a_file_is_named_as_in_the_recording() -> None:
    events = EventSet.of("file:x", [Event(1, 1, "spindle", "C3"), Event(2, 1, "spindle", "Pz")])
    fitted = with_known_channels(events, ["C3-M2", "C4-M1"])
    assert [event.channel for event in fitted.events] == ["C3-M2", "Pz"]


def test_recording_changed_on_the_disk_is_said_on_the_page(
    open_night: MainWindow, night: Path, sentences: list[str]
) -> None:
    with night.open("ab") as file:
        file.write(b"more")
    open_night.controllers.paging.turn(1)
    open_night.grab()
    assert open_night.session.page.start == 30.0
    assert sentences == []


@pytest.mark.real_data
def test_annotations_inside_a_recording_come_with_it(
    window: MainWindow, real_data: Path, tmp_path: Path
) -> None:
    source = next((real_data / "readers").rglob("edfPlusC.edf"))
    copy = shutil.copy(source, tmp_path)
    assert window.controllers.opening.open(Path(copy))
    assert scorers(window) == ["file:edfPlusC"]
    assert not window.actions_by_id["undo"].isEnabled()


@pytest.mark.real_data
def test_hypnogram_in_an_edf_opens_with_its_recording_only(
    window: MainWindow, real_data: Path, tmp_path: Path, night: Path, sentences: list[str]
) -> None:
    source = next((real_data / "readers").rglob("SC4001EC-Hypnogram.edf"))
    copy = Path(shutil.copy(source, tmp_path))
    assert not window.controllers.opening.open(copy)
    assert "annotations only" in sentences[0]
    window.controllers.opening.open(night)
    window.controllers.opening.take([copy])
    assert window.session.name == "demo.edf"
    assert window.session.hypnogram is not None


@pytest.mark.real_data
def test_clinical_recording_shows_derivations_by_kind(real_data: Path) -> None:
    recording = open_recording(next((real_data / "recordings").glob("nox*.edf")))
    shown = [recording.channel(label) for label in default_channels(recording)]
    assert [channel.kind for channel in shown[:8]] == ["EEG"] * 6 + ["EOG"] * 2
    assert all("-" in channel.label for channel in shown[:8])
    recording.close()


def test_rate_is_asked_for_where_the_file_does_not_say_it(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "signal.npy"
    np.save(path, np.zeros(12_800, np.float32))
    assert not window.controllers.opening.open(path)
    dialog = next(d for d in window.findChildren(Question) if d.isVisible())
    dialog.findChild(QDoubleSpinBox).setValue(128.0)
    qtbot.mouseClick(
        dialog.buttons.button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton
    )
    assert window.session.recording.duration == pytest.approx(100.0)


def test_several_files_of_one_night_are_one_recording(
    window: MainWindow, night: Path, tmp_path: Path
) -> None:
    other = shutil.copy(night, night.with_name("other.edf"))
    assert window.controllers.opening.open_night([night, Path(other)])
    labels = [channel.label for channel in window.session.recording.channels]
    assert sum(label.startswith("C3") for label in labels) == 2
    review = window.session.review.path
    assert window.controllers.opening.open_night([night])
    assert window.session.review.path != review


def test_events_on_a_channel_that_is_not_there_are_said_to_be_so(
    window: MainWindow, night: Path, tmp_path: Path
) -> None:
    marks = tmp_path / "Visual_scoring1_excerpt1.txt"
    marks.write_text("[vis1_Spindles/CZ-A1]\n5.0 1.0\n9.0 1.0\n", encoding="ascii")
    window.controllers.opening.open(night)
    assert window.controllers.opening.open_events([marks])
    assert any("2 events" in text and "lie on CZ-A1" in text for text in window.notices.texts())


def test_large_file_of_events_is_read_while_the_window_goes_on(
    window: MainWindow, night: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening_module, "LARGE_BYTES", 10)
    window.controllers.opening.open(night)
    with qtbot.waitSignal(window.session.events_changed):
        assert window.controllers.opening.open_events([night.parent / "demo-expert1.csv"])
        assert scorers(window) == []
        qtbot.keyClick(window.traces.canvas, Qt.Key.Key_Right)
        assert window.session.page.start == 30.0
    assert scorers(window) == ["file:expert1"]


def test_large_file_that_cannot_be_read_is_refused_in_a_sentence(
    window: MainWindow, night: Path, qtbot: QtBot, sentences: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(opening_module, "LARGE_BYTES", 10)
    broken = night.parent / "broken_events.tsv"
    broken.write_text("onset\tduration\ttrial_type\nsoon\t1\tspindle\n")
    window.controllers.opening.open(night)
    with qtbot.waitSignal(window.session.failed):
        window.controllers.opening.open_events([broken])
    qtbot.waitUntil(lambda: len(sentences) == 1)
    assert "soon" in sentences[0]
    assert scorers(window) == []


def test_large_file_is_dropped_with_the_recording_it_was_opened_for(
    window: MainWindow, night: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening_module, "LARGE_BYTES", 10)
    window.controllers.opening.open(night)
    window.controllers.opening.open_events([night.parent / "demo-expert1.csv"])
    window.controllers.opening.open(night)
    qtbot.waitUntil(lambda: not window.session.jobs.jobs)
    assert scorers(window) == []

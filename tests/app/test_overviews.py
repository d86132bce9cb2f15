"""The overviews in the window: computed in the background, hidden and shown, and when it fails."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from sleepscope.app.controllers.spectrum import usual_channel
from sleepscope.app.main_window import MainWindow
from sleepscope.app.page import WHOLE_NIGHT
from sleepscope.app.views import page_pyramids
from sleepscope.errors import RecordingError
from sleepscope.recordings.edf_recording import EdfRecording


def test_spectrogram_of_a_central_eeg_comes_by_itself(open_night: MainWindow, qtbot: QtBot) -> None:
    spectrum = open_night.session.spectrum
    assert spectrum.channel == "C3"
    qtbot.waitUntil(lambda: spectrum.shown is not None)
    assert open_night.overview.spectrogram._spectrogram is spectrum.shown
    assert not open_night.job_status.isVisible()


def test_another_channel_is_chosen_by_the_menu_and_remembered(
    open_night: MainWindow, qtbot: QtBot, night: Path
) -> None:
    qtbot.waitUntil(lambda: open_night.session.spectrum.shown is not None)
    open_night.overview.spectrogram_menu_requested.emit(QPoint(300, 300))
    menu = next(m for m in open_night.findChildren(QMenu) if m.isVisible())
    next(a for a in menu.actions() if a.text() == "C4").trigger()
    menu.close()
    qtbot.waitUntil(lambda: "C4" in open_night.session.spectrum.known)
    assert open_night.session.spectrum.shown is open_night.session.spectrum.known["C4"]
    open_night.session.close()
    assert open_night.controllers.opening.open(night)
    assert open_night.session.spectrum.channel == "C4"


def test_key_hides_all_overviews_and_is_remembered(open_night: MainWindow, qtbot: QtBot) -> None:
    overview, canvas = open_night.overview, open_night.traces.canvas
    before = canvas.height()
    qtbot.keyClick(canvas, Qt.Key.Key_V)
    assert not overview.hypnogram.isVisible()
    qtbot.waitUntil(lambda: canvas.height() > before + 100)
    assert not open_night.session.settings.overviews_on
    qtbot.keyClick(canvas, Qt.Key.Key_V)
    assert overview.hypnogram.isVisible()


def test_each_overview_can_be_hidden(open_night: MainWindow, qtbot: QtBot) -> None:
    for part in ("hypnogram", "others", "density", "spectrogram"):
        open_night.actions_by_id[f"overview_{part}"].trigger()
        assert getattr(open_night.overview, part).isHidden()
        assert part not in open_night.session.settings.overviews
    assert open_night.actions_by_id["overviews"].isChecked()


def test_hidden_spectrogram_is_not_computed_until_it_is_shown(
    window: MainWindow, qtbot: QtBot, night: Path
) -> None:
    window.actions_by_id["overview_spectrogram"].trigger()
    assert window.controllers.opening.open(night)
    assert not window.controllers.spectrum._soon.isActive()
    window.actions_by_id["overview_spectrogram"].trigger()
    qtbot.waitUntil(lambda: window.session.spectrum.shown is not None)


def fail(monkeypatch: pytest.MonkeyPatch, times: int) -> list[str]:
    """Let the next reads of the worker fail; the page goes on being read."""
    read = EdfRecording._read_samples
    failed: list[str] = []

    def broken(self, channel, first, behind):
        is_worker = threading.current_thread().name.startswith("sleepscope")
        if is_worker and len(failed) < times:
            failed.append(channel.label)
            raise RecordingError("demo.edf cannot be read any more; is the disk there?")
        return read(self, channel, first, behind)

    monkeypatch.setattr(EdfRecording, "_read_samples", broken)
    return failed


def test_spectrogram_that_fails_once_is_computed_again(
    window: MainWindow, qtbot: QtBot, night: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = fail(monkeypatch, 1)
    assert window.controllers.opening.open(night)
    qtbot.waitUntil(lambda: window.session.spectrum.shown is not None)
    assert failed == ["C3"]


def test_spectrogram_that_fails_twice_says_so_and_comes_when_asked_for(
    window: MainWindow, qtbot: QtBot, night: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(monkeypatch, 2)
    assert window.controllers.opening.open(night)
    spectrum = window.session.spectrum
    qtbot.waitUntil(lambda: "is the disk there" in spectrum.trouble)
    assert not window.session.jobs.jobs or spectrum.shown is None
    window.controllers.spectrum.choose(spectrum.channel)
    qtbot.waitUntil(lambda: spectrum.shown is not None)
    assert spectrum.trouble == ""


@pytest.mark.parametrize(("times", "n_notices"), [(1, 0), (2, 1)])
def test_long_page_that_cannot_be_read_is_tried_again_and_then_told(
    window: MainWindow,
    qtbot: QtBot,
    night: Path,
    monkeypatch: pytest.MonkeyPatch,
    times: int,
    n_notices: int,
) -> None:
    window.actions_by_id["overview_spectrogram"].trigger()
    assert window.controllers.opening.open(night)
    window.notices.clear()
    monkeypatch.setattr("sleepscope.app.controllers.overview.LONG_PAGE_SECONDS", 120.0)
    fail(monkeypatch, times)
    window.session.set_page(0.0, 240.0)
    if n_notices:
        qtbot.waitUntil(lambda: len(window.notices.notices) == n_notices)
        assert "Turn the page" in window.notices.texts()[0]
        window.session.set_page(0.0, 200.0)
    qtbot.waitUntil(lambda: len(window.session.pyramids()) == len(window.session.channels))
    assert len(window.notices.notices) == n_notices


def test_stages_menus_choose_whose_stages_count(open_night: MainWindow, qtbot: QtBot) -> None:
    session = open_night.session
    file = session.hypnogram.scorer
    qtbot.keyClick(open_night.traces.canvas, Qt.Key.Key_2)
    menu = open_night.night_stages_menu
    menu.aboutToShow.emit()
    assert [a.text() for a in menu.actions() if a.isChecked()] == [file.partition(":")[2]]
    next(a for a in menu.actions() if a.text() == "AB").trigger()
    assert session.hypnogram.scorer == "human:AB"
    assert [row.scorer for row in open_night.overview.others._rows] == [file]
    open_night.overview.stages_menu_requested.emit(file, QPoint(300, 300))
    popup = next(m for m in open_night.findChildren(QMenu) if m.isVisible())
    popup.actions()[0].trigger()
    popup.close()
    assert session.hypnogram.scorer == file


def test_usual_channel_is_the_last_one_or_a_central_eeg(open_night: MainWindow) -> None:
    recording = open_night.session.recording
    assert usual_channel(recording, (), "O1") == "O1"
    assert usual_channel(recording, (), "none") in ("C3", "C4")
    assert usual_channel(recording, ("F4", "C4"), "") == "C4"


def test_a_night_is_read_for_its_extremes_once(
    open_night: MainWindow, night: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, opening = open_night.session, open_night.controllers.opening

    def all_known() -> bool:
        return len(session.pyramids()) == len(session.channels)

    # The night lasts 4 min: the shortest page that is drawn from extremes.
    open_night.controllers.paging.set_length(WHOLE_NIGHT)
    qtbot.waitUntil(all_known)
    qtbot.waitUntil(lambda: not session.jobs.jobs)
    first = session.pyramids()
    monkeypatch.setattr(page_pyramids, "build_pyramids", None)
    assert opening.open(night)
    open_night.controllers.paging.set_length(WHOLE_NIGHT)
    qtbot.waitUntil(all_known)
    for label, again in session.pyramids().items():
        np.testing.assert_array_equal(again.low[0], first[label].low[0])

"""A window, a small night and settings of its own for every test; nothing may be left behind."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from sleepscope.app.main_window import MainWindow
from sleepscope.app.session import Session
from sleepscope.app.settings import Settings
from sleepscope.simulate.demo_night import write_demo_night
from sleepscope.simulate.night import NightSettings

STAGES = ("W", *("N2",) * 6, "R")
NIGHT = NightSettings(seed=11, minutes=4.0, stages=STAGES, spindles_per_minute=8.0)


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings and data folders below ``tmp_path``; no worker thread may be left."""
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "ini"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    yield
    left = [t.name for t in threading.enumerate() if t.name.startswith("sleepscope")]
    assert not left, f"threads left running: {left}"


@pytest.fixture(scope="session")
def written_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with ``demo.edf`` (4 min), two experts' events and the stages."""
    folder = tmp_path_factory.mktemp("night")
    write_demo_night(folder, NIGHT)
    return folder


@pytest.fixture
def night(written_night: Path, tmp_path: Path) -> Path:
    """A copy of the small night: the path of its EDF, event files beside it."""
    folder = tmp_path / "night"
    shutil.copytree(written_night, folder)
    return folder / "demo.edf"


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    """A window on the screen, without a recording."""
    window = MainWindow(Session(Settings()))
    window.resize(1600, 900)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def open_night(window: MainWindow, night: Path) -> MainWindow:
    """The window with the small night, both experts and the stages, edited by AB."""
    window.session.settings.initials = "AB"
    opening = window.controllers.opening
    assert opening.open(night)
    window.notices.clear()
    files = [night.parent / f"demo-{name}.csv" for name in ("expert1", "expert2", "stages")]
    assert opening.open_events(files)
    return window


@pytest.fixture
def sentences(window: MainWindow) -> list[str]:
    """Sentences of the error dialogs, in order; each dialog is closed at once."""
    heard: list[str] = []

    def hear(_error: BaseException) -> None:
        for box in window.findChildren(QMessageBox):
            if box.isVisible():
                heard.append(box.informativeText() or box.text())
                box.close()

    window.session.failed.connect(hear)
    return heard

"""A recording whose storage fails, vanishes or changes under the open window."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from sleepscope.app.dialogs.export_dialog import ExportChoice
from sleepscope.app.main_window import MainWindow
from sleepscope.detection.settings import DetectSettings

FAILURES = (errno.EIO, errno.ESTALE, errno.ENOENT, errno.ENODEV)


def troubles(window: MainWindow) -> set[str]:
    """What the page says in place of its traces."""
    # What is due is painted first: samples are read for that.
    window.traces.canvas.grab()
    shown = (window.traces.canvas.layers.shown_signal(label) for label in window.session.channels)
    return {signal.trouble for signal in shown if signal is not None} - {""}


def marks(window: MainWindow) -> list[tuple[str, float]]:
    return [(s.scorer, e.onset) for s in window.session.event_sets() for e in s.events]


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """A folder on a storage of its own, which can go away."""
    folder = tmp_path / "share"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)]
    try:
        done = subprocess.run(words, capture_output=True, check=False).returncode == 0
    except OSError:
        done = False
    if not done:
        pytest.skip("nothing can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)


@pytest.mark.skipif(not hasattr(os, "preadv"), reason="this system reads whole pieces")
@pytest.mark.parametrize("number", FAILURES)
def test_storage_that_fails_while_paging_is_told_on_the_page_and_events_stay(
    open_night: MainWindow,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
    sentences: list[str],
    number: int,
) -> None:
    before = marks(open_night)

    def fail(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as broken:
        broken.setattr(os, "preadv", fail)
        for _ in range(3):
            qtbot.keyClick(open_night.traces.canvas, Qt.Key.Key_PageDown)
        assert troubles(open_night) == {f"demo.edf cannot be read any more: {os.strerror(number)}."}
    assert marks(open_night) == before
    assert sentences == []
    # The storage is back: other pages, and this one again, are shown.
    qtbot.keyClick(open_night.traces.canvas, Qt.Key.Key_PageUp)
    qtbot.keyClick(open_night.traces.canvas, Qt.Key.Key_PageDown)
    assert troubles(open_night) == set()


def test_a_file_replaced_under_our_feet_is_told_and_events_stay(
    open_night: MainWindow, night: Path, qtbot: QtBot, sentences: list[str]
) -> None:
    before = marks(open_night)
    other = night.with_name("other")
    other.write_bytes(bytes(night.stat().st_size))
    other.replace(night)
    for _ in range(3):
        qtbot.keyClick(open_night.traces.canvas, Qt.Key.Key_PageDown)
    (sentence,) = troubles(open_night)
    assert sentence == (
        "demo.edf was changed, replaced or cut short since it was opened; open it again."
    )
    job = open_night.controllers.detecting.run(DetectSettings("spindle", "spindle-1d", ("C3",)))
    with qtbot.waitSignal(job.ended, timeout=20_000):
        pass
    assert sentences == [sentence]
    assert marks(open_night) == before


def test_a_share_that_is_gone_leaves_pages_events_and_the_window(
    window: MainWindow, mounted: Path, night: Path, qtbot: QtBot, sentences: list[str]
) -> None:
    window.session.settings.initials = "AB"
    there = mounted / "demo.edf"
    shutil.copy(night, there)
    opening = window.controllers.opening
    assert opening.open(there)
    opening.open_events([night.with_name("demo-expert1.csv")])
    before = marks(window)
    subprocess.run(["umount", "-l", str(mounted)], check=True)
    for _ in range(3):
        qtbot.keyClick(window.traces.canvas, Qt.Key.Key_PageDown)
    # The open file is still there for who holds it.
    assert troubles(window) == set()
    assert marks(window) == before
    window.controllers.exporting.write_or_say(mounted / "no" / "e.csv", ExportChoice("all", None))
    assert len(sentences) == 1
    assert "There is no folder" in sentences[0]


def test_nothing_that_is_done_with_a_night_changes_its_file(
    open_night: MainWindow, night: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    digest = hashlib.sha256(night.read_bytes()).hexdigest()
    times = night.stat().st_mtime_ns
    for _ in range(3):
        qtbot.keyClick(open_night.traces.canvas, Qt.Key.Key_PageDown)
    open_night.controllers.exporting.write(tmp_path / "e.csv", ExportChoice("all", None))
    open_night.controllers.opening.close()
    assert hashlib.sha256(night.read_bytes()).hexdigest() == digest
    assert night.stat().st_mtime_ns == times


def test_a_share_that_only_reads_keeps_decisions_elsewhere(
    window: MainWindow, mounted: Path, night: Path, sentences: list[str]
) -> None:
    window.session.settings.initials = "AB"
    there = mounted / "demo.edf"
    shutil.copy(night, there)
    subprocess.run(["mount", "-o", "remount,ro", str(mounted)], check=True)
    opening = window.controllers.opening
    assert opening.open(there)
    assert opening.open_events([night.with_name("demo-expert1.csv")])
    first = window.session.event_sets()[0].events[0]
    window.session.select(first.id)
    window.controllers.reviewing.accept()
    assert window.session.review.status_of(first.id) == "accepted"
    assert sentences == []
    assert [path.name for path in mounted.iterdir()] == ["demo.edf"]

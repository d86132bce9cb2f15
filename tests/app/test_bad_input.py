"""Whatever is opened, the person gets one sentence and the window goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from sleepscope.app.dialogs.export_dialog import ExportChoice
from sleepscope.app.main_window import MainWindow
from sleepscope.app.session import Session
from sleepscope.detection.settings import DetectSettings

BAD_RECORDINGS = {
    "empty.edf": b"",
    "page.edf": b"<!DOCTYPE html><html><body>404</body></html>",
    "noise.edf": bytes(range(256)) * 8,
    "short.edf": b"0       " + b" " * 100,
    "words.txt": b"Nothing but words.\n",
}


@pytest.mark.parametrize("name", [*BAD_RECORDINGS, "missing.edf", "."])
def test_bad_recording_is_one_sentence(
    window: MainWindow, sentences: list[str], tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    if name in BAD_RECORDINGS:
        path.write_bytes(BAD_RECORDINGS[name])
    assert not window.controllers.opening.open(path)
    assert len(sentences) == 1
    assert "\n" not in sentences[0]
    assert window.stack.currentWidget() is window.welcome


def test_bad_recording_leaves_the_open_one_open(
    open_night: MainWindow, sentences: list[str], tmp_path: Path
) -> None:
    bad = tmp_path / "page.edf"
    bad.write_bytes(BAD_RECORDINGS["page.edf"])
    open_night.controllers.opening.take([bad])
    assert len(sentences) == 1
    assert open_night.session.name == "demo.edf"
    assert len(open_night.session.event_sets()) == 2


@pytest.mark.parametrize(
    "text", ["", "<html></html>", "onset,duration\nsoon,long\n", "onset,duration,kind\n1,nan,x\n"]
)
def test_bad_event_file_is_one_sentence(
    open_night: MainWindow, sentences: list[str], tmp_path: Path, text: str
) -> None:
    path = tmp_path / "events.csv"
    path.write_text(text)
    open_night.controllers.opening.take([path])
    assert len(sentences) == 1
    assert "\n" not in sentences[0]
    assert len(open_night.session.event_sets()) == 2


def test_event_file_before_any_recording_says_what_to_open_first(
    window: MainWindow, sentences: list[str], night: Path
) -> None:
    window.controllers.opening.take([night.with_name("demo-expert1.csv")])
    assert len(sentences) == 1
    assert "open that first" in sentences[0]


def test_folder_that_is_not_there_stops_no_export(
    open_night: MainWindow, sentences: list[str], tmp_path: Path
) -> None:
    target = tmp_path / "nowhere" / "events.csv"
    open_night.controllers.exporting.write_or_say(target, ExportChoice("all", None))
    assert len(sentences) == 1


def test_model_that_is_not_there_is_one_sentence(
    open_night: MainWindow, sentences: list[str], qtbot: QtBot
) -> None:
    job = open_night.controllers.detecting.run(DetectSettings("spindle", "no-such-model"))
    assert job is not None
    with qtbot.waitSignal(job.ended):
        pass
    assert len(sentences) == 1
    assert "no-such-model" in sentences[0]


def test_error_of_the_program_itself_is_told_and_noted_without_its_words(
    open_night: MainWindow, sentences: list[str], tmp_path: Path
) -> None:
    open_night.session.fail(RuntimeError("the file of Jane Doe"))
    assert len(sentences) == 1
    assert "RuntimeError" in sentences[0]
    (log,) = (tmp_path / "state").rglob("errors.log")
    assert "RuntimeError" in log.read_text()
    assert "Jane" not in log.read_text()


def test_second_window_on_the_same_recording_may_only_read(
    open_night: MainWindow, sentences: list[str], night: Path, qtbot: QtBot
) -> None:
    other = MainWindow(Session(open_night.session.settings))
    try:
        assert other.controllers.opening.open(night)
        assert "READ-ONLY" in other.headline.text()
        assert any("read-only" in text for text in other.notices.texts())
        failed: list[BaseException] = []
        other.session.failed.disconnect(other.report)
        other.session.failed.connect(failed.append)
        other.session.select(other.session.event_sets()[0].events[0].id)
        other.controllers.reviewing.accept()
        assert len(failed) == 1
    finally:
        other.close()
        other.deleteLater()

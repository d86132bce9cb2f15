"""Marked events and stages leave in every format, and what a format cannot hold is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog
from pytestqt.qtbot import QtBot

from sleepscope.app.dialogs.asking import Question
from sleepscope.app.dialogs.export_dialog import ExportChoice, contents_of
from sleepscope.app.main_window import MainWindow
from sleepscope.events.reading import read_events
from sleepscope.export import FORMATS

WITH_EVENTS = [name for name, known in FORMATS.items() if "events" in known.says]


def choose(window: MainWindow, qtbot: QtBot, name: str) -> Question:
    window.controllers.exporting.ask()
    dialog = next(d for d in window.findChildren(Question) if d.isVisible())
    dialog.formats.setCurrentIndex(dialog.formats.findData(name))
    return dialog


def accept(dialog: Question, qtbot: QtBot) -> None:
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    qtbot.mouseClick(ok, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written_through_the_dialogs_and_read_back(
    open_night: MainWindow, qtbot: QtBot, tmp_path: Path, sentences: list[str], name: str
) -> None:
    session, known = open_night.session, FORMATS[name]
    accept(choose(open_night, qtbot, name), qtbot)
    files = next(d for d in open_night.findChildren(QFileDialog) if d.isVisible())
    assert files.nameFilters() == [f"{known.title} (*{known.ending})"]
    target = tmp_path / f"night{known.suffix}"
    files.fileSelected.emit(str(target))
    files.close()
    assert sentences == []
    found = read_events(target, recording_duration=session.recording.duration)
    if "events" in known.says:
        n_events = sum(len(event_set.events) for event_set in session.event_sets())
        assert sum(len(event_set.events) for event_set in found.event_sets) == n_events
    if "stages" in known.says:
        assert found.hypnogram.stages == session.hypnogram.stages


def test_format_without_scorers_says_so_in_a_notice(open_night: MainWindow, tmp_path: Path) -> None:
    target = tmp_path / "night.edf"
    open_night.controllers.exporting.write_or_say(target, ExportChoice("all", None, "edf+"))
    (words,) = open_night.notices.texts()
    assert words.startswith("night.edf: EDF+ cannot say")
    assert "who marked an event" in words


def test_stages_alone_are_written_without_a_word_on_events(
    open_night: MainWindow, tmp_path: Path
) -> None:
    choice = ExportChoice("all", None, "hypnogram")
    open_night.controllers.exporting.write_or_say(tmp_path / "stages.csv", choice)
    assert open_night.notices.texts() == []


def test_choice_of_events_is_not_offered_where_stages_alone_are_written(
    open_night: MainWindow, qtbot: QtBot
) -> None:
    dialog = choose(open_night, qtbot, "hypnogram-edf+")
    assert not any(b.isEnabled() for b in (dialog.every, dialog.one, dialog.accepted_only))
    dialog.formats.setCurrentIndex(dialog.formats.findData("bids"))
    assert dialog.one.isEnabled()
    dialog.reject()


def test_stages_cannot_be_written_where_there_are_none(
    window: MainWindow, night: Path, tmp_path: Path, sentences: list[str]
) -> None:
    window.controllers.opening.open(night)
    target = tmp_path / "stages.csv"
    choice = ExportChoice("all", None, "hypnogram")
    window.controllers.exporting.write_or_say(target, choice)
    assert "0 epochs" in sentences[0]
    assert not target.exists()


def test_recording_is_never_written_over(
    open_night: MainWindow, night: Path, sentences: list[str]
) -> None:
    before = night.read_bytes()
    open_night.controllers.exporting.write_or_say(night, ExportChoice("all", None, "edf+"))
    assert "choose another name" in sentences[0]
    assert night.read_bytes() == before


def test_format_chosen_last_is_offered_first(open_night: MainWindow, qtbot: QtBot) -> None:
    accept(choose(open_night, qtbot, "luna"), qtbot)
    next(d for d in open_night.findChildren(QFileDialog) if d.isVisible()).close()
    open_night.controllers.exporting.ask()
    dialog = next(d for d in open_night.findChildren(Question) if d.isVisible())
    assert dialog.formats.currentData() == "luna"
    dialog.reject()


@pytest.mark.parametrize("name", WITH_EVENTS)
def test_dialog_says_what_a_format_leaves_out(name: str) -> None:
    words = contents_of(FORMATS[name])
    assert words.startswith("Keeps events")
    assert ("confidences" in words.partition("Leaves out")[0]) == (
        "confidence" in FORMATS[name].says
    )

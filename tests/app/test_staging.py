"""Stages by keys: which epoch a key means, what goes on, and what undo brings back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QComboBox, QDialogButtonBox, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from sleepscope.app.dialogs.asking import Question
from sleepscope.app.dialogs.export_dialog import ExportChoice
from sleepscope.app.main_window import MainWindow
from sleepscope.events.event_file import EventFile
from sleepscope.events.hypnogram import Hypnogram
from sleepscope.events.reading import read_events

KEY, MODIFIER = Qt.Key, Qt.KeyboardModifier
PAD = MODIFIER.KeypadModifier
AB = "human:AB"


@pytest.fixture
def night_alone(window: MainWindow, night: Path) -> MainWindow:
    """The small night of 8 epochs, edited by AB, without anybody's events or stages."""
    window.session.settings.initials = "AB"
    assert window.controllers.opening.open(night)
    window.notices.clear()
    return window


def press(window: MainWindow, qtbot: QtBot, key: Qt.Key, modifier=MODIFIER.NoModifier) -> None:
    qtbot.keyClick(window.traces.canvas, key, modifier)


def own(window: MainWindow) -> str:
    """The person's stages, a word an epoch."""
    return " ".join(window.session.stages.all[AB].stages)


@pytest.mark.parametrize(
    ("key", "stage"),
    [
        (KEY.Key_0, "W"),
        (KEY.Key_W, "W"),
        (KEY.Key_1, "N1"),
        (KEY.Key_2, "N2"),
        (KEY.Key_3, "N3"),
        (KEY.Key_4, "R"),
        (KEY.Key_R, "R"),
    ],
)
def test_top_row_and_letters_stage_and_stay(
    night_alone: MainWindow, qtbot: QtBot, key: Qt.Key, stage: str
) -> None:
    night_alone.session.set_page(60.0)
    press(night_alone, qtbot, key)
    assert own(night_alone) == f"? ? {stage} ? ? ? ? ?"
    assert night_alone.session.page.start == 60.0
    assert f"<b>{stage}</b> AB" in night_alone.headline.text()


@pytest.mark.parametrize(
    ("key", "stage"),
    [(KEY.Key_0, "W"), (KEY.Key_1, "N1"), (KEY.Key_2, "N2"), (KEY.Key_3, "N3"), (KEY.Key_4, "R")],
)
def test_number_pad_stages_and_goes_on(
    night_alone: MainWindow, qtbot: QtBot, key: Qt.Key, stage: str
) -> None:
    for _ in range(2):
        press(night_alone, qtbot, key, PAD)
    assert own(night_alone) == f"{stage} {stage} ? ? ? ? ? ?"
    assert night_alone.session.page.start == 60.0


def test_number_pad_goes_on_where_it_is_no_shortcut(night_alone: MainWindow, qtbot: QtBot) -> None:
    # On X11 shortcuts of the number pad do not come: the key itself must be enough.
    canvas = night_alone.traces.canvas
    canvas.setFocus()
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
        event = QKeyEvent(kind, KEY.Key_2, PAD, "2")
        QApplication.sendEvent(canvas, event)
        assert event.isAccepted()
    assert own(night_alone) == "N2 ? ? ? ? ? ? ?"
    assert night_alone.session.page.start == 30.0


def test_long_page_goes_on_inside_before_it_turns(night_alone: MainWindow, qtbot: QtBot) -> None:
    session = night_alone.session
    session.set_page(0.0, 60.0)
    seen = []
    for _ in range(3):
        press(night_alone, qtbot, KEY.Key_2, PAD)
        seen.append((session.page.start, session.current_epochs()))
    assert seen == [(0.0, (1, 2)), (60.0, (2, 3)), (60.0, (3, 4))]


def test_short_page_goes_on_to_the_next_epoch(night_alone: MainWindow, qtbot: QtBot) -> None:
    session = night_alone.session
    session.set_page(20.0, 10.0)
    press(night_alone, qtbot, KEY.Key_2, PAD)
    assert own(night_alone) == "N2 ? ? ? ? ? ? ?"
    assert (session.page.start, session.page.length) == (30.0, 10.0)


def test_arrow_makes_the_epoch_at_the_start_of_the_page_current(
    night_alone: MainWindow, qtbot: QtBot
) -> None:
    session = night_alone.session
    session.set_page(0.0, 60.0)
    press(night_alone, qtbot, KEY.Key_Period)
    assert session.current_epochs() == (1, 2)
    press(night_alone, qtbot, KEY.Key_Right)
    assert session.current_epochs() == (2, 3)
    press(night_alone, qtbot, KEY.Key_Comma)
    assert session.current_epochs() == (1, 2)
    assert session.page.start == 0.0


def test_last_epoch_is_said(night_alone: MainWindow, qtbot: QtBot) -> None:
    session = night_alone.session
    press(night_alone, qtbot, KEY.Key_End)
    press(night_alone, qtbot, KEY.Key_0, PAD)
    assert "7 are unscored" in night_alone.statusBar().currentMessage()
    for _ in range(8):
        press(night_alone, qtbot, KEY.Key_U, MODIFIER.ShiftModifier)
        press(night_alone, qtbot, KEY.Key_2, PAD)
    assert session.stages.all[AB].n_scored == 8
    press(night_alone, qtbot, KEY.Key_U, MODIFIER.ShiftModifier)
    assert "All 8 epochs are staged" in night_alone.statusBar().currentMessage()


def test_unscore_takes_the_stage_away_and_begins_nothing(
    night_alone: MainWindow, qtbot: QtBot
) -> None:
    press(night_alone, qtbot, KEY.Key_U)
    assert not night_alone.session.stages.all
    press(night_alone, qtbot, KEY.Key_3)
    press(night_alone, qtbot, KEY.Key_U)
    assert own(night_alone) == "? ? ? ? ? ? ? ?"


def test_each_stage_is_a_step_of_undo_also_after_reopening(
    night_alone: MainWindow, qtbot: QtBot, night: Path
) -> None:
    for key in (KEY.Key_0, KEY.Key_1, KEY.Key_2):
        press(night_alone, qtbot, key, PAD)
    press(night_alone, qtbot, KEY.Key_Z, MODIFIER.ControlModifier)
    assert own(night_alone) == "W N1 ? ? ? ? ? ?"
    night_alone.session.close()
    assert night_alone.controllers.opening.open(night)
    assert own(night_alone) == "W N1 ? ? ? ? ? ?"
    press(night_alone, qtbot, KEY.Key_Z, MODIFIER.ControlModifier)
    assert own(night_alone) == "W ? ? ? ? ? ? ?"
    press(night_alone, qtbot, KEY.Key_Z, MODIFIER.ControlModifier | MODIFIER.ShiftModifier)
    assert own(night_alone) == "W N1 ? ? ? ? ? ?"


def test_undo_turns_to_what_it_changed(night_alone: MainWindow, qtbot: QtBot) -> None:
    session = night_alone.session
    press(night_alone, qtbot, KEY.Key_0)
    session.set_page(150.0)
    press(night_alone, qtbot, KEY.Key_2)
    session.set_page(30.0)
    press(night_alone, qtbot, KEY.Key_Z, MODIFIER.ControlModifier)
    assert session.page.start == 150.0


def test_selected_epochs_are_staged_as_one_step(night_alone: MainWindow, qtbot: QtBot) -> None:
    strip = night_alone.hypnogram
    no, shift, left = MODIFIER.NoModifier, MODIFIER.ShiftModifier, Qt.MouseButton.LeftButton

    def at(time: float) -> QPoint:
        return QPoint(round(strip.x(time)), 20)

    qtbot.mouseClick(strip, left, no, at(40.0))
    qtbot.mouseClick(strip, left, shift, at(130.0))
    assert night_alone.session.current_epochs() == (1, 5)
    assert "epochs 2 to 5 of 8" in night_alone.headline.text()
    press(night_alone, qtbot, KEY.Key_2)
    assert own(night_alone) == "? N2 N2 N2 N2 ? ? ?"
    qtbot.mousePress(strip, left, shift, at(220.0))
    qtbot.mouseMove(strip, at(190.0))
    qtbot.mouseMove(strip, at(165.0))
    qtbot.mouseRelease(strip, left, shift, at(165.0))
    press(night_alone, qtbot, KEY.Key_R)
    assert own(night_alone) == "? N2 N2 N2 N2 R R R"
    for stages in ("? N2 N2 N2 N2 ? ? ?",):
        press(night_alone, qtbot, KEY.Key_Z, MODIFIER.ControlModifier)
        assert own(night_alone) == stages


def test_selection_by_keys(night_alone: MainWindow, qtbot: QtBot) -> None:
    both = MODIFIER.ControlModifier | MODIFIER.ShiftModifier
    for _ in range(3):
        press(night_alone, qtbot, KEY.Key_Right, both)
    press(night_alone, qtbot, KEY.Key_Left, both)
    press(night_alone, qtbot, KEY.Key_3, PAD)
    assert own(night_alone) == "N3 N3 N3 ? ? ? ? ?"
    assert night_alone.session.current_epochs() == (3, 4)


def test_epoch_clicked_above_the_page_is_staged(night_alone: MainWindow, qtbot: QtBot) -> None:
    night_alone.session.set_page(60.0, 120.0)
    ribbon = night_alone.traces.epochs
    left = Qt.MouseButton.LeftButton
    qtbot.mouseClick(ribbon, left, MODIFIER.NoModifier, QPoint(round(ribbon.x(130.0)), 8))
    press(night_alone, qtbot, KEY.Key_1)
    assert own(night_alone) == "? ? ? ? N1 ? ? ?"
    at = QPoint(round(ribbon.x(100.0)), 8)
    qtbot.mouseClick(ribbon, left, MODIFIER.ShiftModifier, at)
    press(night_alone, qtbot, KEY.Key_2)
    assert own(night_alone) == "? ? ? N2 N2 ? ? ?"
    assert night_alone.session.page.start == 60.0


def test_initials_are_asked_before_the_first_stage(
    window: MainWindow, night: Path, qtbot: QtBot
) -> None:
    assert window.controllers.opening.open(night)
    press(window, qtbot, KEY.Key_2, PAD)
    dialog = next(d for d in window.findChildren(Question) if d.isVisible())
    qtbot.keyClicks(dialog.findChild(QLineEdit), "CD")
    with qtbot.waitSignal(window.session.stages.changed):
        dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).click()
    assert window.session.stages.all["human:CD"].stages[0] == "N2"
    assert window.session.page.start == 30.0


def test_typing_in_the_filter_box_stages_nothing(open_night: MainWindow, qtbot: QtBot) -> None:
    box = open_night.table.filter_box
    box.setFocus()
    for key in (KEY.Key_2, KEY.Key_W, KEY.Key_U):
        qtbot.keyClick(box, key)
    qtbot.keyClick(box, KEY.Key_3, PAD)
    assert box.text().casefold() == "2wu3"
    assert AB not in open_night.session.stages.all


def test_first_key_offers_a_copy_and_keeps_what_was_staged(
    open_night: MainWindow, qtbot: QtBot
) -> None:
    session = open_night.session
    imported = session.hypnogram
    press(open_night, qtbot, KEY.Key_3)
    assert session.hypnogram is imported
    (notice,) = open_night.notices.notices
    notice.findChildren(QPushButton)[0].click()
    assert session.stages.all[AB].stages == ("N3", *imported.stages[1:])
    assert not open_night.notices.notices
    press(open_night, qtbot, KEY.Key_Z, MODIFIER.ControlModifier)
    assert session.stages.all[AB].n_scored == 1


def test_start_from_other_stages_by_the_menu(open_night: MainWindow, qtbot: QtBot) -> None:
    session = open_night.session
    imported = session.hypnogram
    open_night.actions_by_id["start_stages"].trigger()
    dialog = next(d for d in open_night.findChildren(Question) if d.isVisible())
    assert dialog.findChild(QComboBox).currentData() == imported.scorer
    dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).click()
    assert session.stages.all[AB].stages == imported.stages


def test_differences_are_stepped_through(open_night: MainWindow, qtbot: QtBot) -> None:
    session = open_night.session
    open_night.controllers.staging.start_from(session.hypnogram.scorer)
    for time in (60.0, 150.0):
        session.set_page(time)
        press(open_night, qtbot, KEY.Key_3)
    session.set_page(0.0)
    for start in (60.0, 150.0, 150.0):
        press(open_night, qtbot, KEY.Key_D, MODIFIER.AltModifier)
        assert session.page.start == start
    assert "no difference" in open_night.statusBar().currentMessage()
    press(open_night, qtbot, KEY.Key_D, MODIFIER.AltModifier | MODIFIER.ShiftModifier)
    assert session.page.start == 60.0
    assert "difference 1 of 2" in open_night.statusBar().currentMessage()


def test_stages_compared_are_the_chosen_and_another(open_night: MainWindow, qtbot: QtBot) -> None:
    session, staging = open_night.session, open_night.controllers.staging
    file = session.hypnogram.scorer
    press(open_night, qtbot, KEY.Key_3)
    assert (session.hypnogram.scorer, session.stages.compared) == (file, AB)
    with qtbot.waitSignal(session.hypnogram_changed):
        staging.choose(AB)
    assert (session.hypnogram.scorer, session.stages.compared) == (AB, file)
    assert session.stages.comparison.agreement.n_epochs == 1
    press(open_night, qtbot, KEY.Key_Z, MODIFIER.ControlModifier)
    assert (session.hypnogram.scorer, session.stages.compared) == (file, None)


def test_staging_leaves_the_comparison_of_events_alone(
    open_night: MainWindow, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: open_night.session.comparison is not None)
    heard: list[None] = []
    open_night.session.comparison_changed.connect(lambda: heard.append(None))
    open_night.controllers.staging.choose(open_night.session.hypnogram.scorer)
    for _ in range(3):
        press(open_night, qtbot, KEY.Key_2, PAD)
    qtbot.waitUntil(lambda: not open_night.controllers.comparing._soon.isActive())
    assert not heard
    assert open_night.actions_by_id["undo"].text().endswith("Stage N2, epoch at 00:01:00")


def test_own_stages_of_an_offset_file_keep_its_epochs(
    night_alone: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    session = night_alone.session
    late = Hypnogram(("W", "N1", "N2"), 30.0, 12.0, "file:late")
    session.review.set_hypnogram(late, undoable=False)
    session.stages.take(session.review.hypnograms())
    night_alone.controllers.staging.start_from("file:late")
    session.set_page(12.0)
    press(night_alone, qtbot, KEY.Key_R, MODIFIER.NoModifier)
    press(night_alone, qtbot, KEY.Key_Period)
    assert session.page.start == 42.0
    assert session.stages.all[AB].stages[:3] == ("R", "N1", "N2")


def test_the_night_s_stages_are_the_same_after_reopening(
    open_night: MainWindow, qtbot: QtBot, night: Path
) -> None:
    press(open_night, qtbot, KEY.Key_2, PAD)
    before = open_night.session.hypnogram.scorer
    assert before != AB
    for scorer in (AB, before):
        open_night.controllers.staging.choose(scorer)
        open_night.session.close()
        assert open_night.controllers.opening.open(night)
        assert open_night.session.hypnogram.scorer == scorer


def test_whose_stages_are_exported_is_chosen(
    open_night: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    press(open_night, qtbot, KEY.Key_3, PAD)
    open_night.controllers.exporting.ask()
    dialog = open_night.findChild(Question)
    dialog.formats.setCurrentIndex(dialog.formats.findData("hypnogram"))
    assert dialog.hypnograms.currentData() == open_night.session.hypnogram.scorer
    dialog.hypnograms.setCurrentIndex(dialog.hypnograms.findData(AB))
    dialog.reject()
    path = tmp_path / "own.csv"
    choice = ExportChoice("all", None, "hypnogram", AB)
    open_night.controllers.exporting.write(path, choice)
    assert read_events(path).hypnogram.stages[:2] == ("N3", "?")


def test_own_stages_are_exported_once_they_are_the_night_s(
    open_night: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    for key in (KEY.Key_0, KEY.Key_2, KEY.Key_4):
        press(open_night, qtbot, key, PAD)
    open_night.controllers.staging.choose(AB)
    path = tmp_path / "own-hypnogram.csv"
    open_night.controllers.exporting.write(path, ExportChoice("all", None, "hypnogram"))
    found: EventFile = read_events(path)
    assert found.hypnogram.stages[:3] == ("W", "N2", "R")
    assert found.hypnogram.epoch_seconds == 30.0


def test_stages_that_came_last_can_be_compared_in(open_night: MainWindow) -> None:
    assert all(box.isEnabled() for box in open_night.compare_panel.stage_boxes.values())

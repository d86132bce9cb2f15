"""The history panel: every step named, the place marked, a click or Enter goes to another."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QProgressDialog
from pytestqt.qtbot import QtBot

from sleepscope.app.commands import AddEvent
from sleepscope.app.controllers import history as history_controller
from sleepscope.app.dialogs.asking import Question
from sleepscope.app.main_window import MainWindow
from sleepscope.app.views.history_model import NAME, WHO
from sleepscope.events.event import Event

KEY, MODIFIER = Qt.Key, Qt.KeyboardModifier


def add(window: MainWindow, *onsets: float) -> None:
    for onset in onsets:
        window.session.do(AddEvent(Event(onset, 1.0, "spindle", "C3")))


def own(window: MainWindow) -> list[float]:
    found = window.session.review.event_set("human:AB")
    return [] if found is None else [event.onset for event in found.events]


def names(window: MainWindow) -> list[str]:
    model = window.history_panel.model
    return [model.index(row, NAME).data() for row in range(model.rowCount())]


def here(window: MainWindow) -> str:
    (marked,) = [name for name in names(window) if name.startswith("▶ ")]
    return marked.removeprefix("▶ ")


def shown(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window.traces.canvas, KEY.Key_Z, MODIFIER.ControlModifier | MODIFIER.AltModifier)
    qtbot.waitUntil(window.history_panel.table.hasFocus)


def click(window: MainWindow, row: int) -> None:
    table = window.history_panel.table
    at = table.visualRect(window.history_panel.model.index(row, NAME)).center()
    QTest.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, MODIFIER.NoModifier, QPoint(at.x(), at.y())
    )


def test_every_step_is_named_and_the_last_one_marked(open_night: MainWindow, qtbot: QtBot) -> None:
    add(open_night, 10.0, 20.0)
    shown(open_night, qtbot)
    found = [name.strip("▶ ") for name in names(open_night)]
    assert found[0] == "The beginning"
    assert found[-2:] == ["Add spindle at 00:00:10", "Add spindle at 00:00:20"]
    assert here(open_night) == "Add spindle at 00:00:20"
    model = open_night.history_panel.model
    assert model.index(model.rowCount() - 1, WHO).data() == "AB"


def test_the_panel_follows_edits_undo_and_what_is_left_behind(
    open_night: MainWindow, qtbot: QtBot
) -> None:
    shown(open_night, qtbot)
    add(open_night, 10.0, 20.0)
    assert here(open_night) == "Add spindle at 00:00:20"
    qtbot.keyClick(open_night.traces.canvas, KEY.Key_Z, MODIFIER.ControlModifier)
    assert here(open_night) == "Add spindle at 00:00:10"
    assert names(open_night)[-1].strip() == "Add spindle at 00:00:20"
    add(open_night, 30.0)
    assert "Add spindle at 00:00:20" not in "".join(names(open_night))
    qtbot.mouseClick(
        open_night.history_panel.left_box,
        Qt.MouseButton.LeftButton,
        pos=QPoint(8, open_night.history_panel.left_box.height() // 2),
    )
    assert "Add spindle at 00:00:20" in "".join(names(open_night))


def test_a_click_goes_back_and_on(open_night: MainWindow, qtbot: QtBot) -> None:
    add(open_night, 10.0, 20.0, 30.0, 40.0)
    shown(open_night, qtbot)
    last = open_night.history_panel.model.rowCount() - 1
    with qtbot.waitSignal(open_night.controllers.history.jumped):
        click(open_night, last - 2)
    assert own(open_night) == [10.0, 20.0]
    assert here(open_night) == "Add spindle at 00:00:20"
    with qtbot.waitSignal(open_night.controllers.history.jumped):
        click(open_night, last - 1)
    assert own(open_night) == [10.0, 20.0, 30.0]


def test_enter_jumps_from_the_row_that_arrows_went_to(open_night: MainWindow, qtbot: QtBot) -> None:
    add(open_night, 10.0, 20.0, 30.0)
    shown(open_night, qtbot)
    table = open_night.history_panel.table
    qtbot.keyClick(table, KEY.Key_Up)
    qtbot.keyClick(table, KEY.Key_Up)
    assert own(open_night) == [10.0, 20.0, 30.0]
    with qtbot.waitSignal(open_night.controllers.history.jumped):
        qtbot.keyClick(table, KEY.Key_Return)
    assert own(open_night) == [10.0]
    # The table of events shows what the review holds.
    assert {row.event.onset for row in open_night.table.model.rows if row.scorer == "AB"} == {10.0}


def test_escape_gives_the_keys_back_to_the_traces(open_night: MainWindow, qtbot: QtBot) -> None:
    shown(open_night, qtbot)
    qtbot.keyClick(open_night.history_panel.table, KEY.Key_Escape)
    assert open_night.traces.canvas.hasFocus()


def test_steps_of_others_go_only_after_a_question(open_night: MainWindow, qtbot: QtBot) -> None:
    open_night.session.settings.initials = "CD"
    open_night.session.do(AddEvent(Event(10.0, 1.0, "spindle", "C3")))
    open_night.session.settings.initials = "AB"
    add(open_night, 20.0)
    shown(open_night, qtbot)
    model = open_night.history_panel.model
    people = [open_night.history_panel.who_box.itemText(k) for k in range(3)]
    assert people[0] == "Everybody's steps"
    assert {"AB", "CD"} <= {*people[1:], "AB"}
    click(open_night, model.rowCount() - 3)
    (question,) = open_night.findChildren(Question)
    assert own(open_night) == [20.0]
    with qtbot.waitSignal(open_night.controllers.history.jumped):
        qtbot.keyClick(question, KEY.Key_Return)
    assert own(open_night) == []
    assert open_night.session.review.event_set("human:CD") is None


def test_undo_leaves_a_step_of_somebody_else_and_says_so(
    open_night: MainWindow, qtbot: QtBot, sentences: list[str]
) -> None:
    open_night.session.settings.initials = "CD"
    open_night.session.do(AddEvent(Event(10.0, 1.0, "spindle", "C3")))
    open_night.session.settings.initials = "AB"
    qtbot.keyClick(open_night.traces.canvas, KEY.Key_Z, MODIFIER.ControlModifier)
    assert open_night.session.review.event_set("human:CD") is not None
    assert "'Add spindle at 00:00:10', is by CD" in sentences[0]


def test_the_filter_lists_one_persons_steps(open_night: MainWindow, qtbot: QtBot) -> None:
    open_night.session.settings.initials = "CD"
    open_night.session.do(AddEvent(Event(10.0, 1.0, "spindle", "C3")))
    open_night.session.settings.initials = "AB"
    add(open_night, 20.0)
    shown(open_night, qtbot)
    box = open_night.history_panel.who_box
    box.setFocus()
    while box.currentText() != "CD":
        qtbot.keyClick(box, KEY.Key_Down)
    assert [name.strip() for name in names(open_night)[1:]] == ["Add spindle at 00:00:10"]


def test_a_long_jump_can_be_stopped_on_the_way(
    open_night: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_controller, "SLICE_SECONDS", 0.0)
    monkeypatch.setattr("sleepscope.review.travel._CHUNK", 2)
    add(open_night, *(float(k) for k in range(10, 40)))
    shown(open_night, qtbot)
    history = open_night.controllers.history
    with qtbot.waitSignal(history.jumped):
        history.jump(open_night.session.review.history()[-30].id)
        QApplication.processEvents()
        (box,) = open_night.findChildren(QProgressDialog)
        box.cancel()
    n_left = len(own(open_night))
    assert 1 < n_left < 30
    assert here(open_night).endswith(f"00:00:{9 + n_left}")

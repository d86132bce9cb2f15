"""Blind scoring by keys: hidden everywhere, frozen, revealed, measured, exported, kept."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit
from pytestqt.qtbot import QtBot

from sleepscope.agreement.consensus import Consensus
from sleepscope.app.commands import AddEvent, ImportSet, SetVerdict
from sleepscope.app.dialogs.asking import Question
from sleepscope.app.main_window import MainWindow
from sleepscope.app.scorers import compared_set
from sleepscope.app.views.event_rows import EventRow
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from sleepscope.review.blind import blind_report

KEY, MODIFIER = Qt.Key, Qt.KeyboardModifier
MODEL = "model:spindle-1d@12345678"


@pytest.fixture
def with_model(open_night: MainWindow) -> MainWindow:
    """The small night with a model's five events."""
    events = [Event(20.0 * k, 1.0, "spindle", "C3", 0.9) for k in range(1, 6)]
    open_night.session.do(ImportSet(EventSet.of(MODEL, events)))
    return open_night


def press_b(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window.traces.canvas, KEY.Key_B)


def question(window: MainWindow, qtbot: QtBot) -> Question:
    def there() -> list[Question]:
        return [box for box in window.findChildren(Question) if box.isVisible()]

    qtbot.waitUntil(lambda: bool(there()))
    return there()[-1]


def answer(window: MainWindow, qtbot: QtBot) -> None:
    box = question(window, qtbot)
    with qtbot.waitSignal(box.accepted):
        qtbot.keyClick(box, KEY.Key_Return)
    window.activateWindow()
    window.traces.canvas.setFocus()


def begin(window: MainWindow, qtbot: QtBot) -> None:
    press_b(window, qtbot)
    answer(window, qtbot)


def reveal(window: MainWindow, qtbot: QtBot) -> None:
    press_b(window, qtbot)
    answer(window, qtbot)


def listed(window: MainWindow) -> set[str]:
    rows: list[EventRow] = window.table.model.rows
    return {row.scorer for row in rows}


def seen(window: MainWindow) -> set[str]:
    lanes = {indexed.lane.scorer for indexed in window.traces.state.lanes}
    assert lanes == {event_set.scorer for event_set in window.session.event_sets()}
    return lanes


def test_the_model_is_hidden_in_every_view_while_one_scores_blind(
    with_model: MainWindow, qtbot: QtBot
) -> None:
    session = with_model.session
    assert MODEL in seen(with_model)
    assert "spindle-1d" in listed(with_model)
    model_event = session.review.event_set(MODEL).events[0].id
    session.select(model_event)
    begin(with_model, qtbot)
    assert session.selection is None
    assert MODEL not in seen(with_model)
    assert "spindle-1d" not in listed(with_model)
    assert "BLIND" in with_model.headline.text()

    def is_compared() -> bool:
        return MODEL in (session.compare_settings.a, session.compare_settings.b)

    qtbot.waitUntil(lambda: not is_compared())
    box = with_model.compare_panel.findChildren(QComboBox)
    assert not any("spindle-1d" in b.itemText(k) for b in box for k in range(b.count()))
    session.select(model_event)
    assert session.selected is None
    assert session.probability_tracks() == {}
    assert session.runs() == ()


def test_what_was_accepted_of_a_model_is_hidden_in_comparisons_too(
    with_model: MainWindow, qtbot: QtBot
) -> None:
    session = with_model.session
    session.do(AddEvent(Event(50.0, 1.0, "spindle", "C3")))
    session.do(SetVerdict((session.review.event_set(MODEL).events[0].id,), "accepted"))
    assert len(compared_set(session, "human:AB").events) == 2
    begin(with_model, qtbot)
    assert [event.onset for event in compared_set(session, "human:AB").events] == [50.0]


def test_blind_scoring_goes_on_after_closing_and_opening(
    with_model: MainWindow, qtbot: QtBot, night: Path
) -> None:
    begin(with_model, qtbot)
    assert with_model.controllers.opening.open(night)
    assert MODEL not in seen(with_model)
    assert "BLIND" in with_model.headline.text()


def test_undo_does_not_reach_a_hidden_event(
    with_model: MainWindow, qtbot: QtBot, sentences: list[str]
) -> None:
    session = with_model.session
    model_event = session.review.event_set(MODEL).events[0].id
    session.do(SetVerdict((model_event,), "accepted"))
    begin(with_model, qtbot)
    qtbot.keyClick(with_model.traces.canvas, KEY.Key_Z, MODIFIER.ControlModifier)
    assert session.review.status_of(model_event) == "accepted"
    assert "hidden" in sentences[0]


def test_freeze_reveal_measure_and_export_by_keys(
    with_model: MainWindow, qtbot: QtBot, tmp_path: Path, sentences: list[str]
) -> None:
    session = with_model.session
    begin(with_model, qtbot)
    for onset in (20.0, 50.0):
        session.do(AddEvent(Event(onset, 1.0, "spindle", "C3")))
    reveal(with_model, qtbot)
    assert session.sitting.state == "revealed"
    assert MODEL in seen(with_model)
    assert "REVEALED" in with_model.headline.text()
    assert session.review.event_set("human:AB").scored_spans == ((0.0, 240.0),)
    # Takes one of the model's, gives up one of their own.
    session.select(session.review.event_set(MODEL).events[1].id)
    qtbot.keyClick(with_model.traces.canvas, KEY.Key_Return)
    own = session.review.event_set("human:AB").events[1]
    session.select(own.id)
    qtbot.keyClick(with_model.traces.canvas, KEY.Key_Delete)
    report = blind_report(session.review, session.sitting)
    assert report.counts == {"towards": 2, "away": 0, "neither": 0}

    press_b(with_model, qtbot)
    (dialog,) = [d for d in with_model.findChildren(QDialog) if d.isVisible()]
    assert dialog.table.rowCount() == 2
    assert dialog.table.item(0, 3).text() == "▲ towards the model"
    dialog.reject()
    path = tmp_path / "reveal.csv"
    with_model.controllers.blind.write_report(path, report)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["direction"] for row in rows] == ["towards", "towards"]
    assert rows[1]["step"] == "Delete spindle at 00:00:50"
    with_model.controllers.blind.write_report(tmp_path / "no" / "reveal.csv", report)
    assert "could not be written" in sentences[-1]


def test_freezing_alone_keeps_the_model_hidden_and_the_events_as_they_are(
    with_model: MainWindow, qtbot: QtBot, sentences: list[str]
) -> None:
    session = with_model.session
    begin(with_model, qtbot)
    session.do(AddEvent(Event(20.0, 1.0, "spindle", "C3")))
    press_b(with_model, qtbot)
    box = question(with_model, qtbot).findChild(QComboBox)
    qtbot.keyClick(box, KEY.Key_End)
    assert box.currentData() is None
    answer(with_model, qtbot)
    assert session.sitting.state == "frozen"
    assert MODEL not in seen(with_model)
    assert "BLIND, FROZEN" in with_model.headline.text()
    session.select(session.review.event_set("human:AB").events[0].id)
    qtbot.keyClick(with_model.traces.canvas, KEY.Key_Delete)
    assert "frozen" in sentences[0]
    assert len(session.review.event_set("human:AB").events) == 1
    reveal(with_model, qtbot)
    assert MODEL in seen(with_model)


def test_stretches_that_are_none_keep_the_dialog_open(with_model: MainWindow, qtbot: QtBot) -> None:
    press_b(with_model, qtbot)
    box = question(with_model, qtbot)
    field = box.findChild(QLineEdit)
    qtbot.keyClicks(field, "100-50")
    qtbot.keyClick(box, KEY.Key_Return)
    assert box.isVisible()
    assert "is no stretch" in box.trouble.text()
    field.clear()
    qtbot.keyClicks(field, "0-100")
    answer(with_model, qtbot)
    assert with_model.session.sitting.facts["spans"] == [[0.0, 100.0]]


def test_an_export_while_blind_holds_nothing_of_the_model(
    with_model: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    from sleepscope.app.dialogs.export_dialog import ExportChoice

    begin(with_model, qtbot)
    path = tmp_path / "out.csv"
    with_model.controllers.exporting.write(path, ExportChoice("all", None))
    text = path.read_text(encoding="utf-8")
    assert "spindle-1d" not in text
    assert "expert1" in text


def test_consensus_made_while_scoring_blind_stays_hidden(
    with_model: MainWindow, qtbot: QtBot
) -> None:
    session = with_model.session
    experts = tuple(one.scorer for one in session.event_sets() if one.scorer != MODEL)
    begin(with_model, qtbot)
    name = with_model.controllers.agreeing.add_consensus(Consensus("union", experts))
    assert name not in {one.scorer for one in session.event_sets()}
    reveal(with_model, qtbot)
    assert name in {one.scorer for one in session.event_sets()}

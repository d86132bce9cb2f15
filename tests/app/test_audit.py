"""An audit by keys: windows one by one, nobody else seen, figures at the end."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sleepscope.app.commands import AddEvent, ImportSet
from sleepscope.app.dialogs.asking import Question
from sleepscope.app.main_window import MainWindow
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet

KEY, MODIFIER = Qt.Key, Qt.KeyboardModifier
MODEL = "model:spindle-1d@12345678"
AUDIT = "human:AB audit"


@pytest.fixture
def with_model(open_night: MainWindow) -> MainWindow:
    """The small night (8 windows) with a model that has one event in each."""
    events = [Event(30.0 * k + 10.0, 1.0, "spindle", "C3", 0.9) for k in range(8)]
    open_night.session.do(ImportSet(EventSet.of(MODEL, events)))
    return open_night


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


def press(window: MainWindow, qtbot: QtBot, key: Qt.Key) -> None:
    qtbot.keyClick(window.traces.canvas, key, MODIFIER.AltModifier)


def begin(window: MainWindow, qtbot: QtBot) -> None:
    both = MODIFIER.ControlModifier | MODIFIER.AltModifier
    qtbot.keyClick(window.traces.canvas, KEY.Key_A, both)
    answer(window, qtbot)


def mark(window: MainWindow, offset: float = 10.0) -> None:
    onset = window.session.page.start + offset
    window.session.do(AddEvent(Event(onset, 1.0, "spindle", "C3")))


def test_an_audit_hides_everybody_and_shows_the_first_window(
    with_model: MainWindow, qtbot: QtBot
) -> None:
    session = with_model.session
    begin(with_model, qtbot)
    assert {event_set.scorer for event_set in session.event_sets()} == {AUDIT}
    assert "AUDIT" in with_model.headline.text()
    start, stop, _ = session.sitting.facts["windows"][0]
    assert (session.page.start, session.page.length) == (start, stop - start)
    assert with_model.audit_panel.table.rowCount() == 8
    assert with_model.audit_panel.isVisible()
    # It is not the time to let a network detect.
    assert "Ctrl+D" not in with_model.table.hint.text()
    assert "drag over a trace" in with_model.table.hint.text()


def test_windows_are_scored_one_by_one_and_the_figures_follow(
    with_model: MainWindow, qtbot: QtBot
) -> None:
    session = with_model.session
    begin(with_model, qtbot)
    # In half of the windows the person sees what the model saw, in half nothing.
    for k in range(8):
        if k % 2 == 0:
            mark(with_model)
            assert with_model.audit_panel.table.item(k, 1).text() == "1"
            press(with_model, qtbot, KEY.Key_Return)
        else:
            press(with_model, qtbot, KEY.Key_Backspace)
            assert with_model.audit_panel.table.item(k, 1).text() == "nothing here"
    assert session.sitting.facts["seen"] == list(range(8))
    assert "Enough was seen" in with_model.audit_panel.words.text()
    spans = session.review.event_set(AUDIT).scored_spans
    assert sum(stop - start for start, stop in spans) == 240.0
    both = MODIFIER.ControlModifier | MODIFIER.AltModifier
    qtbot.keyClick(with_model.traces.canvas, KEY.Key_A, both)
    answer(with_model, qtbot)
    result = question(with_model, qtbot)
    assert result.windowTitle() == "What the audit found"
    words = "\n".join(label.text() for label in result.findChildren(type(result.trouble)))
    assert "Precision 0.50 (0.50 to 0.50)" in words
    assert "Recall 1.00 (1.00 to 1.00)" in words
    result.accept()
    assert session.sitting is None
    assert MODEL in {event_set.scorer for event_set in session.event_sets()}
    assert "AUDIT" not in with_model.headline.text()


def test_nothing_here_is_not_said_of_a_window_with_marks(
    with_model: MainWindow, qtbot: QtBot
) -> None:
    session = with_model.session
    begin(with_model, qtbot)
    mark(with_model)
    with qtbot.waitSignal(session.said) as said:
        press(with_model, qtbot, KEY.Key_Backspace)
    assert "There are 1 marks of yours" in said.args[0]
    assert session.sitting.facts["seen"] == []


def test_keys_and_clicks_go_to_other_windows(with_model: MainWindow, qtbot: QtBot) -> None:
    session = with_model.session
    begin(with_model, qtbot)
    windows = session.sitting.facts["windows"]
    press(with_model, qtbot, KEY.Key_PageDown)
    assert session.page.start == windows[1][0]
    press(with_model, qtbot, KEY.Key_PageUp)
    assert session.page.start == windows[0][0]
    table = with_model.audit_panel.table
    at = table.visualItemRect(table.item(3, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, MODIFIER.NoModifier, at)
    assert session.page.start == windows[3][0]


def test_an_audit_goes_on_where_the_window_was_closed(
    with_model: MainWindow, qtbot: QtBot, night: Path
) -> None:
    begin(with_model, qtbot)
    for _ in range(3):
        press(with_model, qtbot, KEY.Key_Backspace)
    next(d for d in with_model.docks if d.objectName() == "audit").hide()
    with_model.controllers.opening.close()
    assert with_model.controllers.opening.open(night)
    assert with_model.audit_panel.isVisible()
    session = with_model.session
    assert session.page.start == session.sitting.facts["windows"][3][0]
    assert with_model.audit_panel.table.item(3, 2).text() == "▶ now"
    assert {event_set.scorer for event_set in session.event_sets()} == {AUDIT}


def test_without_a_model_there_is_nothing_to_audit(
    open_night: MainWindow, qtbot: QtBot, sentences: list[str]
) -> None:
    both = MODIFIER.ControlModifier | MODIFIER.AltModifier
    qtbot.keyClick(open_night.traces.canvas, KEY.Key_A, both)
    assert "no model to audit" in sentences[0]

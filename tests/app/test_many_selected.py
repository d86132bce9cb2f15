"""Several events are selected by mouse and key, and edited in one step."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sleepscope.app.commands import ImportSet
from sleepscope.app.main_window import MainWindow
from sleepscope.events.event import Event
from sleepscope.events.event_set import EventSet
from tests.app.test_hidden_events import MODEL, crowd, model_events

__all__ = ["crowd"]

KEY = Qt.Key
LEFT = Qt.MouseButton.LeftButton
PLAIN, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def bar(window: MainWindow, event: Event) -> QPoint:
    """Middle of an event's bar in its lane, on the page of its moment."""
    geometry = window.traces.canvas.layers.geometry
    number = next(k for k, lane in enumerate(window.traces.state.lanes) if event.id in lane.by_id)
    band = geometry.row(event.channel).lanes[number]
    return QPoint(round(geometry.x(event.midpoint)), round(band.middle))


def click(window: MainWindow, event: Event, modifier: Qt.KeyboardModifier = PLAIN) -> None:
    QTest.mouseClick(window.traces.canvas, LEFT, modifier, bar(window, event))


def test_control_click_takes_one_more_and_lets_it_go(crowd: MainWindow) -> None:
    a, b, _ = model_events(crowd)[:3]
    click(crowd, a)
    click(crowd, b, CONTROL)
    assert crowd.session.chosen == {a.id, b.id}
    click(crowd, b, CONTROL)
    assert crowd.session.chosen == {a.id}
    click(crowd, b)
    assert crowd.session.chosen == {b.id}


def test_shift_click_takes_all_up_to_it(crowd: MainWindow) -> None:
    events = model_events(crowd)
    click(crowd, events[1])
    click(crowd, events[5], SHIFT)
    assert crowd.session.chosen == {event.id for event in events[1:6]}
    assert crowd.session.selection == events[1].id


def test_rubber_band_takes_what_it_touches(crowd: MainWindow, qtbot: QtBot) -> None:
    events = model_events(crowd)
    canvas = crowd.traces.canvas
    start, stop = bar(crowd, events[2]), bar(crowd, events[4])
    QTest.mousePress(canvas, LEFT, SHIFT, start)
    QTest.mouseMove(canvas, (start + stop) / 2)
    QTest.mouseMove(canvas, stop)
    assert canvas.mouse.readout == "3 events"
    QTest.mouseRelease(canvas, LEFT, SHIFT, stop)
    assert crowd.session.chosen == {event.id for event in events[2:5]}


@pytest.mark.parametrize(("key", "status"), [(KEY.Key_Return, "accepted"), (KEY.Key_X, "rejected")])
def test_verdict_on_all_selected_is_one_step(
    crowd: MainWindow, qtbot: QtBot, key: Qt.Key, status: str
) -> None:
    session, canvas = crowd.session, crowd.traces.canvas
    ids = {event.id for event in model_events(crowd)[:5]}
    session.choose(ids)
    qtbot.keyClick(canvas, key)
    assert {session.status_of(one) for one in ids} == {status}
    assert session.chosen == ids
    qtbot.keyClick(canvas, KEY.Key_Z, CONTROL)
    assert {session.status_of(one) for one in ids} == {"unreviewed"}


def test_class_of_all_selected_makes_copies_that_are_selected(
    crowd: MainWindow, qtbot: QtBot
) -> None:
    session = crowd.session
    ids = {event.id for event in model_events(crowd)[:4]}
    session.choose(ids)
    qtbot.keyClick(crowd.traces.canvas, KEY.Key_F7)
    assert len(session.chosen) == 4
    assert {session.find_event(one).kind for one in session.chosen} == {"artifact"}
    assert {session.scorer_of(one) for one in session.chosen} == {"human:AB"}
    assert {session.status_of(one) for one in ids} == {"changed"}
    crowd.controllers.reviewing.undo()
    assert {session.status_of(one) for one in ids} == {"unreviewed"}
    assert all(one.scorer != "human:AB" for one in session.event_sets())


def test_unsure_and_delete_act_on_all_selected(crowd: MainWindow, qtbot: QtBot) -> None:
    session, canvas = crowd.session, crowd.traces.canvas
    session.choose([event.id for event in model_events(crowd)[:3]])
    qtbot.keyClick(canvas, KEY.Key_U, CONTROL)
    own = next(one for one in session.event_sets() if one.scorer == "human:AB")
    assert [event.unsure for event in own.events] == [True] * 3
    assert session.chosen == {event.id for event in own.events}
    qtbot.keyClick(canvas, KEY.Key_Delete)
    assert session.chosen == frozenset()
    assert not next(one for one in session.event_sets() if one.scorer == "human:AB").events


def test_select_all_takes_the_shown_events(crowd: MainWindow, qtbot: QtBot) -> None:
    session = crowd.session
    crowd.controllers.hiding.hide("kinds", "rem")
    qtbot.keyClick(crowd.traces.canvas, KEY.Key_A, CONTROL)
    shown = {event.id for one in session.shown_event_sets() for event in one.events}
    assert session.chosen == shown
    first = model_events(crowd)[0]
    session.select(first.id)
    qtbot.keyClick(crowd.traces.canvas, KEY.Key_A, CONTROL | SHIFT)
    assert {session.scorer_of(one) for one in session.chosen} == {MODEL}
    assert {session.find_event(one).kind for one in session.chosen} == {first.kind}


def test_select_all_in_the_table_takes_what_the_filter_found(
    crowd: MainWindow, qtbot: QtBot
) -> None:
    box, table = crowd.table.filter_box, crowd.table.table
    qtbot.keyClicks(box, "conf>=0.5 kind:rem")
    assert crowd.table.count.text().startswith("10 of ")
    qtbot.keyClick(box, KEY.Key_Down)
    assert table.hasFocus()
    qtbot.keyClick(table, KEY.Key_A, CONTROL)
    expected = {e.id for e in model_events(crowd) if e.kind == "rem" and e.confidence >= 0.5}
    assert crowd.session.chosen == expected
    qtbot.keyClick(box, KEY.Key_Escape)
    assert box.text() == ""
    assert crowd.session.chosen == expected
    assert len(crowd.table._selected_rows()) == 10


def test_rows_are_taken_with_control_and_shift(crowd: MainWindow, qtbot: QtBot) -> None:
    table, model = crowd.table.table, crowd.table.model

    def at(row: int) -> QPoint:
        return table.visualRect(model.index(row, 3)).center()

    qtbot.mouseClick(table.viewport(), LEFT, PLAIN, at(1))
    qtbot.mouseClick(table.viewport(), LEFT, SHIFT, at(3))
    assert crowd.session.chosen == {model.rows[row].event.id for row in (1, 2, 3)}
    qtbot.mouseClick(table.viewport(), LEFT, CONTROL, at(2))
    assert crowd.session.chosen == {model.rows[row].event.id for row in (1, 3)}
    qtbot.keyClick(table, KEY.Key_Down, SHIFT)
    assert len(crowd.session.chosen) > 2


def test_control_drag_moves_the_body_and_control_click_does_not(
    crowd: MainWindow, qtbot: QtBot
) -> None:
    session, canvas = crowd.session, crowd.traces.canvas
    event = model_events(crowd)[2]
    click(crowd, event)
    start = bar(crowd, event)
    pixels = canvas.layers.geometry.pixels_per_second
    stop = start + QPoint(round(pixels), 0)
    QTest.mousePress(canvas, LEFT, CONTROL, start)
    QTest.mouseMove(canvas, (start + stop) / 2)
    QTest.mouseMove(canvas, stop)
    QTest.mouseRelease(canvas, LEFT, CONTROL, stop)
    moved = session.selected
    assert moved.onset == pytest.approx(event.onset + 1.0, abs=0.05)
    assert moved.duration == pytest.approx(event.duration)


def test_thousand_events_are_accepted_and_taken_back_at_once(open_night: MainWindow) -> None:
    session = open_night.session
    events = [Event(0.02 * k, 0.5, "spindle", "C3", id=f"many{k}") for k in range(10_000)]
    session.do(ImportSet(EventSet.of("file:many", events)))
    session.choose([event.id for event in events[:1000]])
    steps = len(session.review.history())
    open_night.controllers.reviewing.accept()
    assert len(session.review.history()) == steps + 1
    assert sum(session.status_of(e.id) == "accepted" for e in events) == 1000
    open_night.controllers.reviewing.undo()
    assert not any(session.status_of(e.id) == "accepted" for e in events)
    # The whole night on one page, all of it selected: painted without a failure.
    session.set_page(0.0, session.recording.duration)
    open_night.controllers.hiding.select_all()
    assert not open_night.grab().isNull()

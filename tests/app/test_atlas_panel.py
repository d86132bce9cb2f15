"""The error atlas by mouse and keys: groups, pictures, jumps, decisions on many in one step."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from pytestqt.qtbot import QtBot

from sleepscope.app.commands import ImportSet
from sleepscope.app.comparison import CompareSettings
from sleepscope.app.main_window import MainWindow
from sleepscope.events.event import Event
from sleepscope.events.event_filter import EventFilter
from sleepscope.events.event_set import EventSet

KEY, MODIFIER = Qt.Key, Qt.KeyboardModifier
BOTH = MODIFIER.ControlModifier | MODIFIER.AltModifier
LEFT = Qt.MouseButton.LeftButton
SLOW = 60_000


@pytest.fixture
def looked_at(open_night: MainWindow, qtbot: QtBot) -> MainWindow:
    """Both experts are compared; the atlas was asked for by its key."""
    open_night.session.settings.explanation_mode = "off"
    qtbot.waitUntil(lambda: open_night.session.comparison is not None)
    qtbot.keyClick(open_night.traces.canvas, KEY.Key_E, BOTH)
    panel = open_night.atlas_panel
    qtbot.waitUntil(lambda: not panel.visibleRegion().isEmpty())
    qtbot.waitUntil(lambda: panel.table.rowCount() > 0, timeout=SLOW)
    return open_night


def place_of(window: MainWindow, row: int) -> QPoint:
    pictures = window.atlas_panel.pictures
    box: QRect = pictures.visualRect(pictures.model().index(row, 0))
    return box.center()


def errors(window: MainWindow) -> set[str]:
    outcome = window.session.comparison.outcome
    return {event.id for event in (*outcome.only_a, *outcome.only_b)}


def test_every_error_is_in_one_group(looked_at: MainWindow) -> None:
    panel = looked_at.atlas_panel
    assert panel.table.hasFocus()
    ids = [one.event_id for group in panel._groups for one in group.pictures]
    assert sorted(ids) == sorted(errors(looked_at))
    counts = [int(panel.table.item(row, 2).text()) for row in range(panel.table.rowCount())]
    assert sum(counts) == len(ids)
    assert "only in" in panel.head.text()
    assert "µV" in panel.head.text()
    assert panel.pictures.model().rowCount() == counts[0]


def test_arrows_choose_a_group_and_enter_goes_to_an_error(
    looked_at: MainWindow, qtbot: QtBot
) -> None:
    panel = looked_at.atlas_panel
    qtbot.keyClick(panel.table, KEY.Key_Down)
    assert panel.table.currentRow() == 1
    group = panel.group
    assert panel.pictures.model().rowCount() == len(group.pictures)
    panel.pictures.setFocus()
    qtbot.keyClick(panel.pictures, KEY.Key_Home)
    qtbot.keyClick(panel.pictures, KEY.Key_Return)
    session = looked_at.session
    assert session.selection == group.pictures[0].event_id
    assert session.page.start <= session.selected.onset < session.page.stop


def test_a_click_jumps_and_several_are_decided_on(looked_at: MainWindow, qtbot: QtBot) -> None:
    panel, session = looked_at.atlas_panel, looked_at.session
    viewport = panel.pictures.viewport()
    qtbot.mouseClick(viewport, LEFT, pos=place_of(looked_at, 1))
    first = panel.group.pictures[1].event_id
    assert session.selection == first
    assert panel.scope_box.currentData() == "group"  # one was only looked at
    qtbot.mouseClick(viewport, LEFT, MODIFIER.ControlModifier, place_of(looked_at, 0))
    two = {first, panel.group.pictures[0].event_id}
    assert set(panel.scope()) == two
    assert panel.reject.text() == "Reject 2"
    qtbot.mouseClick(panel.reject, LEFT)
    review, person = session.review, session.person
    assert all(review.verdict_on(one, person).status == "rejected" for one in two)
    row = panel.table.currentRow()
    assert panel.table.item(row, 4).text() == "2"
    assert {one.decision for one in panel.group.pictures if one.event_id in two} == {"rejected"}
    qtbot.keyClick(looked_at.traces.canvas, KEY.Key_Z, MODIFIER.ControlModifier)
    assert all(review.verdict_on(one, person) is None for one in two)
    assert panel.table.item(panel.table.currentRow(), 4).text() == "0"


def test_whole_group_is_accepted_by_keys_in_one_step(looked_at: MainWindow, qtbot: QtBot) -> None:
    panel, session = looked_at.atlas_panel, looked_at.session
    ids = {one.event_id for one in panel.group.pictures}
    before = session.review.next_undo
    panel.accept.setFocus()
    qtbot.keyClick(panel.accept, KEY.Key_Space)
    person = session.person
    assert all(session.review.verdict_on(one, person).status == "accepted" for one in ids)
    qtbot.keyClick(looked_at.traces.canvas, KEY.Key_Z, MODIFIER.ControlModifier)
    assert session.review.next_undo == before


def test_class_of_a_group_is_changed_in_one_step(looked_at: MainWindow, qtbot: QtBot) -> None:
    panel, session = looked_at.atlas_panel, looked_at.session
    ids = {one.event_id for one in panel.group.pictures}
    before = session.review.next_undo
    alpha = next(a for a in panel._menu.actions() if a.text() == "Other")
    panel.kind.setFocus()
    panel._menu.popup(QPoint(0, 0))
    panel._menu.setActiveAction(alpha)
    qtbot.keyClick(panel._menu, KEY.Key_Return)
    copies = {session.review.copy_of(one, session.person) for one in ids}
    kinds = {session.find_event(one).kind for one in copies}
    assert kinds == {"other"}
    qtbot.keyClick(looked_at.traces.canvas, KEY.Key_Z, MODIFIER.ControlModifier)
    assert session.review.next_undo == before


def test_select_takes_them_into_the_selection_of_the_page(
    looked_at: MainWindow, qtbot: QtBot
) -> None:
    panel = looked_at.atlas_panel
    qtbot.mouseClick(panel.choose, LEFT)
    assert looked_at.session.chosen == {one.event_id for one in panel.group.pictures}


def test_hidden_events_are_in_no_group(looked_at: MainWindow, qtbot: QtBot) -> None:
    session, panel = looked_at.session, looked_at.atlas_panel
    hidden = session.comparison.settings.a
    session.set_event_filter(EventFilter(scorers=frozenset({hidden})))
    qtbot.waitUntil(
        lambda: panel.table.rowCount() > 0 and " 0 only in" in panel.head.text(), timeout=SLOW
    )
    ids = {one.event_id for group in panel._groups for one in group.pictures}
    assert ids == {event.id for event in session.comparison.outcome.only_b}


def test_without_two_scorers_there_is_a_sentence(window: MainWindow, qtbot: QtBot) -> None:
    window.controllers.atlas.set_wanted(True)
    head = window.atlas_panel.head
    qtbot.waitUntil(lambda: "open an expert's events, or detect" in head.text())
    assert window.atlas_panel.table.isHidden()


def test_kinds_without_criteria_are_a_sentence(
    looked_at: MainWindow, qtbot: QtBot, sentences: list[str]
) -> None:
    session = looked_at.session
    for name in ("file:one", "file:two"):
        shift = 0.0 if name == "file:one" else 30.0
        event = Event(60.0 + shift, 3.0, "arousal", "C3")
        session.do(ImportSet(EventSet.of(name, [event])))
    session.set_compare_settings(CompareSettings("file:one", "file:two", "arousal"))
    head = looked_at.atlas_panel.head
    qtbot.waitUntil(lambda: "no criteria for 'arousal'" in head.text(), timeout=SLOW)
    assert sentences == []


def test_a_thousand_errors_leave_the_window_alive(looked_at: MainWindow, qtbot: QtBot) -> None:
    session = looked_at.session
    many = [Event(20.0 + 0.2 * k, 0.15, "spindle", "C3") for k in range(1000)]
    session.do(ImportSet(EventSet.of("file:many", many)))
    session.set_compare_settings(CompareSettings("file:many", "file:demo-expert1", "spindle"))
    head = looked_at.atlas_panel.head
    qtbot.waitUntil(lambda: head.text() == "Measuring the errors…", timeout=SLOW)
    start = session.page.start
    qtbot.keyClick(looked_at.traces.canvas, KEY.Key_Right)
    assert session.page.start > start
    assert looked_at.controllers.atlas.atlas is None  # still at work, and the page has turned
    qtbot.keyClick(looked_at.traces.canvas, KEY.Key_Period, MODIFIER.ControlModifier)
    qtbot.waitUntil(lambda: "Stopped" in head.text(), timeout=SLOW)


def test_hidden_panel_starts_no_job(open_night: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: open_night.session.comparison is not None)
    assert not open_night.controllers.atlas._soon.isActive()
    assert open_night.controllers.atlas.atlas is None

"""The table sorts, filters, follows the selection and drives it."""

from __future__ import annotations

import datetime

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from sleepscope.app.views.event_rows import COLUMNS, EventRow, TableContext
from sleepscope.app.views.event_table import EventTable
from sleepscope.events.event import Event
from sleepscope.events.hypnogram import Hypnogram

START = datetime.datetime(2024, 1, 1, 23, 0, 0)  # noqa: DTZ001  (recordings have no zone)
EVENTS = (
    Event(10.0, 1.0, "spindle", "C3", 0.9, id="a"),
    Event(35.0, 0.5, "k_complex", "C4", None, note="odd", unsure=True, id="b"),
    Event(20.0, 2.0, "spindle", None, 0.5, id="c"),
)
ROWS = [EventRow(event, scorer) for event, scorer in zip(EVENTS, ("AB", "x", "x"), strict=True)]
CONTEXT = TableContext(START, Hypnogram(("W", "N2")), {"a": "accepted"})


@pytest.fixture
def table(qtbot: QtBot) -> EventTable:
    table = EventTable()
    qtbot.addWidget(table)
    table.set_rows(ROWS, CONTEXT)
    return table


def ids(table: EventTable) -> list[str]:
    return [row.event.id for row in table.model.rows]


def cells(table: EventTable, row: int) -> dict[str, str]:
    model = table.model
    return {COLUMNS[k].title: model.data(model.index(row, k)) for k in range(len(COLUMNS))}


def test_rows_are_in_the_order_of_the_night(table: EventTable) -> None:
    assert ids(table) == ["a", "c", "b"]


def test_row_says_all_there_is_to_say(table: EventTable) -> None:
    assert cells(table, 0) == {
        "Time": "23:00:10.0", "Elapsed": "0:00:10.0", "Length": "1.00 s", "Kind": "spindle",
        "Channel": "C3", "Scorer": "AB", "Status": "accepted", "Stage": "W", "Conf.": "0.90",
        "Note": "",
    }  # fmt: skip
    last = cells(table, 2)
    assert (last["Note"], last["Status"], last["Stage"]) == ("[unsure] odd", "unreviewed", "N2")
    assert last["Conf."] == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("spindle", ["a", "c"]),
        ("SPINDLE c3", ["a"]),
        ("unsure", ["b"]),
        ("n2", ["b"]),
        ("accepted", ["a"]),
        ("23:00:20", ["c"]),
        ("nothing", []),
    ],
)
def test_filter_finds_every_word(
    table: EventTable, qtbot: QtBot, text: str, found: list[str]
) -> None:
    qtbot.keyClicks(table.filter_box, text)
    assert ids(table) == found
    assert table.count.text() == f"{len(found)} of 3"
    table.filter_box.clear()
    assert table.count.text() == "3 events"


def test_one_scorer_alone(table: EventTable) -> None:
    table.scorer_box.setCurrentText("x")
    assert ids(table) == ["c", "b"]
    table.set_rows(ROWS, CONTEXT)
    assert ids(table) == ["c", "b"]


def test_click_on_a_head_sorts(table: EventTable) -> None:
    table.table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    assert ids(table) == ["c", "a", "b"]


def test_selection_is_followed_without_an_echo(table: EventTable, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(table.event_picked):
        table.set_selection("b")
        table.set_rows(ROWS, CONTEXT)
        table.set_context(TableContext(START, None, {}))
    assert table.table.selectionModel().currentIndex().row() == 2


def test_click_on_a_row_asks_for_its_event(table: EventTable, qtbot: QtBot) -> None:
    table.resize(900, 300)
    table.show()
    place = table.table.visualRect(table.model.index(1, 3)).center()
    with qtbot.waitSignal(table.event_picked) as heard:
        qtbot.mouseClick(table.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert heard.args == ["c"]


def test_status_changes_without_a_reset(table: EventTable, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(table.model.modelReset):
        table.set_context(TableContext(START, None, {"b": "rejected"}))
    assert cells(table, 2)["Status"] == "rejected"


def test_time_of_day_is_hidden_where_the_recording_has_none(table: EventTable) -> None:
    table.set_rows(ROWS, TableContext())
    assert table.table.isColumnHidden(0)


def test_ten_thousand_rows_are_measured_once(table: EventTable) -> None:
    many = [EventRow(Event(k * 0.1, 1.0, "spindle"), "x") for k in range(10_000)]
    table.set_rows(many, CONTEXT)
    assert table.model.rowCount() == 10_000
    header = table.table.verticalHeader()
    assert header.sectionSize(0) == header.sectionSize(9_999) == header.defaultSectionSize()


def test_search_follows_an_event_that_changed(table: EventTable, qtbot: QtBot) -> None:
    qtbot.keyClicks(table.filter_box, "odd 35")
    assert ids(table) == []
    table.filter_box.setText("odd")
    moved = Event(36.0, 0.5, "k_complex", "C4", None, note="usual", id="b")
    table.set_rows([ROWS[0], EventRow(moved, "x"), ROWS[2]], CONTEXT)
    assert ids(table) == []
    table.filter_box.setText("usual 23:00:36")
    assert ids(table) == ["b"]


@pytest.mark.parametrize("column", [1, 3, 5])
def test_rows_that_changed_come_to_their_places(table: EventTable, column: int) -> None:
    moved = EventRow(Event(5.0, 0.5, "k_complex", "C4", id="b"), "new")
    fresh = EventRow(Event(20.0, 1.0, "arousal", "C4", id="d"), "x")
    table.table.sortByColumn(column, Qt.SortOrder.AscendingOrder)
    table.change_rows(frozenset("bcd"), [moved, fresh], CONTEXT)
    changed = ids(table)
    assert set(changed) == set("abd")
    assert table.scorer_box.findData("new") > 0
    table.set_rows([moved, ROWS[0], fresh], CONTEXT)
    assert ids(table) == changed
    assert table.model.place_of("c") is None
    table.change_rows(frozenset("abd"), [], CONTEXT)
    assert not table.hint.isHidden()


def test_one_of_clock_and_elapsed_time_is_shown_until_both_are_wanted(table: EventTable) -> None:
    assert table.table.isColumnHidden(1)
    elapsed = table.table.horizontalHeader().actions()[1]
    assert (elapsed.text(), elapsed.isChecked()) == ("Elapsed", False)
    elapsed.trigger()
    table.set_rows(ROWS, CONTEXT)
    assert not table.table.isColumnHidden(1)


def test_empty_table_says_how_events_come_about(table: EventTable) -> None:
    assert table.hint.isHidden()
    table.set_rows([], CONTEXT)
    assert not table.hint.isHidden()
